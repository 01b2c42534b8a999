#!/bin/bash
dask scheduler --host 127.0.0.1 --port 8786 --no-dashboard &
dask worker tcp://127.0.0.1:8786 --host 127.0.0.1 --nworkers 2 --nthreads 1 --no-dashboard &
regionsim sweep trade_push --over levers.trade_facilitation.intensity=0:1:5 --set end=2026-08-01 --replicates 20 --workers 2 --dask tcp://127.0.0.1:8786
kill $(jobs -p)
