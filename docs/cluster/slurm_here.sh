#!/bin/bash
# SLURM on this machine alone, to try a job array before using a cluster. As root, with Debian's packages slurm-wlm and
# munge: `source slurm_here.sh /tmp/slurm` starts it in that new folder and lets sbatch find it; `stop_slurm` ends it.
# Munge wants a folder that every user may enter, all folders above it included.
slurm=$1
cpus=$(nproc)
memory=$(awk '/^MemTotal/ {print int($2 / 1024 * 0.9)}' /proc/meminfo)
mkdir -p "$slurm/state" "$slurm/spool" && chmod 755 "$slurm"
mkdir -m 700 "$slurm/munge" && dd if=/dev/urandom of="$slurm/munge/key" bs=1024 count=1 status=none
chmod 400 "$slurm/munge/key"
cat > "$slurm/slurm.conf" <<CONF
ClusterName=here
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=${SLURM_PORT:-16817}
SlurmdPort=$((${SLURM_PORT:-16817} + 1))
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$slurm/munge.socket
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
ReturnToService=1
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd.pid
SlurmctldLogFile=$slurm/slurmctld.log
SlurmdLogFile=$slurm/slurmd.log
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=$memory
PartitionName=here Nodes=ALL Default=YES State=UP
CONF
export SLURM_CONF=$slurm/slurm.conf
munged --key-file "$slurm/munge/key" --socket "$slurm/munge.socket" --pid-file "$slurm/munge/pid" \
    --log-file "$slurm/munge/log" --seed-file "$slurm/munge/seed" && slurmctld && slurmd

stop_slurm() {
    kill "$(cat "$slurm/slurmd.pid")" "$(cat "$slurm/slurmctld.pid")" "$(cat "$slurm/munge/pid")"
}
