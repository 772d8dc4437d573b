# tap.sh - the Test Anything Protocol for the .test scripts, which source it:
#
#     . "$srcdir/tests/tap.sh"
#     try "what is expected" command ...     ok when the command succeeds; else its output is shown
#     skip "what is expected" "why not"      a test point that cannot be run here
#     skip_all "why"                         the whole script, before any point; ends it
#     finish                                 the last line: prints the plan
#
#     mpi N command ...                      runs it on N ranks; fails with 77 without a launcher
#     guarded PID                            waits for an mpirun that was started in the background
#     ranks_of PID, kill_family PID          list, kill the processes of a run
#     $scratch                               a directory of the script's own, removed at its end
#
# `make check` sets srcdir, BRAINSWEEP, MPIRUN, NM and SANITIZERS; the current directory is the
# build directory.
#
# shellcheck shell=sh

: "${srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
points=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/brainsweep.XXXXXX") || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM

ok()
{
    points=$((points + 1))
    echo "ok $points - $1"
}

# not_ok SENTENCE: shows its stdin as the reason.
not_ok()
{
    points=$((points + 1))
    echo "not ok $points - $1"
    sed 's/^/# /'
}

try()
{
    what=$1
    shift
    if "$@" >"$scratch/try" 2>&1; then
        ok "$what"
    else
        not_ok "$what" <"$scratch/try"
    fi
}

skip()
{
    points=$((points + 1))
    echo "ok $points - $1 # SKIP $2"
}

skip_all()
{
    echo "1..0 # SKIP $1"
    exit 0
}

finish()
{
    echo "1..$points"
}

# family PID: that process and all its descendants, each as "pid state command children".
family()
{
    ps -eo pid=,ppid=,stat=,comm= | awk -v root="$1" '
        { parent[$1] = $2; state[$1] = $3; name[$1] = $4; if ($3 !~ /^Z/) children[$2]++; order[NR] = $1 }
        function is_of(pid) { while (pid > 1 && pid != root) pid = parent[pid]; return pid == root }
        END {
            for (i = 1; i <= NR; i++)
                if (is_of(order[i]))
                    print order[i], state[order[i]], name[order[i]], children[order[i]] + 0
        }'
}

# ranks_of PID: the working processes of a run, in the order of ranks (their IDs need not
# ascend).  Each rank has another process, which only waits for it.  PID is that of mpirun, of a
# shell that waits for it, or of the program.
ranks_of()
{
    family "$1" | awk '$2 !~ /^Z/ && $3 ~ /brainsweep/ && $4 == 0 { print $1 }' | while read -r pid; do
        rank=$(tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | sed -n 's/^\(OMPI_COMM_WORLD\|PMI\)_RANK=//p')
        echo "${rank:-0} $pid"
    done | sort -n | cut -d ' ' -f 2
}

# kill_family PID: sends SIGKILL to all processes of a run at once, as a time limit or a power cut
# does.
kill_family()
{
    # shellcheck disable=SC2046 # a word a process
    kill -KILL $(family "$1" | cut -d ' ' -f 1) 2>/dev/null
    wait "$1" 2>/dev/null
}

# guarded PID: waits for an mpirun and returns its exit code.  mpirun sometimes hangs after all of
# its ranks have ended; it is killed after ten seconds without a living rank.
guarded()
{
    polls=0
    lonely=0
    while kill -0 "$1" 2>/dev/null && test "$lonely" -lt 5; do
        sleep 0.1
        polls=$((polls + 1))
        test $((polls % 20)) = 0 || continue
        lonely=$((lonely + 1))
        test -z "$(ranks_of "$1")" || lonely=0
    done
    test "$lonely" -lt 5 || kill_family "$1"
    wait "$1"
}

# Open MPI does not free all memory, which LeakSanitizer would report as an error of this program.
mpi()
{
    ranks=$1
    shift
    test -n "$MPIRUN" || return 77
    ASAN_OPTIONS=detect_leaks=0 "$MPIRUN" -n "$ranks" "$@" &
    guarded $!
}
