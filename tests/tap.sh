# tap.sh - the Test Anything Protocol for the .test scripts, which source it:
#
#     . "$srcdir/tests/tap.sh"
#     try "what is expected" command ...     ok when the command succeeds; else its output is shown
#     skip "what is expected" "why not"      a point that cannot be tried here
#     skip_all "why"                         the whole script, before any point; ends it
#     finish                                 the last line: prints the plan
#
#     mpi N command ...                      runs it on N ranks; fails with 77 without a launcher
#     mpi N "$recorded" ...                  runs brainsweep; process ids go to $scratch/pid.RANK and
#                                            $scratch/pid.launcher
#     alive PID                              whether that process runs
#     $scratch                               a directory of the script's own, removed at its end
#
# `make check` sets srcdir, BRAINSWEEP, MPIRUN, NM and SANITIZERS; the present directory is the build's.
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

# not_ok SENTENCE: what is on stdin is shown as the reason.
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

# Open MPI keeps memory to its end, which LeakSanitizer would call a failure of ours.
mpi()
{
    ranks=$1
    shift
    test -n "$MPIRUN" || return 77
    ASAN_OPTIONS=detect_leaks=0 "$MPIRUN" -n "$ranks" "$@"
}

recorded=$scratch/recorded
cat >"$recorded" <<END
#!/bin/sh
echo \$\$ >"$scratch/pid.\${OMPI_COMM_WORLD_RANK:-\$PMI_RANK}"
echo \$PPID >"$scratch/pid.launcher"
exec "$BRAINSWEEP" "\$@"
END
chmod +x "$recorded"

# A process that has ended but that nobody has waited for has no command line.
alive()
{
    test -n "$(tr -d '\0' 2>/dev/null <"/proc/$1/cmdline")"
}
