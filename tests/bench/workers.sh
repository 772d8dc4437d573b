#!/bin/bash
# The gain of a second worker: the same few jobs of 400 units by one worker and by two, in turns, so
# that other load on the machine affects both; medians are printed.
#
#     tests/bench/workers.sh [BUILD] [ROUNDS]      the build directory (build), rounds (5)
set -u
build=$(cd "${1:-build}" && pwd) || exit 1
rounds=${2:-5}
work=$(mktemp -d "${TMPDIR:-/tmp}/workers.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OPENBLAS_NUM_THREADS=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_btl_vader_single_copy_mechanism=none

cat >"$work/w.sweep" <<'END'
name = "workers"
experiment = "cogtasks"
fixed { grid = 20  steps = 60  shuffles = 100  curve_points = 2 }
axes { regularizer = {"none"}  seed = {"0..7"} }
END

# seconds WORKERS: from the start of the first job to the end of the last, according to the
# database.
seconds()
{
    rm -f "$work"/w.db*
    mpirun -n $(($1 + 1)) "$build/brainsweep" run "$work/w.sweep" --db "$work/w.db" --quiet \
        </dev/null >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
    sqlite3 "$work/w.db" "SELECT round((julianday(max(finished)) - julianday(min(started))) * 86400, 2)
                          FROM attempt"
}

median()
{
    sort -g | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'
}

for _ in $(seq "$rounds"); do
    one=$(seconds 1) && two=$(seconds 2) || exit 1
    awk -v a="$one" -v b="$two" 'BEGIN { printf "%s %s %.3f\n", a, b, a / b }' | tee -a "$work/all"
done
echo "one worker $(cut -d ' ' -f 1 "$work/all" | median) s, two $(cut -d ' ' -f 2 "$work/all" | median) s:" \
    "$(cut -d ' ' -f 3 "$work/all" | median) times as fast"
