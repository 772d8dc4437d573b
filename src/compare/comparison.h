/*
 * comparison - what `brainsweep compare` has to say of an experiment: groups of its finished jobs
 * against each other in every plane, the points that make the frontiers, and the evidence beside
 * them.
 *
 * A plane with a placed twin has every group twice: as trained, and with the units placed anew.
 * All share one reference point, so their hypervolumes can be compared; a joint frontier is that of
 * the groups as trained, or of those placed, since a placed network is never worse than the same
 * one as trained.
 */
#ifndef BRAINSWEEP_COMPARISON_H
#define BRAINSWEEP_COMPARISON_H

#include "compare/job_table.h"
#include "stats/contrast.h"
#include "stats/frontier_membership.h"
#include "stats/group_compare.h"

enum {
    COMPARISON_SEED = 0,   /* of the resampling */
    COMPARISON_LIMITS = 16 /* at most */
};

struct comparison_options {
    const double *limits; /* (n_limits >= 1) of x, at which the least y is asked for */
    int n_limits;
    int resamples;
    double max_error; /* ceiling of the areas; 0 = as the data say, see comparison_plane */
    const struct planned_contrast *contrasts; /* asked for, ends with a row whose a is NULL; NULL =
                                                 those that the experiment plans */
    int equal_points; /* choices of as many points for both groups of a contrast; 0 = all points */
};

struct comparison_group {
    int group, placed; /* of the roster; as trained or placed anew */
    int jobs, points;  /* with both metrics of the plane; and so below */
    int left_out;      /* finished jobs without */
    int collapsed;     /* jobs that have not come half the way from chance to x = 0 */
};

/* One frontier: of the points of all groups as trained, or of all placed. */
struct comparison_frontier {
    int placed;
    const struct plane *plane; /* that it lies in */
    struct frontier_membership
        *member; /* (points of the roster) seeds = 0: no job of it is in the plane */
};

struct comparison_plane {
    const struct plane *plane;
    int groups;                     /* those as trained, then those placed */
    struct comparison_group *group; /* (groups) */
    struct group_compare *compare;  /* of these groups; NULL = no job has the metrics */
    /* Of the areas: 1.05 times the largest x, and y of the jobs up to there; where the plane's
       chance is known, x is half of that at most, so that collapsed jobs set no scale. */
    double reference_x, reference_y;
    struct contrasts *contrasts; /* NULL = none; their groups are those above */
    int frontiers;
    struct comparison_frontier frontier[2];
};

/* A metric in a group, as trained or placed. */
struct comparison_evidence {
    const char *metric; /* its name */
    int group, placed;
    int jobs; /* that have the metric */
    struct estimate mean;
    int has_p;       /* the metric comes with a p */
    int tested;      /* jobs that have it */
    int significant; /* of them: p < COMPARISON_ALPHA */
};
#define COMPARISON_ALPHA 0.05

struct comparison {
    const struct job_table *roster; /* not owned */
    struct comparison_options options;
    int planes;
    struct comparison_plane *plane; /* (planes) */
    int evidences;
    struct comparison_evidence *evidence; /* (evidences) by metric, then placed, then group */
};

/* Of a roster with at least one job.  `options` is copied, its limits are not. */
int comparison_new(struct comparison **comparison, const struct job_table *roster,
                   const struct comparison_options *options, struct err *e)
    __attribute__((warn_unused_result));
void comparison_free(struct comparison *comparison);

/* The evidence of the plane's metric `beside` in one group after the other, as trained: that of the
   first group after NULL, of the next after the last one returned; those without a mean are passed
   over.  NULL at the end. */
const struct comparison_evidence *comparison_beside(const struct comparison *c,
                                                    const struct plane *plane,
                                                    const struct comparison_evidence *last);

/* Whether a group is meant by a name: its own, or the value of the first parameter that makes it,
   "bimt" for "bimt A=1" too. */
int comparison_is_named(const struct job_table *roster, int group, int placed, const char *name);

/* "l1" or "l1, placed", into out (COMPARISON_NAME_SIZE); returns out. */
enum { COMPARISON_NAME_SIZE = VALUE_TEXT_SIZE + 16 };
char *comparison_name(const struct job_table *roster, int group, int placed, char *out);

#endif
