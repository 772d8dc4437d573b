#!/bin/sh
# lint.sh - what `make lint` runs, with the compiler's flags as arguments: formatting, clang-tidy,
# cppcheck over all C files except those of $left_out, which cannot be compiled here.  A missing
# tool is named and skipped.
: "${srcdir:=.}" "${left_out:=}"
build=$PWD
cd "$srcdir" || exit 1
files=$(find lib jobs src tests -name '*.c' 2>/dev/null | sort)
for file in $left_out; do
    files=$(echo "$files" | grep -vxF "$file")
done
headers=$(find lib jobs src tests -name '*.h' 2>/dev/null | sort)
status=0

# The compiler's flags, with -I. and the like changed to the build directory.
flags=
for flag in "$@"; do
    case $flag in
    -I/*) ;;
    -I*) flag=-I$build/${flag#-I} ;;
    esac
    flags="$flags $flag"
done
export flags

# lint TOOL COMMAND...: runs the command if the tool is installed, and records a failure.
lint()
{
    if ! command -v "$1" >/dev/null; then
        echo "lint: $1 is not installed, left out"
        return
    fi
    echo "lint: $1"
    shift
    "$@" || status=1
}

# Runs on all processors, a few files at a time; shows the output only for files with findings.
tidy()
{
    # shellcheck disable=SC2016 # $@ and $flags are for the inner shell
    printf '%s\n' "$@" | xargs -P "$(nproc 2>/dev/null || echo 1)" -n 4 sh -c '
        found=$(clang-tidy --quiet "$@" -- $flags 2>&1) || { echo "$found"; exit 1; }' sh
}

# The program, its tests and the simulator are checked separately, as the simulator's stand-ins have
# the names of the program's functions.  cppcheck assumes that a loop may not run at all, so that
# what it fills would be uninitialized: suppressed.
check()
{
    for part in '^(lib|jobs|src)/' '^tests/(bench|crash|fuzz|unit)/' '^tests/sim/'; do
        echo "$files" | grep -E "$part" | xargs cppcheck --quiet --error-exitcode=1 --inline-suppr \
            --std=c11 --language=c --enable=warning,performance,portability \
            --suppress=missingIncludeSystem --suppress=uninitvar --suppress=invalidFunctionArg \
            -DHAVE_CONFIG_H -Ilib -I. -Isrc -Itests/unit || return
    done
}

# shellcheck disable=SC2086 # lists of names without blanks
{
    lint clang-format clang-format --dry-run -Werror $files $headers
    lint clang-tidy tidy $files
    lint cppcheck check
}
exit $status
