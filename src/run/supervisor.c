#include "run/supervisor.h"

#include "run/crash_file.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Memory that the supervisor and its child share. */
static struct shared {
    atomic_int has_job;
    atomic_uint beats;
    _Atomic double limit; /* seconds without a heartbeat; 0 = no limit */
    atomic_int kills;
    int64_t attempt;
    char checkpoint[PATH_MAX];
} * shared;

struct supervisor {
    pid_t child, launcher;
    int stopping;       /* a signal has ended the run: later events are no evidence */
    int child_stopped;  /* by SIGSTOP or a similar signal */
    unsigned last_beat; /* of shared->beats */
    double silent;      /* seconds since the last heartbeat */
    int has_told;       /* whether evidence of a hang was written */
    sigset_t signals;   /* to wait for */
};

/* Signals that are forwarded to the child; all but SIGUSR2 end a run. */
static const int handed_on[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

/* ---- the child ---- */

void supervisor_expect_life(double seconds, int kills)
{
    if (!shared)
        return;
    atomic_store(&shared->kills, kills);
    atomic_store(&shared->limit, seconds);
}

void supervisor_beat(void)
{
    if (shared)
        atomic_fetch_add(&shared->beats, 1);
}

void supervisor_begin_job(const char *checkpoint, int64_t attempt)
{
    if (!shared)
        return;
    snprintf(shared->checkpoint, sizeof shared->checkpoint, "%s", checkpoint);
    shared->attempt = attempt;
    atomic_store(&shared->has_job, checkpoint[0] != '\0');
    supervisor_beat();
}

void supervisor_end_job(void)
{
    if (shared)
        atomic_store(&shared->has_job, 0);
}

/* ---- the supervisor ---- */

static void leave_evidence(const struct supervisor *s, const char *how)
{
    if (atomic_load(&shared->has_job) && !s->stopping && getppid() == s->launcher)
        crash_file_write(shared->checkpoint, shared->attempt, how);
}

/* Ends in the same way as the child.  A second core file would only overwrite the first one. */
static _Noreturn void end_like(int status)
{
    if (WIFSIGNALED(status)) {
        int number = WTERMSIG(status);
        sigset_t set;
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(number, SIG_DFL);
        sigemptyset(&set);
        sigaddset(&set, number);
        sigprocmask(SIG_UNBLOCK, &set, NULL);
        raise(number);
        _exit(128 + number);
    }
    _exit(WEXITSTATUS(status));
}

/* The child has ended.  If something is killing all processes of the run one by one, the pause
   gives it time to kill this process too, before it writes evidence against the job. */
static _Noreturn void end_after(const struct supervisor *s, int status)
{
    const struct timespec moment = {.tv_nsec = 20000000};
    char how[CRASH_TEXT_SIZE];
    if (WIFSIGNALED(status))
        snprintf(how, sizeof how, "its process was killed by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(how, sizeof how, "its process ended with exit code %d", WEXITSTATUS(status));
    nanosleep(&moment, NULL);
    leave_evidence(s, how);
    end_like(status);
}

static void look_after_child(struct supervisor *s)
{
    int status;
    while (waitpid(s->child, &status, WNOHANG | WUNTRACED | WCONTINUED) == s->child) {
        if (WIFEXITED(status) || WIFSIGNALED(status))
            end_after(s, status);
        s->child_stopped = WIFSTOPPED(status);
        s->silent = 0;
    }
}

/* Called after each second in which this process was not suspended. */
static void look_for_life(struct supervisor *s, double seconds)
{
    char how[CRASH_TEXT_SIZE];
    unsigned beats = atomic_load(&shared->beats);
    double limit = atomic_load(&shared->limit);
    if (beats != s->last_beat || s->child_stopped)
        s->silent = s->has_told = 0;
    else
        s->silent += seconds;
    s->last_beat = beats;
    if (limit <= 0 || s->silent < limit || s->has_told)
        return;
    snprintf(how, sizeof how, "its process gave no sign of life for %.0f s", s->silent);
    leave_evidence(s, how);
    s->has_told = 1;
    if (atomic_load(&shared->kills)) {
        atomic_store(&shared->has_job, 0); /* the evidence has been written */
        kill(s->child, SIGKILL);
    }
}

/* The terminal and the launcher signal the whole process group; kill(1) signals only this
   process. */
static void hand_on(struct supervisor *s, const siginfo_t *info)
{
    s->stopping |= info->si_signo != SIGUSR2;
    if (info->si_code != SI_KERNEL)
        kill(s->child, info->si_signo);
}

static _Noreturn void supervise(struct supervisor *s)
{
    const double tick = 0.5;
    const struct timespec wait = {.tv_nsec = 500000000};
    for (;;) {
        siginfo_t info;
        int number = sigtimedwait(&s->signals, &info, &wait);
        if (number == SIGCHLD)
            look_after_child(s);
        else if (number > 0)
            hand_on(s, &info);
        else if (errno == EAGAIN)
            look_for_life(s, tick);
    }
}

void supervisor_start(void)
{
    struct supervisor s = {.launcher = getppid()};
    sigset_t before;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        shared = NULL;
        return;
    }
    sigemptyset(&s.signals);
    sigaddset(&s.signals, SIGCHLD);
    for (size_t i = 0; i < sizeof handed_on / sizeof handed_on[0]; i++)
        sigaddset(&s.signals, handed_on[i]);
    sigprocmask(SIG_BLOCK, &s.signals, &before);
    pid_t self = getpid();
    s.child = fork();
    if (s.child > 0)
        supervise(&s);
    if (s.child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != self)
            raise(SIGKILL);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}
