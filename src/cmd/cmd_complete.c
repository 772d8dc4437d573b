/* The command `complete`: prints the possible endings of a command line, for shell completion. */
#include "cmd/command.h"
#include "cmd/options.h"
#include "jobs/job.h"
#include "report/export_table.h"
#include "store/store.h"
#include "tasks/task.h"
#include "text/printable.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The words typed so far, after the program's name; the last one is to be completed. */
struct line {
    char **words;
    int count;
    const struct command *command; /* NULL if not known yet */
    const char *last;
};

/* Prints a candidate on a line of its own if it begins with the last word.  Skips candidates that
   contain a line break. */
static void offer(const struct line *line, const char *before, const char *name, const char *after)
{
    char text[VALUE_TEXT_SIZE];
    snprintf(text, sizeof text, "%s%s%s", before, name, after);
    if (!strncmp(text, line->last, strlen(line->last)) && !strpbrk(text, "\n\033"))
        printf("%s\n", text);
}

/* ---- the values of options ---- */

/* Completes a name, "=", and then the value: "grid=", "regularizer=bimt". In a list of these, as
   for --only, it completes the last one. */
static void offer_settings(const struct line *line)
{
    const char *comma = strrchr(line->last, ',');
    char before[256];
    snprintf(before, sizeof before, "%.*s", comma ? (int)(comma - line->last) + 1 : 0, line->last);
    for (int i = 0; job_at(i); i++)
        for (const struct parameter *p = job_at(i)->experiment.parameters; p->name; p++) {
            char name[128];
            snprintf(name, sizeof name, "%s=", p->name);
            size_t typed = strlen(before) + strlen(name);
            int in_value = strlen(line->last) >= typed &&
                           !strncmp(line->last + strlen(before), name, strlen(name));
            if (!in_value)
                offer(line, before, name, "");
            for (int c = 0; in_value && p->choices && p->choices[c]; c++) {
                char setting[256];
                snprintf(setting, sizeof setting, "%s%s", name, p->choices[c]);
                offer(line, before, setting, "");
            }
        }
}

static void offer_parameters(const struct line *line)
{
    for (int i = 0; job_at(i); i++)
        for (const struct parameter *p = job_at(i)->experiment.parameters; p->name; p++)
            offer(line, "", p->name, "");
}

static void offer_columns(const struct line *line)
{
    offer_parameters(line);
    for (int i = 0; job_at(i); i++)
        for (const struct metric *m = job_at(i)->experiment.metrics; m->name; m++)
            offer(line, "", m->name, "");
}

static void offer_planes(const struct line *line)
{
    for (int i = 0; job_at(i); i++)
        for (const struct plane *p = job_at(i)->experiment.planes; p && p->name; p++)
            offer(line, "", p->name, "");
}

static void offer_states(const struct line *line)
{
    for (int i = 0; i < STORE_STATES; i++)
        offer(line, "", store_states[i], "");
}

static void offer_sets(const struct line *line)
{
    for (int i = 0; task_set_at(i); i++)
        offer(line, "", task_set_name(task_set_at(i)), "");
}

/* The tasks of the set that --set names; otherwise of the first set. */
static void offer_tasks(const struct line *line)
{
    const struct task_set *set = task_set_at(0);
    for (int i = 0; i + 1 < line->count; i++)
        if (!strcmp(line->words[i], "--set") && task_set_find(line->words[i + 1]))
            set = task_set_find(line->words[i + 1]);
    for (int t = 0; t < task_set_size(set); t++)
        offer(line, "", task_name(set, t), "");
}

static void offer_formats(const struct line *line)
{
    for (int i = 0; export_table_format_name(i); i++)
        offer(line, "", export_table_format_name(i), "");
    offer(line, "", "npz", "");
}

/* ---- names in a database, which is the first argument ---- */

static int offer_first(const struct store_row *row, void *data, struct err *e)
{
    char text[VALUE_TEXT_SIZE];
    (void)e;
    offer(data, "", value_format(row->values[0], text), "");
    return 0;
}

static void offer_from_database(const struct line *line,
                                int (*each)(struct store *store, struct line *line))
{
    struct store *store = NULL;
    struct line copy = *line;
    if (line->count > 2 && !store_open(&store, line->words[1], STORE_READ, job_experiments(), NULL))
        (void)each(store, &copy);
    if (store)
        (void)store_close(store, NULL);
}

static int each_job(struct store *store, struct line *line)
{
    return store_each_job(store, NULL, offer_first, line, NULL);
}

static int each_sweep(struct store *store, struct line *line)
{
    return store_each_sweep(store, offer_first, line, NULL);
}

static int each_relation(struct store *store, struct line *line)
{
    return store_each_relation(store, offer_first, line, NULL);
}

static void offer_jobs(const struct line *line)
{
    offer_from_database(line, each_job);
}

static void offer_sweeps(const struct line *line)
{
    offer_from_database(line, each_sweep);
}

static void offer_relations(const struct line *line)
{
    offer_from_database(line, each_relation);
}

static const struct {
    uint64_t option;
    void (*offer)(const struct line *line);
} values[] = {
    {OPTION_SET, offer_settings},  {OPTION_ONLY, offer_settings},   {OPTION_BY, offer_parameters},
    {OPTION_PLANE, offer_planes},  {OPTION_STATE, offer_states},    {OPTION_TASK_SET, offer_sets},
    {OPTION_TASK, offer_tasks},    {OPTION_FORMAT, offer_formats},  {OPTION_SWEEP, offer_sweeps},
    {OPTION_WHERE, offer_columns}, {OPTION_TABLE, offer_relations}, {OPTION_JOB, offer_jobs},
};

/* ---- the rest of the line ---- */

static void offer_commands(const struct line *line)
{
    for (int i = 0; command_at(i); i++)
        offer(line, "", command_at(i)->name, "");
}

static void offer_options(const struct line *line)
{
    struct option_info info;
    for (int i = 0; options_at(line->command, i, &info); i++)
        offer(line, "", info.name, "");
    offer(line, "", "--help", "");
}

/* Whether the last word is the value of an option; if so, *info describes the option. */
static int is_value(const struct line *line, struct option_info *info)
{
    for (int i = 0; line->count > 2 && options_at(line->command, i, info); i++)
        if (info->value && !strcmp(line->words[line->count - 2], info->name))
            return 1;
    return 0;
}

static void offer_value(const struct line *line, uint64_t option)
{
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (values[i].option == option)
            values[i].offer(line);
}

static void offer_arguments(const struct line *line)
{
    if (line->command == &command_tasks) {
        offer(line, "", "list", "");
        offer(line, "", "sample", "");
    }
    if (line->command == &command_show || line->command == &command_verify)
        offer_jobs(line);
}

static void complete(const struct line *line)
{
    struct option_info info;
    if (line->count == 1) {
        offer_commands(line);
        offer(line, "", "help", "");
        offer(line, "", "--help", "");
        offer(line, "", "--version", "");
    } else if (line->count == 2 && !strcmp(line->words[0], "help")) {
        offer_commands(line);
    } else if (line->command && is_value(line, &info)) {
        offer_value(line, info.bit);
    } else if (line->command && line->last[0] == '-') {
        offer_options(line);
    } else if (line->command) {
        offer_arguments(line);
    }
}

static int run(struct options *options)
{
    struct line line = {.words = options->arguments, .count = options->argument_count};
    line.command = command_find(line.words[0]);
    line.last = line.words[line.count - 1];
    complete(&line);
    return EXIT_DONE;
}

const struct command command_complete = {
    .name = "complete",
    .arguments = "-- WORD...",
    .summary = "print what may follow on a command line, for the completion of shells",
    .help =
        "Prints what may stand in place of the last word, one candidate per line: commands,\n"
        "options, parameters, task sets, and job numbers of the database on the line.  Nothing\n"
        "where a file name is expected.  The completions of bash and zsh call it.\n\n"
        "Example: brainsweep complete -- run mine.sweep --set regul\n",
    .minimum = 1,
    .maximum = INT_MAX,
    .run = run,
};
