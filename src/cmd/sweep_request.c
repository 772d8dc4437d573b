#include "cmd/sweep_request.h"

#include "base/mem.h"
#include "jobs/job.h"
#include "text/console.h"

#include <stdio.h>
#include <unistd.h>

double sweep_request_machine_memory(void)
{
    return (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
}

static size_t largest_job(const struct sweep *sweep, double *bytes)
{
    const struct experiment *experiment = sweep_experiment(sweep);
    size_t largest = 0;
    *bytes = 0;
    for (size_t i = 0; i < sweep_count(sweep); i++) {
        double needed = experiment->memory(sweep_spec(sweep, i));
        if (needed > *bytes) {
            *bytes = needed;
            largest = i;
        }
    }
    return largest;
}

double sweep_request_memory(const struct sweep *sweep, size_t *job)
{
    double bytes;
    *job = largest_job(sweep, &bytes);
    return bytes;
}

static int check_memory(const struct sweep *sweep, const char *path, int workers, struct err *e)
{
    double needed, there = sweep_request_machine_memory();
    size_t job = largest_job(sweep, &needed);
    if (needed * workers <= there)
        return 0;
    char one[32], machine[32], all[64] = "";
    if (workers > 1)
        snprintf(all, sizeof all, " for each of %d workers", workers);
    char *spec = spec_canonical(sweep_spec(sweep, job));
    err_set(e, ERR_SWEEP,
            "%s: the job \"%.200s\" needs %s of memory%s, and this machine has %s; use a smaller "
            "grid or batch",
            path, spec ? spec : "", console_bytes(needed, one), all, console_bytes(there, machine));
    mem_free(spec);
    return ERR_SWEEP;
}

int sweep_request_sweep(struct sweep **sweep, const struct options *options, int workers,
                        struct err *e)
{
    const char *path = options->arguments[0];
    int code = sweep_read(sweep, path, options->sets, options->set_count, job_experiments(), e);
    if (code)
        return code;
    if (options->shard)
        code = sweep_keep_shard(*sweep, (size_t)options->shard, (size_t)options->shards, e);
    if (!code)
        code = check_memory(*sweep, path, workers, e);
    if (code) {
        sweep_free(*sweep);
        *sweep = NULL;
    }
    return code;
}

static int has_any(const struct sweep *sweep, const struct sweep_only *only)
{
    for (size_t i = 0; i < sweep_count(sweep); i++)
        if (sweep_only_has(only, sweep_spec(sweep, i)))
            return 1;
    return 0;
}

int sweep_request_only(struct sweep_only **only, const struct sweep *sweep,
                       const struct options *options, struct err *e)
{
    *only = NULL;
    int code = options->only ? sweep_only_read(only, options->only, sweep_experiment(sweep), e) : 0;
    if (!code && *only && !options->shard && !has_any(sweep, *only)) {
        sweep_only_free(*only);
        *only = NULL;
        code = err_set(e, ERR_USAGE, "no job of the sweep has these values");
    }
    return code ? err_prefix(e, "--only") : 0;
}

void sweep_request_database(const struct sweep *sweep, const struct options *options, char *out,
                            size_t size)
{
    if (options->db)
        snprintf(out, size, "%s", options->db);
    else
        snprintf(out, size, "%s.db", sweep_name(sweep));
}
