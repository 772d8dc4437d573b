#!/bin/bash
# The cost of dispatching: jobs that sleep for 0, 1, 10 and 100 ms on two workers.  It compares
# brainsweep (its database on a disk, where every commit waits for the disk, and in memory, where no
# commit waits), mpi4py.futures, a multiprocessing pool that commits one SQLite row per job, and GNU
# parallel.  They run in turns, so that other load on the machine affects all of them; medians are
# printed.
#
#     tests/bench/dispatch.sh [-r ROUNDS] [BUILD [PART...]]
#
# BUILD is the build directory (build).  Each part takes less than two minutes, all together about
# five.  The parts are 0, 1, 10, 100 (milliseconds), ranks (many on few cores) and idle (a
# coordinator that waits).
#
# Needs Debian's python3-mpi4py and parallel; without them their rows are missing.
#
# cpu us   processor time of the coordinator for a job, as reported by the run: MPI, protocol,
#          scheduling, and its waiting, which is polling
# db us    the part of it that is spent in the database
set -u
rounds=3
if test "${1:-}" = -r; then
    rounds=$2
    shift 2
fi
build=$(cd "${1:-build}" && pwd) || exit 1
test $# = 0 || shift
test $# -gt 0 || set -- 0 1 10 100 ranks idle
here=$(cd "$(dirname "$0")" && pwd)
brainsweep=$build/brainsweep
disk=$(mktemp -d "${TMPDIR:-/tmp}/dispatch.XXXXXX") || exit 1
memory=$(mktemp -d /dev/shm/dispatch.XXXXXX) || exit 1
trap 'rm -rf "$disk" "$memory"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OPENBLAS_NUM_THREADS=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_btl_vader_single_copy_mechanism=none

# run DIRECTORY JOBS MS WORKERS: "cpu-seconds cpu-us db-us" of the coordinator, from the end of its
# output.
run()
{
    rm -f "$1"/d.db*
    printf 'name = "d"\nexperiment = "probe"\nfixed { ms = %d }\naxes { seed = {"1..%d"} }\n' "$3" "$2" \
        >"$1/d.sweep"
    mpirun -n $(($4 + 1)) "$brainsweep" run "$1/d.sweep" --db "$1/d.db" --verbose </dev/null 2>&1 |
        awk 'function us(x, unit) { return unit == "ms" ? 1000 * x : x }
            /the coordinator took/ { print $5, us($10, $11), us($14, $15) }'
}

# took DIRECTORY: seconds from the start of the first job to the end of the last, according to the
# database.
took()
{
    sqlite3 "$1/d.db" "SELECT (julianday(max(finished)) - julianday(min(started))) * 86400 FROM attempt"
}

# Each program has a measure_* JOBS MS, which prints "seconds jobs/s efficiency [cpu-us db-us]".
measure_brainsweep()
{
    local said
    said=$(run "$@")
    awk -v s="$(took "$1")" -v n="$2" -v ms="$3" -v w="$4" -v said="$said" 'BEGIN {
        split(said, took, " ")
        printf "%.3f %.0f %.3f %.0f %.0f\n", s, n / s, n * ms / 1000 / (w * s), took[2], took[3] }'
}

measure_durable() { measure_brainsweep "$disk" "$1" "$2" 2; }
measure_memory() { measure_brainsweep "$memory" "$1" "$2" 2; }

measure_mpi4py()
{
    /usr/bin/python3 -c 'import mpi4py.futures' 2>/dev/null || return 1
    mpirun -n 3 /usr/bin/python3 -m mpi4py.futures "$here/dispatch_pool.py" "$1" "$2" </dev/null
}

measure_pool()
{
    rm -f "$disk"/pool.db*
    python3 "$here/dispatch_pool.py" "$(($1 < 2000 ? $1 : 2000))" "$2" "$disk/pool.db"
}

measure_parallel()
{
    command -v parallel >/dev/null || return 1
    local n=$(($1 < 200 ? $1 : 200)) start end
    start=$(date +%s.%N)
    seq "$n" | parallel -j 2 --will-cite "sleep $(awk -v ms="$2" 'BEGIN { print ms / 1000 }') #" >/dev/null
    end=$(date +%s.%N)
    awk -v s="$start" -v e="$end" -v n="$n" -v ms="$2" 'BEGIN {
        s = e - s; printf "%.3f %.0f %.3f\n", s, n / s, n * ms / 1000 / (2 * s) }'
}

# column N: the median of the N-th column, "-" where there is none.
column()
{
    cut -d ' ' -s -f "$1" | sort -g | awk 'NF { x[++n] = $1 } END { print n ? x[int((n + 1) / 2)] : "-" }'
}

# jobs_of MS JOBS
jobs_of()
{
    local ms=$1 jobs=$2 who name
    for _ in $(seq "$rounds"); do
        for who in durable memory mpi4py pool parallel; do
            measure_$who "$jobs" "$ms" >>"$disk/$who.$ms" 2>/dev/null
        done
    done
    while read -r who name; do
        test -s "$disk/$who.$ms" || continue
        printf '%-26s %6s %10s %11s %8s %8s\n' "$name" "$ms" \
            "$(column 2 <"$disk/$who.$ms")" "$(column 3 <"$disk/$who.$ms")" \
            "$(column 4 <"$disk/$who.$ms")" "$(column 5 <"$disk/$who.$ms")"
    done <<'END'
durable brainsweep, durable
memory brainsweep, in memory
mpi4py mpi4py.futures, no storage
pool pool, SQLite a row
parallel GNU parallel, no storage
END
}

many_ranks()
{
    local workers
    for workers in 3 15 63; do
        measure_brainsweep "$disk" $((workers * 30)) 100 "$workers" >"$disk/ranks"
        printf '%-26s %6d %10s %11s %8s %8s\n' "brainsweep, $workers workers" 100 \
            "$(column 2 <"$disk/ranks")" "$(column 3 <"$disk/ranks")" \
            "$(column 4 <"$disk/ranks")" "$(column 5 <"$disk/ranks")"
    done
}

idle()
{
    local seconds=15
    run "$disk" 2 $((1000 * seconds)) 2 | awk -v s="$seconds" '{
        printf "a coordinator that waits: %.2f %% of a core over %d s\n", 100 * $1 / s, s }'
}

echo "load before: $(cut -d ' ' -f 1-3 /proc/loadavg); $(nproc) cores; disk is $(df --output=fstype "$disk" | tail -n 1)"
printf '%-26s %6s %10s %11s %8s %8s\n' "" ms "jobs/s" efficiency "cpu us" "db us"
for part in "$@"; do
    case $part in
    0) jobs_of 0 10000 ;;
    1) jobs_of 1 2000 ;;
    10) jobs_of 10 500 ;;
    100) jobs_of 100 60 ;;
    ranks) many_ranks ;;
    idle) idle ;;
    *) echo "there is no part $part" >&2 && exit 1 ;;
    esac
done
