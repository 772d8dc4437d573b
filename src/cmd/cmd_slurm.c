/* The command `slurm`: prints a batch script that runs a sweep under Slurm. */
#include "base/log.h"
#include "base/mem.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "cmd/sweep_request.h"
#include "mpi/launcher.h"
#include "sweep/sweep.h"
#include "text/console.h"
#include "text/duration.h"
#include "text/printable.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- quoting for a shell ---- */

static int is_plain(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "/._-+=:,@%";
    return *text && strspn(text, plain) == strlen(text);
}

/* Whether the text has characters that control a terminal or end a line. */
static int has_control(const char *text)
{
    char shown[4 * PATH_MAX];
    return strcmp(printable(shown, sizeof shown, text), text) != 0;
}

/* Prints text so that a shell reads it as one word. */
static void print_word(const char *text)
{
    if (is_plain(text)) {
        printf("%s", text);
        return;
    }
    int is_raw = has_control(text); /* bash reads these in $'...' */
    printf(is_raw ? "$'" : "'");
    for (const char *c = text; *c; c++)
        if (is_raw &&
            (*c == '\'' || *c == '\\' || (unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f))
            printf("\\x%02x", (unsigned char)*c);
        else
            printf(*c == '\'' ? "'\\''" : "%c", *c);
    printf("'");
}

/* Prints text so that sbatch reads it as one word of a directive.  sbatch knows quotes and
   backslashes; a blank ends a word, and '#' ends a line. */
static void print_value(const char *text)
{
    const char *quote = is_plain(text) ? "" : "\"";
    char shown[4 * PATH_MAX];
    printf("%s", quote);
    for (const char *c = printable(shown, sizeof shown, text); *c; c++)
        printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    printf("%s", quote);
}

/* Prints the name of the output file: the name of the sweep and the number of the job.  Replaces
   the characters that sbatch or a path would interpret. */
static void print_output(const char *name, const char *number)
{
    char file[NAME_MAX];
    snprintf(file, sizeof file, "%.200s.%s.log", name, number);
    for (size_t i = 0; i < strlen(name) && i < sizeof file; i++)
        if (strchr("%\\/", file[i]))
            file[i] = '_';
    printf("#SBATCH --output=");
    print_value(file);
    printf("\n");
}

/* Prints the absolute path of this program, which is assumed to be the same on every node. */
static void print_program(void)
{
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    path[size > 0 ? size : 0] = '\0';
    print_word(size > 0 ? path : "brainsweep");
}

/* ---- the script ---- */

static void print_directives(const struct sweep *sweep, const struct options *o, long seconds)
{
    enum { LEAST = 30, MOST = 300 }; /* limits, in seconds, for saving the state */
    long notice = seconds / 10 < LEAST ? LEAST : seconds / 10 > MOST ? MOST : seconds / 10;
    const char *number = o->shards ? "%A.%a" : "%j";
    printf("#SBATCH --job-name=");
    print_value(sweep_name(sweep));
    printf("\n");
    printf("#SBATCH --nodes=%ld\n", o->nodes);
    printf("#SBATCH --ntasks-per-node=%ld\n", o->tasks);
    printf("#SBATCH --cpus-per-task=1\n");
    printf("#SBATCH --time=%ld-%02ld:%02ld:%02ld\n", seconds / 86400, seconds / 3600 % 24,
           seconds / 60 % 60, seconds % 60);
    if (o->partition)
        printable_line("#SBATCH --partition=%s", o->partition);
    if (o->shards)
        printf("#SBATCH --array=1-%ld\n", o->shards);
    printf("#SBATCH --signal=B:USR1@%ld\n", notice);
    print_output(sweep_name(sweep), number);
    printf("#SBATCH --open-mode=append\n");
    printf("#SBATCH --requeue\n");
    for (size_t i = 0; i < o->sbatch_count; i++)
        printable_line("#SBATCH %s", o->sbatch[i]);
}

/* Prints db=FILE. Each shard has its own file, with the number of the shard before the ending
   .db. */
static void print_database(const struct sweep *sweep, const struct options *o)
{
    char path[PATH_MAX];
    sweep_request_database(sweep, o, path, sizeof path);
    size_t length = strlen(path);
    if (o->shards && length > 3 && !strcmp(path + length - 3, ".db"))
        path[length - 3] = '\0';
    printf("db=");
    print_word(path);
    printf("%s\n", o->shards ? ".$SLURM_ARRAY_TASK_ID.db" : "");
}

static void print_time(const char *option, double seconds, double otherwise)
{
    if (seconds != otherwise)
        printf(" %s %.15g", option, seconds);
}

static void print_run(const struct options *o)
{
    const struct options defaults = options_defaults();
    printf("mpirun --enable-recovery ");
    print_program();
    printf(" run ");
    print_word(o->arguments[0]);
    printf(" --db \"$db\"");
    if (o->shards)
        printf(" --shard \"$SLURM_ARRAY_TASK_ID/%ld\"", o->shards);
    for (size_t i = 0; i < o->set_count; i++) {
        printf(" --set %s=", o->sets[i].key);
        print_word(o->sets[i].value);
    }
    print_time("--checkpoint-every", o->checkpoint_every, defaults.checkpoint_every);
    print_time("--worker-timeout", o->worker_timeout, defaults.worker_timeout);
    print_time("--snapshot-every", o->snapshot_every, defaults.snapshot_every);
    if (o->max_fails) {
        printf(" --max-fails ");
        print_word(o->max_fails);
    }
    printf(" &\n");
}

static const char threads[] = "\n# One thread per rank.\n"
                              "export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1\n\n";

static const char before[] =
    "rm -f \"$db.exit\"\n\n"
    "# Before the time limit Slurm sends USR1 to this shell only.  mpirun passes it on, and the "
    "run\n"
    "# saves its state.  With recovery the other ranks go on when one dies.\n";

static const char after[] = "run=$!\n"
                            "trap 'again=1; kill -USR1 $run 2>/dev/null' USR1\n"
                            "trap 'again=1; ending=1' TERM\n"
                            "again=1 ending=0\n"
                            "while test $again = 1; do # a trap interrupts `wait`\n"
                            "    again=0\n"
                            "    wait $run\n"
                            "    code=$?\n"
                            "done\n\n"
                            "# With recovery mpirun always returns 0: the run writes its exit code "
                            "to a file.  Without the\n"
                            "# file the run did not reach its end.\n"
                            "if test -s \"$db.exit\"; then\n"
                            "    read -r code <\"$db.exit\"\n"
                            "elif test $code = 0; then\n"
                            "    code=4\n"
                            "fi\n\n"
                            "# Ended by Slurm, which decides whether the job is requeued "
                            "(preemption) or not (scancel) and\n"
                            "# expects the script to be alive until then.\n"
                            "while test $ending = 1 && test $code != 0; do\n"
                            "    sleep 1\n"
                            "done\n\n"
                            "# 75: stopped with work left.  The same script continues it.\n"
                            "if test $code = 75; then\n"
                            "    scontrol requeue \"$SLURM_JOB_ID\"\n"
                            "fi\n"
                            "exit $code\n";

static void print_script(const struct sweep *sweep, const struct options *o, long seconds)
{
    printf("#!/bin/bash\n");
    print_directives(sweep, o, seconds);
    printf("%s", threads);
    print_database(sweep, o);
    printf("%s", before);
    print_run(o);
    printf("%s", after);
}

/* ---- the command ---- */

static int check(const struct options *o, double *seconds, struct err *e)
{
    const double least = 60;
    const struct launcher_kind *kind = launcher_kind();
    if (!kind->can_recover) /* the script needs recovery, and an mpirun that forwards signals */
        return err_set(
            e, ERR_ENVIRONMENT,
            "the script is for Open MPI's mpirun, and this program is built with %s; in a "
            "script of your own, start \"srun %s brainsweep run ...\" and repeat it "
            "while its exit code is 75",
            kind->mpi, kind->srun);
    if (!o->tasks)
        return err_set(e, ERR_USAGE, "expected --ntasks-per-node N, one rank per core");
    if (!o->time)
        return err_set(e, ERR_USAGE, "expected --time TIME, such as 8:00:00 or 2-12:00:00");
    int code = duration_parse(o->time, seconds, e);
    if (code)
        return err_prefix(e, "--time");
    if (*seconds < least)
        return err_set(e, ERR_USAGE, "--time %s: Slurm counts in minutes; expected at least one",
                       o->time);
    return 0;
}

static int run(struct options *options)
{
    struct err e = {0};
    struct sweep *sweep = NULL;
    double seconds;
    int code = check(options, &seconds, &e);
    if (!code)
        code = sweep_request_sweep(&sweep, options, 1, &e);
    if (code)
        return command_fail(&e);
    if (options->nodes * options->tasks == 1)
        log_warning(
            "with a single rank the jobs run one after the other; one of several ranks only "
            "coordinates, so W workers need W + 1 ranks");
    print_script(sweep, options, (long)seconds);
    sweep_free(sweep);
    return EXIT_DONE;
}

const struct command command_slurm = {
    .name = "slurm",
    .arguments = "SWEEP --ntasks-per-node N --time TIME [OPTION]...",
    .summary = "print a batch script for Slurm that runs a sweep to its end",
    .help =
        "Prints a script for sbatch.  Before the time limit the run saves its state and the "
        "script\n"
        "puts its job back into the queue, until the sweep is done.  When a rank dies, the others\n"
        "go on.  With --shards it is a job array whose tasks each run a part of the sweep into a\n"
        "database of their own; `brainsweep merge` joins these.\n\n"
        "Example: brainsweep slurm paper.sweep --nodes 4 --ntasks-per-node 32 --time 12:00:00 "
        ">job &&\n"
        "         sbatch job\n",
    .minimum = 1,
    .maximum = 1,
    .options = OPTION_NODES | OPTION_TASKS | OPTION_TIME | OPTION_PARTITION | OPTION_SHARDS |
               OPTION_SBATCH | OPTION_DB | OPTION_SET | OPTION_CHECKPOINT_EVERY |
               OPTION_WORKER_TIMEOUT | OPTION_SNAPSHOT_EVERY | OPTION_MAX_FAILS,
    .run = run,
};
