#include "cmd/command.h"
#include "config.h"
#include "mpi/transport.h"
#include "record/experiment.h"
#include "run/build.h"
#include "text/console.h"

#include <stdio.h>
#include <string.h>

static const struct command *const commands[] = {
    &command_plan,   &command_run,     &command_one,    &command_status, &command_show,
    &command_pareto, &command_compare, &command_verify, &command_report, &command_export,
    &command_merge,  &command_slurm,   &command_doctor, &command_tasks,
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static const char *command_name_at(int i, const void *data)
{
    (void)data;
    return i < COMMAND_COUNT ? commands[i]->name : NULL;
}

static const struct command *find_command(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (!strcmp(name, commands[i]->name))
            return commands[i];
    return NULL;
}

static void print_help(void)
{
    printf("Usage: [mpirun -n N] brainsweep COMMAND ...\n\n"
           "Trains recurrent networks by the thousand on cognitive tasks, with and without\n"
           "brain-inspired modular training, and keeps what came out in one SQLite file.\n\n"
           "Commands:\n");
    for (int i = 0; i < COMMAND_COUNT; i++)
        printf("  %-8s  %s\n", commands[i]->name, commands[i]->summary);
    printf("\nbrainsweep COMMAND --help tells more; so do the man pages brainsweep(1),\n"
           "brainsweep-sweep(5), brainsweep-experiments(5), brainsweep-db(5) and "
           "brainsweep-sql(5).\n");
}

static int flushed(int exit_code)
{
    struct err e = {0};
    return console_flush(&e) ? command_fail(&e) : exit_code;
}

static int unknown(const char *name)
{
    struct err e = {0};
    const char *nearest = suggest_name(name, command_name_at, NULL);
    err_set(&e, ERR_USAGE, "\"%s\" is no command%s%s%s; see brainsweep --help", name,
            nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
    return command_fail(&e);
}

static int run(int argc, char **argv)
{
    struct err e = {0};
    if (argc < 2) {
        err_set(&e, ERR_USAGE, "expected a command; see brainsweep --help");
        return command_fail(&e);
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        print_help();
        return flushed(EXIT_DONE);
    }
    if (!strcmp(argv[1], "--version")) {
        printf("brainsweep %s\n", build_text());
        return flushed(EXIT_DONE);
    }
    const struct command *command = find_command(argv[1]);
    return command ? flushed(command->run(argc - 1, argv + 1)) : unknown(argv[1]);
}

int main(int argc, char **argv)
{
    int rank = transport_launch_rank();
    console_start(rank);
    const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;
    if (rank > 0 && !(command && command->on_all_ranks))
        return EXIT_DONE;
    if (rank > 0 && !freopen("/dev/null", "w", stdout)) /* what is printed is printed by rank 0 */
        return EXIT_STORE;
    return run(argc, argv);
}
