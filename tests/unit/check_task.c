/* Tasks: the tables, trials compared with fixtures, mixes, batches and condition grids. */
#include "base/mem.h"
#include "suite.h"
#include "task_fixture.h"
#include "tasks/task.h"
#include "tasks/task_family.h"
#include "tasks/task_mix.h"
#include "tasks/task_trial.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct task_mix *mix_of(const char *set, const char *list, const char *weights,
                               uint64_t seed)
{
    struct task_mix *mix;
    struct err e = {0};
    if (task_mix_new(&mix, task_set_find(set), list, weights, seed, &e))
        ck_abort_msg("%s: %s", set, e.text);
    return mix;
}

/* ---- trials ---- */

/* The tolerance is that of the files: six digits, and noise that was subtracted again. */
static void check_fixture(const struct task_mix *mix, const struct task_set *set, int task)
{
    const char *name = task_name(set, task);
    char path[512];
    snprintf(path, sizeof path, "%s/tests/fixtures/tasks/%s/%s_0_clean.csv", getenv("srcdir"),
             task_set_name(set), name);
    static struct fixture f;
    ck_assert_msg(fixture_read(path, set, task, &f), "%s cannot be read", path);
    ck_assert_int_eq(f.inputs, task_set_inputs(set));

    struct trial trial;
    task_compose(set, task, f.steps, &f.condition, &trial);
    ck_assert_int_eq(task_trial_length(&trial), f.length);
    if (trial.tie) { /* the random choice is not a parameter: the label shows it */
        f.condition.coin = f.step[f.length - 1].label == 1 + f.condition.location[1];
        task_compose(set, task, f.steps, &f.condition, &trial);
    }
    static float x[TASK_LONGEST][FIXTURE_INPUTS];
    int label[TASK_LONGEST];
    int steps = task_trial_render(mix, &trial, NULL, TASK_LONGEST, x[0], FIXTURE_INPUTS, label, 1);
    ck_assert_int_eq(steps, f.length);
    for (int t = 0; t < f.length; t++) {
        int period = task_trial_period(&trial, t);
        ck_assert_str_eq(task_period_name(set, task, period), f.step[t].period);
        ck_assert_msg(label[t] == f.step[t].label, "%s step %d: label %d, not %d", name, t,
                      label[t], f.step[t].label);
        for (int i = 0; i < f.inputs; i++)
            ck_assert_msg(fabsf(x[t][i] - f.step[t].x[i]) <= 2e-6f,
                          "%s step %d x%d: %.9g, not %.9g", name, t, i, x[t][i], f.step[t].x[i]);
    }
}

START_TEST(trials_are_those_of_the_original_sources)
{
    static const char *const sets[] = {"yang19", "yang19-v2.1", "modcog"};
    for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++) {
        struct task_mix *mix = mix_of(sets[s], "", "", 0);
        for (int task = 0; task < task_set_size(task_mix_set(mix)); task++)
            check_fixture(mix, task_mix_set(mix), task);
        task_mix_free(mix);
    }
}
END_TEST

/* Mod_Cog: labels are taken modulo 16, so that the 16th location has the label 0; corrected: labels
   are 1..16. */
START_TEST(sequences_run_round_the_ring)
{
    static const struct {
        const char *set, *task;
        int target, first, last;
    } known[] = {
        {"modcog", "go", 15, 0, 0},        {"modcog-fixed", "go", 15, 16, 16},
        {"modcog", "goseqr", 10, 11, 4},   {"modcog-fixed", "goseqr", 10, 11, 4},
        {"modcog", "goseql", 2, 3, 10},    {"modcog-fixed", "goseql", 2, 3, 10},
        {"modcog", "goseqr", 6, 7, 0},     {"modcog-fixed", "goseqr", 6, 7, 16},
        {"modcog", "rtgoseql", 3, 4, 0},   {"modcog-fixed", "rtgoseql", 3, 4, 16},
        {"yang19", "dlyanti", 15, 16, 16},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct task_mix *mix = mix_of(known[i].set, "", "", 0);
        struct trial trial;
        task_grid_trial(task_mix_set(mix), task_find(task_mix_set(mix), known[i].task),
                        known[i].target, &trial);
        ck_assert_int_eq(trial.target, known[i].target);
        static float x[TASK_LONGEST][FIXTURE_INPUTS];
        int label[TASK_LONGEST];
        int n = task_trial_render(mix, &trial, NULL, TASK_LONGEST, x[0], FIXTURE_INPUTS, label, 1);
        int decision = task_trial_period(&trial, n - 1), first = n - trial.steps[decision];
        ck_assert_int_eq(label[first - 1], 0);
        ck_assert_int_eq(label[first], known[i].first);
        ck_assert_int_eq(label[n - 1], known[i].last);
        task_mix_free(mix);
    }
}
END_TEST

/* Upstream, location 8 is in the first half as a sample and in the second as a test. */
START_TEST(the_boundary_of_the_halves_is_upstreams_or_corrected)
{
    static const struct {
        const char *set;
        int target;
    } known[] = {{"yang19", -1}, {"yang19-v2.1", -1}, {"modcog", -1}, {"modcog-fixed", 8}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const struct task_set *set = task_set_find(known[i].set);
        struct trial trial;
        int steps[TASK_PERIODS] = {3, 5, 10, 5, 9};
        struct task_condition both_at_8 = {.location = {8, 8}};
        task_compose(set, task_find(set, "dmc"), steps, &both_at_8, &trial);
        ck_assert_int_eq(trial.target, known[i].target);
    }
}
END_TEST

START_TEST(a_trial_is_cut_at_the_limit)
{
    struct task_mix *mix = mix_of("yang19", "", "", 0);
    int I = task_set_inputs(task_mix_set(mix));
    struct trial trial;
    task_grid_trial(task_mix_set(mix), task_find(task_mix_set(mix), "dms"), 3, &trial);
    for (int limit = 0; limit <= 40; limit++) {
        int n = limit < 32 ? limit : 32;
        float *x = mem_array((size_t)(n * I), sizeof *x);
        int label[32];
        ck_assert_int_eq(task_trial_render(mix, &trial, NULL, limit, x, I, label, 1), n);
        mem_free(x);
    }
    task_mix_free(mix);
}
END_TEST

SUITE_CASE(trial_case, "trial", trials_are_those_of_the_original_sources,
           sequences_run_round_the_ring, the_boundary_of_the_halves_is_upstreams_or_corrected,
           a_trial_is_cut_at_the_limit)

/* ---- sets ---- */

START_TEST(sets_have_their_tasks_in_order)
{
    static const struct {
        const char *set, *task;
        int size, index;
    } known[] = {
        {"yang19", "go", 20, 0},
        {"yang19", "dnmc", 20, 19},
        {"yang19-v2.1", "multidm", 20, 10},
        {"modcog", "go", 82, 0},
        {"modcog", "dnmc", 82, 19},
        {"modcog", "dlygointr", 82, 20},
        {"modcog", "dlyantiintl", 82, 23},
        {"modcog", "multidlydmintl", 82, 33},
        {"modcog", "dnmcintl", 82, 41},
        {"modcog", "goseqr", 82, 42},
        {"modcog", "dnmcseqr", 82, 61},
        {"modcog", "goseql", 82, 62},
        {"modcog", "dnmcseql", 82, 81},
        {"modcog-fixed", "dnmcseql", 82, 81},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const struct task_set *set = task_set_find(known[i].set);
        ck_assert_ptr_nonnull(set);
        ck_assert_int_eq(task_set_size(set), known[i].size);
        ck_assert_int_eq(task_set_inputs(set), known[i].size + 33);
        ck_assert_int_eq(task_find(set, known[i].task), known[i].index);
        ck_assert_str_eq(task_name(set, known[i].index), known[i].task);
    }
    ck_assert_ptr_null(task_set_find("yang"));
    ck_assert_ptr_null(task_set_at(-1));
    ck_assert_int_eq(task_find(task_set_at(0), "goseqr"), -1);
}
END_TEST

START_TEST(every_task_of_every_set_is_well_formed)
{
    int sets = 0;
    for (; task_set_at(sets); sets++) {
        const struct task_set *set = task_set_at(sets);
        ck_assert_ptr_eq(task_set_find(task_set_name(set)), set);
        ck_assert_uint_gt(strlen(task_set_help(set)), 0);
        for (int task = 0; task < task_set_size(set); task++) {
            ck_assert_int_eq(task_find(set, task_name(set, task)), task);
            ck_assert_int_le(task_length_span(set, task).max, TASK_LONGEST);
            ck_assert_str_eq(task_period_name(set, task, 0), "fixation");
            const char *last = NULL;
            for (int p = 0; task_period_name(set, task, p); p++)
                last = task_period_name(set, task, p);
            ck_assert_str_eq(last, "decision");
        }
    }
    ck_assert_int_eq(sets, 4);
}
END_TEST

START_TEST(spans_and_ceilings_are_those_specified)
{
    static const struct {
        const char *set, *task, *family;
        int min, max;
        double mean, ceiling;
    } known[] = {
        {"yang19", "go", "reach", 15, 15, 15, 1},
        {"yang19", "dm1", "dm", 9, 11, 10, 1},
        {"yang19-v2.1", "dm1", "dm", 6, 12, 9, 1},
        {"yang19", "multidm", "dm", 9, 11, 10, 1 - 1 / 16.0},
        {"yang19", "multidlydm", "dm", 24, 26, 25, 1 - 1 / 12.0},
        {"yang19", "dnmc", "match", 32, 32, 32, 1},
        {"modcog", "go", "reach", 20, 20, 20, 1},
        {"modcog", "rtgoseqr", "reach", 10, 10, 10, 1},
        {"modcog", "dlygointr", "reach", 15, 26, 20.5, 1},
        {"modcog", "multidlydmintl", "dm", 19, 21, 20, 1 - 1 / 12.0},
        {"modcog", "multidmseqr", "dm", 17, 19, 18, 1 - 1 / 16.0},
        {"modcog", "dms", "match", 24, 33, 28.5, 1},
        {"modcog", "dmsseql", "match", 25, 34, 29.5, 1},
        {"modcog-fixed", "dmcintl", "match", 22, 33, 27.5, 1},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const struct task_set *set = task_set_find(known[i].set);
        int task = task_find(set, known[i].task);
        struct task_span length = task_length_span(set, task);
        ck_assert_str_eq(task_family(set, task), known[i].family);
        ck_assert_int_eq(length.min, known[i].min);
        ck_assert_int_eq(length.max, known[i].max);
        ck_assert_double_eq(length.mean, known[i].mean);
        ck_assert_double_eq_tol(task_ceiling(set, task), known[i].ceiling, 1e-12);
    }
}
END_TEST

SUITE_CASE(set_case, "set", sets_have_their_tasks_in_order, every_task_of_every_set_is_well_formed,
           spans_and_ceilings_are_those_specified)

/* ---- mixes ---- */

START_TEST(a_mix_keeps_the_order_of_the_set)
{
    struct task_mix *mix = mix_of("yang19", " dm1, go,dnmc ", "", 0);
    ck_assert_int_eq(task_mix_size(mix), 3);
    ck_assert_int_eq(task_mix_task(mix, 0), 0);
    ck_assert_int_eq(task_mix_task(mix, 1), 6);
    ck_assert_int_eq(task_mix_task(mix, 2), 19);
    task_mix_free(mix);
    mix = mix_of("modcog", " ", "", 0);
    ck_assert_int_eq(task_mix_size(mix), 82);
    task_mix_free(mix);
    task_mix_free(NULL);
}
END_TEST

START_TEST(a_wrong_mix_is_refused_with_its_offender)
{
    static const struct {
        const char *list, *weights, *offender;
    } wrong[] = {
        {"go,dm3", "", "did you mean dm1"},
        {"go,,dm1", "", "\"\""},
        {"go,dm1,", "", "\"\""},
        {"go,go", "", "\"go\""},
        {"go,dm1", "1", "1 weight for 2 tasks"},
        {"go,dm1", "1,2,3", "3 weights"},
        {"go,dm1", "1,x", "\"x\""},
        {"go,dm1", "1,-1", "\"-1\""},
        {"go,dm1", "1,nan", "\"nan\""},
        {"go,dm1", "1,", "\"\""},
        {"go,dm1", "1,1e999", "1e999"},
        {"go,dm1", "0,0", "sum to 0"},
        {"", "1,2", "2 weights"},
        {"go,dm1", "1,2 3", "\"2 3\""},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct task_mix *mix;
        struct err e = {0};
        ck_assert_int_eq(
            task_mix_new(&mix, task_set_find("yang19"), wrong[i].list, wrong[i].weights, 0, &e),
            ERR_VALUE);
        ck_assert_ptr_null(mix);
        ck_assert_msg(strstr(e.text, wrong[i].offender), "no %s in: %s", wrong[i].offender, e.text);
    }
}
END_TEST

START_TEST(a_mix_without_memory_fails_cleanly)
{
    struct task_mix *mix = NULL;
    int failures = 0;
    for (;; failures++) {
        struct err e = {0};
        mem_fail_at(failures);
        int code = task_mix_new(&mix, task_set_find("yang19"), "go,dm1", "1,2", 0, &e);
        mem_fail_at(-1);
        if (code == 0)
            break;
        ck_assert_int_eq(code, ERR_MEMORY);
        ck_assert_ptr_null(mix);
    }
    ck_assert_int_eq(failures, 4);
    task_mix_free(mix);
}
END_TEST

/* Mod_Cog's match tasks: 2..11 steps, once for each modality; no other task has this. */
START_TEST(delays_are_drawn_once_for_task_and_modality)
{
    enum { SEEDS = 3000 };
    struct task_mix *part = mix_of("modcog", "dms", "", 7), *whole = mix_of("modcog", "", "", 7);
    int dms = task_mix_task(part, 0), dnmc = task_find(task_mix_set(part), "dnmcseql");
    ck_assert_int_eq(task_mix_delay(whole, 0, 0), -1);
    for (int i = 0; i < 100; i++) {
        struct rng r = rng_at(i, RNG_TEST, 0);
        struct trial trial;
        task_trial_draw(whole, dms, &r, &trial);
        ck_assert_int_eq(trial.steps[2], task_mix_delay(part, dms, trial.ring));
    }
    task_mix_free(part);
    task_mix_free(whole);

    int count[2][12] = {{0}}, equal_rings = 0, equal_tasks = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
        struct task_mix *mix = mix_of("modcog", "", "", (uint64_t)seed);
        int first = task_mix_delay(mix, dms, 0), second = task_mix_delay(mix, dms, 1);
        count[0][first]++;
        count[1][second]++;
        equal_rings += first == second;
        equal_tasks += first == task_mix_delay(mix, dnmc, 0);
        task_mix_free(mix);
    }
    double sd = sqrt(SEEDS * 0.1 * 0.9);
    for (int m = 0; m < 2; m++)
        for (int d = 0; d < 12; d++)
            ck_assert_double_le(fabs(count[m][d] - (d < 2 ? 0 : SEEDS * 0.1)), d < 2 ? 0 : 5 * sd);
    ck_assert_double_le(fabs(equal_rings - SEEDS * 0.1), 5 * sd);
    ck_assert_double_le(fabs(equal_tasks - SEEDS * 0.1), 5 * sd);
}
END_TEST

SUITE_CASE(mix_case, "mix", a_mix_keeps_the_order_of_the_set,
           a_wrong_mix_is_refused_with_its_offender, a_mix_without_memory_fails_cleanly,
           delays_are_drawn_once_for_task_and_modality)

/* ---- batches ---- */

/* A batch in memory of exactly its size. */
struct batch {
    int B, T, I;
    float *x;
    int *label;
};

static struct batch batch_of(const struct task_mix *mix, uint64_t key, uint64_t step, int B, int T)
{
    struct batch b = {.B = B, .T = T, .I = task_set_inputs(task_mix_set(mix))};
    b.x = mem_array((size_t)(B * T * b.I), sizeof *b.x);
    b.label = mem_array((size_t)(B * T), sizeof *b.label);
    for (int i = 0; i < B * T * b.I; i++)
        b.x[i] = NAN; /* all must be written */
    task_trial_batch(mix, key, step, B, T, b.x, b.label);
    return b;
}

static void batch_free(struct batch *b)
{
    mem_free(b->x);
    mem_free(b->label);
}

static const float *inputs_at(const struct batch *b, int t, int row)
{
    return b->x + ((long)t * b->B + row) * b->I;
}

/* The task whose rule is on; the rule is one-hot and exact. */
static int rule_at(const struct batch *b, int t, int row)
{
    const float *rule = inputs_at(b, t, row) + TASK_OBSERVED;
    int task = -1, on = 0, off = 0;
    for (int i = 0; i < b->I - TASK_OBSERVED; i++) {
        on += rule[i] == 1;
        off += rule[i] == 0;
        task = rule[i] == 1 ? i : task;
    }
    if (on != 1 || on + off != b->I - TASK_OBSERVED) /* an assertion takes longer than the test */
        ck_abort_msg("the rule of row %d step %d is not one-hot", row, t);
    return task;
}

/* Whether the first T steps of two sequences are the same. */
static int same_sequence(const struct batch *a, int row_a, const struct batch *b, int row_b, int T)
{
    for (int t = 0; t < T; t++)
        if (memcmp(inputs_at(a, t, row_a), inputs_at(b, t, row_b), (size_t)a->I * sizeof(float)) !=
                0 ||
            a->label[t * a->B + row_a] != b->label[t * b->B + row_b])
            return 0;
    return 1;
}

START_TEST(a_sequence_is_known_by_its_address)
{
    struct task_mix *mix = mix_of("modcog", "", "", 3);
    struct batch whole = batch_of(mix, 11, 5, 4, 100), other = batch_of(mix, 12, 5, 4, 100);
    for (int b = 0; b < 4; b++) {
        struct batch alone = batch_of(mix, 11, 5 * 4 + (uint64_t)b, 1, 100);
        struct batch brief = batch_of(mix, 11, 5, 4, 37);
        ck_assert(same_sequence(&whole, b, &alone, 0, 100));
        ck_assert(same_sequence(&whole, b, &brief, b, 37));
        ck_assert(!same_sequence(&whole, b, &other, b, 100));
        ck_assert(!same_sequence(&whole, b, &whole, (b + 1) % 4, 100));
        batch_free(&alone);
        batch_free(&brief);
    }
    batch_free(&whole);
    batch_free(&other);
    task_mix_free(mix);
}
END_TEST

/* The rule shows where trials begin, since no task occurs twice in succession.  Every trial except
   the last of a row must begin with fixation and have a length that is possible for its task. */
static void check_sequence(const struct task_set *set, const struct batch *b, int row, int *drawn)
{
    for (int t = 0; t < b->T;) {
        int task = rule_at(b, t, row), start = t;
        drawn[task]++;
        ck_assert_float_eq(inputs_at(b, t, row)[0], 1);
        int good = 1;
        for (; t < b->T && rule_at(b, t, row) == task; t++) {
            for (int i = 0; i < b->I; i++)
                good &= isfinite(inputs_at(b, t, row)[i]);
            good &= b->label[t * b->B + row] >= 0 && b->label[t * b->B + row] < TASK_CLASSES;
        }
        ck_assert(good);
        struct task_span length = task_length_span(set, task);
        ck_assert_int_le(t - start, length.max);
        if (t < b->T)
            ck_assert_int_ge(t - start, length.min);
    }
}

START_TEST(sequences_are_whole_trials_of_changing_tasks)
{
    for (int s = 0; task_set_at(s); s++) {
        const struct task_set *set = task_set_at(s);
        struct task_mix *mix = mix_of(task_set_name(set), "", "", 0);
        int drawn[128] = {0}, trials = 0;
        for (uint64_t step = 0; step < 20; step++) {
            struct batch b = batch_of(mix, 1, step, 32, 100);
            for (int row = 0; row < b.B; row++)
                check_sequence(set, &b, row, drawn);
            batch_free(&b);
        }
        int n = task_set_size(set);
        for (int i = 0; i < n; i++)
            trials += drawn[i];
        for (int i = 0; i < n; i++) /* counted by start, so that the cut favours no task */
            ck_assert_msg(fabs(drawn[i] - (double)trials / n) <= 6 * sqrt((double)trials / n),
                          "%s: %d of %d trials", task_name(set, i), drawn[i], trials);
        task_mix_free(mix);
    }
}
END_TEST

START_TEST(a_lone_task_repeats)
{
    struct task_mix *mix = mix_of("yang19", "dlygo", "", 0);
    struct batch b = batch_of(mix, 1, 0, 2, 90);
    for (int t = 0; t < b.T; t++) {
        ck_assert_int_eq(rule_at(&b, t, 1), 2); /* its index in the set */
        ck_assert_int_eq(inputs_at(&b, t, 1)[0] == 1, t % 20 < 15);
        ck_assert_int_eq(b.label[t * b.B + 1] > 0, t % 20 >= 15);
    }
    batch_free(&b);
    task_mix_free(mix);
}
END_TEST

/* rtgo and rtanti last 10 steps, so that the i-th trial begins at 10 i. */
START_TEST(weights_are_shares_of_trials)
{
    enum { TRIALS = 4000 };
    struct task_mix *mix = mix_of("yang19", "rtanti,dms,rtgo", "1,0,3", 0);
    struct batch b = batch_of(mix, 1, 0, 1, 10 * TRIALS);
    int go = 0, repeats = 0;
    for (int i = 0; i < TRIALS; i++) {
        int task = rule_at(&b, 10 * i, 0);
        ck_assert(task == 1 || task == 4);
        go += task == 1;
        repeats += i > 0 && task == rule_at(&b, 10 * i - 1, 0);
    }
    ck_assert_double_le(fabs(go - 0.75 * TRIALS), 5 * sqrt(TRIALS * 0.75 * 0.25));
    /* independent draws: repeated with 1/16 + 9/16 */
    ck_assert_double_le(fabs(repeats - 0.625 * TRIALS), 6 * sqrt(TRIALS * 0.625 * 0.375));
    batch_free(&b);
    task_mix_free(mix);
}
END_TEST

SUITE_CASE(batch_case, "batch", a_sequence_is_known_by_its_address,
           sequences_are_whole_trials_of_changing_tasks, a_lone_task_repeats,
           weights_are_shares_of_trials)

/* ---- condition grids ---- */

START_TEST(grids_have_the_sizes_specified)
{
    static const struct {
        const char *set, *task;
        int size, length, fixation;
    } known[] = {
        {"yang19", "go", 32, 15, 5},          {"yang19", "rtanti", 32, 10, 5},
        {"yang19", "dm1", 128, 10, 3},        {"yang19-v2.1", "dm1", 128, 9, 3},
        {"yang19", "ctxdm2", 1024, 10, 3},    {"yang19", "dlydm2", 96, 25, 3},
        {"yang19", "multidlydm", 576, 25, 3}, {"yang19", "dms", 32, 32, 3},
        {"yang19", "dnms", 32, 32, 3},        {"yang19", "dmc", 256, 32, 3},
        {"modcog", "dlyantiintl", 32, 20, 5}, {"modcog", "goseqr", 32, 25, 5},
        {"modcog", "dms", 32, 28, 3},         {"modcog", "dnmcseql", 256, 29, 3},
        {"modcog", "dmcintr", 256, 27, 3},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct task_mix *mix = mix_of(known[i].set, "", "", 0);
        int task = task_find(task_mix_set(mix), known[i].task);
        struct trial trial;
        task_grid_trial(task_mix_set(mix), task, 0, &trial);
        ck_assert_int_eq(task_grid_size(task_mix_set(mix), task), known[i].size);
        ck_assert_int_eq(task_trial_length(&trial), known[i].length);
        ck_assert_int_eq(task_grid_fixation(task_mix_set(mix), task), known[i].fixation);
        task_mix_free(mix);
    }
}
END_TEST

static int same_stimuli(const struct trial *a, const struct trial *b)
{
    return memcmp(a->location, b->location, sizeof a->location) == 0 &&
           memcmp(a->strength, b->strength, sizeof a->strength) == 0;
}

START_TEST(grids_are_of_one_timing_and_distinct)
{
    static struct trial trials[2048];
    for (int s = 0; task_set_at(s); s++) {
        struct task_mix *mix = mix_of(task_set_name(task_set_at(s)), "", "", 0);
        for (int task = 0; task < task_set_size(task_set_at(s)); task++) {
            int n = task_grid_size(task_mix_set(mix), task), alike = 0;
            for (int i = 0; i < n; i++) {
                task_grid_trial(task_mix_set(mix), task, i, &trials[i]);
                ck_assert_int_eq(trials[i].task, task);
                ck_assert_int_eq(trials[i].steps[0], task_grid_fixation(task_mix_set(mix), task));
                ck_assert_int_ge(trials[i].target, 0); /* all require a response */
                ck_assert_mem_eq(trials[i].steps, trials[0].steps, sizeof trials[0].steps);
                for (int j = 0; j < i; j++)
                    alike += same_stimuli(&trials[i], &trials[j]);
            }
            ck_assert_int_eq(alike, 0);
        }
        task_mix_free(mix);
    }
}
END_TEST

SUITE_CASE(grid_case, "grid", grids_have_the_sizes_specified, grids_are_of_one_timing_and_distinct)

SUITE_MAIN("task", trial_case, set_case, mix_case, batch_case, grid_case)
