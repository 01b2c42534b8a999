#!/bin/bash
job=$(sbatch --parsable shards.sh)
sbatch --dependency="afterany:$job" --cpus-per-task=4 --output=push.log --wrap "regionsim sweep study.yaml --workers 4"
