/* The program `brainsweep`: finds the command on the command line and runs it. */
#include "base/environment.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "config.h"
#include "mpi/exit_file.h"
#include "run/blas_threads.h"
#include "run/build.h"
#include "text/console.h"

#include <stdio.h>
#include <string.h>

static const char *command_name_at(int i, const void *data)
{
    (void)data;
    return command_at(i) ? command_at(i)->name : NULL;
}

static void print_help(void)
{
    printf("Usage: [mpirun -n N] brainsweep COMMAND ...\n\n"
           "Trains many recurrent networks on cognitive tasks, with and without brain-inspired\n"
           "modular training, and writes the results to one SQLite file.\n\n"
           "Commands:\n");
    for (int i = 0; command_at(i); i++)
        printf("  %-8s  %s\n", command_at(i)->name, command_at(i)->summary);
    printf("\nbrainsweep help COMMAND describes one command.  The manual pages are brainsweep(1),\n"
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
    char hint[SUGGEST_SIZE];
    suggest_phrase(hint, name, command_name_at, NULL);
    err_set(&e, ERR_USAGE, "\"%s\" is no command%s; see brainsweep --help", name, hint);
    return command_fail(&e);
}

/* The options are read before MPI starts, so that --help and wrong options need no other rank.
   Only the first rank prints an error that every rank would report. */
static int run_words(const struct command *command, int argc, char **words, char *const *argv)
{
    struct err e = {0};
    struct options options;
    console_mute(environment_launcher().task > 0);
    int code = options_read(command, argc, words, &options, &e);
    int exit_code = code ? command_fail(&e) : EXIT_DONE;
    console_mute(0);
    options.command_line = argv;
    if (!code && !options.help)
        return command->run(&options);
    return command->on_all_ranks ? exit_file(NULL, exit_code) : exit_code;
}

/* Reading the options splits the words in place, so this function works on a copy: `run` may have
   to pass the original command line on. */
static int run_command(const struct command *command, int argc, char **argv)
{
    struct err e = {0};
    size_t size = 0, used = 0;
    for (int i = 1; i < argc; i++)
        size += strlen(argv[i]) + 1;
    char *text = mem_array(size, 1), **words = mem_array((size_t)argc, sizeof *words);
    int exit_code;
    for (int i = 1; text && words && i < argc; i++) {
        words[i - 1] = strcpy(text + used, argv[i]);
        used += strlen(argv[i]) + 1;
    }
    if (text && words) {
        exit_code = run_words(command, argc - 1, words, argv);
    } else {
        err_set(&e, ERR_MEMORY, "out of memory");
        exit_code = command_fail(&e);
    }
    mem_free(words);
    mem_free(text);
    return exit_code;
}

static int run(int argc, char **argv)
{
    struct err e = {0};
    if (argc < 2) {
        err_set(&e, ERR_USAGE, "expected a command; see brainsweep --help");
        return command_fail(&e);
    }
    if (!strcmp(argv[1], "help") && argc > 2) {
        const struct command *about = command_find(argv[2]);
        if (!about)
            return unknown(argv[2]);
        options_help(about);
        return flushed(EXIT_DONE);
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        print_help();
        return flushed(EXIT_DONE);
    }
    if (!strcmp(argv[1], "--version")) {
        printf("brainsweep %s\n", build_text());
        return flushed(EXIT_DONE);
    }
    const struct command *command = command_find(argv[1]);
    return command ? flushed(run_command(command, argc, argv)) : unknown(argv[1]);
}

int main(int argc, char **argv)
{
    blas_threads_forbid(argv);
    int rank = environment_launcher().task;
    console_start(rank);
    const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;
    if (rank > 0 && !(command && command->on_all_ranks))
        return EXIT_DONE;
    if (rank > 0 && !freopen("/dev/null", "w", stdout)) /* only rank 0 prints */
        return EXIT_STORE;
    return run(argc, argv);
}
