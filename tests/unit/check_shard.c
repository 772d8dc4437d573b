/* shards of a sweep: each point in exactly one, and none with much more work than another. */
#include "base/mem.h"
#include "sample.h"
#include "suite.h"
#include "sweep/sweep_points.h"

#include <stdio.h>
#include <string.h>

enum { POINTS = 97, SEEDS = 10 };

/* Work from 1 to SEEDS, by the seed. */
static double work(const struct spec *spec)
{
    return 1.0 + (double)(spec_int(spec, "seed") % SEEDS);
}

static struct experiment heavy;

static void fill(struct sweep_points *points)
{
    heavy = sample;
    heavy.work = work;
    *points = (struct sweep_points){0};
    for (int i = 0; i < POINTS; i++) {
        struct spec *spec;
        char seed[16];
        int is_new;
        snprintf(seed, sizeof seed, "%d", i);
        ck_assert_int_eq(spec_new(&spec, &heavy, NULL), 0);
        ck_assert_int_eq(spec_set(spec, "seed", seed, NULL), 0);
        ck_assert_int_eq(sweep_points_add(points, spec, &is_new, NULL), 0);
        spec_free(spec);
    }
}

START_TEST(every_point_is_in_one_shard_and_the_shards_cost_alike)
{
    for (size_t shards = 1; shards <= 2 * POINTS; shards += shards < 12 ? 1 : 37) {
        int seen[POINTS] = {0};
        double least = 1e9, most = 0;
        size_t fewest = POINTS, largest = 0;
        for (size_t shard = 1; shard <= shards; shard++) {
            struct sweep_points points;
            double sum = 0;
            fill(&points);
            ck_assert_int_eq(sweep_points_keep_shard(&points, shard, shards, NULL), 0);
            for (size_t i = 0; i < points.n; i++) {
                seen[spec_int(points.specs[i], "seed")]++;
                sum += work(points.specs[i]);
                if (i) /* in the order of the file */
                    ck_assert_int_gt(spec_int(points.specs[i], "seed"),
                                     spec_int(points.specs[i - 1], "seed"));
            }
            least = sum < least ? sum : least;
            most = sum > most ? sum : most;
            fewest = points.n < fewest ? points.n : fewest;
            largest = points.n > largest ? points.n : largest;
            sweep_points_free(&points);
        }
        for (int i = 0; i < POINTS; i++)
            ck_assert_int_eq(seen[i], 1);
        ck_assert_uint_le(largest - fewest, 1);
        /* each shard's k-th point weighs at least as much as any (k+1)-th point, so that the sums
           differ by at most the heaviest point */
        ck_assert_double_le(most - least, SEEDS);
    }
}
END_TEST

START_TEST(out_of_memory_leaves_all_points)
{
    for (int n = 0; n < 2; n++) {
        struct sweep_points points;
        fill(&points);
        mem_fail_at(n);
        ck_assert_int_eq(sweep_points_keep_shard(&points, 1, 3, NULL), ERR_MEMORY);
        mem_fail_at(-1);
        ck_assert_uint_eq(points.n, POINTS);
        sweep_points_free(&points);
    }
}
END_TEST

SUITE_CASE(all, "shard", every_point_is_in_one_shard_and_the_shards_cost_alike,
           out_of_memory_leaves_all_points)

SUITE_MAIN("shard", all)
