#include "jobs/job.h"

#include "base/clock.h"
#include "jobs/cogtasks.h"
#include "jobs/modules.h"
#include "jobs/probe.h"

#include <stdio.h>
#include <string.h>

static const struct job *const jobs[] = {&job_cogtasks, &job_modules, &job_probe};

enum { JOB_COUNT = sizeof jobs / sizeof jobs[0] };

static const struct experiment *const experiments[JOB_COUNT + 1] = {
    &job_cogtasks.experiment, &job_modules.experiment, &job_probe.experiment, NULL};

const struct job *job_at(int i)
{
    return i >= 0 && i < JOB_COUNT ? jobs[i] : NULL;
}

const struct job *job_of(const struct experiment *experiment)
{
    for (int i = 0; i < JOB_COUNT; i++)
        if (&jobs[i]->experiment == experiment)
            return jobs[i];
    return NULL;
}

const struct experiment *const *job_experiments(void)
{
    return experiments;
}

enum job_wish job_report(const struct job_context *context, int64_t done, int64_t total,
                         const struct result *so_far)
{
    return context && context->progress ? context->progress(done, total, so_far, context->data)
                                        : JOB_GO_ON;
}

int job_run(const struct spec *spec, const struct job_context *context, struct result **result,
            struct err *e)
{
    *result = NULL;
    struct result *r = NULL;
    int code = result_new(&r, spec->experiment, e);
    if (code)
        return code;

    double start = clock_now();
    struct err why = {0};
    code = job_of(spec->experiment)->run(spec, context, r, &why);
    if (code == ERR_STOPPED) {
        result_free(r);
        return err_set(e, ERR_STOPPED, "%s", why.text);
    }
    if (code) { /* one bad job is a row, never the end of a sweep */
        r->outcome = OUTCOME_FAILED;
        snprintf(r->message, sizeof r->message, "%s", why.text);
    }
    r->seconds = clock_now() - start;
    *result = r;
    return 0;
}

int job_measure(const struct spec *spec, const struct result *stored,
                const struct job_context *context, struct result **result, struct err *e)
{
    const struct job *job = job_of(spec->experiment);
    struct result *r = NULL;
    *result = NULL;
    if (!job->measure)
        return err_set(e, ERR_USAGE, "jobs of %s cannot be measured again without running them",
                       spec->experiment->name);
    int code = result_new(&r, spec->experiment, e);
    if (!code)
        code = job->measure(spec, stored, context, r, e);
    if (code) {
        result_free(r);
        return code;
    }
    r->seconds = stored->seconds;
    *result = r;
    return 0;
}
