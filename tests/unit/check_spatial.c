/* Groups of units and sub-tasks: how differently the groups serve the sub-tasks, linear readouts of
   subsets, similarity of states, and the known properties of trials of cognitive tasks. */
#include "base/mem.h"
#include "modules/agreement.h"
#include "modules/partition.h"
#include "modules/ridge.h"
#include "modules/specialization.h"
#include "modules/trial_states.h"
#include "suite.h"

#include <math.h>
#include <string.h>

/* ---- partitions ---- */

START_TEST(two_groups_are_those_of_the_formula)
{
    struct rng r = rng_at(1, RNG_TEST, 0);
    for (int i = 0; i < 50; i++) {
        double M[2][2];
        for (int k = 0; k < 4; k++)
            M[k / 2][k % 2] = 0.01 + rng_uniform(&r);
        ck_assert_double_eq_tol(partition_specialization(2, 2, &M[0][0]), specialization_of(M).spec,
                                1e-12);
    }
}
END_TEST

START_TEST(specialization_is_from_none_to_all)
{
    const double own[9] = {1, 0, 0, 0, 2, 0, 0, 0, 0.1}, same[6] = {1, 2, 2, 4, 5, 10};
    const double one[6] = {1, 0, 1, 0, 0, 1}; /* one group of three differs: two pairs of three */
    ck_assert_double_eq_tol(partition_specialization(3, 3, own), 1, 1e-12);
    ck_assert_double_eq_tol(partition_specialization(3, 2, same), 0, 1e-12);
    ck_assert_double_eq_tol(partition_specialization(3, 2, one), 2.0 / 3, 1e-12);
}
END_TEST

/* scikit-learn's adjusted_rand_score documents 0.57 for the first two; the third is by hand: pairs
   together 1, expected 2*2/15, at most 2: (1 - 4/15) / (2 - 4/15) = 11/26 for six units. */
START_TEST(rand_index_has_known_values)
{
    const int a[] = {0, 0, 1, 1}, b[] = {0, 0, 1, 2}, swapped[] = {1, 1, 0, 0};
    ck_assert_double_eq_tol(partition_rand_index(4, 2, a, 3, b), 4.0 / 7, 1e-12);
    ck_assert_double_eq_tol(partition_rand_index(4, 2, a, 2, swapped), 1, 1e-12);
    const int c[] = {0, 0, 1, 1, 2, 3}, d[] = {0, 0, 1, 2, 2, 3};
    ck_assert_double_eq_tol(partition_rand_index(6, 4, c, 4, d), 11.0 / 26, 1e-12);
    const int all[] = {0, 0, 0, 0};
    ck_assert_double_eq(partition_rand_index(4, 1, all, 2, a), 0);
}
END_TEST

START_TEST(subsets_are_uniform)
{
    int count[6] = {0};
    for (uint64_t i = 0; i < 6000; i++) {
        int unit[6] = {0, 1, 2, 3, 4, 5}, seen[6] = {0};
        struct rng r = rng_at(2, RNG_TEST, i);
        partition_draw(&r, 6, 2, unit);
        count[unit[0]]++;
        count[unit[1]]++;
        for (int k = 0; k < 6; k++)
            seen[unit[k]]++;
        for (int k = 0; k < 6; k++)
            ck_assert_int_eq(seen[k], 1);
    }
    for (int k = 0; k < 6; k++) /* 2000 expected, sigma 37 */
        ck_assert_int_le(abs(count[k] - 2000), 150);
}
END_TEST

/* ---- linear readouts ---- */

enum { UNITS = 6, COLUMNS = 2, TRAIN = 400, TEST = 200 };

/* Column 0 is unit 0 and a little noise, column 1 half of the sum of units 1 and 2; the others
   carry no information.  The units have different means. */
static void make_data(float *x, float *y, int N, uint64_t index)
{
    struct rng r = rng_at(3, RNG_TEST, index);
    for (int i = 0; i < N; i++) {
        float z[UNITS];
        for (int u = 0; u < UNITS; u++) {
            z[u] = rng_normal(&r);
            x[i * UNITS + u] = z[u] + 3 * (float)u;
        }
        y[i * COLUMNS] = z[0] + 0.1f * rng_normal(&r) + 5;
        y[i * COLUMNS + 1] = (z[1] + z[2]) / 2;
    }
}

static void explain(const struct ridge *ridge, double *error)
{
    for (int c = 0; c < COLUMNS; c++)
        error[c] = 1 - error[c] / ridge_spread(ridge)[c];
}

START_TEST(readouts_explain_what_units_carry)
{
    static float x[TRAIN * UNITS], y[TRAIN * COLUMNS], x2[TEST * UNITS], y2[TEST * COLUMNS];
    double r2[COLUMNS];
    struct ridge *ridge;
    make_data(x, y, TRAIN, 0);
    make_data(x2, y2, TEST, 1);
    ck_assert_int_eq(ridge_new(&ridge, UNITS, COLUMNS, (struct ridge_data){TRAIN, x, y},
                               (struct ridge_data){TEST, x2, y2}, NULL),
                     0);
    ridge_read(ridge, 1, (int[]){0}, r2);
    explain(ridge, r2);
    ck_assert_double_eq_tol(r2[0], 1 / 1.01, 0.01); /* the noise is a hundredth of the variance */
    ck_assert_double_eq_tol(r2[1], 0, 0.05);
    ridge_read(ridge, 2, (int[]){5, 1}, r2);
    explain(ridge, r2);
    ck_assert_double_eq_tol(r2[0], 0, 0.05);
    ck_assert_double_eq_tol(r2[1], 0.5, 0.15);
    ridge_read(ridge, 3, (int[]){2, 4, 1}, r2);
    explain(ridge, r2);
    ck_assert_double_gt(r2[1], 0.999);

    /* without the units that carry it, the full readout predicts the mean: R2 is 0, and what the
       other units carry remains */
    ridge_lesion(ridge, 2, (int[]){1, 2}, r2);
    explain(ridge, r2);
    ck_assert_double_gt(r2[0], 0.97);
    ck_assert_double_eq_tol(r2[1], 0, 0.05);
    ridge_lesion(ridge, 1, (int[]){5}, r2);
    explain(ridge, r2);
    ck_assert_double_gt(r2[0], 0.97);
    ck_assert_double_gt(r2[1], 0.99);
    ridge_lesion(ridge, UNITS, (int[]){0, 1, 2, 3, 4, 5}, r2);
    explain(ridge, r2);
    ck_assert_double_eq_tol(r2[0], 0, 1e-6);
    ridge_free(ridge);
}
END_TEST

/* Squared errors computed from products equal those of the single predictions: one unit, by
   hand. */
START_TEST(errors_are_those_of_the_predictions)
{
    const float x[] = {1, 2, 3, 4}, y[] = {1, 3, 2, 6}, x2[] = {0, 5}, y2[] = {2, 4};
    double error;
    struct ridge *ridge;
    ck_assert_int_eq(
        ridge_new(&ridge, 1, 1, (struct ridge_data){4, x, y}, (struct ridge_data){2, x2, y2}, NULL),
        0);
    ridge_read(ridge, 1, (int[]){0}, &error);
    /* sxx = 5, sxy = 7: w = 7 / (5 * 1.001); means 2.5 and 3 */
    double w = 7 / 5.005, e0 = 2 - 3 - w * (0 - 2.5), e1 = 4 - 3 - w * (5 - 2.5);
    ck_assert_double_eq_tol(error, e0 * e0 + e1 * e1, 1e-6);
    ck_assert_double_eq_tol(ridge_spread(ridge)[0], 2, 1e-6);
    ridge_free(ridge);
}
END_TEST

/* ---- similarity of states ---- */

/* Units 0..9 have a pattern for each value of variable 0, units 10..19 of variable 1. */
START_TEST(states_agree_where_a_variable_is)
{
    enum { N = 200, H = 20, V = 2 };
    static float x[N * H];
    static int label[N * V];
    double within[V], any;
    struct agreement *agreement;
    struct rng r = rng_at(4, RNG_TEST, 0);
    float pattern[2][4][10];
    for (int i = 0; i < 80; i++)
        pattern[i / 40][i / 10 % 4][i % 10] = rng_normal(&r);
    for (int i = 0; i < N; i++)
        for (int v = 0; v < V; v++) {
            label[i * V + v] = (int)rng_below(&r, 4);
            memcpy(x + i * H + 10 * v, pattern[v][label[i * V + v]], sizeof pattern[0][0]);
        }
    ck_assert_int_eq(agreement_new(&agreement, N, H, V, label, &r, NULL), 0);
    int first[10], second[10];
    for (int i = 0; i < 10; i++) {
        first[i] = i;
        second[i] = 10 + i;
    }
    agreement_measure(agreement, x, 10, first, within, &any);
    ck_assert_double_eq_tol(within[0], 1, 1e-5);
    ck_assert_double_lt(within[1], 0.5);
    ck_assert_double_lt(any, 0.5);
    agreement_measure(agreement, x, 10, second, within, &any);
    ck_assert_double_eq_tol(within[1], 1, 1e-5);
    ck_assert_double_lt(within[0], 0.5);
    agreement_free(agreement);
}
END_TEST

/* ---- trials ---- */

/* A network that repeats its input: its states contain the known properties of the trials. */
START_TEST(states_and_labels_are_of_the_same_trial)
{
    enum { TRIALS = 40 };
    struct task_mix *mix;
    const struct task_set *set = task_set_find("yang19");
    ck_assert_int_eq(task_mix_new(&mix, set, "go,dm1,dms", "", 0, NULL), 0);
    int I = task_set_inputs(set);
    struct rnn_shape shape = {I, I, TASK_CLASSES};
    float *params = mem_array(rnn_param_count(shape), sizeof *params);
    struct rnn_params p = rnn_params(shape, params);
    for (int i = 0; i < I; i++)
        p.w_in.x[i * I + i] = 1;
    struct trial_states *s;
    ck_assert_int_eq(
        trial_states_new(&s, mix, shape, activation_find("relu"), params, TRIALS, 1, 0, NULL), 0);
    ck_assert_int_eq(s->N, 3 * TRIALS);
    ck_assert_int_eq(s->C, 2 + 2 + 1 + 3 + 2);
    for (int i = 0; i < s->N; i++) {
        const int *label = s->label + i * TRIAL_VARIABLES;
        const float *y = s->y + i * s->C, *h = s->h[TRIAL_STIMULUS] + i * I;
        int task = i / TRIALS;
        ck_assert_int_eq(label[TRIAL_RULE], task);
        ck_assert(y[s->column[TRIAL_RULE] + task] == 1);
        ck_assert(h[TASK_OBSERVED + task_mix_task(mix, task)] == 1);
        ck_assert_int_eq(label[TRIAL_SECOND] >= 0, task > 0); /* go has one stimulus */
        int is_dm = !strcmp(task_family(set, task_mix_task(mix, task)), "dm");
        ck_assert_int_eq(label[TRIAL_MODALITY], is_dm ? -1 : (label[TRIAL_MODALITY] > 0));
        ck_assert(label[TRIAL_FIRST] >= 0 && label[TRIAL_FIRST] < 8);
        if (is_dm)
            continue;
        /* the bump of the first stimulus is on the ring of its modality, at the place given by y */
        float along = 0, size = 0;
        const float *ring = h + 1 + TASK_RING * label[TRIAL_MODALITY];
        for (int c = 0; c < TASK_RING; c++) {
            double angle = 2 * 3.14159265358979 * c / TASK_RING;
            along += ring[c] * (float)(cos(angle) * y[0] + sin(angle) * y[1]);
            size += ring[c];
        }
        ck_assert_float_gt(along, 0.3f * size);
        ck_assert_float_gt(size, 1);
    }
    trial_states_free(s);
    mem_free(params);
    task_mix_free(mix);
}
END_TEST

SUITE_CASE(partitions, "partitions", two_groups_are_those_of_the_formula,
           specialization_is_from_none_to_all, rand_index_has_known_values, subsets_are_uniform)
SUITE_CASE(readouts, "readouts", readouts_explain_what_units_carry,
           errors_are_those_of_the_predictions)
SUITE_CASE(states, "states", states_agree_where_a_variable_is,
           states_and_labels_are_of_the_same_trial)

SUITE_MAIN("spatial", partitions, readouts, states)
