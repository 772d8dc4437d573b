#!/bin/bash
# Measures the seconds of a job of `modules` at n = 25 on the built-in digits (30,000 pairs, 20
# epochs), with and without the measures of specialization (their time at 0 epochs), and the seconds
# of an epoch of the same training in PyTorch.
#
#     BRAINSWEEP=build/brainsweep tests/bench/modules.sh [PYTHON]
#
# It uses one core and measures processor time, which other programs on the machine disturb less
# than wall time.  PYTHON is an interpreter that has torch; without it only brainsweep is measured.
set -e
: "${BRAINSWEEP:=build/brainsweep}"
here=$(dirname "$0")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

printf '%s\n' 'name = "speed"' 'experiment = "modules"' 'fixed { stop_accuracy = 1 }' \
    'axes { K = {62} }' >"$scratch/speed.sweep"
# seconds EPOCHS: the fastest of three jobs.
seconds()
{
    TIMEFORMAT=%U
    for _ in 1 2 3; do
        { time "$BRAINSWEEP" one "$scratch/speed.sweep" --set epochs="$1" >"$scratch/said"; } 2>&1
    done | grep '^[0-9.]*$' | sort -n | head -n 1
}
whole=$(seconds 20)
measures=$(seconds 0)
awk -v whole="$whole" -v measures="$measures" 'BEGIN {
    printf "brainsweep: %.2f s a job, of which %.2f s measures, %.3f s an epoch\n",
           whole, measures, (whole - measures) / 20 }'
test -z "$1" || "$1" "$here/reference_modules.py" --time 64 25
