#include "cmd/command.h"

#include "base/log.h"

#include <stddef.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_plan,   &command_run,    &command_one,     &command_status,
    &command_show,   &command_pareto, &command_compare, &command_verify,
    &command_report, &command_export, &command_measure, &command_merge,
    &command_slurm,  &command_doctor, &command_tasks,   &command_complete,
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

const struct command *command_at(int i)
{
    return i < COMMAND_COUNT ? commands[i] : NULL;
}

const struct command *command_find(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (!strcmp(name, commands[i]->name))
            return commands[i];
    return NULL;
}

/* The exit code for each kind of error; all other kinds count as errors of the environment. */
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
