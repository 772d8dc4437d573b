#!/bin/bash
# What dispatching costs: jobs that sleep for 0, 1, 10 and 100 ms on two workers, by brainsweep (its
# database on a disk, where every commit waits for it, and in memory, where none does), by
# mpi4py.futures, by a multiprocessing pool with a row of SQLite a job, and by GNU parallel.  They
# take turns, so that whatever else the machine does meets them all; medians are printed.
#
#     bench/dispatch.sh [BUILD] [ROUNDS]      the build directory (build), rounds (3)
#
# Wants Debian's python3-mpi4py and parallel; without them their columns are missing.
# cpu is what rank 0 took for a job: its processor time less that of the same command with nothing
# to do.
set -u
build=$(cd "${1:-build}" && pwd) || exit 1
rounds=${2:-3}
here=$(cd "$(dirname "$0")" && pwd)
brainsweep=$build/brainsweep
disk=$(mktemp -d "${TMPDIR:-/tmp}/dispatch.XXXXXX") || exit 1
memory=$(mktemp -d /dev/shm/dispatch.XXXXXX) || exit 1
trap 'rm -rf "$disk" "$memory"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OPENBLAS_NUM_THREADS=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_btl_vader_single_copy_mechanism=none

# sweep JOBS MS: writes the sweep file.
sweep()
{
    printf 'name = "d"\nexperiment = "probe"\nfixed { ms = %d }\naxes { seed = {"1..%d"} }\n' "$2" "$1" \
        >"$disk/d.sweep"
}

# coordinate DIRECTORY WORKERS: a run under mpirun; prints rank 0's processor seconds.
coordinate()
{
    mpirun -n 1 bash -c '"$@" 2>"$0"; times' "$disk/said" \
        "$brainsweep" run "$disk/d.sweep" --db "$1/d.db" --quiet : \
        -n "$2" "$brainsweep" run "$disk/d.sweep" --db "$1/d.db" --quiet </dev/null 2>/dev/null |
        tail -n 1 | awk -F '[ms ]+' '{ print 60 * ($1 + $3) + $2 + $4 }'
}

# seconds DIRECTORY: from the first job's beginning to the last one's end, as the database has it.
seconds()
{
    sqlite3 "$1/d.db" "SELECT (julianday(max(finished)) - julianday(min(started))) * 86400 FROM attempt"
}

# measure_brainsweep DIRECTORY JOBS MS WORKERS: "seconds jobs-per-second efficiency cpu-us"
measure_brainsweep()
{
    rm -f "$1"/d.db*
    sweep "$2" "$3"
    local busy idle
    busy=$(coordinate "$1" "$4")
    idle=$(coordinate "$1" "$4")
    awk -v s="$(seconds "$1")" -v n="$2" -v ms="$3" -v w="$4" -v b="$busy" -v i="$idle" 'BEGIN {
        printf "%.3f %.0f %.3f %.1f\n", s, n / s, n * ms / 1000 / (w * s), 1e6 * (b - i) / n }'
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
    python3 "$here/dispatch_pool.py" "$1" "$2" "$disk/pool.db"
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

median()
{
    sort -g | awk '{ x[NR] = $1 } END { if (NR) print x[int((NR + 1) / 2)]; else print "-" }'
}

echo "load before: $(cut -d ' ' -f 1-3 /proc/loadavg); $(nproc) cores; $(df --output=fstype "$disk" | tail -n 1)"
printf '%-28s %6s %8s %10s %11s %8s\n' "" ms jobs "jobs/s" efficiency "cpu us"
while read -r ms jobs; do
    for _ in $(seq "$rounds"); do
        for who in durable memory mpi4py pool parallel; do
            measure_$who "$jobs" "$ms" >>"$disk/$who.$ms" 2>/dev/null
        done
    done
    while read -r who name; do
        printf '%-28s %6d %8d %10s %11s %8s\n' "$name" "$ms" "$jobs" \
            "$(cut -d ' ' -f 2 "$disk/$who.$ms" | median)" \
            "$(cut -d ' ' -f 3 "$disk/$who.$ms" | median)" \
            "$(cut -d ' ' -s -f 4 "$disk/$who.$ms" | median)"
    done <<'EOF'
durable brainsweep, durable
memory brainsweep, in memory
mpi4py mpi4py.futures, no storage
pool pool, SQLite a row
parallel GNU parallel (200 jobs)
EOF
done <<'EOF'
0 10000
1 4000
10 500
100 60
EOF

echo
echo "many ranks on few cores, jobs of 100 ms: workers, jobs/s, efficiency, cpu us"
for workers in 3 15 63; do
    echo "$workers $(measure_brainsweep "$memory" $((workers * 30)) 100 "$workers" | cut -d ' ' -f 2-4)"
done

echo
sweep 2 10000
rm -f "$memory"/d.db*
echo "a coordinator that waits: $(coordinate "$memory" 2 | awk '{ printf "%.1f", 10 * $1 }') % of a core over 10 s, start included"
