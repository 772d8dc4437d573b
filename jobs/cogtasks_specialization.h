/*
 * cogtasks_specialization - whether groups of units that sit together do different things: spatial
 * modules of a trained network, measured as `modules` measures its two.
 *
 * Active units are grouped by k-means on their places.  Modules are compared by random subsets of
 * equal size, or large ones would always win, and with random partitions of the same sizes: some
 * specialization is in any partition of any network.
 */
#ifndef BRAINSWEEP_COGTASKS_SPECIALIZATION_H
#define BRAINSWEEP_COGTASKS_SPECIALIZATION_H

#include "jobs/cogtasks_anatomy.h"

/* The rows that the tables of cogtasks take in. */
#define SPECIALIZATION_PARAMETERS                                                                  \
    {"specialization",                                                                             \
     VALUE_TEXT,                                                                                   \
     "false",                                                                                      \
     0,                                                                                            \
     0,                                                                                            \
     cogtasks_specialization_choices,                                                              \
     "true: how differently spatial modules serve sub-tasks is measured"},                         \
        {"spatial_modules",                                                                        \
         VALUE_INT,                                                                                \
         "4",                                                                                      \
         2,                                                                                        \
         16,                                                                                       \
         NULL,                                                                                     \
         "how many there are, by k-means on the places of active units"},                          \
    {                                                                                              \
        "partition_shuffles", VALUE_INT, "200", 10, 1e6, NULL,                                     \
            "random partitions, behind every z and p of specialization"                            \
    }

#define SPECIALIZATION_OF(name, how)                                                               \
    {"spec_" name, VALUE_REAL, "1", HIGHER_IS_BETTER,                                              \
     "specialization of spatial modules at the end of trials, " how},                              \
        {"spec_" name "_z", VALUE_REAL, "1", HIGHER_IS_BETTER,                                     \
         "the same against random partitions"},                                                    \
    {                                                                                              \
        "spec_" name "_p", VALUE_REAL, "1", LOWER_IS_BETTER,                                       \
            "share of random partitions at least as high"                                          \
    }

#define SPECIALIZATION_METRICS                                                                     \
    {"spatial_q", VALUE_REAL, "1", HIGHER_IS_BETTER,                                               \
     "Newman's directed modularity of |W| under the spatial modules, over its largest value"},     \
        {"spatial_p", VALUE_REAL, "1", NEITHER,                                                    \
         "mean |W| between spatial modules over mean |W| within"},                                 \
        {"spatial_rand", VALUE_REAL, "1", HIGHER_IS_BETTER,                                        \
         "adjusted Rand index of spatial modules and functional clusters"},                        \
        {"weighted_length", VALUE_REAL, "grid sides", LOWER_IS_BETTER,                             \
         "sum of |W| times distance"},                                                             \
        SPECIALIZATION_OF("retraining", "by readouts of a module"),                                \
        SPECIALIZATION_OF("ablation", "by a readout without a module"),                            \
        SPECIALIZATION_OF("correlation", "by correlation of its states"),                          \
        SPECIALIZATION_OF("lesion", "by tasks without a module")

extern const char *const cogtasks_specialization_choices[];
extern const struct column cogtasks_specialization_columns[], cogtasks_specialization_sub_tasks[];

#define SPECIALIZATION_TABLES                                                                      \
    {"specialization", cogtasks_specialization_columns, .keys = 2,                                 \
     .help = "spatial modules against random partitions"},                                         \
    {                                                                                              \
        "sub_task", cogtasks_specialization_sub_tasks,                                             \
            .keys = 4, .help = "what each spatial module does for each sub-task", .is_long = 1     \
    }

/* Adds all that to a result that cogtasks_anatomy has filled, if the spec says so; spec_* stay NULL
   where a module has fewer than eight units.  ERR_STOPPED when the pause said so. */
int cogtasks_specialization(const struct anatomy_subject *subject, struct result *result,
                            struct err *e) __attribute__((warn_unused_result));

/* Bytes that it takes, and floating-point operations, or something in proportion, if the spec says
   so. */
double cogtasks_specialization_bytes(const struct spec *spec, struct rnn_shape shape, int R);
double cogtasks_specialization_work(const struct spec *spec, struct rnn_shape shape, int R);

#endif
