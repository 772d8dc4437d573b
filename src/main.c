#include "command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

int command_fail(const struct err *e)
{
    fprintf(stderr, "brainsweep: %s\n", e->text);
    return e->code == ERR_USAGE || e->code == ERR_VALUE ? EXIT_USAGE : EXIT_STORE;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a closed pipe shows as a failed write */
    if (argc > 1 && strcmp(argv[1], command_tasks.name) == 0)
        return command_tasks.run(argc - 1, argv + 1);
    fputs("usage: brainsweep tasks ...\n", stderr);
    return EXIT_USAGE;
}
