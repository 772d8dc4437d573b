/*
 * comparison - what `brainsweep compare` reports about an experiment: its groups of finished jobs
 * compared in every plane, the points on the frontiers, and further evidence.
 *
 * A plane with a placed twin contains every group twice: as trained, and with the units placed
 * anew.  All groups share one reference point, so that their hypervolumes can be compared.  There
 * are two joint frontiers, one of the groups as trained and one of the placed groups, since a
 * placed network is never worse than the same network as trained.
 */
#ifndef BRAINSWEEP_COMPARISON_H
#define BRAINSWEEP_COMPARISON_H

#include "compare/job_table.h"
#include "stats/contrast.h"
#include "stats/frontier_membership.h"
#include "stats/group_compare.h"

enum {
    COMPARISON_SEED = 0,   /* seed of the resampling */
    COMPARISON_LIMITS = 16 /* most limits */
};

struct comparison_options {
    const double *limits; /* (n_limits >= 1) values of x at which the least y is wanted */
    int n_limits;
    int resamples;
    double max_error; /* largest x of the areas; 0 = chosen from the data, see comparison_plane */
    const struct planned_contrast *contrasts; /* wanted, ends with a row whose a is NULL; NULL =
                                                 those that the experiment plans */
    int equal_points; /* random choices of equally many points for both groups of a contrast; 0 =
                         all points */
};

struct comparison_group {
    int group, placed; /* number in the roster; as trained or placed anew */
    int jobs, points;  /* with both metrics of the plane, as all that follow */
    int left_out;      /* finished jobs without both metrics */
    int collapsed;     /* jobs that have not covered half the way from chance to x = 0 */
};

/* One frontier: of the points of all groups as trained, or of all placed. */
struct comparison_frontier {
    int placed;
    const struct plane *plane; /* that contains it */
    struct frontier_membership
        *member; /* (points of the roster) seeds = 0: no job of it is in the plane */
};

struct comparison_plane {
    const struct plane *plane;
    int groups;                     /* groups as trained, then placed groups */
    struct comparison_group *group; /* (groups) */
    struct group_compare *compare;  /* of these groups; NULL = no job has the metrics */
    /* Reference point of the areas: 1.05 times the largest x, and 1.05 times the largest y of the
       jobs up to that x.  Where the plane's chance is known, x is at most half of chance, so that
       collapsed jobs do not set the scale. */
    double reference_x, reference_y;
    struct contrasts *contrasts; /* NULL = none; they refer to `group` */
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

/* Iterates over the evidence of the plane's metric `beside`, group by group, as trained: the first
   group for last = NULL, else the group after `last`.  Groups without a mean are skipped.  NULL at
   the end. */
const struct comparison_evidence *comparison_beside(const struct comparison *c,
                                                    const struct plane *plane,
                                                    const struct comparison_evidence *last);

/* Whether a name refers to a group: it is the group's own name or the value of the first parameter
   that defines the group, so that "bimt" matches "bimt A=1" too. */
int comparison_is_named(const struct job_table *roster, int group, int placed, const char *name);

/* Writes the name, "l1" or "l1, placed", into out (COMPARISON_NAME_SIZE); returns out. */
enum { COMPARISON_NAME_SIZE = VALUE_TEXT_SIZE + 16 };
char *comparison_name(const struct job_table *roster, int group, int placed, char *out);

#endif
