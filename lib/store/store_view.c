#include "store/store_view.h"

#include "store/store.h"

#include <string.h>

/* ---- frontiers ---- */

char *store_view_frontier(const struct experiment *x, const struct plane *plane, int by_group)
{
    return by_group ? sqlite3_mprintf("pareto_%s_by_%s", plane->name, x->group)
                    : sqlite3_mprintf("pareto_%s", plane->name);
}

/*
 * A job is on the frontier when no other is at least as good in both metrics and better in one.  In
 * the order of x, then y, that is: its y is less than every y before it, or it equals such a point.
 * So a running minimum over one sort finds the points of the frontier, and the join all jobs that
 * are there; it is a CROSS JOIN because SQLite then looks up the few points for each job, not the
 * other way round.  A job without one of the metrics is left out.
 */
static char *frontier_body(const struct experiment *x, const struct plane *plane, const char *group,
                           const struct store_column *columns, int count)
{
    /* what the groups add in four places */
    char *column = group ? sqlite3_mprintf("t.\"%w\" AS g, ", group) : sqlite3_mprintf("");
    char *part = group ? sqlite3_mprintf("PARTITION BY t.\"%w\" ", group) : sqlite3_mprintf("");
    char *join = group ? sqlite3_mprintf("t.\"%w\" = f.g AND ", group) : sqlite3_mprintf("");
    char *order = group ? sqlite3_mprintf("t.\"%w\", ", group) : sqlite3_mprintf("");

    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendf(text, "SELECT t.\"job_id\"");
    for (int i = 0; i < count; i++)
        sqlite3_str_appendf(text, ", t.\"%w\"", columns[i].name);
    sqlite3_str_appendf(
        text,
        "\nFROM \"%w\" AS t CROSS JOIN (\n"
        "    SELECT * FROM (\n"
        "        SELECT %st.\"%w\" AS x, t.\"%w\" AS y,\n"
        "               min(t.\"%w\") OVER (%sORDER BY t.\"%w\", t.\"%w\"\n"
        "                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS least\n"
        "        FROM \"%w\" AS t WHERE t.\"%w\" IS NOT NULL AND t.\"%w\" IS NOT NULL)\n"
        "    WHERE least IS NULL OR y < least) AS f\n"
        "WHERE %st.\"%w\" = f.x AND t.\"%w\" = f.y\n"
        "ORDER BY %st.\"%w\", t.\"job_id\"",
        x->name, column, plane->x, plane->y, plane->y, part, plane->x, plane->y, x->name, plane->x,
        plane->y, join, plane->x, plane->y, order, plane->x);
    sqlite3_free(column);
    sqlite3_free(part);
    sqlite3_free(join);
    sqlite3_free(order);
    return sqlite3_str_finish(text);
}

/* ---- points ---- */

static int is_parameter(const struct store_column *column)
{
    return column->default_text != NULL;
}

static int is_numeric_metric(const struct store_column *column)
{
    return !is_parameter(column) && column->type != VALUE_TEXT;
}

/* The parameters that make a point, all but the replicate: `"a", "b", `. */
static char *point_key(const struct experiment *x, const struct store_column *columns, int count)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    for (int i = 0; i < count; i++)
        if (is_parameter(&columns[i]) && strcmp(columns[i].name, x->replicate) != 0)
            sqlite3_str_appendf(text, "\"%w\", ", columns[i].name);
    return sqlite3_str_finish(text);
}

/* The square root of a column, a new string of SQLite's: SQLite has sqrt only since 3.35, and only
   where it was built with it.  Newton's steps come down to the root from above until they repeat.
 */
static char *root_of(const char *prefix, const char *column)
{
    return sqlite3_mprintf("CASE \"%w%w\" WHEN 0 THEN 0.0 ELSE (WITH RECURSIVE newton (x) AS (\n"
                           "        SELECT max(\"%w%w\", 1.0) UNION\n"
                           "        SELECT (x + \"%w%w\" / x) / 2 FROM newton WHERE x * x > "
                           "\"%w%w\")\n"
                           "        SELECT min(x) FROM newton) END",
                           prefix, column, prefix, column, prefix, column, prefix, column);
}

/* The columns of a point: its parameters, n, and of every metric mean and standard deviation. */
static int append_point_columns(sqlite3_str *text, const char *key,
                                const struct store_column *columns, int count)
{
    sqlite3_str_appendf(text, "SELECT %s\"n\"", key);
    for (int i = 0; i < count; i++)
        if (is_numeric_metric(&columns[i])) {
            char *root = root_of("variance.", columns[i].name);
            if (!root)
                return 0;
            sqlite3_str_appendf(text, ",\n    \"%w_mean\", %s AS \"%w_sd\"", columns[i].name, root,
                                columns[i].name);
            sqlite3_free(root);
        }
    return 1;
}

/*
 * The parameters but the replicate, n jobs, and of every metric the mean and the standard deviation
 * (of a sample: n - 1).  The deviations are taken from the mean itself, which a window function
 * puts beside every row: sums of squares would lose what large numbers differ in.
 */
static char *point_body(const struct experiment *x, const struct store_column *columns, int count)
{
    char *key = point_key(x, columns, count);
    sqlite3_str *text = sqlite3_str_new(NULL);
    int complete = key && append_point_columns(text, key, columns, count);
    sqlite3_str_appendf(text, "\nFROM (\n    SELECT %scount(*) AS \"n\"", key ? key : "");
    for (int i = 0; i < count; i++)
        if (is_numeric_metric(&columns[i])) {
            const char *m = columns[i].name;
            sqlite3_str_appendf(text,
                                ",\n    avg(\"%w\") AS \"%w_mean\", sum((\"%w\" - \"mean.%w\")"
                                " * (\"%w\" - \"mean.%w\")) / (count(\"%w\") - 1)"
                                " AS \"variance.%w\"",
                                m, m, m, m, m, m, m, m);
        }
    sqlite3_str_appendf(text, "\n    FROM (\n        SELECT *");
    for (int i = 0; i < count; i++)
        if (is_numeric_metric(&columns[i]))
            sqlite3_str_appendf(text, ",\n        avg(\"%w\") OVER point AS \"mean.%w\"",
                                columns[i].name, columns[i].name);
    sqlite3_str_appendf(text,
                        "\n        FROM \"%w\" WINDOW point AS (PARTITION BY %sNULL))\n"
                        "    GROUP BY %sNULL)",
                        x->name, key ? key : "", key ? key : "");
    char *body = sqlite3_str_finish(text);
    sqlite3_free(key);
    if (complete)
        return body;
    sqlite3_free(body);
    return NULL;
}

/* ---- summary ---- */

/*
 * The value of a parameter in a job's spec, which every job has, also one that was not done: words
 * `name=value` between single blanks, without those that are the default.
 */
static char *parameter_of_spec(const struct parameter *p)
{
    const struct store_column column = {p->name, p->type, p->default_text};
    char *usual = store_columns_default(&column);
    int skip = (int)strlen(p->name) + 2;
    char *text =
        !usual ? NULL
               : sqlite3_mprintf(
                     "CAST(CASE instr(\"spec\", ' %q=') WHEN 0 THEN %s\n"
                     "        ELSE substr(\"spec\" || ' ', instr(\"spec\", ' %q=') + %d,\n"
                     "            instr(substr(\"spec\" || ' ', instr(\"spec\", ' %q=') + %d), ' ')"
                     " - 1)\n"
                     "        END AS %s)",
                     p->name, usual, p->name, skip, p->name, skip, store_columns_type(p->type));
    sqlite3_free(usual);
    return text;
}

static int is_first_of_its_x(const struct experiment *x, const struct plane *plane)
{
    for (const struct plane *p = x->planes; p != plane; p++)
        if (!strcmp(p->x, plane->x))
            return 0;
    return 1;
}

/* A row a group: jobs by state, the seeds that are done, the least x of the planes, and how many of
   its jobs are on each frontier of all groups. */
static char *summary_body(const struct experiment *x)
{
    char *group = parameter_of_spec(&x->parameters[experiment_parameter(x, x->group)]);
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendf(text, "SELECT j.g AS \"%w\", count(*) AS \"jobs\"", x->group);
    for (int i = 0; i < STORE_STATES; i++)
        sqlite3_str_appendf(text, ",\n    count(CASE j.\"state\" WHEN %Q THEN 1 END) AS \"%w\"",
                            store_states[i], store_states[i]);
    sqlite3_str_appendf(text, ",\n    count(DISTINCT t.\"%w\") AS \"%ws\"", x->replicate,
                        x->replicate);
    for (const struct plane *p = x->planes; p && p->name; p++)
        if (is_first_of_its_x(x, p))
            sqlite3_str_appendf(text, ",\n    min(t.\"%w\") AS \"least_%w\"", p->x, p->x);
    for (const struct plane *p = x->planes; p && p->name; p++)
        sqlite3_str_appendf(text,
                            ",\n    (SELECT count(*) FROM \"pareto_%w\" AS f WHERE f.\"%w\" = j.g)"
                            " AS \"on_pareto_%w\"",
                            p->name, x->group, p->name);
    sqlite3_str_appendf(text,
                        "\nFROM (SELECT \"id\", \"state\",\n    %s AS g\n"
                        "    FROM \"job\" WHERE \"experiment\" = %Q) AS j\n"
                        "LEFT JOIN \"%w\" AS t ON t.\"job_id\" = j.\"id\"\n"
                        "GROUP BY j.g ORDER BY min(j.\"id\")",
                        group ? group : "", x->name, x->name);
    char *body = sqlite3_str_finish(text);
    if (!group) {
        sqlite3_free(body);
        body = NULL;
    }
    sqlite3_free(group);
    return body;
}

/* ---- jobs ---- */

/* Every job of the experiment, whatever its state, with its parameters in columns. */
static char *jobs_body(const struct experiment *x)
{
    sqlite3_str *text = sqlite3_str_new(NULL);
    sqlite3_str_appendf(text, "SELECT \"id\" AS \"job_id\", \"state\", \"attempts\"");
    int complete = 1;
    for (const struct parameter *p = x->parameters; p->name; p++) {
        char *value = parameter_of_spec(p);
        complete = complete && value;
        sqlite3_str_appendf(text, ",\n    %s AS \"%w\"", value ? value : "", p->name);
        sqlite3_free(value);
    }
    sqlite3_str_appendf(text, "\nFROM \"job\" WHERE \"experiment\" = %Q", x->name);
    char *body = sqlite3_str_finish(text);
    if (!complete) {
        sqlite3_free(body);
        body = NULL;
    }
    return body;
}

/* ---- the views in the file ---- */

/* Makes the view, or makes it anew when its text is another than the stored one.  Frees both. */
static int update(const struct db *db, char *name, char *select, struct err *e)
{
    int64_t same = 0;
    char *body = name && select ? sqlite3_mprintf("\"%w\" AS\n%s", name, select) : NULL;
    int code = body ? store_sql_ask_int(db, &same, e,
                                        "SELECT sql = 'CREATE VIEW ' || %Q FROM sqlite_master"
                                        " WHERE name = %Q",
                                        body, name)
                    : store_sql_fail(db, SQLITE_NOMEM, e);
    if (!code && !same) {
        code = store_sql_run_text(db, e, "DROP VIEW IF EXISTS main.\"%w\"", name);
        if (!code)
            code = store_sql_run_text(db, e, "CREATE VIEW main.%s", body);
    }
    sqlite3_free(body);
    sqlite3_free(select);
    sqlite3_free(name);
    return code;
}

/* What is done with each view of an experiment; name and text are new strings of SQLite's, which it
   takes over. */
typedef int view_action(const struct db *db, char *name, char *select, struct err *e);

static int for_each(const struct db *db, const struct experiment *x,
                    const struct store_column *columns, int count, view_action *action,
                    struct err *e)
{
    int code = 0;
    for (const struct plane *p = x->planes; p && p->name; p++)
        for (int by_group = 0; !code && by_group <= (x->group != NULL); by_group++)
            code = action(db, store_view_frontier(x, p, by_group),
                          frontier_body(x, p, by_group ? x->group : NULL, columns, count), e);
    if (!code && x->replicate)
        code = action(db, sqlite3_mprintf("point_%s", x->name), point_body(x, columns, count), e);
    if (!code && x->replicate && x->group)
        code = action(db, sqlite3_mprintf("summary_%s", x->name), summary_body(x), e);
    return code ? code : action(db, sqlite3_mprintf("job_%s", x->name), jobs_body(x), e);
}

int store_view_update(const struct db *db, const struct experiment *x,
                      const struct store_column *columns, int count, struct err *e)
{
    return for_each(db, x, columns, count, update, e);
}

static int drop(const struct db *db, char *name, char *select, struct err *e)
{
    int code = name ? store_sql_run_text(db, e, "DROP VIEW IF EXISTS main.\"%w\"", name)
                    : store_sql_fail(db, SQLITE_NOMEM, e);
    sqlite3_free(select);
    sqlite3_free(name);
    return code;
}

int store_view_drop(const struct db *db, const struct experiment *x, struct err *e)
{
    return for_each(db, x, NULL, 0, drop, e);
}

/* Whether name is prefix, then rest. */
static int is_joined(const char *name, const char *prefix, const char *rest)
{
    size_t length = strlen(prefix);
    return !strncmp(name, prefix, length) && !strcmp(name + length, rest);
}

int store_view_is_of(const struct experiment *x, const char *name)
{
    if (is_joined(name, "point_", x->name) || is_joined(name, "summary_", x->name) ||
        is_joined(name, "job_", x->name))
        return 1;
    for (const struct plane *p = x->planes; p && p->name; p++)
        for (int by_group = 0; by_group <= (x->group ? 1 : 0); by_group++) {
            char *frontier = store_view_frontier(x, p, by_group);
            int same = frontier && !strcmp(frontier, name);
            sqlite3_free(frontier);
            if (same)
                return 1;
        }
    return 0;
}
