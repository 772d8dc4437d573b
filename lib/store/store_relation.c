/* Tables and views of the file by name, whole: for programs that want everything. */
#include "base/mem.h"
#include "store/store_private.h"

#include <string.h>

int store_each_relation(struct store *store, store_row_handler *row, void *data, struct err *e)
{
    static const char *const names[] = {"name", "type"};
    struct value values[2];
    const struct store_row seen = {2, names, values};
    struct sql s = {0};
    int code = sql_prepare(&s, &store->db, e,
                           "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"
                           " AND name NOT GLOB 'sqlite_*' ORDER BY type, name");
    while (!code && (code = sql_step(&s, e)) == 1) {
        values[0] = sql_column(&s, 0);
        values[1] = sql_column(&s, 1);
        code = row(&seen, data, e);
    }
    sql_close(&s);
    return code > 0 ? 0 : code;
}

/* The list of a SELECT of everything; "" when there is no such table or view.  Bytes become
   hexadecimal digits, since a row's values have no bytes. */
static int whole_list(struct store *store, const char *relation, char **list, struct err *e)
{
    struct sql s = {0};
    sqlite3_str *text = sqlite3_str_new(store->db.handle);
    int columns = 0;
    int code = sql_prepare(&s, &store->db, e,
                           "SELECT name, type = 'BLOB' FROM pragma_table_info(%Q)", relation);
    while (!code && (code = sql_step(&s, e)) == 1) {
        const char *name = sql_column_text(&s, 0);
        sqlite3_str_appendall(text, columns++ ? ", " : "");
        if (sql_column_int(&s, 1))
            sqlite3_str_appendf(text, "lower(hex(\"%w\")) AS \"%w\"", name, name);
        else
            sqlite3_str_appendf(text, "\"%w\"", name);
        code = 0;
    }
    sql_close(&s);
    *list = sqlite3_str_finish(text); /* NULL also when it is empty */
    if (!code && columns && !*list)
        code = sql_fail(&store->db, SQLITE_NOMEM, e);
    return code;
}

/* Steps s, which is prepared, through its rows. */
static int each_row(struct sql *s, store_row_handler *row, void *data, struct err *e)
{
    int columns = sqlite3_column_count(s->stmt), code = 0;
    const char **names = mem_array((size_t)columns, sizeof *names);
    struct value *values = mem_array((size_t)columns, sizeof *values);
    const struct store_row seen = {columns, names, values};
    if (!names || !values)
        code = err_set(e, ERR_MEMORY, "out of memory for %d columns", columns);
    for (int c = 0; !code && c < columns; c++)
        names[c] = sqlite3_column_name(s->stmt, c);
    while (!code && (code = sql_step(s, e)) == 1) {
        for (int c = 0; c < columns; c++)
            values[c] = sql_column(s, c);
        code = row(&seen, data, e);
    }
    mem_free(values);
    mem_free(names);
    return code > 0 ? 0 : code;
}

int store_each_whole(struct store *store, const char *relation, store_row_handler *row, void *data,
                     struct err *e)
{
    struct sql s = {0};
    char *list;
    int code = whole_list(store, relation, &list, e);
    if (!code && !list)
        code = err_set(e, ERR_USAGE, "%s: there is no table or view %s", store->path, relation);
    if (!code)
        code = sql_prepare(&s, &store->db, e, "SELECT %s FROM \"%w\"", list, relation);
    sqlite3_free(list);
    if (!code)
        code = each_row(&s, row, data, e);
    sql_close(&s);
    return code;
}
