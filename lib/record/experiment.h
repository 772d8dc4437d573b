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
    int is_list; /* of a text: words with commas, which braces in a fixed block, and the commas of a
                    --set, make one value of */
};

enum direction { LOWER_IS_BETTER = -1, NEITHER = 0, HIGHER_IS_BETTER = 1 };

struct metric {
    const char *name;
    enum value_type type;
    const char *unit; /* "1", "connections", "nat" ... */
    enum direction direction;
    const char *help;
    int always; /* every job that is done has it: one without was measured before it was known, and
                   `measure` fills it in */
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

/* An array of a job under the name that other programs want it by: one that is stored, or columns
   of a table, whose rows become the array's rows. */
struct export_array {
    const char *name;
    const char *array;      /* the stored one; NULL = of a table */
    const char *table;      /* of integers or of numbers: the type is the first column's */
    const char *columns[2]; /* its columns; the second may be NULL */
    int is_vector; /* of a stored array: one row, which becomes an array of one dimension */
};

/* A plane of two metrics, both minimised, whose frontier the database shows: views
   pareto_<name> and pareto_<name>_by_regularizer. */
struct plane {
    const char *name;   /* "neurons" */
    const char *x;      /* a metric: "error" */
    const char *y;      /* a metric: "active_neurons" */
    const char *placed; /* the plane of the same jobs with their units placed anew after training,
                           of equal x; NULL = none */
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
    const char *group;     /* the parameter that names the groups of a frontier; NULL = none */
    const char *replicate; /* the parameter whose values repeat a point: "seed"; NULL = none */

    int headline; /* the first so many parameters stand in every table made for a person */

    /* Refuses combinations that contradict each other.  given[p] is an enum given of parameter p: a
       contradiction among single values is an error, while a grid's are collapsed by canonicalise.
       NULL = nothing to check. */
    int (*check)(const struct spec *spec, const unsigned char *given, struct err *e);

    /* Sets parameters that mean nothing beside the others to the value that says so, so that equal
       jobs have equal specs.  NULL = every point is its own. */
    void (*canonicalise)(struct spec *spec);

    /* Expected work of the job in floating-point operations or something in proportion. */
    double (*work)(const struct spec *spec);

    /* Bytes a worker needs for it. */
    double (*memory)(const struct spec *spec);

    /* Where these bytes go, a formula with its numbers, as lines for a person (no newline at the
       end).  NULL = there is nothing to explain. */
    void (*explain_memory)(const struct spec *spec, char *out, size_t size);
};

int experiment_parameter(const struct experiment *x, const char *name); /* its index, or -1 */
int experiment_metric(const struct experiment *x, const char *name);
int experiment_table(const struct experiment *x, const char *name);
int experiment_parameter_count(const struct experiment *x);
int experiment_metric_count(const struct experiment *x);
int table_column_count(const struct table *t);

#endif
