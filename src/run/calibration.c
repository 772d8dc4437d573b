#include "run/calibration.h"

#include "base/clock.h"
#include "jobs/job.h"
#include "math/mat.h"

#include <time.h>

/* The calibration ends after enough seconds and steps, or after most_seconds with fewer steps. */
static const double enough_seconds = 0.2, most_seconds = 0.8;
enum { ENOUGH_STEPS = 8 };

/* Jobs above these limits are not calibrated: one step would take seconds on any machine, or the
   memory would cost more than a calibration is worth. */
static const double most_work = 20e9, most_memory = 2e9;

struct clocked {
    double moment;      /* when the first step ended */
    double first, last; /* processor time at that moment and after the latest step */
    int64_t steps;      /* between these two times */
    int begun;
};

/* Processor time of this process, which has one thread; other processes do not count. */
static double processor_time(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* The first step does not count, because it starts with cold caches and untouched memory. */
static enum job_wish count_step(int64_t done, int64_t total, const struct result *so_far,
                                void *data)
{
    (void)total;
    (void)so_far;
    struct clocked *c = data;
    c->last = processor_time();
    if (!c->begun) {
        c->begun = 1;
        c->first = c->last;
        c->moment = clock_now();
        c->steps = -done;
    }
    int64_t steps = c->steps + done;
    double seconds = clock_now() - c->moment;
    int over = seconds > most_seconds || (seconds > enough_seconds && steps >= ENOUGH_STEPS);
    if (!over && done < total)
        return JOB_GO_ON;
    c->steps = steps;
    return JOB_STOP;
}

double calibration_rate(const struct spec *spec)
{
    const struct experiment *x = spec->experiment;
    struct clocked clocked = {0};
    struct job_context context = {.progress = count_step, .data = &clocked};
    struct result *result = NULL;
    if (!x->step_work || x->step_work(spec) > most_work || x->memory(spec) > most_memory)
        return 0;
    mat_single_thread();
    if (!job_run(spec, &context, &result, NULL))
        result_free(result);
    double seconds = clocked.last - clocked.first;
    return clocked.steps > 0 && seconds > 0 ? x->step_work(spec) * (double)clocked.steps / seconds
                                            : 0;
}
