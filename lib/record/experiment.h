/*
 * experiment - the description of a kind of job: its parameters, its metrics, its tables.
 *
 * Data only: the engine (sweep, store, coordinator, worker) knows every experiment through this
 * struct and no other way.  The experiments themselves, with the functions that run them, are in
 * jobs/.
 */
#ifndef BRAINSWEEP_EXPERIMENT_H
#define BRAINSWEEP_EXPERIMENT_H

#include "base/err.h"
#include "base/suggest.h"
#include "record/value.h"

struct spec;

struct parameter {
    const char *name;
    enum value_type type;
    const char *default_text;   /* the default, as text.  It never changes: see spec.h */
    double min, max;            /* of a number, both included */
    const char *const *choices; /* of a text: NULL-terminated; NULL = any text */
    const char *help;           /* one sentence */
    int is_list; /* of a text: one value that is several words with commas between them; a fixed
                    block writes it in braces, --set with commas */
};

enum direction { LOWER_IS_BETTER = -1, NEITHER = 0, HIGHER_IS_BETTER = 1 };

struct metric {
    const char *name;
    enum value_type type;
    const char *unit; /* "1", "connections", "nat" ... */
    enum direction direction;
    const char *help;
    int always; /* every finished job has it.  A job without it was measured by an earlier version,
                   and `measure` fills it in */
};

struct column {
    const char *name;
    enum value_type type;
    const char *help;
};

/* A table beside the experiment's own that takes any number of rows a job, each with its job_id. */
struct table {
    const char *name;
    const struct column *columns; /* ends with a row whose name is NULL */
    int keys;                     /* the first so many columns, after job_id, tell the rows apart */
    const char *help;
    int is_long; /* too long to be printed for a person; JSON has it */
};

/* A picture of the grid of units, drawn with a character a unit from the rows of a table. */
struct show_map {
    const char *table;
    const char *row, *col; /* columns: where the unit sits */
    const char *mark;      /* column: number of the letter that stands for it; NULL = a dot */
    const char *help;
};

/* An array of a job under the name that other programs expect: a stored array, or columns of a
   table, whose rows become the array's rows. */
struct export_array {
    const char *name;
    const char *array;      /* the stored one; NULL = of a table */
    const char *table;      /* of integers or of numbers: the type is the first column's */
    const char *columns[2]; /* its columns; the second may be NULL */
    int is_vector; /* of a stored array: one row, which becomes an array of one dimension */
};

/* A figure of the report.  Those of a sweep are drawn for all finished jobs, those of a job for
   every job that has a page. */
enum plot_kind {
    PLOT_PLANE,      /* sweep: jobs in plane `source`, and each group's frontier */
    PLOT_LEAST,      /* sweep: the least cost in plane `source` at several errors */
    PLOT_VOLUME,     /* sweep: hypervolume in plane `source`, with intervals */
    PLOT_PARAMETER,  /* sweep: metric y[0] against parameter x, means over replicates */
    PLOT_BASELINE,   /* sweep: metric x, and its shuffled values: the array `source` */
    PLOT_SERIES,     /* sweep: metrics y against x, a parameter or a metric; by, split, panel:
                        parameters */
    PLOT_COURSE,     /* column y[0] of table `source` against column x; by, split, panel: parameters
                        or columns */
    PLOT_LINES,      /* columns y of table `source` against column x; by: a line for each value */
    PLOT_CATEGORIES, /* column y[0] of table `source` for each text in column x */
    PLOT_HISTOGRAM,  /* job: column x of table `source` */
    PLOT_CELLS,      /* job: column y[0] of table `source`, x across, by down */
    PLOT_ARRAY,      /* job: array `source`; rows in the order of column `by` of table x, columns
                        named by column y[0] of table y[1] */
    PLOT_MAP         /* job: units of table `source` at (x, y[0]), letters by column `by`, and the
                        largest entries of array y[1] as lines */
};

struct plot {
    const char *name;  /* of its files */
    const char *title; /* what is seen */
    const char *help;  /* a sentence: how to read it */
    enum plot_kind kind;
    int of_job; /* on the page of a job, not of the sweep */
    const char *source;
    const char *x, *y[3]; /* y may end with NULL */
    const char *by;       /* NULL = none */
    const char *only;     /* column: rows that have 0 there; NULL = all */
    int log_x, log_y;     /* whether the axes are logarithmic */
    double mark;          /* a line at this x; 0 = none */

    /* Of PLOT_SERIES and PLOT_COURSE, which show means over replicates with 95 % intervals: for
       each value of `by` a colour, of `split` a dash, of `panel` a figure.  Jobs that differ in
       another parameter are never put in one figure, unless it is one of `along`, which go with x.
     */
    const char *split, *panel[2], *along[3];
    const char *where, *is; /* only rows whose text column `where` is this; NULL = all */
};

/* A plane of two metrics, both minimised, whose frontier the database shows: views
   pareto_<name> and pareto_<name>_by_regularizer. */
struct plane {
    const char *name;   /* "neurons" */
    const char *x;      /* a metric: "error" */
    const char *y;      /* a metric: "active_neurons" */
    const char *placed; /* the plane of the same jobs with their units placed anew after training,
                           of equal x; NULL = none */
    double chance; /* x of a network that has learnt nothing; 0 = not known.  A job whose x is more
                      than half of it counts as collapsed, and does not set the scale */
    const char *beside; /* a metric to look at beside y wherever rows are compared, as it tells how
                           y may flatter; NULL = none */
};

/* Two groups that were to be compared before there were any data, such as "bimt" and "l1, placed":
   values of the parameter that names the groups. */
struct planned_contrast {
    const char *a, *b;
};

/* A metric whose mean over seeds tells groups apart, beside the planes'.  Names of metrics. */
struct evidence {
    const char *metric;
    const char *p;        /* its p against chance in the same job; NULL = none */
    const char *placed;   /* the same with the units placed anew; NULL = none */
    const char *p_placed; /* and the p of that; NULL = none */
};

/* What a sweep file gives a parameter. */
enum given {
    GIVEN_SEVERAL, /* an axis of several values */
    GIVEN_ONCE,    /* one value */
    GIVEN_NOT      /* nothing: it has its default */
};

struct experiment {
    const char *name;                   /* also its table in the database */
    const char *help;                   /* one sentence */
    const struct parameter *parameters; /* ends with a row whose name is NULL */
    const struct metric *metrics;       /* likewise */
    const struct table *tables;         /* likewise; NULL = none */
    const struct plane *planes;         /* likewise; NULL = none */
    const struct show_map *maps;        /* ends with a row whose table is NULL; NULL = none */
    const struct evidence *evidence;    /* ends with a row whose metric is NULL; NULL = none */
    const struct export_array *exports; /* ends with a row whose name is NULL; NULL = none */
    const struct plot *plots;           /* likewise; NULL = those of its planes */
    const char *alive; /* the metric that is 0 where a network has died; NULL = none */
    const struct planned_contrast *contrasts; /* ends with a row whose a is NULL; NULL = none */
    const char *group;     /* the parameter that names the groups of a frontier; NULL = none */
    const char *dead;      /* a metric that is 0 where training killed all activity; NULL = none */
    const char *loss;      /* a column of a table whose rows come while a job trains: its loss so
                              far; NULL = none */
    const char *replicate; /* the parameter whose values repeat a point: "seed"; NULL = none */

    int headline; /* how many parameters, from the first, are in every table made for a person */

    /* Refuses combinations that contradict each other.  given[p] is an enum given of parameter p: a
       contradiction among single values is an error, while a grid's are collapsed by canonicalise.
       NULL = nothing to check. */
    int (*check)(const struct spec *spec, const unsigned char *given, struct err *e);

    /* Sets parameters that mean nothing beside the others to the value that says so, so that equal
       jobs have equal specs.  NULL = every point is its own. */
    void (*canonicalise)(struct spec *spec);

    /* Expected work of the job in floating-point operations or something in proportion. */
    double (*work)(const struct spec *spec);

    /* The same of one step at its beginning, where a step is what the job counts as progress.
       NULL = steps are not alike. */
    double (*step_work)(const struct spec *spec);

    /* Bytes a worker needs for it. */
    double (*memory)(const struct spec *spec);

    /* Where these bytes go, a formula with its numbers, as lines for a person (no newline at the
       end).  NULL = there is nothing to explain. */
    void (*explain_memory)(const struct spec *spec, char *out, size_t size);
};

int experiment_parameter(const struct experiment *x, const char *name); /* its index, or -1 */
int experiment_metric(const struct experiment *x, const char *name);

/* Whether a metric belongs to a plane: as an axis, or beside it. */
int experiment_in_planes(const struct experiment *x, int metric);
int experiment_table(const struct experiment *x, const char *name);
int experiment_parameter_count(const struct experiment *x);
int experiment_metric_count(const struct experiment *x);
int experiment_column_count(const struct table *t);

#endif
