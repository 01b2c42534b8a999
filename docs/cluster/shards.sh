#!/bin/bash
#SBATCH --job-name=push
#SBATCH --array=1-20
#SBATCH --cpus-per-task=1
#SBATCH --mem=4G
#SBATCH --time=02:00:00
#SBATCH --requeue
#SBATCH --output=push-%a.log
exec regionsim sweep study.yaml --workers 1 --shard "$SLURM_ARRAY_TASK_ID/20"
