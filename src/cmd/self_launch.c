#define _GNU_SOURCE /* sched_getaffinity, sigtimedwait */
#include "cmd/self_launch.h"

#include "base/environment.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/sweep_request.h"
#include "mpi/launcher.h"
#include "sweep/sweep_only.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- number of workers ---- */

static int core_count(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
}

static int default_workers(int *workers, struct err *e)
{
    const char *text = environment_jobs();
    struct value v;
    *workers = core_count();
    if (!*text)
        return 0;
    if (value_parse(VALUE_INT, text, &v, NULL) || v.as.i < 1 || v.as.i > INT_MAX)
        return err_set(e, ERR_USAGE, "BRAINSWEEP_JOBS=%s: expected the number of workers", text);
    *workers = (int)v.as.i;
    return 0;
}

static int refuse_jobs(const struct options *options, const char *where, const char *instead,
                       struct err *e)
{
    return options->workers
               ? err_set(e, ERR_USAGE, "--jobs %ld: %s; %s", options->workers, where, instead)
               : 0;
}

/* Limits the workers to the number of jobs to run.  Unless the user gave a number of workers,
   limits them also to what the memory of the machine can hold. */
static int limit_workers(const struct options *options, int *workers, struct err *e)
{
    struct sweep *sweep = NULL;
    size_t largest, wanted = 0;
    struct sweep_only *only = NULL;
    int code = sweep_request_sweep(&sweep, options, 1, e);
    if (!code && options->only)
        code = sweep_only_read(&only, options->only, sweep_experiment(sweep), e);
    for (size_t i = 0; !code && i < sweep_count(sweep); i++)
        wanted += !only || sweep_only_has(only, sweep_spec(sweep, i));
    if (!code && wanted < (size_t)*workers)
        *workers = (int)wanted;
    double needed = code ? 0 : sweep_request_memory(sweep, &largest);
    if (!code && !options->workers && needed * *workers > sweep_request_machine_memory())
        *workers = (int)(sweep_request_machine_memory() / needed);
    sweep_only_free(only);
    sweep_free(sweep);
    return code;
}

/* *workers = 0: this process does the run itself. */
static int choose_workers(const struct options *options, int *workers, struct err *e)
{
    struct launcher launcher = environment_launcher();
    *workers = 0;
    if (*environment_exit_file()) /* this module has started this process */
        return 0;
    if (strcmp(launcher.name, "none"))
        return refuse_jobs(options, "the launcher has set the number of ranks",
                           "choose it there, as in mpirun -n 9", e);
    if (*environment_slurm_job())
        return refuse_jobs(options, "in a Slurm job a launcher sets the number of ranks",
                           "use mpirun or srun, or the script of brainsweep slurm", e);
    int code = options->workers ? 0 : default_workers(workers, e);
    if (options->workers)
        *workers = options->workers > INT_MAX ? INT_MAX : (int)options->workers;
    return code || *workers <= 1 ? code : limit_workers(options, workers, e);
}

/* ---- mpirun ---- */

struct launch {
    char *const *command_line; /* from the program's name on; ends with NULL */
    int workers;
    char program[PATH_MAX];   /* the path of this program */
    char exit_file[PATH_MAX]; /* where rank 0 leaves its process id and its exit code */
    pid_t pid;                /* of mpirun */
    int interrupts;           /* number of SIGINT received */
    int asked, told;          /* whether a stop was requested; whether rank 0 was told */
};

/* The words of mpirun, its options, and this program with its arguments; NULL if there is no
   memory.  Nobody frees them, because the child process that uses them does not return. */
static const char **make_words(const struct launch *l, const char *ranks)
{
    const struct launcher_kind *kind = launcher_kind();
    enum { HEAD = 4 + sizeof kind->words / sizeof kind->words[0] };
    size_t n = 0, count = 0;
    while (l->command_line[n])
        n++;
    const char **words = mem_array(HEAD + n, sizeof *words);
    if (!words)
        return NULL;
    words[count++] = kind->program;
    words[count++] = "-n";
    words[count++] = ranks;
    for (size_t i = 0; kind->words[i]; i++)
        words[count++] = kind->words[i];
    words[count++] = l->program;
    for (size_t i = 1; i < n; i++)
        words[count++] = l->command_line[i];
    return words;
}

/* Runs in the child process.  Returns only if mpirun cannot be started. */
static void become_mpirun(const struct launch *l, pid_t parent)
{
    char ranks[24];
    sigset_t none;
    snprintf(ranks, sizeof ranks, "%d", l->workers + 1);
    const char **words = make_words(l, ranks);
    int input = open("/dev/null", O_RDONLY);
    if (input >= 0)
        dup2(input, STDIN_FILENO); /* otherwise mpirun would read the terminal's input */
    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    environment_set_for_mpirun(l->exit_file);
    if (words && getppid() == parent)
        execvp(words[0], (char *const *)words);
}

static int start(struct launch *l, struct err *e)
{
    ssize_t size = readlink("/proc/self/exe", l->program, sizeof l->program - 1);
    l->program[size > 0 ? size : 0] = '\0';
    snprintf(l->exit_file, sizeof l->exit_file, "%s/brainsweep.XXXXXX",
             environment_temporary_directory());
    int file = mkstemp(l->exit_file);
    if (file < 0)
        return err_set(e, ERR_ENVIRONMENT,
                       "%s: cannot be created: %s; set TMPDIR to a directory "
                       "that can be written, or use --jobs 1",
                       l->exit_file, strerror(errno));
    close(file);
    pid_t parent = getpid();
    l->pid = fork();
    if (l->pid == 0) {
        become_mpirun(l, parent);
        _exit(127);
    }
    return l->pid > 0 ? 0
                      : err_set(e, ERR_ENVIRONMENT, "%s cannot be started: %s",
                                launcher_kind()->program, strerror(errno));
}

/* Reads what rank 0 has written so far; *rank0 is 0 and *exit_code is -1 as long as they are
   missing. */
static void read_exit_file(const struct launch *l, pid_t *rank0, int *exit_code)
{
    long pid = 0;
    FILE *in = fopen(l->exit_file, "r");
    *exit_code = -1;
    if (in && fscanf(in, "%ld %d", &pid, exit_code) < 2)
        *exit_code = -1;
    *rank0 = (pid_t)pid;
    if (in)
        fclose(in);
}

/* ---- waiting for the end ---- */

/* Forwards the first request to stop to rank 0, as soon as its process id is known.  A second
   SIGINT ends the run at once. */
static void take_signal(struct launch *l, int number)
{
    if (number == SIGINT && ++l->interrupts > 1)
        kill(l->pid, SIGTERM);
    if (number != SIGCHLD)
        l->asked = 1;
}

static void pass_on(struct launch *l)
{
    pid_t rank0;
    int exit_code;
    if (!l->asked || l->told)
        return;
    read_exit_file(l, &rank0, &exit_code);
    if (rank0 > 0)
        l->told = !kill(rank0, SIGUSR1);
}

static int wait_for_end(struct launch *l)
{
    const struct timespec tick = {.tv_nsec = 100000000};
    static const int signals[] = {SIGINT, SIGTERM, SIGUSR1, SIGCHLD};
    struct sigaction hangup;
    int status = 0;
    sigset_t set;
    sigemptyset(&set);
    if (!sigaction(SIGHUP, NULL, &hangup) && hangup.sa_handler != SIG_IGN) /* ignored under nohup */
        sigaddset(&set, SIGHUP);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaddset(&set, signals[i]);
    while (waitpid(l->pid, &status, WNOHANG) != l->pid) {
        int number = sigtimedwait(&set, NULL, &tick);
        if (number > 0)
            take_signal(l, number);
        pass_on(l);
    }
    return status;
}

/* A run without an exit code was ended from outside, or never started. */
static int find_exit_code(const struct launch *l, int status)
{
    pid_t rank0;
    int exit_code;
    read_exit_file(l, &rank0, &exit_code);
    if (exit_code >= 0)
        return exit_code;
    if (l->asked)
        return EXIT_DRAINED;
    log_error("%s ended with %s %d before the run had ended; the same command continues it",
              launcher_kind()->program, WIFSIGNALED(status) ? "signal" : "exit code",
              WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return EXIT_STORE;
}

static int launch(struct launch *l, int *exit_code, struct err *e)
{
    sigset_t all, before;
    sigfillset(&all); /* a request to stop during the start of mpirun stays pending */
    sigprocmask(SIG_BLOCK, &all, &before);
    int code = start(l, e);
    if (!code)
        *exit_code = find_exit_code(l, wait_for_end(l));
    unlink(l->exit_file);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (!code && l->interrupts > 1) { /* ends as a run in a single process does */
        signal(SIGINT, SIG_DFL);
        raise(SIGINT);
    }
    return code ? code : 1;
}

int self_launch(const struct options *options, int *exit_code, struct err *e)
{
    struct launch l = {.command_line = options->command_line};
    int code = choose_workers(options, &l.workers, e);
    if (code || l.workers <= 1)
        return code;
    if (!environment_finds_program(launcher_kind()->program)) {
        log_info("there is no %s in PATH: one process runs the jobs one after the other",
                 launcher_kind()->program);
        return 0;
    }
    return launch(&l, exit_code, e);
}
