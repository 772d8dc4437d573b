/*
 * The tasks: rules, timings, rows and sets.  A new variant of a task is a row, perhaps with its own
 * timing.  A step is 100 ms.
 */
#include "tasks/task_family.h"

/* ---- rules ---- */

static const struct task_rule pro = {.family = &task_reach};
static const struct task_rule anti = {.family = &task_reach, .opposite = 1};

/* .5 + c/2 and .5 - c/2 with c = +-.08, .16, .32, .64 */
static const struct task_strengths coherences = {
    8, {{54, 46}, {58, 42}, {66, 34}, {82, 18}, {46, 54}, {42, 58}, {34, 66}, {18, 82}}};

/* two different ones of .3, .6, 1 */
static const struct task_strengths levels = {
    6, {{30, 60}, {30, 100}, {60, 30}, {60, 100}, {100, 30}, {100, 60}}};

#define RULE_DM(first, second, weight1, weight2, table)                                            \
    {                                                                                              \
        .family = &task_dm, .shown = {first, second}, .weight = {weight1, weight2},                \
        .strengths = &table                                                                        \
    }
static const struct task_rule one = RULE_DM(1, 0, 1, 1, coherences);
static const struct task_rule two = RULE_DM(0, 1, 1, 1, coherences);
static const struct task_rule heed_one = RULE_DM(1, 1, 1, 0, coherences);
static const struct task_rule heed_two = RULE_DM(1, 1, 0, 1, coherences);
static const struct task_rule heed_both = RULE_DM(1, 1, 1, 1, coherences);
static const struct task_rule dly_one = RULE_DM(1, 0, 1, 1, levels);
static const struct task_rule dly_two = RULE_DM(0, 1, 1, 1, levels);
static const struct task_rule dly_heed_one = RULE_DM(1, 1, 1, 0, levels);
static const struct task_rule dly_heed_two = RULE_DM(1, 1, 0, 1, levels);
static const struct task_rule dly_heed_both = RULE_DM(1, 1, 1, 1, levels);

static const struct task_rule dms = {.family = &task_match};
static const struct task_rule dnms = {.family = &task_match, .go_on_nonmatch = 1};
static const struct task_rule dmc = {.family = &task_match, .category = 1};
static const struct task_rule dnmc = {.family = &task_match, .category = 1, .go_on_nonmatch = 1};

/* ---- timings ---- */

/* clang-format off */
#define ALWAYS(n)                {(n), 1, 0}
#define ONE_OF(first, last, by)  {(first), ((last) - (first)) / (by) + 1, (by)}

#define REACH(delay_steps, decision_steps)                                                         \
    {{{"fixation", ALWAYS(5), .fixation = 1},                                                      \
      {"stimulus", ALWAYS(5), .fixation = 1, .shows = SHOWS_FIRST},                                \
      {"delay", delay_steps, .fixation = 1},                                                       \
      {"decision", ALWAYS(decision_steps), .fixation = 0}}, .delay = 2}

/* `held`: whether the fixation input stays on after the fixation period, up to the decision */
#define DM(stimulus_steps, decision_steps, held, noisy)                                            \
    {{{"fixation", ONE_OF(2, 4, 1), .fixation = 1},                                                \
      {"stimulus", stimulus_steps, .fixation = held, .shows = SHOWS_BOTH, .noise = noisy},         \
      {"decision", ALWAYS(decision_steps), .fixation = 0}}, .delay = -1}

#define DELAYED_DM(delay_steps, decision_steps, held, noisy)                                       \
    {{{"fixation", ONE_OF(2, 4, 1), .fixation = 1},                                                \
      {"stim1", ALWAYS(5), .fixation = held, .shows = SHOWS_FIRST, .noise = noisy},                \
      {"delay", ALWAYS(delay_steps), .fixation = held},                                            \
      {"stim2", ALWAYS(5), .fixation = held, .shows = SHOWS_SECOND, .noise = noisy},               \
      {"decision", ALWAYS(decision_steps), .fixation = 0}}, .delay = 2}

#define MATCH(delay_steps, drawn_once, decision_steps, held)                                       \
    {{{"fixation", ALWAYS(3), .fixation = 1},                                                      \
      {"sample", ALWAYS(5), .fixation = held, .shows = SHOWS_FIRST, .noise = NOISE_RING},          \
      {"delay", delay_steps, .fixation = held, .once = drawn_once},                                \
      {"test", ALWAYS(5), .fixation = held, .shows = SHOWS_SECOND, .noise = NOISE_RING},           \
      {"decision", ALWAYS(decision_steps), .fixation = 0}}, .delay = 2}

/* The stimulus of a reaction task is also the go cue. */
static const struct task_timing react = {
    {{"fixation", ALWAYS(5), .fixation = 1},
     {"decision", ALWAYS(5), .shows = SHOWS_FIRST}}, .delay = -1};
static const struct task_timing go = REACH(ALWAYS(0), 5);
static const struct task_timing delayed_go = REACH(ALWAYS(5), 5);
static const struct task_timing dm = DM(ALWAYS(5), 2, 1, NOISE_ALL);
static const struct task_timing delayed_dm = DELAYED_DM(10, 2, 1, NOISE_ALL);
static const struct task_timing match = MATCH(ALWAYS(10), 0, 9, 1);

static const struct task_timing dm_v21 = DM(ALWAYS(5), 2, 0, NOISE_RINGS);
static const struct task_timing dm1_v21 = DM(ONE_OF(2, 6, 2), 2, 0, NOISE_RINGS);
static const struct task_timing delayed_dm_v21 = DELAYED_DM(10, 2, 0, NOISE_RINGS);
static const struct task_timing match_v21 = MATCH(ALWAYS(10), 0, 9, 0);

/* Mod_Cog: all reach tasks except reaction tasks have the same delay, so that go and dlygo differ
   only in the rule input. */
static const struct task_timing mod_dlydm = DELAYED_DM(5, 2, 1, NOISE_ALL);
static const struct task_timing mod_match = MATCH(ONE_OF(2, 11, 1), 1, 9, 1);
static const struct task_timing int_go = REACH(ONE_OF(0, 11, 1), 5);
static const struct task_timing int_match = MATCH(ONE_OF(0, 11, 1), 0, 9, 1);
static const struct task_timing seq_go = REACH(ALWAYS(5), 10);
static const struct task_timing seq_dm = DM(ALWAYS(5), 10, 1, NOISE_ALL);
static const struct task_timing seq_dlydm = DELAYED_DM(5, 10, 1, NOISE_ALL);
static const struct task_timing seq_match = MATCH(ONE_OF(2, 11, 1), 1, 10, 1);
/* clang-format on */

/* ---- the rows, in the order of the rule inputs: name, rule, timing, integrate, sequence ---- */

static const struct task_row classic[] = {
    {"go", &pro, &go, 0, 0},
    {"rtgo", &pro, &react, 0, 0},
    {"dlygo", &pro, &delayed_go, 0, 0},
    {"anti", &anti, &go, 0, 0},
    {"rtanti", &anti, &react, 0, 0},
    {"dlyanti", &anti, &delayed_go, 0, 0},
    {"dm1", &one, &dm, 0, 0},
    {"dm2", &two, &dm, 0, 0},
    {"ctxdm1", &heed_one, &dm, 0, 0},
    {"ctxdm2", &heed_two, &dm, 0, 0},
    {"multidm", &heed_both, &dm, 0, 0},
    {"dlydm1", &dly_one, &delayed_dm, 0, 0},
    {"dlydm2", &dly_two, &delayed_dm, 0, 0},
    {"ctxdlydm1", &dly_heed_one, &delayed_dm, 0, 0},
    {"ctxdlydm2", &dly_heed_two, &delayed_dm, 0, 0},
    {"multidlydm", &dly_heed_both, &delayed_dm, 0, 0},
    {"dms", &dms, &match, 0, 0},
    {"dnms", &dnms, &match, 0, 0},
    {"dmc", &dmc, &match, 0, 0},
    {"dnmc", &dnmc, &match, 0, 0},
};

static const struct task_row v21[] = {
    {"go", &pro, &go, 0, 0},
    {"rtgo", &pro, &react, 0, 0},
    {"dlygo", &pro, &delayed_go, 0, 0},
    {"anti", &anti, &go, 0, 0},
    {"rtanti", &anti, &react, 0, 0},
    {"dlyanti", &anti, &delayed_go, 0, 0},
    {"dm1", &one, &dm1_v21, 0, 0},
    {"dm2", &two, &dm_v21, 0, 0},
    {"ctxdm1", &heed_one, &dm_v21, 0, 0},
    {"ctxdm2", &heed_two, &dm_v21, 0, 0},
    {"multidm", &heed_both, &dm_v21, 0, 0},
    {"dlydm1", &dly_one, &delayed_dm_v21, 0, 0},
    {"dlydm2", &dly_two, &delayed_dm_v21, 0, 0},
    {"ctxdlydm1", &dly_heed_one, &delayed_dm_v21, 0, 0},
    {"ctxdlydm2", &dly_heed_two, &delayed_dm_v21, 0, 0},
    {"multidlydm", &dly_heed_both, &delayed_dm_v21, 0, 0},
    {"dms", &dms, &match_v21, 0, 0},
    {"dnms", &dnms, &match_v21, 0, 0},
    {"dmc", &dmc, &match_v21, 0, 0},
    {"dnmc", &dnmc, &match_v21, 0, 0},
};

static const struct task_row modcog[] = {
    {"go", &pro, &delayed_go, 0, 0},
    {"rtgo", &pro, &react, 0, 0},
    {"dlygo", &pro, &delayed_go, 0, 0},
    {"anti", &anti, &delayed_go, 0, 0},
    {"rtanti", &anti, &react, 0, 0},
    {"dlyanti", &anti, &delayed_go, 0, 0},
    {"dm1", &one, &dm, 0, 0},
    {"dm2", &two, &dm, 0, 0},
    {"ctxdm1", &heed_one, &dm, 0, 0},
    {"ctxdm2", &heed_two, &dm, 0, 0},
    {"multidm", &heed_both, &dm, 0, 0},
    {"dlydm1", &dly_one, &mod_dlydm, 0, 0},
    {"dlydm2", &dly_two, &mod_dlydm, 0, 0},
    {"ctxdlydm1", &dly_heed_one, &mod_dlydm, 0, 0},
    {"ctxdlydm2", &dly_heed_two, &mod_dlydm, 0, 0},
    {"multidlydm", &dly_heed_both, &mod_dlydm, 0, 0},
    {"dms", &dms, &mod_match, 0, 0},
    {"dnms", &dnms, &mod_match, 0, 0},
    {"dmc", &dmc, &mod_match, 0, 0},
    {"dnmc", &dnmc, &mod_match, 0, 0},
    {"dlygointr", &pro, &int_go, 1, 0},
    {"dlygointl", &pro, &int_go, -1, 0},
    {"dlyantiintr", &anti, &int_go, 1, 0},
    {"dlyantiintl", &anti, &int_go, -1, 0},
    {"dlydm1intr", &dly_one, &mod_dlydm, 1, 0},
    {"dlydm1intl", &dly_one, &mod_dlydm, -1, 0},
    {"dlydm2intr", &dly_two, &mod_dlydm, 1, 0},
    {"dlydm2intl", &dly_two, &mod_dlydm, -1, 0},
    {"ctxdlydm1intr", &dly_heed_one, &mod_dlydm, 1, 0},
    {"ctxdlydm1intl", &dly_heed_one, &mod_dlydm, -1, 0},
    {"ctxdlydm2intr", &dly_heed_two, &mod_dlydm, 1, 0},
    {"ctxdlydm2intl", &dly_heed_two, &mod_dlydm, -1, 0},
    {"multidlydmintr", &dly_heed_both, &mod_dlydm, 1, 0},
    {"multidlydmintl", &dly_heed_both, &mod_dlydm, -1, 0},
    {"dmsintr", &dms, &int_match, 1, 0},
    {"dmsintl", &dms, &int_match, -1, 0},
    {"dnmsintr", &dnms, &int_match, 1, 0},
    {"dnmsintl", &dnms, &int_match, -1, 0},
    {"dmcintr", &dmc, &int_match, 1, 0},
    {"dmcintl", &dmc, &int_match, -1, 0},
    {"dnmcintr", &dnmc, &int_match, 1, 0},
    {"dnmcintl", &dnmc, &int_match, -1, 0},
    {"goseqr", &pro, &seq_go, 0, 1},
    {"rtgoseqr", &pro, &react, 0, 1},
    {"dlygoseqr", &pro, &seq_go, 0, 1},
    {"antiseqr", &anti, &seq_go, 0, 1},
    {"rtantiseqr", &anti, &react, 0, 1},
    {"dlyantiseqr", &anti, &seq_go, 0, 1},
    {"dm1seqr", &one, &seq_dm, 0, 1},
    {"dm2seqr", &two, &seq_dm, 0, 1},
    {"ctxdm1seqr", &heed_one, &seq_dm, 0, 1},
    {"ctxdm2seqr", &heed_two, &seq_dm, 0, 1},
    {"multidmseqr", &heed_both, &seq_dm, 0, 1},
    {"dlydm1seqr", &dly_one, &seq_dlydm, 0, 1},
    {"dlydm2seqr", &dly_two, &seq_dlydm, 0, 1},
    {"ctxdlydm1seqr", &dly_heed_one, &seq_dlydm, 0, 1},
    {"ctxdlydm2seqr", &dly_heed_two, &seq_dlydm, 0, 1},
    {"multidlydmseqr", &dly_heed_both, &seq_dlydm, 0, 1},
    {"dmsseqr", &dms, &seq_match, 0, 1},
    {"dnmsseqr", &dnms, &seq_match, 0, 1},
    {"dmcseqr", &dmc, &seq_match, 0, 1},
    {"dnmcseqr", &dnmc, &seq_match, 0, 1},
    {"goseql", &pro, &seq_go, 0, -1},
    {"rtgoseql", &pro, &react, 0, -1},
    {"dlygoseql", &pro, &seq_go, 0, -1},
    {"antiseql", &anti, &seq_go, 0, -1},
    {"rtantiseql", &anti, &react, 0, -1},
    {"dlyantiseql", &anti, &seq_go, 0, -1},
    {"dm1seql", &one, &seq_dm, 0, -1},
    {"dm2seql", &two, &seq_dm, 0, -1},
    {"ctxdm1seql", &heed_one, &seq_dm, 0, -1},
    {"ctxdm2seql", &heed_two, &seq_dm, 0, -1},
    {"multidmseql", &heed_both, &seq_dm, 0, -1},
    {"dlydm1seql", &dly_one, &seq_dlydm, 0, -1},
    {"dlydm2seql", &dly_two, &seq_dlydm, 0, -1},
    {"ctxdlydm1seql", &dly_heed_one, &seq_dlydm, 0, -1},
    {"ctxdlydm2seql", &dly_heed_two, &seq_dlydm, 0, -1},
    {"multidlydmseql", &dly_heed_both, &seq_dlydm, 0, -1},
    {"dmsseql", &dms, &seq_match, 0, -1},
    {"dnmsseql", &dnms, &seq_match, 0, -1},
    {"dmcseql", &dmc, &seq_match, 0, -1},
    {"dnmcseql", &dnmc, &seq_match, 0, -1},
};

/* ---- the sets ---- */

#define ROWS(table) .rows = (table), .size = sizeof(table) / sizeof(table)[0]

const struct task_set task_sets[TASK_SETS] = {
    {"yang19", "the 20 cognitive tasks of neurogym's yang19 as they were until version 2.0",
     ROWS(classic), .second_half = 9},
    {"yang19-v2.1",
     "the same since neurogym 2.1: no fixation input and no noise on it after the fixation period",
     ROWS(v21), .second_half = 9},
    {"modcog", "the 82 tasks of Mod_Cog, with its labels taken modulo 16", ROWS(modcog),
     .second_half = 9, .folds = 1},
    {"modcog-fixed", "the same with a label for every location and two categories of equal size",
     ROWS(modcog), .second_half = 8},
};
