/*
 * Match tasks: a sample, a delay, a test; respond to the test if the two match (or do not match),
 * otherwise keep fixating.  What has to match is the location, or the half of the ring that
 * contains the location.
 */
#include "tasks/task_family.h"

enum { HALF = TASK_RING / 2, RINGS = 2 };

/* In upstream, the halves of the sample have 9 and 7 locations (set->second_half is 9), and those
   of the test 8 and 8: a sample and a test at location 8 are in different categories. */
static int sample_category(const struct task_set *set, int sample)
{
    return sample >= set->second_half;
}

/* The location of a test that matches the sample or does not, as `match` says.  With categories,
   `which` selects one of the category's locations. */
static int test_location(const struct task_set *set, const struct task_rule *rule, int sample,
                         int match, int which)
{
    if (!rule->category)
        return (sample + (match ? 0 : HALF)) % TASK_RING;
    int category = sample_category(set, sample) ^ !match;
    return HALF * category + which;
}

static void match_draw(const struct task_set *set, const struct task_row *row, struct rng *r,
                       struct task_condition *c)
{
    int match = (int)rng_below(r, 2);
    c->location[0] = (int)rng_below(r, TASK_RING);
    c->location[1] = test_location(set, row->rule, c->location[0], match, (int)rng_below(r, HALF));
}

static int match_grid_size(const struct task_row *row)
{
    return TASK_RING * RINGS * (row->rule->category ? HALF : 1);
}

static void match_grid_condition(const struct task_set *set, const struct task_row *row, int i,
                                 struct task_condition *c)
{
    int match = !row->rule->go_on_nonmatch;
    c->location[0] = i % TASK_RING;
    i /= TASK_RING;
    c->ring = i % RINGS;
    c->location[1] = test_location(set, row->rule, c->location[0], match, i / RINGS);
}

static void match_compose(const struct task_set *set, const struct task_row *row,
                          const struct task_condition *c, struct trial *trial)
{
    int sample = c->location[0], test = c->location[1];
    for (int s = 0; s < 2; s++) {
        trial->location[s] = c->location[s];
        trial->strength[s][c->ring] = 1;
    }
    int match =
        row->rule->category ? sample_category(set, sample) == (test >= HALF) : sample == test;
    int go = match != row->rule->go_on_nonmatch;
    int moved = test + task_drift(row, trial);
    trial->target = go ? (moved % TASK_RING + TASK_RING) % TASK_RING : -1;
}

static double match_ceiling(const struct task_row *row)
{
    (void)row;
    return 1;
}

const struct task_family task_match = {
    .name = "match",
    .one_ring = 1,
    .draw = match_draw,
    .grid_size = match_grid_size,
    .grid_condition = match_grid_condition,
    .compose = match_compose,
    .ceiling = match_ceiling,
};
