/* The modules experiment: what a sweep file may contain, its arithmetic, and whole jobs with known
   outcomes. */
#include "base/mem.h"
#include "jobs/modules.h"
#include "jobs/modules_table.h"
#include "modules/pairwise.h"
#include "modules/specialization.h"
#include "record/codec.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "modules", then parameter=value words in any order. */
static struct spec *spec_of(const char *text)
{
    struct spec *spec;
    struct err e = {0};
    char words[512];
    ck_assert_uint_lt(strlen(text), sizeof words);
    strcpy(words, text);
    char *word = strtok(words, " ");
    ck_assert_str_eq(word, "modules");
    ck_assert_int_eq(spec_new(&spec, &job_modules.experiment, NULL), 0);
    while ((word = strtok(NULL, " "))) {
        char *value = strchr(word, '=');
        *value = '\0';
        ck_assert_msg(!spec_set(spec, word, value + 1, &e), "%s", e.text);
    }
    return spec;
}

static struct result *run_job(const char *text, const struct job_context *context)
{
    struct spec *spec = spec_of(text);
    struct result *result;
    struct err e = {0};
    int code = job_run(spec, context, &result, &e);
    spec_free(spec);
    ck_assert_msg(!code || code == ERR_STOPPED, "%s", e.text);
    return result;
}

static double metric(const struct result *result, const char *name)
{
    struct value v = result->metrics[experiment_metric(result->experiment, name)];
    ck_assert_msg(v.type != VALUE_NULL, "%s is NULL: %s", name, result->message);
    return v.type == VALUE_INT ? (double)v.as.i : v.as.x;
}

/* ---- arithmetic ---- */

/* (1 - p) / (2 (1 + p)) at the values the literature gives, and the exact sum by hand: n = 2,
   K = 1: M = 6, each module 2 connections within, 3 out and 3 in: Q = 2 (2/6 - 9/36) = 1/6. */
START_TEST(modularity_is_that_of_its_formula)
{
    static const double table[][2] = {{1, 0},         {0.5, 1.0 / 6},   {0.1, 0.9 / 2.2},
                                      {0.01, 0.4901}, {0.0016, 0.4984}, {0, 0.5}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        ck_assert_double_eq_tol(specialization_q(table[i][0]), table[i][1], 5e-5);
    ck_assert_double_eq_tol(specialization_q_exact(2, (int[2]){1, 1}), 1.0 / 6, 1e-12);
    ck_assert_double_eq_tol(specialization_q_exact(5, (int[2]){0, 0}), 0.5, 1e-12);
    for (int K = 0; K <= 625; K += 125) { /* 2n(n-1)/M - 1/2 where both directions have K */
        double within = 2 * 25 * 24, M = within + 2 * K;
        ck_assert_double_eq_tol(specialization_q_exact(25, (int[2]){K, K}), within / M - 0.5,
                                1e-12);
    }
    /* 3 one way, 1 back: M = 8, within 2: 2/8 - 5*3/64 twice */
    ck_assert_double_eq_tol(specialization_q_exact(2, (int[2]){3, 1}), 2 * (0.25 - 15.0 / 64),
                            1e-12);
}
END_TEST

START_TEST(specialization_is_one_for_one_digit_each)
{
    double own[2][2] = {{1, 0}, {0, 1}}, same[2][2] = {{0.7, 0.7}, {0.7, 0.7}},
           other[2][2] = {{0, 1}, {1, 0}}, half[2][2] = {{0.9, 0.3}, {0.6, 0.6}};
    ck_assert_double_eq(specialization_of(own).spec, 1);
    ck_assert_double_eq(specialization_of(other).spec, 1);
    ck_assert_double_eq(specialization_of(other).s[0], -1);
    ck_assert_double_eq(specialization_of(same).spec, 0);
    ck_assert_double_eq_tol(specialization_of(half).s[0], 0.5, 1e-12);
    ck_assert_double_eq_tol(specialization_of(half).spec, 0.25, 1e-12);
    ck_assert_double_eq_tol(specialization_above_chance(0.55, 0.1), 0.5, 1e-12);
    ck_assert_double_eq(specialization_above_chance(0.05, 0.1), 1e-5);
    ck_assert_double_eq(specialization_above_chance(1, 1), 1e-5);
}
END_TEST

/* States that equal their label's pattern correlate fully within the label; a state without
   variance correlates with none. */
START_TEST(states_of_a_label_correlate)
{
    enum { B = 60, N = 10 };
    float h[B * N];
    int label[B];
    struct rng r = rng_at(1, RNG_TEST, 0);
    struct pairwise *pairwise;
    float flat[N] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, ramp[N], fall[N];
    for (int i = 0; i < N; i++) {
        ramp[i] = (float)i;
        fall[i] = 3 - 2 * (float)i;
    }
    ck_assert_double_eq_tol(pairwise_correlation(N, ramp, fall), -1, 1e-12);
    ck_assert_double_eq(pairwise_correlation(N, ramp, flat), 0);
    for (int b = 0; b < B; b++) {
        label[b] = b == 0 ? 9 : b % 3; /* one is alone */
        for (int i = 0; i < N; i++)
            h[b * N + i] = i % 3 == label[b] ? 2 : (float)label[b];
    }
    ck_assert_int_eq(pairwise_new(&pairwise, B, NULL), 0);
    pairwise_draw(pairwise, B, label, &r);
    ck_assert_double_eq_tol(pairwise_within(pairwise, N, h, N), 2.0 / 3,
                            1e-9); /* label 2 is flat */
    ck_assert_double_lt(pairwise_any(pairwise, N, h, N), 0.5);
    pairwise_free(pairwise);
}
END_TEST

/* ---- canonical points and contradictions ---- */

START_TEST(k_and_p_say_the_same)
{
    static const char *const pairs[][2] = {
        {"modules p=0.01", "modules K=6 p=0.0096"},
        {"modules n=10 p=0.01", "modules n=10 K=1 p=0.01"},
        {"modules n=10 K=1", "modules n=10 K=1 p=0.01"},
        {"modules n=9 p=0.01", "modules n=9 K=0 p=0"},
        {"modules n=10 p=0.29", "modules n=10 K=29 p=0.29"},
        {"modules", "modules K=625"},
        {"modules K=625 p=0.3", "modules K=625"},
        {"modules K=0 wiring_cost=0.1 link_start=4", "modules K=0 p=0"},
        {"modules K=1 link_start=2", "modules K=1 p=0.0016"},
        {"modules K=1 link_start=3", "modules K=1 p=0.0016 link_start=3"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct spec *spec = spec_of(pairs[i][0]);
        modules_canonicalise(spec);
        char *text = spec_canonical(spec);
        ck_assert_str_eq(text, pairs[i][1]);
        mem_free(text);
        spec_free(spec);
    }
}
END_TEST

START_TEST(contradictions_are_refused)
{
    static const struct {
        const char *spec, *given, *words;
    } cases[] = {
        {"modules K=3 p=0.5", "K p", "K contradicts p"},
        {"modules n=5 K=26", "K", "expected at most n*n = 25"},
        {"modules time_steps=2 onset=random", "", "no room for onsets"},
        {"modules time_steps=2 onset_panels=yes", "", "no room for onsets"},
        {"modules link_start=6", "", "at most the last time step"},
        {"modules train_pairs=100", "", "train_pairs = 100 makes no batch of 256"},
        {"modules test_pairs=100", "", "test_pairs = 100 makes no batch of 256"},
        {"modules data=mnist", "", "expected \"digits8x8\", or \"idx:DIR\""},
        {"modules c=0 pairs=unambiguous", "", "contradicts c = 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct spec *spec = spec_of(cases[i].spec);
        struct err e = {0};
        unsigned char given[64];
        memset(given, GIVEN_NOT, sizeof given);
        for (const char *name = cases[i].given; *name;
             name += strcspn(name, " ") == 1 && name[1] ? 2 : 1) {
            char one[2] = {*name, '\0'};
            given[experiment_parameter(spec->experiment, one)] = GIVEN_ONCE;
        }
        ck_assert_int_eq(modules_check(spec, given, &e), ERR_VALUE);
        ck_assert_msg(strstr(e.text, cases[i].words) != NULL, "%s", e.text);
        spec_free(spec);
    }
    unsigned char nothing[64];
    memset(nothing, GIVEN_NOT, sizeof nothing);
    struct spec *spec = spec_of("modules");
    ck_assert_int_eq(modules_check(spec, nothing, NULL), 0);
    spec_free(spec);
}
END_TEST

/* ---- whole jobs ---- */

#define SHORT "train_pairs=9000 test_pairs=2560 "

static int is_big(void)
{
    return getenv("BIGCHECK") != NULL;
}

/* The value of a column of the row of a table that has these first columns; texts, then numbers. */
static double course(const struct result *result, const char *probe, const char *metric_name,
                     int step)
{
    int table = experiment_table(result->experiment, "module_course");
    for (size_t i = 0; i < result->row_count; i++) {
        const struct value *v = result->rows[i].values;
        if (result->rows[i].table == table && !strcmp(v[0].as.text, probe) &&
            !strcmp(v[1].as.text, metric_name) && v[2].as.i == step)
            return v[5].as.x;
    }
    ck_abort_msg("no row %s %s %d", probe, metric_name, step);
    return 0;
}

/* The shares of the two modules add up to 1 for each output.  No module alone is better than its
   own digit allows: 1/10 + 9/10 * 5/9 = .6 of its favoured output. */
static void check_decisions(const struct result *result, double alone)
{
    int table = experiment_table(result->experiment, "module_decision"), rows = 0;
    double share[2] = {0}, decided_by_0 = 0;
    for (size_t i = 0; i < result->row_count; i++) {
        const struct value *v = result->rows[i].values;
        if (result->rows[i].table != table)
            continue;
        share[v[0].as.text[0] == 'B'] += v[2].as.x;
        decided_by_0 += v[1].as.i == 0 ? v[2].as.x / 2 : 0;
        ck_assert_double_le(v[3].as.x, alone);
        rows++;
    }
    ck_assert_int_eq(rows, 4);
    ck_assert_double_eq_tol(share[0], 1, 1e-9);
    ck_assert_double_eq_tol(share[1], 1, 1e-9);
    ck_assert_double_eq_tol(metric(result, "decisions_0"), decided_by_0, 1e-9);
}

/* The positive control: without a connection each module can only know its own digit, by any
   metric.  The pair is better than chance, since the confidence carries information, but far from
   good. */
START_TEST(modules_without_links_specialize)
{
    struct result *result =
        run_job(is_big() ? "modules K=0 seed=1" : "modules K=0 seed=1 epochs=12 " SHORT, NULL);
    ck_assert_double_le(metric(result, "accuracy_a"), 0.62);
    ck_assert_double_ge(metric(result, "accuracy_a"), 0.45);
    ck_assert_double_le(metric(result, "accuracy_b"), 0.62);
    ck_assert_double_ge(metric(result, "accuracy_b"), 0.45);
    for (int step = 1; step <= 5; step++) {
        ck_assert_double_gt(course(result, "c", "retraining", step), 0.97);
        ck_assert_double_gt(course(result, "c", "ablation", step), 0.97);
        ck_assert_double_gt(course(result, "c", "correlation", step), 0.9);
    }
    check_decisions(result, 0.62);
    ck_assert_double_eq(metric(result, "links"), 0);
    ck_assert_double_eq(metric(result, "q"), 0.5);
    ck_assert_double_eq_tol(metric(result, "q_exact"), 0.5, 1e-12);
    result_free(result);
}
END_TEST

/* The negative control: when fully connected, both modules know both digits in the end; at the
   first time step nothing has been exchanged yet. */
START_TEST(connected_modules_do_not)
{
    struct result *result = run_job(is_big() ? "modules n=50 K=2500 seed=1"
                                             : "modules n=50 K=2500 seed=1 epochs=10 " SHORT,
                                    NULL);
    ck_assert_double_lt(metric(result, "spec_retraining"), is_big() ? 0.1 : 0.15);
    ck_assert_double_gt(course(result, "c", "retraining", 1), 0.9);
    ck_assert_double_gt(course(result, "c", "ablation", 1), 0.9);
    ck_assert_double_gt(course(result, "c", "correlation", 1), 0.9);
    check_decisions(result, 1);
    ck_assert_double_gt(metric(result, "accuracy_a"), is_big() ? 0.8 : 0.65);
    ck_assert_double_eq(metric(result, "p_effective"), 1);
    ck_assert_double_eq(metric(result, "q"), 0);
    result_free(result);
}
END_TEST

/* The control for every specialization: untrained networks with few links look specialized,
   although they cannot solve anything. */
START_TEST(untrained_networks_look_specialized)
{
    struct result *result = run_job("modules n=10 K=1 seed=1 epochs=0 " SHORT, NULL);
    ck_assert_double_gt(metric(result, "spec_retraining"), 0.8);
    ck_assert_double_gt(metric(result, "spec_ablation"), 0.8);
    ck_assert_double_gt(metric(result, "error"), 0.8);
    ck_assert_double_eq(metric(result, "epochs_done"), 0);
    result_free(result);
}
END_TEST

#define TINY "n=6 K=4 train_pairs=640 test_pairs=320 batch=32 probe_epochs=1 "

/* With equal digits, a readout of one digit is a readout of the other: specialization is 0 by
   construction.  Independent pairs distinguish them.  Rows of both probes exist. */
START_TEST(equal_digits_hide_specialization)
{
    struct result *result = run_job("modules " TINY "c=0 epochs=4 test_pairs=640", NULL);
    ck_assert_double_lt(metric(result, "spec_retraining"), 0.35);
    ck_assert_double_gt(metric(result, "spec_retraining_c1"),
                        metric(result, "spec_retraining") + 0.2);
    for (int step = 1; step <= 5; step++) {
        ck_assert_double_le(course(result, "c", "correlation", step), 1);
        ck_assert_double_le(course(result, "c1", "ablation", step), 1);
    }
    result_free(result);
}
END_TEST

/* The value that the row of module_value has for this probe, metric, step, module and digit. */
static double raw_value(const struct result *result, const char *probe, const char *name, int step,
                        int module, int digit)
{
    int table = experiment_table(result->experiment, "module_value");
    for (size_t i = 0; i < result->row_count; i++) {
        const struct value *v = result->rows[i].values;
        if (result->rows[i].table == table && !strcmp(v[0].as.text, probe) &&
            !strcmp(v[1].as.text, name) && v[2].as.i == step && v[3].as.i == module &&
            v[4].as.i == digit) {
            double above = (v[5].as.x - v[6].as.x) / (1 - v[6].as.x);
            ck_assert_double_eq_tol(v[7].as.x, above > 1e-5 ? above : 1e-5, 1e-6);
            return v[7].as.x;
        }
    }
    ck_abort_msg("no row %s %s %d %d %d", probe, name, step, module, digit);
    return 0;
}

/* Every summary can be computed again from the stored raw matrices. */
START_TEST(summaries_are_those_of_raw_values)
{
    static const char *const names[] = {"retraining", "ablation", "correlation"};
    static const char *const probes[] = {"c", "c1"};
    struct result *result = run_job("modules " TINY "c=0.3 epochs=2", NULL);
    for (int i = 0; i < 2 * 3 * 5; i++) {
        const char *probe = probes[i / 15], *name = names[i / 5 % 3];
        int step = 1 + i % 5;
        double s[2];
        for (int m = 0; m < 2; m++) {
            double own = raw_value(result, probe, name, step, m, 0),
                   other = raw_value(result, probe, name, step, m, 1);
            s[m] = (own - other) / (own + other);
        }
        ck_assert_double_eq_tol(course(result, probe, name, step), fabs(s[0] - s[1]) / 2, 1e-6);
    }
    ck_assert_double_eq(metric(result, "spec_ablation_c1"), course(result, "c1", "ablation", 5));
    result_free(result);
}
END_TEST

static const char *const variants[] = {
    "modules " TINY "epochs=2",
    "modules " TINY "epochs=2 c=0.1 onset_panels=yes",
    "modules " TINY "epochs=2 input=shared readout=shared task=a onset=random",
    "modules " TINY "epochs=2 readout=shared link_start=3 pairs=unambiguous",
    "modules " TINY "epochs=2 input=shared onset_panels=yes time_steps=4",
    "modules " TINY "epochs=3 wiring_cost=0.01",
    "modules " TINY "epochs=0",
};
enum { VARIANTS = sizeof variants / sizeof variants[0] };

static void write_result(const struct result *result, struct bytes_writer *w)
{
    struct result plain = *result;
    plain.seconds = 0;
    codec_write_result(w, &plain);
    ck_assert(!w->failed);
}

/* Every variant ends, with numbers for all its metrics, and a repetition gives the same bits. */
START_TEST(variants_run_and_repeat)
{
    struct bytes_writer a = {0}, b = {0};
    struct result *result = run_job(variants[_i], NULL), *again = run_job(variants[_i], NULL);
    ck_assert_msg(result->outcome == OUTCOME_DONE, "%s", result->message);
    double error = metric(result, "error");
    ck_assert(error > 0 && error < 1);
    metric(result, "spec_retraining_c1");
    if (!strstr(variants[_i], "wiring_cost")) /* neither training nor decay changes the mask */
        ck_assert_double_eq(metric(result, "links"), 8);
    for (size_t i = 0; i < result->row_count; i++)
        if (!strcmp(result->experiment->tables[result->rows[i].table].name, "module_value"))
            for (int v = 5; v < 8; v++)
                ck_assert_int_eq(result->rows[i].values[v].type, VALUE_REAL);
    write_result(result, &a);
    write_result(again, &b);
    ck_assert_uint_eq(a.size, b.size);
    ck_assert_mem_eq(a.bytes, b.bytes, a.size);
    bytes_writer_free(&a);
    bytes_writer_free(&b);
    result_free(result);
    result_free(again);
}
END_TEST

/* A price makes weights exactly 0; the higher it is, the fewer links remain. */
START_TEST(a_price_removes_links)
{
    int before = 72 + 1;
    static const char *const prices[] = {"0", "0.003", "0.03"};
    for (int i = 0; i < 3; i++) {
        char text[256];
        snprintf(
            text, sizeof text,
            "modules n=6 K=36 train_pairs=1280 test_pairs=320 batch=32 probe_epochs=1 epochs=10 "
            "wiring_cost=%s",
            prices[i]);
        struct result *result = run_job(text, NULL);
        int links = (int)metric(result, "links");
        ck_assert_int_lt(links, before);
        ck_assert_double_eq_tol(metric(result, "p_effective"), links / 72.0, 1e-12);
        ck_assert_int_eq(links == 72, i == 0);
        before = links;
        result_free(result);
    }
}
END_TEST

/* ---- stopping and going on ---- */

struct interruption {
    long stop_at; /* counts reports */
    long reports;
    unsigned char *bytes;
    size_t size;
};

static enum job_wish wish(int64_t done, int64_t total, const struct result *so_far, void *data)
{
    struct interruption *x = data;
    (void)done;
    (void)total;
    (void)so_far;
    return ++x->reports == x->stop_at ? JOB_STOP : JOB_GO_ON;
}

static void keep(const void *bytes, size_t size, void *data)
{
    struct interruption *x = data;
    mem_free(x->bytes);
    x->bytes = mem_array(size, 1);
    ck_assert_ptr_nonnull(x->bytes);
    memcpy(x->bytes, bytes, size);
    x->size = size;
}

/* A job that is stopped in the first epoch, at its end, in the second, while readouts are trained
   or while onsets are tried resumes and ends with the same bits. */
START_TEST(interrupted_jobs_come_to_the_same)
{
    static const long stops[] = {3, 20, 27, 41, 55, 63};
    const char *text = variants[1];
    struct bytes_writer whole = {0}, resumed = {0};
    struct result *result = run_job(text, NULL);
    write_result(result, &whole);
    result_free(result);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        struct interruption x = {.stop_at = stops[i]};
        struct job_context context = {.progress = wish, .save = keep, .data = &x};
        ck_assert_ptr_null(run_job(text, &context));
        ck_assert_ptr_nonnull(x.bytes);
        struct job_context second = {.saved = x.bytes, .saved_size = x.size};
        result = run_job(text, &second);
        write_result(result, &resumed);
        ck_assert_uint_eq(whole.size, resumed.size);
        ck_assert_mem_eq(whole.bytes, resumed.bytes, whole.size);
        bytes_writer_free(&resumed);
        resumed = (struct bytes_writer){0};
        result_free(result);
        mem_free(x.bytes);
    }
    bytes_writer_free(&whole);
}
END_TEST

/* Bytes that are not a state, or are the state of another network, are ignored. */
START_TEST(foreign_checkpoints_are_left_aside)
{
    struct bytes_writer whole = {0}, other = {0};
    struct interruption x = {.stop_at = 5};
    struct job_context context = {.progress = wish, .save = keep, .data = &x};
    ck_assert_ptr_null(run_job("modules n=5 K=4 train_pairs=640 batch=32", &context));
    struct result *result = run_job(variants[0], NULL);
    write_result(result, &whole);
    result_free(result);
    for (size_t size = 0; size <= x.size; size += x.size / 3) {
        struct job_context second = {.saved = x.bytes, .saved_size = size};
        result = run_job(variants[0], &second);
        write_result(result, &other);
        ck_assert_uint_eq(whole.size, other.size);
        ck_assert_mem_eq(whole.bytes, other.bytes, whole.size);
        bytes_writer_free(&other);
        other = (struct bytes_writer){0};
        result_free(result);
    }
    bytes_writer_free(&whole);
    mem_free(x.bytes);
}
END_TEST

/* A learning rate that is too large gives a row `diverged`, never NaN. */
START_TEST(a_training_that_diverges_says_so)
{
    struct result *result = run_job("modules " TINY "epochs=20 learning_rate=1000 noise=0 "
                                    "weight_decay=1000",
                                    NULL);
    ck_assert_int_eq(result->outcome, OUTCOME_DIVERGED);
    ck_assert_ptr_nonnull(strstr(result->message, "a smaller learning_rate"));
    result_free(result);
}
END_TEST

SUITE_CASE(arithmetic, "arithmetic", modularity_is_that_of_its_formula,
           specialization_is_one_for_one_digit_each, states_of_a_label_correlate)
SUITE_CASE(points, "points", k_and_p_say_the_same, contradictions_are_refused)

static TCase *jobs_case(void)
{
    TCase *tcase = tcase_create("jobs");
    tcase_set_timeout(tcase, 300);
    tcase_add_test(tcase, modules_without_links_specialize);
    tcase_add_test(tcase, connected_modules_do_not);
    tcase_add_test(tcase, untrained_networks_look_specialized);
    tcase_add_test(tcase, summaries_are_those_of_raw_values);
    tcase_add_test(tcase, equal_digits_hide_specialization);
    tcase_add_loop_test(tcase, variants_run_and_repeat, 0, VARIANTS);
    tcase_add_test(tcase, a_price_removes_links);
    tcase_add_test(tcase, interrupted_jobs_come_to_the_same);
    tcase_add_test(tcase, foreign_checkpoints_are_left_aside);
    tcase_add_test(tcase, a_training_that_diverges_says_so);
    return tcase;
}

SUITE_MAIN("modules", arithmetic, points, jobs_case)
