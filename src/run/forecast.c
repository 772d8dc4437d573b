#include "run/forecast.h"

#include "base/clock.h"
#include "base/mem.h"
#include "record/runtime_model.h"

#include <math.h>

/* At the start, the forecast learns from at most the latest LEARNED_MOST jobs.  When the number of
   learned jobs has grown by the factor LEARNED_GROWTH, it fits the model and predicts all jobs
   again.  That takes at most 1/SHARE of the time. */
enum { LEARNED_MOST = 20000, LEARNED_GROWTH = 4, SHARE = 20 };

struct forecast {
    const struct experiment *const *experiments;
    const struct experiment *experiment;
    const struct store_job *jobs; /* (count) */
    double *seconds;              /* (count), expected remaining time of each */
    struct runtime_model *cost;
    int64_t next;       /* the number of learned jobs at which to predict again, */
    double next_moment; /* but not before this time */
};

static int learn_row(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    struct forecast *f = data;
    struct spec *spec;
    /* a spec that cannot be read, for example for lack of memory, is skipped */
    if (row->values[1].type != VALUE_REAL ||
        spec_parse(&spec, row->values[0].as.text, f->experiments, NULL))
        return 0;
    forecast_learn(f, spec, row->values[1].as.x);
    spec_free(spec);
    return 0;
}

static double expect(size_t i, const void *data)
{
    const struct forecast *f = data;
    struct spec *spec;
    if (spec_parse(&spec, f->jobs[i].spec, f->experiments, NULL))
        return f->seconds[i];
    f->seconds[i] = fmax(runtime_model_predict(f->cost, spec) - f->jobs[i].seconds, 0);
    spec_free(spec);
    return f->seconds[i];
}

int forecast_new(struct forecast **forecast, struct store *store,
                 const struct experiment *const *experiments, const struct experiment *experiment,
                 const struct store_job *jobs, size_t count, struct err *e)
{
    *forecast = NULL;
    struct forecast *f = mem_array(1, sizeof *f);
    if (f)
        f->seconds = mem_array(count, sizeof *f->seconds);
    if (!f || !f->seconds) {
        mem_free(f);
        return err_set(e, ERR_MEMORY, "no memory for %zu jobs", count);
    }
    f->experiments = experiments;
    f->experiment = experiment;
    f->jobs = jobs;
    int code = runtime_model_new(&f->cost, experiment, e);
    if (!code)
        code = store_each_time(store, experiment, LEARNED_MOST, learn_row, f, e);
    if (code) {
        forecast_free(f);
        return code;
    }
    runtime_model_fit(f->cost);
    for (size_t i = 0; i < count; i++)
        expect(i, f);
    f->next = LEARNED_GROWTH * (runtime_model_learned(f->cost) + 1);
    *forecast = f;
    return 0;
}

void forecast_free(struct forecast *f)
{
    if (!f)
        return;
    runtime_model_free(f->cost);
    mem_free(f->seconds);
    mem_free(f);
}

double forecast_seconds(const struct forecast *f, size_t i)
{
    return f->seconds[i];
}

void forecast_learn(struct forecast *f, const struct spec *spec, double seconds)
{
    if (spec->experiment == f->experiment)
        runtime_model_learn(f->cost, spec, seconds);
}

int forecast_renew(struct forecast *f, struct queue *queue)
{
    double start = clock_now();
    if (runtime_model_learned(f->cost) < f->next || start < f->next_moment)
        return 0;
    runtime_model_fit(f->cost);
    queue_expect(queue, expect, f);
    f->next = LEARNED_GROWTH * (runtime_model_learned(f->cost) + 1);
    double now = clock_now();
    f->next_moment = now + SHARE * (now - start);
    return 1;
}

int64_t forecast_learned(const struct forecast *f)
{
    return runtime_model_learned(f->cost);
}

double forecast_spread(const struct forecast *f)
{
    return runtime_model_spread(f->cost);
}
