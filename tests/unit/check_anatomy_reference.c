/* Compares with NumPy's and SciPy's measures of a small network (tests/bench/reference_anatomy.py):
   links, self-weights of units, sizes of clusters, radius, profiles by cluster, and which spreads
   count as near normal.  Also tests radii that are obvious. */
#include "base/mem.h"
#include "measure/anatomy.h"
#include "measure/radius.h"
#include "measure/wiring.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { G = 5, H = G * G, I = 1, O = 1, P = H * H + H * I + O * H + H + O, SHUFFLES = 400 };

static const struct rnn_shape shape = {I, H, O};

struct network {
    FILE *file; /* positioned after the units */
    float params[P];
    int n;
    int place[H], label[H], group[H];
    double weight[H];
};

static struct network network_open(void)
{
    struct network x = {0};
    char path[4096], word[32];
    const char *srcdir = getenv("srcdir");
    snprintf(path, sizeof path, "%s/tests/fixtures/anatomy/reference.txt", srcdir ? srcdir : ".");
    x.file = fopen(path, "r");
    ck_assert_msg(x.file != NULL, "cannot open %s", path);
    ck_assert_int_eq(fscanf(x.file, "#%*[^\n] %31s", word), 1);
    struct mat w = rnn_params(shape, x.params).w;
    for (int i = 0; i < H; i++)
        for (int j = 0; j < H; j++)
            ck_assert_int_eq(fscanf(x.file, "%f", &w.x[(size_t)i * w.stride + j]), 1);
    ck_assert_int_eq(fscanf(x.file, " units %d", &x.n), 1);
    for (int p = 0; p < H; p++)
        x.group[p] = -1;
    for (int i = 0; i < x.n; i++) {
        ck_assert_int_eq(fscanf(x.file, "%d %d %lf", &x.place[i], &x.label[i], &x.weight[i]), 3);
        x.group[x.place[i]] = x.label[i];
    }
    return x;
}

START_TEST(links_are_numpys)
{
    struct network x = network_open();
    double threshold, length, share;
    long connections, links;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(
            fscanf(x.file, " links %lf %ld %ld %lf", &threshold, &connections, &links, &length), 4);
        struct wiring_links seen = wiring_links(shape, G, x.params, (float)threshold);
        ck_assert_int_eq(seen.connections, connections);
        ck_assert_int_eq(seen.links, links);
        ck_assert_double_eq_tol(seen.length, length, 1e-9);
    }
    ck_assert_int_eq(fscanf(x.file, " self_weight %lf", &share), 1);
    ck_assert_double_eq_tol(wiring_self_weight(shape, x.params).value, share, 1e-9);
    const float nothing[P] = {0};
    ck_assert_int_eq(wiring_self_weight(shape, nothing).defined, 0);
    fclose(x.file);
}
END_TEST

/* Reads lines until one begins with this word; the rest of that line is not read yet. */
static void go_to(FILE *file, const char *word)
{
    char line[4096], *rest = NULL;
    while (!rest && fgets(line, sizeof line, file))
        if (!strncmp(line, word, strlen(word)))
            rest = line;
    ck_assert_msg(rest != NULL, "no line begins with %s", word);
    ck_assert_int_eq(fseek(file, (long)strlen(word) - (long)strlen(line), SEEK_CUR), 0);
}

START_TEST(sizes_are_scipys)
{
    struct network x = network_open();
    struct shuffles *positions;
    struct anatomy a;
    double size, by_members;
    go_to(x.file, "size");
    ck_assert_int_eq(fscanf(x.file, "%lf %lf", &size, &by_members), 2);
    ck_assert_int_eq(shuffles_new(&positions, G, x.n, x.place, SHUFFLES, 1, NULL), 0);
    ck_assert_int_eq(anatomy_measure(positions, x.label, 4, &a, NULL, NULL, NULL), 0);
    ck_assert_double_eq_tol(a.size.observed.value, size, 1e-9);
    ck_assert_double_eq_tol(a.size_by_members.observed.value, by_members, 1e-9);
    /* both use the same distances, so that their chance means are equal */
    ck_assert_double_eq_tol(a.size.mean.value, a.size_by_members.mean.value, 0.02);
    ck_assert_double_lt(a.size_by_members.sd.value, a.size.sd.value);
    shuffles_free(positions);
    fclose(x.file);
}
END_TEST

static void assert_radius(struct network *x, const char *name, struct baseline seen)
{
    double observed, mean, sd;
    go_to(x->file, name);
    ck_assert_int_eq(fscanf(x->file, "%lf %lf %lf", &observed, &mean, &sd), 3);
    ck_assert_double_eq_tol(seen.observed.value, observed, 1e-9);
    ck_assert_double_eq_tol(seen.mean.value, mean, 1e-9);
    ck_assert_double_eq_tol(seen.sd.value, sd, 1e-9);
    ck_assert_double_eq_tol(seen.z.value, (observed - mean) / sd, 1e-6);
    ck_assert_double_eq_tol(seen.p.value, 0.5 * erfc(-seen.z.value / sqrt(2)), 0.1);
}

START_TEST(radius_and_its_null_are_numpys)
{
    struct network x = network_open();
    struct radius radius;
    ck_assert_int_eq(radius_measure(G, x.n, x.place, x.weight, SHUFFLES, 1, &radius, NULL), 0);
    assert_radius(&x, "radius ", radius.plain);
    assert_radius(&x, "radius_weighted", radius.weighted);
    fclose(x.file);
}
END_TEST

START_TEST(profiles_are_numpys)
{
    static const char *const names[] = {"all", "within", "between"};
    struct network x = network_open();
    go_to(x.file, "radius_weighted");
    ck_assert_int_eq(fscanf(x.file, "%*[^\n]"), 0);
    for (int which = WIRING_ALL; which <= WIRING_BETWEEN; which++) {
        struct wiring_length profile[2 * (G - 1)];
        wiring_profile(shape, G, x.params, (enum wiring_pairs)which, x.group, profile);
        for (int k = 0; k < wiring_lengths(G); k++) {
            char name[32];
            int steps;
            long pairs;
            double mean, active;
            ck_assert_int_eq(fscanf(x.file, " profile %31s %d %ld %lf %lf", name, &steps, &pairs,
                                    &mean, &active),
                             5);
            ck_assert_str_eq(name, names[which]);
            ck_assert_int_eq(steps, k + 1);
            ck_assert_int_eq(profile[k].pairs, pairs);
            ck_assert_double_eq_tol(profile[k].mean_weight, mean, 1e-7);
            ck_assert_double_eq_tol(profile[k].active, active, 1e-9);
        }
    }
    fclose(x.file);
}
END_TEST

/* SciPy's skewness and kurtosis decide. */
START_TEST(spreads_are_judged_as_scipy_measures_them)
{
    struct network x = network_open();
    int normal = 0, other = 0, n;
    double skewness, kurtosis, *values;
    go_to(x.file, "profile between 8");
    ck_assert_int_eq(fscanf(x.file, "%*[^\n]"), 0);
    while (fscanf(x.file, " spread %*s %d %lf %lf", &n, &skewness, &kurtosis) == 3) {
        values = mem_array((size_t)n, sizeof *values);
        for (int i = 0; i < n; i++)
            ck_assert_int_eq(fscanf(x.file, "%lf", &values[i]), 1);
        int expected = fabs(skewness) <= 0.5 && fabs(kurtosis) <= 1;
        ck_assert_int_eq(stats_is_near_normal(values, (size_t)n), expected);
        normal += expected;
        other += !expected;
        mem_free(values);
    }
    ck_assert(normal >= 1 && other >= 3);
    const double same[] = {2, 2, 2}, one[] = {1};
    ck_assert_int_eq(stats_is_near_normal(same, 3), 0);
    ck_assert_int_eq(stats_is_near_normal(one, 1), 0);
    fclose(x.file);
}
END_TEST

static struct radius radius_at(const int *place, int n)
{
    static const double weight[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    struct radius radius;
    ck_assert_int_eq(radius_measure(4, n, place, weight, 100, 3, &radius, NULL), 0);
    return radius;
}

/* On the 4 x 4 grid the inner four units are at 1/3 of the way to the border, all others at the
   border. */
START_TEST(radii_of_a_small_grid)
{
    static const int inner[] = {5, 6, 9, 10}, corners[] = {0, 3, 12, 15};
    int all[16];
    for (int p = 0; p < 16; p++)
        all[p] = p;
    ck_assert_double_eq_tol(radius_at(inner, 4).plain.observed.value, 1.0 / 3, 1e-12);
    ck_assert_double_eq_tol(radius_at(inner, 4).weighted.observed.value, 1.0 / 3, 1e-12);
    ck_assert_double_le(radius_at(inner, 4).plain.p.value, 0.02);
    ck_assert_double_eq_tol(radius_at(corners, 4).plain.observed.value, 1, 1e-12);
    struct radius whole = radius_at(all, 16);
    ck_assert_double_eq_tol(whole.plain.observed.value, 5.0 / 6, 1e-12);
    ck_assert(whole.plain.sd.value == 0 && !whole.plain.z.defined && whole.plain.p.value == 1);
    ck_assert_int_eq(radius_at(all, 0).plain.observed.defined, 0);
}
END_TEST

START_TEST(radius_without_weight_or_memory)
{
    static const int place[] = {0, 5, 7};
    static const double none[3];
    struct radius radius;
    struct err e = {0};
    ck_assert_int_eq(radius_measure(4, 3, place, none, 10, 0, &radius, NULL), 0);
    ck_assert(radius.plain.observed.defined && !radius.weighted.observed.defined);
    for (int n = 0; n < 5; n++) {
        mem_fail_at(n);
        ck_assert_int_eq(radius_measure(4, 3, place, none, 10, 0, &radius, &e), ERR_MEMORY);
        mem_fail_at(-1);
    }
}
END_TEST

SUITE_CASE(reference, "reference", links_are_numpys, sizes_are_scipys,
           radius_and_its_null_are_numpys, profiles_are_numpys,
           spreads_are_judged_as_scipy_measures_them)
SUITE_CASE(radii, "radius", radii_of_a_small_grid, radius_without_weight_or_memory)

SUITE_MAIN("anatomy_reference", reference, radii)
