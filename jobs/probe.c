#include "jobs/probe.h"

#include "base/mem.h"
#include "math/rng.h"

#include <signal.h>
#include <string.h>
#include <time.h>

/* Sleeps `ms`, in slices short enough to be asked to stop; less what an earlier attempt slept. */
static int sleep_for(int64_t ms, const struct job_context *context, const struct result *result,
                     struct err *e)
{
    enum { SLICE_MS = 20 };
    int64_t slept = 0;
    if (context && context->saved && context->saved_size == sizeof slept)
        memcpy(&slept, context->saved, sizeof slept);
    while (slept < ms) {
        int64_t slice = ms - slept < SLICE_MS ? ms - slept : SLICE_MS;
        struct timespec t = {.tv_nsec = (long)slice * 1000000};
        nanosleep(&t, NULL);
        slept += slice;
        enum job_wish wish = job_report(context, slept, ms, result);
        if (wish != JOB_GO_ON && context->save)
            context->save(&slept, sizeof slept, context->data);
        if (wish == JOB_STOP)
            return err_set(e, ERR_STOPPED, "asked to stop after %lld ms", (long long)slept);
    }
    return 0;
}

/* ---- the actions: a table ---- */

static int act_sleep(const struct spec *spec, const struct job_context *context,
                     struct result *result, struct err *e)
{
    return sleep_for(spec_int(spec, "ms"), context, result, e);
}

static int act_fail(const struct spec *spec, const struct job_context *context,
                    struct result *result, struct err *e)
{
    int code = act_sleep(spec, context, result, e);
    return code ? code : err_set(e, ERR_JOB, "failed as it was told to");
}

static int act_diverge(const struct spec *spec, const struct job_context *context,
                       struct result *result, struct err *e)
{
    int code = act_sleep(spec, context, result, e);
    result->outcome = OUTCOME_DIVERGED;
    strcpy(result->message, "diverged as it was told to");
    return code;
}

static int act_crash(const struct spec *spec, const struct job_context *context,
                     struct result *result, struct err *e)
{
    int code = act_sleep(spec, context, result, e);
    if (!code)
        raise(SIGKILL);
    return code;
}

static int act_loop(const struct spec *spec, const struct job_context *context,
                    struct result *result, struct err *e)
{
    (void)spec;
    return sleep_for(INT64_MAX / 2, context, result, e);
}

/* Says nothing any more, as a process does that the machine has forgotten. */
static int act_hang(const struct spec *spec, const struct job_context *context,
                    struct result *result, struct err *e)
{
    int code = act_sleep(spec, context, result, e);
    if (code)
        return code;
    for (;;)
        nanosleep(&(struct timespec){.tv_sec = 3600}, NULL);
}

static const struct {
    const char *name;
    int (*act)(const struct spec *, const struct job_context *, struct result *, struct err *);
} actions[] = {
    {"sleep", act_sleep}, {"fail", act_fail}, {"diverge", act_diverge},
    {"crash", act_crash}, {"loop", act_loop}, {"hang", act_hang},
};

/* What a probe "finds" follows from its seed and its handicap: two uniform numbers, a digit, and a
   row of its table. */
static int fill(const struct spec *spec, struct result *result, struct err *e)
{
    struct rng r = rng_at((uint64_t)spec_int(spec, "seed"), RNG_TEST, 0);
    double handicap = spec_real(spec, "handicap");
    double cost = rng_uniform(&r) + handicap, length = rng_uniform(&r) + handicap;
    int digit = (int)rng_below(&r, 10);
    result_set(result, "cost", value_real(cost));
    result_set(result, "length", value_real(length));
    result_set(result, "length_placed", value_real(length / 2));
    result_set(result, "digit", value_int(digit));
    result_set(result, "digit_p", value_real((digit + 1) / 10.0));
    result->steps = 1;
    const struct value row[] = {value_int(0), value_real(cost + length)};
    int code = result_add_row(result, "probe_row", row, e);
    int64_t floats = spec_int(spec, "floats");
    if (!code && floats > 0) {
        float *data = mem_array((size_t)floats, sizeof *data);
        if (!data)
            return err_set(e, ERR_MEMORY, "out of memory for %lld floats", (long long)floats);
        for (int64_t i = 0; i < floats; i++)
            data[i] = rng_uniform(&r);
        code = result_add_array(result, "floats", 1, (int)floats, data, e);
        mem_free(data);
    }
    return code;
}

static int run(const struct spec *spec, const struct job_context *context, struct result *result,
               struct err *e)
{
    const char *name = spec_text(spec, "action");
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].name, name))
            continue;
        int code = actions[i].act(spec, context, result, e);
        return code || result->outcome != OUTCOME_DONE ? code : fill(spec, result, e);
    }
    return err_set(e, ERR_JOB, "no action is called \"%s\"", name);
}

static double work(const struct spec *spec)
{
    return 1e3 + 1e6 * (double)spec_int(spec, "ms");
}

static double memory(const struct spec *spec)
{
    return 4.0 * (double)spec_int(spec, "floats");
}

static const char *const action_names[] = {"sleep", "fail", "diverge", "crash",
                                           "loop",  "hang", NULL};

static const struct parameter parameters[] = {
    {"action", VALUE_TEXT, "sleep", .choices = action_names, .help = "what the probe does"},
    {"ms", VALUE_INT, "0", .min = 0, .max = 1e9, .help = "milliseconds it sleeps before that"},
    {"seed", VALUE_INT, "0", .min = 0, .max = 9e15, .help = "decides the metrics it reports"},
    {"floats", VALUE_INT, "0", .min = 0, .max = 1e8, .help = "length of the array it reports"},
    {"handicap", VALUE_REAL, "0", .min = 0, .max = 1,
     .help = "is added to its cost and its length"},
    {0},
};

static const struct metric metrics[] = {
    {"cost", VALUE_REAL, "1", LOWER_IS_BETTER, "a uniform number"},
    {"length", VALUE_REAL, "1", LOWER_IS_BETTER, "another"},
    {"digit", VALUE_INT, "1", NEITHER, "a uniform digit"},
    {"length_placed", VALUE_REAL, "1", LOWER_IS_BETTER, "half its length"},
    {"digit_p", VALUE_REAL, "1", NEITHER, "the chance of a digit at most as large"},
    {0},
};

static const struct column row_columns[] = {
    {"i", VALUE_INT, "number of the row"},
    {"x", VALUE_REAL, "cost + length"},
    {0},
};

static const struct table tables[] = {
    {"probe_row", row_columns, .keys = 1, .help = "one row a job"},
    {0},
};

static const struct plane planes[] = {
    {"probe", "cost", "length", .placed = "probe_placed"},
    {"probe_placed", "cost", "length_placed"},
    {0},
};

static const struct evidence evidence[] = {{"digit", .p = "digit_p"}, {0}};

const struct job job_probe = {
    .experiment =
        {
            .name = "probe",
            .help = "sleeps, fails or crashes on request, to try out a cluster and this program",
            .parameters = parameters,
            .metrics = metrics,
            .tables = tables,
            .planes = planes,
            .evidence = evidence,
            .group = "action",
            .replicate = "seed",
            .headline = 3,
            .work = work,
            .memory = memory,
        },
    .run = run,
};
