#!/bin/bash
# The cost of a training step at other sizes of network and batch, with each regularizer, and as a
# network loses its units.  It prints a table of the lines of bench_train --row.
#
#     tests/bench/sizes.sh [BUILD]      the build directory (build)
#
# Six steps of the largest network with the largest batch take half a minute.
set -u
build=${1:-build}
export OPENBLAS_NUM_THREADS=1
core=$(taskset -cp $$ | sed 's/.*[ ,-]//') # the last one allowed

# row STEPS GRID BATCH REGULARIZER [OPTION...]
row()
{
    taskset -c "$core" "$build/bench_train" --row --steps "$1" --hidden-grid "$2" --batch "$3" \
        --regularizer "$4" "${@:5}"
}

printf 'H\tB\twired\tregularizer\tkernel\tms\tGFLOP/s\tof peak %%\tof sgemm %%\n'
while read -r grid steps; do
    for batch in 8 16 32 64 128 256; do
        row "$steps" "$grid" "$batch" none
    done
    for regularizer in l1 bimt; do
        row "$steps" "$grid" 32 "$regularizer"
    done
done <<'END'
10 60
14 40
20 20
30 8
40 3
END
for grid in 20 30; do
    for part in 2 4 8 16; do
        row 20 "$grid" 32 bimt --wired $((grid * grid / part))
    done
done
