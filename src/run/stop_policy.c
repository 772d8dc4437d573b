#include "run/stop_policy.h"

#include "base/log.h"
#include "run/exit_code.h"
#include "run/signals.h"
#include "text/console.h"

#include <math.h>
#include <stdlib.h>

static int read_max_fails(double *most, const char *text, size_t jobs, struct err *e)
{
    char *end;
    *most = INFINITY;
    if (!text)
        return 0;
    double n = strtod(text, &end);
    int is_share = end != text && *end == '%';
    if (end == text || !(n >= 0) || end[is_share])
        return err_set(e, ERR_USAGE,
                       "--max-fails %s: expected a number of jobs or a share, as 10%%", text);
    *most = is_share ? n / 100 * (double)jobs : n;
    return 0;
}

int stop_policy_read(struct stop_policy *policy, const struct run_config *config, size_t jobs,
                     struct err *e)
{
    policy->checkpoint_every = config->checkpoint_every;
    policy->worker_timeout = config->worker_timeout;
    policy->time = time_limit_start(config->time_limit);
    return read_max_fails(&policy->max_fails, config->max_fails, jobs, e);
}

int stop_policy_is_over(const struct stop_policy *policy, struct ledger_counts counts,
                        double slowest_checkpoint, int *exit_code)
{
    char text[32];
    double left = time_limit_seconds(&policy->time);
    *exit_code = EXIT_DRAINED;
    if (signals_asked()) {
        log_info("asked to stop: running jobs are saved, results are kept");
    } else if (left < time_limit_reserve(&policy->time, slowest_checkpoint)) {
        log_info("%s left: running jobs are saved, results are kept",
                 console_duration(left > 0 ? left : 0, text));
    } else if ((double)counts.failures > policy->max_fails) {
        log_error("%lld jobs failed, more than --max-fails allows: the run ends",
                  (long long)counts.failures);
        *exit_code = EXIT_JOBS;
    } else {
        return 0;
    }
    return 1;
}

void stop_policy_explain(const struct stop_policy *policy, struct ledger_counts counts)
{
    char text[32];
    double left = time_limit_seconds(&policy->time);
    if (counts.waiting)
        log_info("%s left: none of the jobs that wait (%lld) would end in time",
                 console_duration(left > 0 ? left : 0, text), (long long)counts.waiting);
}

double stop_policy_seconds_left(const struct stop_policy *policy, double slowest_checkpoint)
{
    return time_limit_seconds(&policy->time) -
           time_limit_reserve(&policy->time, slowest_checkpoint);
}
