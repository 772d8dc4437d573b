/* Compares brainsweep-experiments(5) with the program.  Every parameter (with default and choices),
   metric, column, array and view of every experiment has an entry, and nothing else has one. */
#include "jobs/job.h"
#include "suite.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { LINES = 2000, LINE = 256, NAMES = 128 };

/* ---- the page ---- */

static char page[LINES][LINE];
static int lines;

static void read_page(void)
{
    const char *dir = getenv("srcdir");
    char path[512];
    snprintf(path, sizeof path, "%s/src/man/brainsweep-experiments.5", dir ? dir : ".");
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "no %s", path);
    for (lines = 0; lines < LINES && fgets(page[lines], LINE, file); lines++)
        page[lines][strcspn(page[lines], "\n")] = '\0';
    ck_assert_int_lt(lines, LINES);
    fclose(file);
}

/* The arguments of a request without quotes (also those written \(dq) and backslashes. */
static void plain(const char *from, char *to)
{
    for (; *from; from++)
        if (!strncmp(from, "\\(dq", 4))
            from += 3;
        else if (*from != '"' && *from != '\\')
            *to++ = *from;
    *to = '\0';
}

/* The first line after `request title` from line `begin` on; -1 if a `stop` comes first. */
static int find_section(int begin, const char *request, const char *title, const char *stop)
{
    size_t n = strlen(request);
    for (int i = begin; i < lines; i++) {
        char words[LINE];
        if (!strncmp(page[i], request, n)) {
            plain(page[i] + n, words);
            if (!strcmp(words, title))
                return i + 1;
        }
        if (stop && !strncmp(page[i], stop, strlen(stop)))
            return -1;
    }
    return -1;
}

static int is_section(const char *line)
{
    return !strncmp(line, ".SH ", 4) || !strncmp(line, ".SS ", 4);
}

/* An entry's name, what follows `=` on its line, and where its text begins. */
struct entry {
    char name[LINE], value[LINE];
    int text;
};

static struct entry entries[NAMES];
static int entry_count;

/* `.B name`, `.BR name " = value"` or `.BR name ", " name ...` behind a .TP. */
static void read_entry(int line)
{
    char words[LINE];
    const char *value = "";
    ck_assert_msg(!strncmp(page[line], ".B", 2), "not an entry: %s", page[line]);
    plain(page[line] + strcspn(page[line], " "), words);
    char *equal = strchr(words, '=');
    if (equal) {
        *equal = '\0';
        value = equal + 1 + (equal[1] == ' ');
    }
    for (char *name = strtok(words, " ,"); name; name = strtok(NULL, " ,")) {
        ck_assert_int_lt(entry_count, NAMES);
        struct entry *entry = &entries[entry_count++];
        strcpy(entry->name, name);
        strcpy(entry->value, value);
        entry->text = line + 1;
    }
}

/* Reads the entries of that section of the experiment's chapter. */
static void read_entries(const struct experiment *x, const char *section)
{
    char chapter[LINE];
    size_t i = 0;
    for (; x->name[i]; i++)
        chapter[i] = (char)toupper((unsigned char)x->name[i]);
    chapter[i] = '\0';
    int at = find_section(0, ".SH ", chapter, NULL);
    ck_assert_msg(at > 0, "no chapter %s", chapter);
    at = find_section(at, ".SS ", section, ".SH ");
    ck_assert_msg(at > 0, "no section %s in %s", section, chapter);
    entry_count = 0;
    for (; at < lines && !is_section(page[at]); at++)
        if (!strcmp(page[at], ".TP"))
            read_entry(at + 1);
}

static const struct entry *find_entry(const char *name)
{
    for (int i = 0; i < entry_count; i++)
        if (!strcmp(entries[i].name, name))
            return &entries[i];
    return NULL;
}

/* Whether the text of the entry contains the word in bold. */
static int has_word(const struct entry *entry, const char *word)
{
    for (int i = entry->text; strcmp(page[i], ".TP") && !is_section(page[i]); i++) {
        char words[LINE];
        if (strncmp(page[i], ".B", 2))
            continue;
        plain(page[i] + strcspn(page[i], " "), words);
        for (char *part = strtok(words, " ,;:"); part; part = strtok(NULL, " ,;:"))
            if (!strcmp(part, word))
                return 1;
    }
    return 0;
}

/* The section's entries are these names, each once. */
static void check_names(const struct experiment *x, const char *section, const char *const *names,
                        int n)
{
    read_entries(x, section);
    for (int i = 0; i < n; i++)
        ck_assert_msg(find_entry(names[i]) != NULL, "%s: %s: no %s", x->name, section, names[i]);
    for (int i = 0; i < entry_count; i++) {
        int known = 0;
        for (int k = 0; k < n; k++)
            known += !strcmp(entries[i].name, names[k]);
        ck_assert_msg(known, "%s: %s: there is no %s", x->name, section, entries[i].name);
        ck_assert_msg(find_entry(entries[i].name) == &entries[i], "%s: %s: %s twice", x->name,
                      section, entries[i].name);
    }
}

/* ---- the tests ---- */

START_TEST(parameters_have_entries)
{
    read_page();
    for (const struct experiment *const *x = job_experiments(); *x; x++) {
        const char *names[NAMES];
        int n = experiment_parameter_count(*x);
        ck_assert_int_le(n, NAMES);
        for (int i = 0; i < n; i++)
            names[i] = (*x)->parameters[i].name;
        check_names(*x, "Parameters", names, n);
        for (int i = 0; i < n; i++) {
            const struct parameter *p = &(*x)->parameters[i];
            const struct entry *entry = find_entry(p->name);
            ck_assert_msg(!strcmp(entry->value, p->default_text), "%s = %s, not %s", p->name,
                          p->default_text, entry->value);
            for (int c = 0; p->choices && p->choices[c]; c++)
                ck_assert_msg(has_word(entry, p->choices[c]), "%s: no word of %s", p->name,
                              p->choices[c]);
        }
    }
}
END_TEST

START_TEST(metrics_have_entries)
{
    read_page();
    for (const struct experiment *const *x = job_experiments(); *x; x++) {
        const char *names[NAMES];
        int n = experiment_metric_count(*x);
        ck_assert_int_le(n, NAMES);
        for (int i = 0; i < n; i++)
            names[i] = (*x)->metrics[i].name;
        check_names(*x, "Metrics", names, n);
    }
}
END_TEST

START_TEST(columns_have_entries)
{
    read_page();
    for (const struct experiment *const *x = job_experiments(); *x; x++)
        for (const struct table *t = (*x)->tables; t && t->name; t++) {
            const char *names[NAMES];
            char section[LINE];
            int n = experiment_column_count(t);
            ck_assert_int_le(n, NAMES);
            for (int i = 0; i < n; i++)
                names[i] = t->columns[i].name;
            snprintf(section, sizeof section, "Table %s", t->name);
            check_names(*x, section, names, n);
        }
}
END_TEST

START_TEST(views_have_entries)
{
    read_page();
    for (const struct experiment *const *x = job_experiments(); *x; x++) {
        char views[NAMES][LINE];
        const char *names[NAMES];
        int n = 0;
        for (const struct plane *p = (*x)->planes; p && p->name; p++) {
            snprintf(views[n++], LINE, "pareto_%s", p->name);
            if ((*x)->group)
                snprintf(views[n++], LINE, "pareto_%s_by_%s", p->name, (*x)->group);
        }
        for (int i = 0; i < n; i++)
            names[i] = views[i];
        check_names(*x, "Views", names, n);
    }
}
END_TEST

/* The arrays are known only after a job has run: one small job of each kind, with at least two
   clusters. */
START_TEST(arrays_have_entries)
{
    static const char *const specs[] = {
        "cogtasks grid=5 steps=30 batch=4 steps_per_sequence=40 eval_trials=2 curve_points=1 "
        "curve_trials=1 shuffles=10 lesion_trials=0 specialization=true spatial_modules=2 "
        "partition_shuffles=10",
        "modules n=2 K=1 train_pairs=8 test_pairs=8 batch=8 epochs=0 probe_epochs=1",
        "probe floats=3",
    };
    read_page();
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        struct spec *spec;
        struct result *result;
        struct err e = {0};
        const char *names[NAMES];
        ck_assert_msg(!spec_parse(&spec, specs[i], job_experiments(), &e), "%s", e.text);
        ck_assert_msg(!job_run(spec, NULL, &result, &e), "%s", e.text);
        ck_assert_int_eq(result->outcome, OUTCOME_DONE);
        int n = (int)result->array_count;
        ck_assert_int_le(n, NAMES);
        for (int a = 0; a < n; a++)
            names[a] = result->arrays[a].name;
        check_names(spec->experiment, "Arrays", names, n);
        result_free(result);
        spec_free(spec);
    }
}
END_TEST

SUITE_CASE(page_case, "brainsweep-experiments(5)", parameters_have_entries, metrics_have_entries,
           columns_have_entries, views_have_entries, arrays_have_entries)

SUITE_MAIN("manual", page_case)
