#include "cmd/command.h"

#include "base/log.h"

#include <stddef.h>

/* The exit code for each kind of error; everything else is the environment's. */
static int exit_code_of(int code)
{
    static const int usage[] = {ERR_USAGE, ERR_SWEEP, ERR_VALUE};
    for (size_t i = 0; i < sizeof usage / sizeof usage[0]; i++)
        if (code == usage[i])
            return EXIT_USAGE;
    return EXIT_STORE;
}

int command_fail(const struct err *e)
{
    log_error("%s", e->text);
    return exit_code_of(e->code);
}
