/*
 * Decision tasks: two stimuli, at the same time or one after the other; respond to the stronger
 * one.
 *
 * The stimuli are at the same two locations on every modality that shows them; their strengths are
 * drawn separately for each modality.
 */
#include "tasks/task_family.h"

enum { RINGS = 2 };

static void dm_draw(const struct task_set *set, const struct task_row *row, struct rng *r,
                    struct task_condition *c)
{
    (void)set;
    c->location[0] = (int)rng_below(r, TASK_RING);
    c->location[1] = (c->location[0] + 1 + (int)rng_below(r, TASK_RING - 1)) % TASK_RING;
    for (int m = 0; m < RINGS; m++)
        c->pair[m] = (int)rng_below(r, (uint32_t)row->rule->strengths->n);
    c->coin = (int)rng_below(r, 2);
}

/* Number of distinguishable pairs of strengths on modality m. */
static int pairs_on(const struct task_rule *rule, int m)
{
    return rule->shown[m] ? rule->strengths->n : 1;
}

static int dm_grid_size(const struct task_row *row)
{
    return TASK_RING * pairs_on(row->rule, 0) * pairs_on(row->rule, 1);
}

static void dm_grid_condition(const struct task_set *set, const struct task_row *row, int i,
                              struct task_condition *c)
{
    (void)set;
    c->location[0] = i % TASK_RING;
    c->location[1] = (c->location[0] + TASK_RING / 2) % TASK_RING;
    i /= TASK_RING;
    c->pair[0] = i % pairs_on(row->rule, 0);
    c->pair[1] = i / pairs_on(row->rule, 0);
}

/* How much stronger stimulus 1 is than stimulus 2, in hundredths. */
static int advantage(const struct task_rule *rule, const int *pair)
{
    int sum = 0;
    for (int m = 0; m < RINGS; m++) {
        const int *percent = rule->strengths->percent[pair[m]];
        if (rule->shown[m])
            sum += rule->weight[m] * (percent[0] - percent[1]);
    }
    return sum;
}

static void dm_compose(const struct task_set *set, const struct task_row *row,
                       const struct task_condition *c, struct trial *trial)
{
    (void)set;
    const struct task_rule *rule = row->rule;
    for (int s = 0; s < 2; s++) {
        trial->location[s] = c->location[s];
        for (int m = 0; m < RINGS; m++)
            if (rule->shown[m])
                trial->strength[s][m] = (float)(rule->strengths->percent[c->pair[m]][s] / 100.0);
    }
    int ahead = advantage(rule, c->pair);
    trial->tie = ahead == 0;
    int winner = ahead == 0 ? c->coin : ahead < 0;

    /* Mod_Cog's "integrate" moves the answer by one location per step of the delay; in these tasks
       the delay is the same in every trial. */
    int moved = c->location[winner] + task_drift(row, trial);
    trial->target = (moved % TASK_RING + TASK_RING) % TASK_RING;
}

/* Half of the ties are guessed right. */
static double dm_ceiling(const struct task_row *row)
{
    int n0 = pairs_on(row->rule, 0), n1 = pairs_on(row->rule, 1), ties = 0;
    for (int i = 0; i < n0 * n1; i++)
        ties += advantage(row->rule, (const int[]){i % n0, i / n0}) == 0;
    return 1 - 0.5 * ties / (n0 * n1);
}

const struct task_family task_dm = {
    .name = "dm",
    .draw = dm_draw,
    .grid_size = dm_grid_size,
    .grid_condition = dm_grid_condition,
    .compose = dm_compose,
    .ceiling = dm_ceiling,
};
