#!/bin/sh
# lint.sh - what `make lint` runs, with the compiler's flags as arguments: formatting, clang-tidy,
# cppcheck over all C files.  A tool that is missing is named and left out.
: "${srcdir:=.}"
build=$PWD
cd "$srcdir" || exit 1
files=$(find lib jobs src tests bench -name '*.c' 2>/dev/null | sort)
headers=$(find lib jobs src tests bench -name '*.h' 2>/dev/null | sort)
status=0

# The compiler's flags with -I. and the like meaning the build directory.
flags=
for flag in "$@"; do
    case $flag in
    -I/*) ;;
    -I*) flag=-I$build/${flag#-I} ;;
    esac
    flags="$flags $flag"
done

# lint TOOL ARGUMENTS...: runs it where it is installed, and keeps in mind that it failed.
lint()
{
    if ! command -v "$1" >/dev/null; then
        echo "lint: $1 is not installed, left out"
        return
    fi
    echo "lint: $1"
    "$@" || status=1
}

# shellcheck disable=SC2086 # lists of names without blanks
{
    lint clang-format --dry-run -Werror $files $headers
    lint clang-tidy --quiet $files -- $flags
    lint cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --language=c \
        --enable=warning,performance,portability --suppress=missingIncludeSystem $files
}
exit $status
