#include "compare/compare_json.h"

#include "compare/verdict.h"

/* Writes n, mean, low and high; null where a value is absent. */
static void write_estimate(struct json *j, const char *key, struct estimate estimate)
{
    json_open_object(j, key);
    json_int(j, "n", estimate.n);
    json_value(j, "mean", estimate.n ? value_real(estimate.mean) : value_null());
    json_value(j, "low", estimate.has_interval ? value_real(estimate.low) : value_null());
    json_value(j, "high", estimate.has_interval ? value_real(estimate.high) : value_null());
    json_close_object(j);
}

static void write_name(struct json *j, const char *key, const struct job_table *r, int group,
                       int placed)
{
    char name[COMPARISON_NAME_SIZE];
    json_text(j, key, comparison_name(r, group, placed, name));
}

static void write_group(struct json *j, const struct comparison *c,
                        const struct comparison_group *group,
                        const struct group_compare_group *compared)
{
    const struct job_table *r = c->roster;
    json_open_object(j, NULL);
    write_name(j, "group", r, group->group, group->placed);
    json_value(j, "value", r->jobs[r->first_of_group[group->group]].parameters[r->by]);
    json_int(j, "placed", group->placed);
    json_int(j, "jobs", group->jobs);
    json_int(j, "left_out", group->left_out);
    json_int(j, "points", group->points);
    json_int(j, "seeds", compared->seeds);
    write_estimate(j, "hypervolume", compared->hypervolume);
    json_real(j, "pooled_hypervolume", compared->pooled_hypervolume);
    json_int(j, "on_joint_frontier", compared->on_joint);
    json_int(j, "joint_frontier", compared->joint);
    write_estimate(j, "share", compared->share);
    json_open_array(j, "least");
    for (int l = 0; l < c->options.n_limits; l++) {
        const struct group_compare_least *least = &compared->least[l];
        json_open_object(j, NULL);
        json_real(j, "limit", least->limit);
        json_value(j, "pooled", least->reached ? value_real(least->pooled) : value_null());
        write_estimate(j, "by_seed", least->by_seed);
        json_close_object(j);
    }
    json_close_array(j);
    json_close_object(j);
}

static void write_pair(struct json *j, const struct job_table *r, const struct comparison_plane *p,
                       const struct group_compare_pair *pair)
{
    json_open_object(j, NULL);
    write_name(j, "a", r, p->group[pair->a].group, p->group[pair->a].placed);
    write_name(j, "b", r, p->group[pair->b].group, p->group[pair->b].placed);
    write_estimate(j, "difference", pair->difference);
    json_value(j, "p", pair->has_p ? value_real(pair->p) : value_null());
    json_value(j, "p_holm", pair->has_p ? value_real(pair->p_holm) : value_null());
    json_close_object(j);
}

static void write_test(struct json *j, const char *key, const struct contrast_test *t,
                       const double *limit)
{
    json_open_object(j, key);
    if (limit)
        json_real(j, "limit", *limit);
    json_int(j, "seeds_a", t->seeds_a);
    json_int(j, "seeds_b", t->seeds_b);
    json_value(j, "mean_a", t->a.defined ? value_real(t->a.value) : value_null());
    json_value(j, "mean_b", t->b.defined ? value_real(t->b.value) : value_null());
    write_estimate(j, "difference", t->difference);
    json_value(j, "p", t->p.defined ? value_real(t->p.value) : value_null());
    json_value(j, "p_holm", t->p_holm.defined ? value_real(t->p_holm.value) : value_null());
    json_close_object(j);
}

static void write_contrasts(struct json *j, const struct comparison *c,
                            const struct comparison_plane *p)
{
    json_open_array(j, "contrasts");
    for (int i = 0; p->contrasts && i < p->contrasts->n; i++) {
        const struct contrast *x = &p->contrasts->contrast[i];
        json_open_object(j, NULL);
        write_name(j, "a", c->roster, p->group[x->a].group, p->group[x->a].placed);
        write_name(j, "b", c->roster, p->group[x->b].group, p->group[x->b].placed);
        json_int(j, "points_a", x->points_a);
        json_int(j, "points_b", x->points_b);
        json_open_array(j, "least");
        for (int l = 0; l < c->options.n_limits; l++)
            write_test(j, NULL, &x->at[l], &c->options.limits[l]);
        json_close_array(j);
        write_test(j, "area", &x->area, NULL);
        json_close_object(j);
    }
    json_close_array(j);
}

static void write_dropouts(struct json *j, const struct comparison *c)
{
    static const enum store_state states[] = {STATE_DIVERGED, STATE_FAILED, STATE_CRASHED,
                                              STATE_QUARANTINED};
    const struct job_table *r = c->roster;
    json_open_array(j, "dropouts");
    for (int g = 0; g < r->groups; g++) {
        json_open_object(j, NULL);
        write_name(j, "group", r, g, 0);
        for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
            json_int(j, store_states[states[i]], r->lost[g * STORE_STATES + (int)states[i]]);
        json_value(j, "collapsed",
                   c->planes && c->plane[0].plane->chance > 0
                       ? value_int(c->plane[0].group[g].collapsed)
                       : value_null());
        json_close_object(j);
    }
    json_close_array(j);
}

static void write_verdict(struct json *j, const struct comparison *c)
{
    struct verdict v;
    verdict_of(c, &v);
    json_open_array(j, "verdict");
    for (int i = 0; i < v.lines; i++)
        json_text(j, NULL, v.line[i]);
    json_close_array(j);
    json_open_object(j, "design");
    json_value(j, "plane", v.plane ? value_text(v.plane->plane->name) : value_null());
    json_value(j, "limit", v.plane ? value_real(c->options.limits[v.limit]) : value_null());
    json_value(j, "least_p", v.plane ? value_real(v.design.least_p) : value_null());
    json_value(j, "seeds_needed", v.plane ? value_int(v.design.needed) : value_null());
    json_close_object(j);
}

static void write_frontier(struct json *j, const struct job_table *r,
                           const struct comparison_frontier *frontier)
{
    const struct parameter *parameters = r->experiment->parameters;
    json_open_object(j, NULL);
    json_text(j, "plane", frontier->plane->name);
    json_int(j, "placed", frontier->placed);
    json_open_array(j, "points");
    for (int i = 0; i < r->points; i++) {
        const struct frontier_membership *m = &frontier->member[i];
        if (!m->seeds)
            continue;
        json_open_object(j, NULL);
        json_open_object(j, "parameters");
        for (int p = 0; p < r->parameters; p++)
            if (p == r->by || (r->varies[p] && p != r->replicate))
                json_value(j, parameters[p].name, r->jobs[r->first_of_point[i]].parameters[p]);
        json_close_object(j);
        json_int(j, "n", m->seeds);
        json_real(j, "mean_x", m->x);
        json_real(j, "mean_y", m->y);
        json_int(j, "on_as_it_is", m->on);
        json_text(j, "state", frontier_membership_name(m->state));
        json_value(j, "share",
                   m->state == MEMBERSHIP_UNKNOWN ? value_null() : value_real(m->share));
        json_close_object(j);
    }
    json_close_array(j);
    json_close_object(j);
}

static void write_plane(struct json *j, const struct comparison *c,
                        const struct comparison_plane *p)
{
    json_open_object(j, NULL);
    json_text(j, "plane", p->plane->name);
    json_text(j, "x", p->plane->x);
    json_text(j, "y", p->plane->y);
    json_open_object(j, "reference");
    json_value(j, "x", p->compare ? value_real(p->reference_x) : value_null());
    json_value(j, "y", p->compare ? value_real(p->reference_y) : value_null());
    json_close_object(j);
    json_open_array(j, "groups");
    for (int g = 0; p->compare && g < p->groups; g++)
        write_group(j, c, &p->group[g], &p->compare->group[g]);
    json_close_array(j);
    json_open_array(j, "pairs");
    for (int i = 0; p->compare && i < p->compare->pairs; i++)
        write_pair(j, c->roster, p, &p->compare->pair[i]);
    json_close_array(j);
    write_contrasts(j, c, p);
    json_open_array(j, "frontiers");
    for (int f = 0; f < p->frontiers; f++)
        write_frontier(j, c->roster, &p->frontier[f]);
    json_close_array(j);
    json_close_object(j);
}

static void write_evidence(struct json *j, const struct job_table *r,
                           const struct comparison_evidence *v)
{
    json_open_object(j, NULL);
    json_text(j, "metric", v->metric);
    write_name(j, "group", r, v->group, v->placed);
    json_int(j, "placed", v->placed);
    json_int(j, "jobs", v->jobs);
    write_estimate(j, "mean", v->mean);
    json_value(j, "tested", v->has_p ? value_int(v->tested) : value_null());
    json_value(j, "significant", v->has_p ? value_int(v->significant) : value_null());
    json_close_object(j);
}

void compare_json_write(const struct comparison *c, struct json *j)
{
    const struct job_table *r = c->roster;
    const struct experiment *x = r->experiment;
    json_open_object(j, NULL);
    json_text(j, "experiment", x->name);
    json_text(j, "by", x->parameters[r->by].name);
    json_text(j, "replicate", x->replicate);
    json_int(j, "jobs", r->n);
    json_int(j, "points", r->points);
    json_int(j, "seeds", r->seeds);
    write_verdict(j, c);
    write_dropouts(j, c);
    json_int(j, "equal_points", c->options.equal_points);
    json_open_array(j, "planes");
    for (int p = 0; p < c->planes; p++)
        write_plane(j, c, &c->plane[p]);
    json_close_array(j);
    json_open_array(j, "evidence");
    for (int v = 0; v < c->evidences; v++)
        write_evidence(j, r, &c->evidence[v]);
    json_close_array(j);
    json_close_object(j);
}
