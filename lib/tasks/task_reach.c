/* Reach tasks: respond at the location of the stimulus, or opposite to it. */
#include "tasks/task_family.h"

#include <math.h>

enum { RINGS = 2 };

/* Mod_Cog's "integrate" turns the stimulus by 1 radian per step of the delay: 16 / (2 pi)
   locations, so the stimulus is between grid locations.  The answer is the stimulus minus this
   turn. */
static const double turn_per_step = TASK_RING / 6.283185307179586;

static void reach_draw(const struct task_set *set, const struct task_row *row, struct rng *r,
                       struct task_condition *c)
{
    (void)set;
    (void)row;
    c->location[0] = (int)rng_below(r, TASK_RING);
}

static int reach_grid_size(const struct task_row *row)
{
    (void)row;
    return TASK_RING * RINGS;
}

static void reach_grid_condition(const struct task_set *set, const struct task_row *row, int i,
                                 struct task_condition *c)
{
    (void)set;
    (void)row;
    c->ring = i / TASK_RING;
    c->location[0] = i % TASK_RING;
}

static void reach_compose(const struct task_set *set, const struct task_row *row,
                          const struct task_condition *c, struct trial *trial)
{
    (void)set;
    double stimulus = c->location[0] + (row->rule->opposite ? TASK_RING / 2 : 0) +
                      task_drift(row, trial) * turn_per_step;
    stimulus = fmod(stimulus, TASK_RING);
    trial->location[0] = stimulus < 0 ? stimulus + TASK_RING : stimulus;
    trial->strength[0][c->ring] = 1;
    trial->target = c->location[0];
}

static double reach_ceiling(const struct task_row *row)
{
    (void)row;
    return 1;
}

const struct task_family task_reach = {
    .name = "reach",
    .one_ring = 1,
    .draw = reach_draw,
    .grid_size = reach_grid_size,
    .grid_condition = reach_grid_condition,
    .compose = reach_compose,
    .ceiling = reach_ceiling,
};
