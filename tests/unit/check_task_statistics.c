/*
 * Compares random trials with the specified distributions, at five standard deviations.  With fixed
 * seeds a test passes always or never, and in about 30,000 comparisons at 6e-7 each a false alarm
 * is improbable.  The expectations are written here independently, by name of task and period, and
 * not taken from the tables that make the trials.
 */
#include "suite.h"
#include "tasks/task.h"
#include "tasks/task_mix.h"
#include "tasks/task_trial.h"

#include <math.h>
#include <string.h>

enum { TRIALS = 2000, INPUTS = 128 };

static int begins(const char *name, const char *start)
{
    return strncmp(name, start, strlen(start)) == 0;
}

static int is_modcog(const struct task_set *set)
{
    return begins(task_set_name(set), "modcog");
}

static int in_family(const struct task_set *set, int task, const char *family)
{
    return strcmp(task_family(set, task), family) == 0;
}

/* `count` of n, where the share p is expected. */
static void expect_share(const struct task_set *set, int task, const char *what, int index,
                         double count, double n, double p)
{
    if (!(fabs(count - n * p) <= 5 * sqrt(n * p * (1 - p)) + 1e-9))
        ck_abort_msg("%s %s: %s %d has %g of %g, expected %g", task_set_name(set),
                     task_name(set, task), what, index, count, n, n * p);
}

/* Runs a check on every task of every set. */
static void every_task(void (*check)(const struct task_mix *mix, int task))
{
    for (int s = 0; task_set_at(s); s++) {
        struct task_mix *mix;
        ck_assert_int_eq(task_mix_new(&mix, task_set_at(s), "", "", 5, NULL), 0);
        for (int task = 0; task < task_set_size(task_set_at(s)); task++)
            check(mix, task);
        task_mix_free(mix);
    }
}

static struct trial draw(const struct task_mix *mix, int task, uint64_t n)
{
    struct rng r = rng_at(1, RNG_TEST, (uint64_t)task << 32 | n);
    struct trial trial;
    task_trial_draw(mix, task, &r, &trial);
    return trial;
}

/* ---- durations ---- */

/* Steps that a period may have, each equally likely, from its name alone; their number. */
static int expected_steps(const struct task_set *set, int task, const char *period, int *steps)
{
    const char *name = task_name(set, task);
    int mod = is_modcog(set), n = 0, seq = strstr(name, "seq") != NULL;
    int first = 5, last = 5, by = 1;
    int reach = in_family(set, task, "reach"), dm = in_family(set, task, "dm");
    if (strcmp(period, "fixation") == 0) {
        first = reach ? 5 : dm ? 2 : 3;
        last = reach ? 5 : dm ? 4 : 3;
    } else if (strcmp(period, "decision") == 0) {
        first = last = seq && !begins(name, "rt") ? 10 : reach ? 5 : dm ? 2 : 9;
    } else if (strcmp(period, "delay") == 0) {
        int undelayed = !mod && !begins(name, "dly");
        first = last = reach ? (undelayed ? 0 : 5) : mod ? 5 : 10;
        if (strstr(name, "int") && !dm) {
            first = 0;
            last = 11;
        }
    } else if (strcmp(name, "dm1") == 0 && strcmp(task_set_name(set), "yang19-v2.1") == 0) {
        first = 2;
        last = 6;
        by = 2;
    }
    for (int k = first; k <= last; k += by)
        steps[n++] = k;
    return n;
}

/* Mod_Cog's match tasks except the "int" ones. */
static int delay_is_drawn_once(const struct task_set *set, int task)
{
    return is_modcog(set) && in_family(set, task, "match") && !strstr(task_name(set, task), "int");
}

static void check_durations(const struct task_mix *mix, int task)
{
    const struct task_set *set = task_mix_set(mix);
    static int count[TASK_PERIODS][TASK_LONGEST];
    memset(count, 0, sizeof count);
    for (int n = 0; n < TRIALS; n++) {
        struct trial trial = draw(mix, task, (uint64_t)n);
        for (int p = 0; p < TASK_PERIODS; p++)
            count[p][trial.steps[p]]++;
    }
    for (int p = 0; task_period_name(set, task, p); p++) {
        const char *period = task_period_name(set, task, p);
        if (strcmp(period, "delay") == 0 && delay_is_drawn_once(set, task))
            continue;
        int steps[TASK_LONGEST], n = expected_steps(set, task, period, steps), seen = 0;
        for (int k = 0; k < n; k++) {
            expect_share(set, task, period, steps[k], count[p][steps[k]], TRIALS, 1.0 / n);
            seen += count[p][steps[k]];
        }
        ck_assert_int_eq(seen, TRIALS); /* and none had another length */
    }
}

START_TEST(durations)
{
    every_task(check_durations);
}
END_TEST

/* ---- what is shown ---- */

/* The noise, from the specification: none in reach tasks; in dm tasks on both rings and, except in
   version 2.1, on the fixation input; in match tasks on the ring that carries the trial. */
static double expected_noise(const struct task_set *set, int task, const char *period, int active,
                             int channel)
{
    int stimulus =
        begins(period, "stim") || strcmp(period, "sample") == 0 || strcmp(period, "test") == 0;
    if (!stimulus || in_family(set, task, "reach"))
        return 0;
    if (in_family(set, task, "match"))
        return (channel - 1) / TASK_RING == active && channel > 0 ? 0.1 : 0;
    return channel > 0 || strcmp(task_set_name(set), "yang19-v2.1") != 0 ? 0.1 : 0;
}

static double expected_fixation(const struct task_set *set, int task, const char *period)
{
    if (strcmp(period, "decision") == 0)
        return 0;
    return in_family(set, task, "reach") || strcmp(task_set_name(set), "yang19-v2.1") != 0 ||
           strcmp(period, "fixation") == 0;
}

/* Sum of the strengths on a ring in a period. */
static double expected_strength(const struct task_set *set, int task, const char *period,
                                const struct trial *trial, int ring)
{
    int reaction = begins(task_name(set, task), "rt");
    const char *first[] = {"stimulus", "stim1", "sample"}, *second[] = {"stim2", "test"};
    double sum = 0;
    for (int i = 0; i < 3; i++)
        sum += strcmp(period, first[i]) == 0 ? trial->strength[0][ring] : 0;
    for (int i = 0; i < 2; i++)
        sum += strcmp(period, second[i]) == 0 ? trial->strength[1][ring] : 0;
    if (in_family(set, task, "dm") && strcmp(period, "stimulus") == 0)
        sum += trial->strength[1][ring];
    if (reaction && strcmp(period, "decision") == 0)
        sum += trial->strength[0][ring];
    return sum;
}

/* Noise of a group of channels in a period; index [period][group], where the groups are the
   fixation input, the ring that carries the trial (or the first) and the other one. */
struct noise {
    double n, sum, squares;
    double sd; /* expected */
};

static void check_step(const struct task_set *set, const struct trial *trial, int t,
                       const float *clean, const float *noisy, struct noise noise[][3])
{
    int p = task_trial_period(trial, t);
    const char *period = task_period_name(set, trial->task, p);
    int bad = clean[0] != expected_fixation(set, trial->task, period);
    for (int m = 0; m < 2; m++) {
        double sum = 0;
        for (int i = 0; i < TASK_RING; i++)
            sum += clean[1 + TASK_RING * m + i];
        /* the sum of a bump of strength 1, at any location */
        double expected = 0.8 * 2.506628 * expected_strength(set, trial->task, period, trial, m);
        bad |= !(fabs(sum - expected) <= 1e-5);
    }
    if (bad)
        ck_abort_msg("%s %s: wrong inputs in %s", task_set_name(set), task_name(set, trial->task),
                     period);
    for (int i = 0; i < TASK_OBSERVED; i++) {
        int group = i == 0 ? 0 : (i - 1) / TASK_RING == trial->ring ? 1 : 2;
        struct noise *g = &noise[p][group];
        double x = (double)noisy[i] - clean[i];
        g->n++;
        g->sum += x;
        g->squares += x * x;
        g->sd = expected_noise(set, trial->task, period, trial->ring, i);
    }
}

static void check_inputs(const struct task_mix *mix, int task)
{
    enum { RENDERED = 400 };
    const struct task_set *set = task_mix_set(mix);
    static float clean[TASK_LONGEST][INPUTS], noisy[TASK_LONGEST][INPUTS];
    int label[TASK_LONGEST];
    struct noise noise[TASK_PERIODS][3] = {{{0}}};
    for (int n = 0; n < RENDERED; n++) {
        struct rng r = rng_at(2, RNG_TEST, (uint64_t)task << 32 | (uint64_t)n);
        struct trial trial;
        task_trial_draw(mix, task, &r, &trial);
        task_trial_render(mix, &trial, NULL, TASK_LONGEST, clean[0], INPUTS, label, 1);
        int steps = task_trial_render(mix, &trial, &r, TASK_LONGEST, noisy[0], INPUTS, label, 1);
        for (int t = 0; t < steps; t++)
            check_step(set, &trial, t, clean[t], noisy[t], noise);
    }
    for (int p = 0; task_period_name(set, task, p); p++)
        for (int group = 0; group < 3; group++) {
            struct noise g = noise[p][group];
            if (g.n == 0) /* an empty period */
                continue;
            double variance = g.sd * g.sd;
            if (!(fabs(g.sum / g.n) <= 5 * g.sd / sqrt(g.n)) ||
                !(fabs(g.squares / g.n - variance) <= 5 * variance * sqrt(2 / g.n)))
                ck_abort_msg("%s %s %s: noise of group %d has mean %g, sd %g; expected sd %g",
                             task_set_name(set), task_name(set, task),
                             task_period_name(set, task, p), group, g.sum / g.n,
                             sqrt(g.squares / g.n), g.sd);
        }
}

START_TEST(inputs_and_noise)
{
    every_task(check_inputs);
}
END_TEST

/* ---- modality, locations, strengths, ties ---- */

static void check_modality(const struct task_mix *mix, int task)
{
    const struct task_set *set = task_mix_set(mix);
    int second = 0, one = !in_family(set, task, "dm");
    for (int n = 0; n < TRIALS; n++) {
        struct trial trial = draw(mix, task, (uint64_t)n);
        second += trial.ring;
        for (int s = 0; one && s < 2; s++)
            if (trial.strength[s][1 - trial.ring] != 0)
                ck_abort_msg("%s shows both modalities", task_name(set, task));
    }
    expect_share(set, task, "modality", 2, second, TRIALS, one ? 0.5 : 0);
}

START_TEST(modalities)
{
    every_task(check_modality);
}
END_TEST

/* Index of the pair of strengths on a modality among those of the family, or -1. */
static int pair_of(const struct trial *trial, int m, int delayed)
{
    static const float pairs[2][8][2] = {
        {{.54f, .46f},
         {.58f, .42f},
         {.66f, .34f},
         {.82f, .18f},
         {.46f, .54f},
         {.42f, .58f},
         {.34f, .66f},
         {.18f, .82f}},
        {{.3f, .6f}, {.3f, 1}, {.6f, .3f}, {.6f, 1}, {1, .3f}, {1, .6f}},
    };
    for (int i = 0; i < (delayed ? 6 : 8); i++)
        if (fabsf(trial->strength[0][m] - pairs[delayed][i][0]) < 1e-6f &&
            fabsf(trial->strength[1][m] - pairs[delayed][i][1]) < 1e-6f)
            return i;
    return -1;
}

/* Counts over the trials of a dm task. */
struct decisions {
    int pair[8][8]; /* on modality 1 and 2; 0 where not shown */
    int distance[TASK_RING];
    int first[TASK_RING];
    int ties, won_by_first;
};

static void count_decision(const struct task_set *set, const struct trial *trial, int delayed,
                           const int *shown, const int *weight, struct decisions *d)
{
    const char *name = task_name(set, trial->task);
    int pair[2] = {0, 0};
    double ahead = 0;
    for (int m = 0; m < 2; m++) {
        pair[m] = shown[m] ? pair_of(trial, m, delayed) : 0;
        if (pair[m] < 0 || (!shown[m] && trial->strength[0][m] + trial->strength[1][m] != 0))
            ck_abort_msg("%s: wrong strengths", name);
        ahead += weight[m] * (trial->strength[0][m] - trial->strength[1][m]);
    }
    int first = (int)trial->location[0], second = (int)trial->location[1];
    /* Mod_Cog's "int" moves the answer by five, the steps of its delay */
    int moved = strstr(name, "intr") ? 5 : strstr(name, "intl") ? TASK_RING - 5 : 0;
    int won = trial->target == (first + moved) % TASK_RING;
    int tie = fabs(ahead) < 1e-5;
    if (tie != trial->tie || (!won && trial->target != (second + moved) % TASK_RING) ||
        (!tie && won != (ahead > 0)))
        ck_abort_msg("%s: wrong target", name);
    d->pair[pair[0]][pair[1]]++;
    d->distance[(second - first + TASK_RING) % TASK_RING]++;
    d->first[first]++;
    d->ties += tie;
    d->won_by_first += tie && won;
}

static void check_decisions(const struct task_mix *mix, int task)
{
    const struct task_set *set = task_mix_set(mix);
    if (!in_family(set, task, "dm"))
        return;
    const char *name = task_name(set, task);
    int delayed = strstr(name, "dlydm") != NULL, n = delayed ? 6 : 8;
    int multi = begins(name, "multi"), both = multi || begins(name, "ctx");
    int is_first = strstr(name, "dm1") != NULL;
    const int shown[2] = {both || is_first, both || !is_first};
    const int weight[2] = {multi || is_first, multi || !is_first};
    struct decisions d = {.ties = 0};
    for (int i = 0; i < 2 * TRIALS; i++) {
        struct trial trial = draw(mix, task, (uint64_t)i);
        count_decision(set, &trial, delayed, shown, weight, &d);
    }
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++) {
            double p = (shown[0] ? i < n ? 1.0 / n : 0 : i == 0) *
                       (shown[1] ? j < n ? 1.0 / n : 0 : j == 0);
            expect_share(set, task, "strengths", 8 * i + j, d.pair[i][j], 2 * TRIALS, p);
        }
    for (int i = 0; i < TASK_RING; i++) {
        expect_share(set, task, "distance", i, d.distance[i], 2 * TRIALS, i ? 1 / 15.0 : 0);
        expect_share(set, task, "location", i, d.first[i], 2 * TRIALS, 1 / 16.0);
    }
    expect_share(set, task, "ties", 0, d.ties, 2 * TRIALS, multi ? delayed ? 1 / 6.0 : 1 / 8.0 : 0);
    expect_share(set, task, "coin", 0, d.won_by_first, d.ties, 0.5);
}

START_TEST(decisions)
{
    every_task(check_decisions);
}
END_TEST

/* ---- answers ---- */

/* Probability that location `at` is the answer of a match task: go trials are a half; where the
   halves of the ring are matched, upstream's samples are split 9 to 7, and so are the answers. */
static double answer_share(const struct task_set *set, const char *name, int at)
{
    at = (at % TASK_RING + TASK_RING) % TASK_RING;
    if (begins(name, "dms") || begins(name, "dnms"))
        return 1 / 32.0;
    if (strcmp(task_set_name(set), "modcog-fixed") == 0)
        return 8 / 256.0;
    return (at < 8) == begins(name, "dmc") ? 9 / 256.0 : 7 / 256.0;
}

/* Probability of label k in the first step of the decision. */
static double label_share(const struct task_set *set, int task, int k)
{
    const char *name = task_name(set, task);
    int folds = strcmp(task_set_name(set), "modcog") == 0;
    int at = folds ? (k + 15) % TASK_RING : k - 1; /* the location that has this label */
    if (folds && k == TASK_RING)
        return 0;
    if (!in_family(set, task, "match"))
        return k == 0 && !folds ? 0 : 1 / 16.0;
    double p = k == 0 ? 0.5 : 0;
    int way = strstr(name, "intr") ? 1 : strstr(name, "intl") ? -1 : 0;
    for (int delay = 0; (k > 0 || folds) && delay < 12; delay++)
        p += answer_share(set, name, at - way * delay) / 12;
    return p;
}

static void check_labels(const struct task_mix *mix, int task)
{
    const struct task_set *set = task_mix_set(mix);
    static float x[TASK_LONGEST][INPUTS];
    int count[TASK_CLASSES] = {0}, early = 0;
    for (int n = 0; n < TRIALS; n++) {
        struct trial trial = draw(mix, task, (uint64_t)n);
        int label[TASK_LONGEST];
        int t = task_trial_render(mix, &trial, NULL, TASK_LONGEST, x[0], INPUTS, label, 1) - 1;
        for (int decision = task_trial_period(&trial, t); t > 0; t--)
            if (task_trial_period(&trial, t - 1) < decision)
                break;
        count[label[t]]++;
        while (t-- > 0)
            early += label[t] != 0;
    }
    ck_assert_int_eq(early, 0);
    for (int k = 0; k < TASK_CLASSES; k++)
        expect_share(set, task, "label", k, count[k], TRIALS, label_share(set, task, k));
}

START_TEST(labels)
{
    every_task(check_labels);
}
END_TEST

/* The test against the sample: half of the trials match, and those that do (or do not) are
   answered. */
static void check_matches(const struct task_mix *mix, int task)
{
    const struct task_set *set = task_mix_set(mix);
    if (!in_family(set, task, "match"))
        return;
    const char *name = task_name(set, task);
    int category = begins(name, "dmc") || begins(name, "dnmc"), go_on_match = name[1] == 'm';
    int boundary = strcmp(task_set_name(set), "modcog-fixed") == 0 ? 8 : 9;
    int matches = 0, sample_count[TASK_RING] = {0}, wrong = 0;
    for (int n = 0; n < TRIALS; n++) {
        struct trial trial = draw(mix, task, (uint64_t)n);
        int sample = (int)trial.location[0], test = (int)trial.location[1];
        int match = category ? (sample >= boundary) == (test >= 8) : sample == test;
        wrong += !category && !match && test != (sample + 8) % TASK_RING;
        wrong += (trial.target >= 0) != (match == go_on_match);
        matches += match;
        sample_count[sample]++;
    }
    ck_assert_msg(wrong == 0, "%s: %d wrong trials", name, wrong);
    expect_share(set, task, "matches", 0, matches, TRIALS, 0.5);
    for (int i = 0; i < TASK_RING; i++)
        expect_share(set, task, "sample", i, sample_count[i], TRIALS, 1 / 16.0);
}

START_TEST(matches)
{
    every_task(check_matches);
}
END_TEST

/* Reach: the stimulus is at the answer, or opposite; Mod_Cog's "int" turns it by one radian per
   step of the delay. */
static void check_reaches(const struct task_mix *mix, int task)
{
    const struct task_set *set = task_mix_set(mix);
    if (!in_family(set, task, "reach"))
        return;
    const char *name = task_name(set, task);
    double way = strstr(name, "intr") ? 1 : strstr(name, "intl") ? -1 : 0;
    double opposite = strstr(name, "anti") ? acos(-1.0) : 0;
    double worst = 0;
    for (int n = 0; n < TRIALS; n++) {
        struct trial trial = draw(mix, task, (uint64_t)n);
        double to_radians = 2 * acos(-1.0) / TASK_RING;
        double angle = trial.target * to_radians + opposite + way * trial.steps[2];
        worst = fmax(worst, fabs(sin((trial.location[0] * to_radians - angle) / 2)));
    }
    ck_assert_msg(worst < 1e-9, "%s: off by %g", name, worst);
}

START_TEST(reaches)
{
    every_task(check_reaches);
}
END_TEST

SUITE_CASE(statistics_case, "statistics", durations, inputs_and_noise, modalities, decisions,
           labels, matches, reaches)

SUITE_MAIN("task statistics", statistics_case)
