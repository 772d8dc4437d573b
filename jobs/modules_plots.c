/* What reports draw of modules. */
#include "jobs/modules_table.h"

#define AGAINST_P(word)                                                                            \
    {                                                                                              \
        .name = "p_" word, .title = "Specialization against connections, " word,                   \
        .kind = PLOT_SERIES, .x = "p", .y = {"spec_" word}, .by = "n", .split = "epochs",          \
        .along = {"K"}, .log_x = 1,                                                                \
        .help = "At the last time step; p = K / n*n.  Dashed: networks as they were drawn, which " \
                "look specialized too; p = 0 is a level line.",                                    \
    }

#define AGAINST_Q(word)                                                                            \
    {                                                                                              \
        .name = "q_" word, .title = "Specialization against modularity, " word,                    \
        .kind = PLOT_SERIES, .x = "q", .y = {"spec_" word}, .by = "n", .along = {"K", "p"},        \
        .help = "Q = (1 - p) / (2 (1 + p)), of the connections alone; no connections: 0.5.",       \
    }

#define AGAINST_C(word)                                                                            \
    {                                                                                              \
        .name = "c_" word, .title = "Specialization against separability, " word,                  \
        .kind = PLOT_SERIES, .x = "c", .y = {"spec_" word, "spec_" word "_c1"}, .log_x = 1,        \
        .help = "Readouts that measure are trained and tested on pairs drawn at c, or, c1, on "    \
                "independent pairs: these answer different questions.",                            \
    }

const struct plot modules_plots[] = {
    AGAINST_P("retraining"),
    AGAINST_P("ablation"),
    AGAINST_P("correlation"),
    {.name = "p_error",
     .title = "Error against connections",
     .kind = PLOT_SERIES,
     .x = "p",
     .y = {"error"},
     .by = "n",
     .along = {"K"},
     .log_x = 1,
     .help = "Compare specialization at equal error: networks that have not learnt to communicate "
             "look specialized."},
    AGAINST_Q("retraining"),
    AGAINST_Q("ablation"),
    AGAINST_Q("correlation"),
    {.name = "matched",
     .title = "Specialization against error",
     .kind = PLOT_SERIES,
     .x = "error",
     .y = {"spec_retraining"},
     .by = "n",
     .along = {"K", "p"},
     .help = "A large point for each number of connections, by retraining: where points of two "
             "sizes lie on one curve, accuracy says as much as the connections."},
    {.name = "decisions",
     .title = "Decisions of module 0",
     .kind = PLOT_SERIES,
     .x = "p",
     .y = {"decisions_0"},
     .by = "n",
     .along = {"K"},
     .log_x = 1,
     .help = "Share of answers that module 0 decides, because it is the more confident one; far "
             "from 0.5 one module does the work.  Small points: seeds."},
    AGAINST_C("retraining"),
    AGAINST_C("ablation"),
    AGAINST_C("correlation"),
    {.name = "price",
     .title = "Specialization against a price on wire",
     .kind = PLOT_SERIES,
     .x = "wiring_cost",
     .y = {"spec_retraining", "spec_ablation", "spec_correlation"},
     .log_x = 1,
     .help = "All connections at first; those that are worth their price remain."},
    {.name = "price_error",
     .title = "Error against a price on wire",
     .kind = PLOT_SERIES,
     .x = "wiring_cost",
     .y = {"error"},
     .log_x = 1,
     .help = "A price that costs accuracy makes networks look specialized for that reason too."},
    {.name = "course",
     .title = "Specialization within a trial",
     .kind = PLOT_COURSE,
     .source = "module_course",
     .x = "step",
     .y = {"spec"},
     .by = "K",
     .panel = {"metric", "n"},
     .along = {"p", "onset_panels"},
     .where = "probe",
     .is = "c",
     .help = "At the first step nothing has been exchanged: 1 by construction."},
    {.name = "onsets",
     .title = "Preference of the modules",
     .kind = PLOT_COURSE,
     .source = "module_onset",
     .x = "step",
     .y = {"s"},
     .by = "K",
     .split = "module",
     .panel = {"u_0", "u_1"},
     .along = {"p", "onset_panels"},
     .help = "Solid: module 0, dashed: module 1; 1: for digit 0, -1: for digit 1, by retraining.  "
             "Image 0 comes after u_0 steps of noise, image 1 after u_1; before either has come a "
             "preference is a quotient of errors of measurement."},
    {.name = "links",
     .title = "Error and connections",
     .kind = PLOT_PLANE,
     .source = "links",
     .help = "Every job, and the frontier of each n: no other has both less error and fewer "
             "connections."},
    {.name = "job_course",
     .title = "Specialization within a trial",
     .kind = PLOT_COURSE,
     .of_job = 1,
     .source = "module_course",
     .x = "step",
     .y = {"spec"},
     .by = "metric",
     .where = "probe",
     .is = "c",
     .help = "Readouts trained and tested on pairs drawn at c."},
    {.name = "job_onsets",
     .title = "Preference of the modules",
     .kind = PLOT_COURSE,
     .of_job = 1,
     .source = "module_onset",
     .x = "step",
     .y = {"s"},
     .by = "module",
     .panel = {"u_0", "u_1"},
     .help = "1: for digit 0, -1: for digit 1, by retraining.  Image 0 comes after u_0 steps of "
             "noise, image 1 after u_1."},
    {.name = "job_curve",
     .title = "Learning curve",
     .kind = PLOT_LINES,
     .of_job = 1,
     .source = "module_curve",
     .x = "epoch",
     .y = {"accuracy_a", "accuracy_b", "decisions_0"},
     .help = "Accuracy on the test pairs, and the share of answers that module 0 decides."},
    {0},
};
