#include "jobs/modules_table.h"

#include "modules/bottleneck.h"
#include "modules/modprobe.h"

#include <math.h>
#include <string.h>

static const char *const tasks[] = {"both", "a", NULL};
static const char *const separate_or_shared[] = {"separate", "shared", NULL};
static const char *const onsets[] = {"none", "random", NULL};
static const char *const pair_kinds[] = {"all", "unambiguous", NULL};
static const char *const no_or_yes[] = {"no", "yes", NULL};

/* A default never changes: the identity of stored jobs leaves it out (spec.h). */
const struct parameter modules_parameters[] = {
    {"n", VALUE_INT, "25", .min = 2, .max = 1000, .help = "units of a module"},
    {"K", VALUE_INT, "-1", .min = -1, .max = 1e6,
     .help = "connections from each module to the other; -1: as many as p says"},
    {"p", VALUE_REAL, "1", .min = 0, .max = 1,
     .help = "the same as a share of all n*n, rounded down"},
    {"c", VALUE_REAL, "1", .min = 0, .max = 1,
     .help = "separability of the two digits; 1: independent, 0: always equal"},
    {"seed", VALUE_INT, "0", .min = 0, .max = 9e15, .help = "decides everything that is random"},
    {"wiring_cost", VALUE_REAL, "0", .min = 0, .max = 1e6,
     .help = "price of a unit of weight over the distance between the modules"},
    {"task", VALUE_TEXT, "both", .choices = tasks, .help = "outputs: A and B, or A alone"},
    {"input", VALUE_TEXT, "separate", .choices = separate_or_shared,
     .help = "separate: each module sees one image; shared: both see both"},
    {"readout", VALUE_TEXT, "separate", .choices = separate_or_shared,
     .help = "separate: the more confident module decides; shared: one readout of both"},
    {"link_start", VALUE_INT, "1", .min = 1, .max = BOTTLENECK_STEPS,
     .help = "time step from which connections between modules work"},
    {"onset", VALUE_TEXT, "none", .choices = onsets,
     .help = "random: images come after 1 to T-2 time steps of noise, in training and tests"},
    {"noise", VALUE_REAL, "0.4", .min = 0, .max = 1, .help = "share of noise in the input"},
    {"time_steps", VALUE_INT, "5", .min = 2, .max = BOTTLENECK_STEPS,
     .help = "T, time steps of a trial"},
    {"data", VALUE_TEXT, "digits8x8",
     .help = "digits8x8, built in; or idx:DIR, a directory of MNIST's four files, raw or gzip"},
    {"pairs", VALUE_TEXT, "all", .choices = pair_kinds,
     .help = "unambiguous: without pairs whose second digit is the first or follows it"},
    {"train_pairs", VALUE_INT, "30000", .min = 8, .max = 1e8,
     .help = "pairs of images for training"},
    {"test_pairs", VALUE_INT, "5120", .min = 8, .max = 1e8, .help = "pairs of images for tests"},
    {"batch", VALUE_INT, "256", .min = 8, .max = 65536, .help = "trials in a batch"},
    {"epochs", VALUE_INT, "20", .min = 0, .max = 1e6,
     .help = "passes through the training pairs; 0: no training"},
    {"learning_rate", VALUE_REAL, "0.001", .min = 1e-9, .max = 1e3, .help = "of AdamW"},
    {"weight_decay", VALUE_REAL, "1e-5", .min = 0, .max = 1e3, .help = "of AdamW"},
    {"stop_accuracy", VALUE_REAL, "0.95", .min = 0, .max = 1,
     .help = "training ends after an epoch in which every output is as accurate; 1: never early"},
    {"probe_epochs", VALUE_INT, "3", .min = 1, .max = 1e6,
     .help = "epochs of training of the readouts that measure"},
    {"onset_panels", VALUE_TEXT, "no", .choices = no_or_yes,
     .help = "yes: retraining is measured for all pairs of onsets 1 to T-2"},
    {0},
};

#define SPEC_METRICS(suffix, where)                                                                \
    {"spec_retraining" suffix, VALUE_REAL, "1", NEITHER,                                           \
     "specialization at the last time step by retraining, " where},                                \
        {"spec_ablation" suffix, VALUE_REAL, "1", NEITHER, "the same by ablation"},                \
    {                                                                                              \
        "spec_correlation" suffix, VALUE_REAL, "1", NEITHER, "the same by correlation"             \
    }

const struct metric modules_metrics[] = {
    {"error", VALUE_REAL, "1", LOWER_IS_BETTER, "1 - mean over the outputs of accuracy"},
    {"accuracy_a", VALUE_REAL, "1", HIGHER_IS_BETTER, "share of test trials right, output A"},
    {"accuracy_b", VALUE_REAL, "1", HIGHER_IS_BETTER,
     "the same of output B; NULL where there is none"},
    {"decisions_0", VALUE_REAL, "1", NEITHER,
     "share of answers that module 0 decides; NULL where the readout is shared"},
    {"links", VALUE_INT, "connections", LOWER_IS_BETTER,
     "connections between the modules that are not 0, both ways"},
    {"p_effective", VALUE_REAL, "1", NEITHER, "links over 2 n*n"},
    {"link_weight", VALUE_REAL, "1", LOWER_IS_BETTER, "sum of the sizes of their weights"},
    {"q", VALUE_REAL, "1", NEITHER, "modularity of the wiring, (1 - p) / (2 (1 + p)), p effective"},
    {"q_exact", VALUE_REAL, "1", NEITHER,
     "Newman's directed modularity of the connections, none of a unit to itself"},
    SPEC_METRICS("", "readouts trained and tested on pairs drawn at c"),
    SPEC_METRICS("_c1", "readouts trained and tested on independent pairs"),
    {"loss", VALUE_REAL, "nat", LOWER_IS_BETTER,
     "mean cross-entropy of the last epoch; NULL without training"},
    {"epochs_done", VALUE_INT, "epochs", NEITHER, "epochs of training until it ended"},
    {0},
};

static const struct column curve_columns[] = {
    {"epoch", VALUE_INT, "epochs done"},
    {"loss", VALUE_REAL, "mean cross-entropy over the epoch"},
    {"accuracy_a", VALUE_REAL, "on the test pairs, output A"},
    {"accuracy_b", VALUE_REAL, "output B"},
    {"decisions_0", VALUE_REAL, "share of answers that module 0 decides"},
    {"links", VALUE_INT, "connections between the modules that are not 0"},
    {0},
};

static const struct column value_columns[] = {
    {"probe", VALUE_TEXT, "c: pairs drawn as in training; c1: independent pairs"},
    {"metric", VALUE_TEXT, "retraining, ablation, correlation"},
    {"step", VALUE_INT, "time step, from 1"},
    {"module", VALUE_INT, "0, 1; 2: both together (retraining)"},
    {"digit", VALUE_INT, "sub-task: the digit of image 0 or 1"},
    {"raw", VALUE_REAL, "accuracy, or correlation"},
    {"chance", VALUE_REAL, "what chance gives; of a correlation, that of any two trials"},
    {"value", VALUE_REAL, "(raw - chance) / (1 - chance), at least 1e-5"},
    {0},
};

static const struct column course_columns[] = {
    {"probe", VALUE_TEXT, "c: pairs drawn as in training; c1: independent pairs"},
    {"metric", VALUE_TEXT, "retraining, ablation, correlation"},
    {"step", VALUE_INT, "time step, from 1"},
    {"s_0", VALUE_REAL, "preference of module 0, -1 to 1"},
    {"s_1", VALUE_REAL, "of module 1"},
    {"spec", VALUE_REAL, "|s_0 - s_1| / 2"},
    {0},
};

static const struct column decision_columns[] = {
    {"output", VALUE_TEXT, "A, B"},
    {"module", VALUE_INT, "0, 1"},
    {"share", VALUE_REAL, "of the trials that this module decides"},
    {"alone", VALUE_REAL, "accuracy if it decided all"},
    {0},
};

static const struct column onset_columns[] = {
    {"u_0", VALUE_INT, "time steps before image 0 comes"},
    {"u_1", VALUE_INT, "before image 1 comes"},
    {"step", VALUE_INT, "time step, from 1"},
    {"module", VALUE_INT, "0, 1"},
    {"accuracy_0", VALUE_REAL, "of the readout of digit 0"},
    {"accuracy_1", VALUE_REAL, "of digit 1"},
    {"s", VALUE_REAL, "preference of the module"},
    {0},
};

static const struct column onset_error_columns[] = {
    {"u_0", VALUE_INT, "time steps before image 0 comes"},
    {"u_1", VALUE_INT, "before image 1 comes"},
    {"accuracy_a", VALUE_REAL, "of the network, output A"},
    {"accuracy_b", VALUE_REAL, "output B"},
    {0},
};

const struct table modules_tables[] = {
    {"module_curve", curve_columns, .keys = 1, .help = "learning curve"},
    {"module_course", course_columns, .keys = 3, .help = "specialization at every time step"},
    {"module_decision", decision_columns, .keys = 2,
     .help = "who decides, and what each module would say"},
    {"module_value", value_columns, .keys = 5, .help = "what each module does for each digit",
     .is_long = 1},
    {"module_onset", onset_columns, .keys = 4,
     .help = "preferences with images that come at different times", .is_long = 1},
    {"module_onset_error", onset_error_columns, .keys = 2, .help = "accuracy with such images"},
    {0},
};

const struct plane modules_planes[] = {
    {"links", "error", "links"},
    {0},
};

const struct evidence modules_evidence[] = {
    {"spec_retraining"}, {"spec_ablation"}, {"spec_correlation"}, {"decisions_0"}, {0},
};

static int is(const struct spec *spec, const char *parameter, const char *value)
{
    return !strcmp(spec_text(spec, parameter), value);
}

int modules_links(const struct spec *spec)
{
    double n = (double)spec_int(spec, "n"), K = (double)spec_int(spec, "K");
    const double rounding = 1e-9; /* .29 * 100 is a little less than 29 */
    return (int)(K >= 0 ? K : floor(spec_real(spec, "p") * n * n + rounding));
}

/* ---- check and canonical form ---- */

static int check_links(const struct spec *spec, const unsigned char *given, struct err *e)
{
    const struct experiment *x = spec->experiment;
    long long n = spec_int(spec, "n"), K = spec_int(spec, "K");
    int k_given = given[experiment_parameter(x, "K")] != GIVEN_NOT;
    int p_given = given[experiment_parameter(x, "p")] != GIVEN_NOT;
    if (k_given && p_given && K >= 0)
        return err_set(e, ERR_VALUE,
                       "K contradicts p: each says how many connections there are "
                       "between the modules; give one of them");
    if (K > n * n)
        return err_set(e, ERR_VALUE, "K = %lld with n = %lld: expected at most n*n = %lld", K, n,
                       n * n);
    return 0;
}

static int check_steps(const struct spec *spec, struct err *e)
{
    long long T = spec_int(spec, "time_steps"), start = spec_int(spec, "link_start");
    if (T < 3 && (is(spec, "onset", "random") || is(spec, "onset_panels", "yes")))
        return err_set(e, ERR_VALUE,
                       "time_steps = %lld leaves no room for onsets from 1 to T-2: "
                       "give it at least 3",
                       T);
    if (start > T)
        return err_set(e, ERR_VALUE,
                       "link_start = %lld with time_steps = %lld: expected at most "
                       "the last time step; for no connections give K = 0",
                       start, T);
    return 0;
}

int modules_check(const struct spec *spec, const unsigned char *given, struct err *e)
{
    static const char *const counts[] = {"train_pairs", "test_pairs"};
    int code = check_links(spec, given, e);
    if (!code)
        code = check_steps(spec, e);
    if (!code)
        code = images_check_source(spec_text(spec, "data"), e);
    for (int i = 0; !code && i < 2; i++)
        if (spec_int(spec, counts[i]) < spec_int(spec, "batch"))
            code =
                err_set(e, ERR_VALUE, "%s = %lld makes no batch of %lld: give it at least as many",
                        counts[i], (long long)spec_int(spec, counts[i]),
                        (long long)spec_int(spec, "batch"));
    if (!code && spec_real(spec, "c") == 0 && is(spec, "pairs", "unambiguous"))
        code = err_set(e, ERR_VALUE,
                       "pairs = \"unambiguous\" contradicts c = 0: all pairs of equal "
                       "digits are ambiguous");
    return code;
}

/* Back to the default, which the canonical text leaves out. */
static void forget(struct spec *spec, const char *name)
{
    int p = experiment_parameter(spec->experiment, name);
    (void)!spec_set(spec, name, spec->experiment->parameters[p].default_text, NULL);
}

/* K and p always say the same; what is about connections means nothing where there are none. */
void modules_canonicalise(struct spec *spec)
{
    double n = (double)spec_int(spec, "n");
    int K = modules_links(spec);
    spec_put_real(spec, "K", K);
    spec_put_real(spec, "p", K / (n * n));
    if (K == 0) {
        forget(spec, "wiring_cost");
        forget(spec, "link_start");
    }
    if (spec_int(spec, "link_start") <= 2) /* at the first there is nothing to transmit */
        forget(spec, "link_start");
}

/* ---- what a spec asks for ---- */

struct pairs_wish modules_pairs(const struct spec *spec, const char *count, double c, int which)
{
    return (struct pairs_wish){
        .count = (int)spec_int(spec, count),
        .c = c,
        .unambiguous = is(spec, "pairs", "unambiguous"),
        .seed = (uint64_t)spec_int(spec, "seed"),
        .which = which,
    };
}

struct modtrain_config modules_config(const struct spec *spec, int d)
{
    int T = (int)spec_int(spec, "time_steps"), shared = is(spec, "input", "shared");
    struct modtrain_config config = {
        .shape = {.n = (int)spec_int(spec, "n"),
                  .d = d,
                  .T = T,
                  .outputs = is(spec, "task", "a") ? 1 : 2,
                  .shared_input = shared,
                  .shared_readout = is(spec, "readout", "shared"),
                  .link_start = (int)spec_int(spec, "link_start")},
        .rule = {.T = T,
                 .noise = (float)spec_real(spec, "noise"),
                 .onset = is(spec, "onset", "random") ? STIMULUS_RANDOM : STIMULUS_AT_ONCE,
                 .one_onset = shared},
        .K = modules_links(spec),
        .batch = (int)spec_int(spec, "batch"),
        .rate = (float)spec_real(spec, "learning_rate"),
        .decay = (float)spec_real(spec, "weight_decay"),
        .wiring_cost = (float)spec_real(spec, "wiring_cost"),
        .seed = (uint64_t)spec_int(spec, "seed"),
    };
    return config;
}

/* Multiplications and additions of the training (forward and backward pass), of its tests, of the
   readouts and of the noise. */
double modules_work(const struct spec *spec)
{
    const double overhead = 6e4,
                 readout = 3.6e4; /* a time step's noise and bookkeeping; its readouts */
    int d, images;
    images_extent(spec_text(spec, "data"), &d, &images);
    double n = (double)spec_int(spec, "n"), T = (double)spec_int(spec, "time_steps");
    double inputs = is(spec, "input", "shared") ? 2 : 1;
    double forward = T * (4 * inputs * d * n + 8 * n * n + 40 * d) + overhead;
    double train = (double)spec_int(spec, "train_pairs"),
           test = (double)spec_int(spec, "test_pairs");
    double epochs = (double)spec_int(spec, "epochs"), probes = spec_real(spec, "c") == 1 ? 1 : 2;
    double panels = is(spec, "onset_panels", "yes") ? (T - 2) * (T - 2) : 0;
    return epochs * (train * 3 + test) * forward +
           (probes * (double)spec_int(spec, "probe_epochs") * train +
            (panels + 5 * probes) * test) *
               (forward + T * readout * (1 + n / 25));
}

double modules_memory(const struct spec *spec)
{
    int d, count;
    images_extent(spec_text(spec, "data"), &d, &count);
    struct modtrain_config config = modules_config(spec, d);
    double train = (double)spec_int(spec, "train_pairs"),
           test = (double)spec_int(spec, "test_pairs");
    double checkpoint = 6.0 * sizeof(float) * (double)modnet_param_count(config.shape);
    return modtrain_bytes(&config, (int)train) + checkpoint +
           2 * modprobe_bytes(config.shape, config.batch, (int)(train + test)) +
           4 * sizeof(int) * (train + test) + 1.5 * count * (d + 5.0);
}
