#include "store/store_columns.h"

#include "base/mem.h"

#include <assert.h>

const char *store_columns_type(enum value_type type)
{
    static const char *const names[] = {
        [VALUE_INT] = "INTEGER", [VALUE_REAL] = "REAL", [VALUE_TEXT] = "TEXT"};
    return names[type];
}

static int new_columns(struct store_column **columns, int count, struct err *e)
{
    *columns = mem_array((size_t)count, sizeof **columns);
    return *columns ? 0 : err_set(e, ERR_MEMORY, "out of memory for %d columns", count);
}

int store_columns_of_result(const struct experiment *x, struct store_column **columns, int *count,
                            struct err *e)
{
    int parameters = experiment_parameter_count(x);
    *count = parameters + experiment_metric_count(x);
    int code = new_columns(columns, *count, e);
    for (int i = 0; *columns && i < *count; i++) {
        if (i < parameters) {
            const struct parameter *p = &x->parameters[i];
            (*columns)[i] = (struct store_column){p->name, p->type, p->default_text};
        } else {
            const struct metric *m = &x->metrics[i - parameters];
            (*columns)[i] = (struct store_column){m->name, m->type, NULL};
        }
    }
    return code;
}

int store_columns_of_table(const struct table *table, struct store_column **columns, int *count,
                           struct err *e)
{
    *count = table_column_count(table);
    int code = new_columns(columns, *count, e);
    for (int i = 0; *columns && i < *count; i++) {
        const struct column *c = &table->columns[i];
        (*columns)[i] = (struct store_column){c->name, c->type, NULL};
    }
    return code;
}

char *store_columns_default(const struct store_column *column)
{
    if (!column->default_text)
        return sqlite3_mprintf("NULL");
    if (column->type == VALUE_TEXT)
        return sqlite3_mprintf("%Q", column->default_text);
    struct value v;
    char text[VALUE_TEXT_SIZE];
    int code = value_parse(column->type, column->default_text, &v, NULL);
    assert(!code); /* experiments are tested to have good defaults */
    (void)code;
    return sqlite3_mprintf("%s", value_format(v, text));
}

int store_columns_has(const struct db *db, const char *name, int *has, struct err *e)
{
    int64_t count;
    int code =
        sql_ask_int(db, &count, e, "SELECT count(*) FROM sqlite_master WHERE name = %Q", name);
    *has = count > 0;
    return code;
}

int store_columns_has_column(const struct db *db, const char *table, const char *column, int *has,
                             struct err *e)
{
    int64_t count;
    int code = sql_ask_int(db, &count, e,
                           "SELECT count(*) FROM pragma_table_info(%Q, 'main')"
                           " WHERE name = %Q COLLATE NOCASE",
                           table, column);
    *has = count > 0;
    return code;
}

/* The table has more columns than job_id and these. */
static int has_more(const struct db *db, const char *table, int count, int *more, struct err *e)
{
    int64_t stored;
    int code =
        sql_ask_int(db, &stored, e, "SELECT count(*) FROM pragma_table_info(%Q, 'main')", table);
    *more |= !code && stored > 1 + count;
    return code;
}

int store_columns_lost(const struct db *db, const struct experiment *x, int *lost, struct err *e)
{
    *lost = 0;
    int code =
        has_more(db, x->name, experiment_parameter_count(x) + experiment_metric_count(x), lost, e);
    for (const struct table *t = x->tables; !code && t && t->name; t++)
        code = has_more(db, t->name, table_column_count(t), lost, e);
    return code;
}
