#include "jobs/modules_measure.h"

#include "base/mem.h"
#include "jobs/modules_table.h"
#include "modules/modprobe.h"
#include "modules/specialization.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- wiring ---- */

/* Connections into each module from the other, and the sum of their sizes. */
static double count_links(struct modnet_shape s, const float *params, int links[2])
{
    double weight = 0;
    links[0] = links[1] = 0;
    for (int i = 0; i < 2 * s.n; i++)
        for (int j = 0; j < 2 * s.n; j++) {
            float w = params[i * 2 * s.n + j];
            if ((i < s.n) == (j < s.n) || w == 0)
                continue;
            links[i >= s.n]++;
            weight += fabsf(w);
        }
    return weight;
}

static void measure_wiring(const struct modules_subject *subject, struct result *result)
{
    struct modnet_shape s = subject->config->shape;
    int links[2];
    double weight = count_links(s, subject->params, links);
    double p = (links[0] + links[1]) / (2.0 * s.n * s.n);
    result_set(result, "links", value_int(links[0] + links[1]));
    result_set(result, "p_effective", value_real(p));
    result_set(result, "link_weight", value_real(weight));
    result_set(result, "q", value_real(specialization_q(p)));
    result_set(result, "q_exact", value_real(specialization_q_exact(s.n, links)));
}

/* ---- outputs ---- */

static const char *const output_names[] = {"A", "B"};

static int measure_outputs(const struct modules_subject *subject, struct result *result,
                           struct err *e)
{
    struct modnet_shape s = subject->config->shape;
    struct modeval_result x = modeval_run(subject->eval, subject->params);
    double accuracy = 0, decided = 0;
    for (int o = 0; o < s.outputs; o++) {
        accuracy += x.accuracy[o] / s.outputs;
        decided += x.decided[o][0] / s.outputs;
    }
    result_set(result, "error", value_real(1 - accuracy));
    result_set(result, "accuracy_a", value_real(x.accuracy[0]));
    if (s.outputs > 1)
        result_set(result, "accuracy_b", value_real(x.accuracy[1]));
    if (s.shared_readout)
        return 0;
    result_set(result, "decisions_0", value_real(decided));
    for (int i = 0; i < 2 * s.outputs; i++) {
        int o = i / 2, m = i % 2;
        const struct value row[] = {
            value_text(output_names[o]),
            value_int(m),
            value_real(x.decided[o][m]),
            value_real(x.alone[o][m]),
        };
        int code = result_add_row(result, "module_decision", row, e);
        if (code)
            return code;
    }
    return 0;
}

/* ---- specialization ---- */

static int add_value(struct result *result, const char *probe, enum modprobe_metric metric, int t,
                     int m, int k, struct modprobe_value x, struct err *e)
{
    const struct value row[] = {
        value_text(probe),    value_text(modprobe_metric_name(metric)),
        value_int(t + 1),     value_int(m),
        value_int(k),         value_real(x.raw),
        value_real(x.chance), value_real(specialization_above_chance(x.raw, x.chance)),
    };
    return result_add_row(result, "module_value", row, e);
}

static struct specialization specialization_at(const struct modprobe_result *seen,
                                               enum modprobe_metric metric, int t)
{
    double M[2][2];
    for (int i = 0; i < 4; i++) {
        struct modprobe_value x = seen->value[metric][t][i / 2][i % 2];
        M[i / 2][i % 2] = specialization_above_chance(x.raw, x.chance);
    }
    return specialization_of(M);
}

static int add_step(struct result *result, const char *probe, const struct modprobe_result *seen,
                    enum modprobe_metric metric, int t, struct err *e)
{
    int code = 0;
    for (int i = 0; !code && i < 4; i++)
        code = add_value(result, probe, metric, t, i / 2, i % 2,
                         seen->value[metric][t][i / 2][i % 2], e);
    for (int k = 0; !code && metric == MODPROBE_RETRAINING && k < 2; k++)
        code = add_value(
            result, probe, metric, t, BOTTLENECK_BOTH, k,
            (struct modprobe_value){seen->both[t][k], seen->value[metric][t][0][k].chance}, e);
    if (code)
        return code;
    struct specialization x = specialization_at(seen, metric, t);
    const struct value row[] = {
        value_text(probe),  value_text(modprobe_metric_name(metric)),
        value_int(t + 1),   value_real(x.s[0]),
        value_real(x.s[1]), value_real(x.spec),
    };
    return result_add_row(result, "module_course", row, e);
}

/* The rows of one probe, and its three metrics at the last time step. */
static int add_probe(struct result *result, const char *probe, const char *suffix, int T,
                     const struct modprobe_result *seen, struct err *e)
{
    for (int metric = 0; metric < MODPROBE_METRICS; metric++) {
        char name[64];
        snprintf(name, sizeof name, "spec_%s%s", modprobe_metric_name(metric), suffix);
        result_set(result, name, value_real(specialization_at(seen, metric, T - 1).spec));
        for (int t = 0; t < T; t++) {
            int code = add_step(result, probe, seen, metric, t, e);
            if (code)
                return code;
        }
    }
    return 0;
}

/* Sub-tasks at onsets u0 and u1, and how the network does then. */
static int add_panel(const struct modules_subject *subject, struct modprobe *probe, int u0, int u1,
                     struct modprobe_result *seen, struct result *result, struct err *e)
{
    struct modnet_shape s = subject->config->shape;
    modprobe_measure_onsets(probe, subject->params, u0, u1, seen);
    for (int i = 0; i < 2 * s.T; i++) {
        int t = i / 2, m = i % 2;
        const struct modprobe_value *x = seen->value[MODPROBE_RETRAINING][t][m];
        const struct value row[] = {
            value_int(u0),
            value_int(u1),
            value_int(t + 1),
            value_int(m),
            value_real(x[0].raw),
            value_real(x[1].raw),
            value_real(specialization_at(seen, MODPROBE_RETRAINING, t).s[m]),
        };
        int code = result_add_row(result, "module_onset", row, e);
        if (code)
            return code;
    }
    modeval_set_onsets(subject->eval, u0, u1);
    struct modeval_result outputs = modeval_run(subject->eval, subject->params);
    const struct value row[] = {
        value_int(u0),
        value_int(u1),
        value_real(outputs.accuracy[0]),
        s.outputs > 1 ? value_real(outputs.accuracy[1]) : value_null(),
    };
    return result_add_row(result, "module_onset_error", row, e);
}

static int add_panels(const struct modules_subject *subject, struct modprobe *probe,
                      struct modprobe_result *seen, struct result *result, struct err *e)
{
    int last = subject->config->shape.T - 2, code = 0;
    if (strcmp(spec_text(subject->spec, "onset_panels"), "yes"))
        return 0;
    for (int i = 0; !code && i < last * last; i++) {
        code = add_panel(subject, probe, 1 + i / last, 1 + i % last, seen, result, e);
        if (!code && cancel_must_stop(subject->pause))
            code = err_set(e, ERR_STOPPED, "stopped while onsets were tried");
    }
    return code;
}

static struct modprobe_config probe_config(const struct modules_subject *subject, int which)
{
    const struct spec *spec = subject->spec;
    return (struct modprobe_config){
        .train = subject->config->pairs,
        .test = subject->test,
        .shape = subject->config->shape,
        .rule = subject->config->rule,
        .batch = subject->config->batch,
        .epochs = (int)spec_int(spec, "probe_epochs"),
        .rate = 1e-3f, /* the readouts are an instrument: the network's rate is not theirs */
        .decay = 1e-5f,
        .seed = subject->config->seed,
        .which = which,
    };
}

/* Pairs as in training; with c = 1 this is the probe of independent pairs as well. */
static int probe_at_c(const struct modules_subject *subject, struct modprobe_result *seen,
                      struct result *result, struct err *e)
{
    struct modprobe *probe = NULL;
    struct modprobe_config config = probe_config(subject, 0);
    int T = config.shape.T;
    int code = modprobe_new(&probe, &config, e);
    if (!code)
        code = modprobe_train(probe, subject->params, subject->pause, e);
    if (!code) {
        modprobe_measure(probe, subject->params, seen);
        code = add_probe(result, "c", "", T, seen, e);
    }
    if (!code && spec_real(subject->spec, "c") == 1)
        code = add_probe(result, "c1", "_c1", T, seen, e);
    if (!code)
        code = add_panels(subject, probe, seen, result, e);
    modprobe_free(probe);
    return code;
}

/* Pairs of training and test that are drawn independently. */
static int probe_at_1(const struct modules_subject *subject, struct modprobe_result *seen,
                      struct result *result, struct err *e)
{
    enum { TRAIN = 2, TEST = 3 }; /* the pairs of the training itself are draws 0 and 1 */
    const struct images *images = subject->images;
    struct pairs *train = NULL, *test = NULL;
    struct modprobe *probe = NULL;
    struct modprobe_config config = probe_config(subject, 1);
    int code = pairs_new(&train, images, &images->train,
                         modules_pairs(subject->spec, "train_pairs", 1, TRAIN), e);
    if (!code)
        code = pairs_new(&test, images, &images->test,
                         modules_pairs(subject->spec, "test_pairs", 1, TEST), e);
    config.train = train;
    config.test = test;
    if (!code)
        code = modprobe_new(&probe, &config, e);
    if (!code)
        code = modprobe_train(probe, subject->params, subject->pause, e);
    if (!code) {
        modprobe_measure(probe, subject->params, seen);
        code = add_probe(result, "c1", "_c1", config.shape.T, seen, e);
    }
    modprobe_free(probe);
    pairs_free(train);
    pairs_free(test);
    return code;
}

static int measure_specialization(const struct modules_subject *subject, struct result *result,
                                  struct err *e)
{
    struct modprobe_result *seen = mem_array(1, sizeof *seen);
    if (!seen)
        return err_set(e, ERR_MEMORY, "no memory for the measures of specialization");
    int code = probe_at_c(subject, seen, result, e);
    if (!code && spec_real(subject->spec, "c") != 1)
        code = probe_at_1(subject, seen, result, e);
    mem_free(seen);
    return code;
}

/* ---- parameters ---- */

static int keep_parameters(const struct modules_subject *subject, struct result *result,
                           struct err *e)
{
    /* the views are read only: they end in arrays of their own */
    struct modnet_params p = modnet_params(subject->config->shape, (float *)subject->params);
    const struct {
        const char *name;
        struct mat x;
    } parts[] = {
        {"w", p.w}, {"w_in", p.w_in}, {"w_out", p.v}, {"b_o", {p.b, 1, p.v.rows, p.v.rows}}};
    int code = 0;
    for (size_t i = 0; !code && i < sizeof parts / sizeof parts[0]; i++)
        code = result_add_array(result, parts[i].name, parts[i].x.rows, parts[i].x.cols,
                                parts[i].x.x, e);
    return code;
}

int modules_measure(const struct modules_subject *subject, struct result *result, struct err *e)
{
    measure_wiring(subject, result);
    int code = measure_outputs(subject, result, e);
    if (!code)
        code = measure_specialization(subject, result, e);
    return code ? code : keep_parameters(subject, result, e);
}
