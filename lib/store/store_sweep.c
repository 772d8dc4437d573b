/* The sweeps of the file: their texts, and the jobs that they ask for. */
#include "store/store_private.h"

int store_each_sweep_text(struct store *store, store_row_handler *row, void *data, struct err *e)
{
    static const char *const names[] = {"name", "experiment", "text"};
    struct value values[3];
    const struct store_row seen = {3, names, values};
    struct sql s = {0};
    int code = store_sql_prepare(&s, &store->db, e,
                                 "SELECT name, experiment, text FROM sweep ORDER BY id");
    while (!code && (code = store_sql_step(&s, e)) == 1) {
        for (int c = 0; c < 3; c++)
            values[c] = store_sql_column(&s, c);
        code = row(&seen, data, e);
    }
    store_sql_close(&s);
    return code > 0 ? 0 : code;
}

int store_each_member(struct store *store, const char *sweep, store_row_handler *row, void *data,
                      struct err *e)
{
    static const char *const names[] = {"job_id"};
    struct value value;
    const struct store_row seen = {1, names, &value};
    struct sql s = {0};
    int code = store_sql_prepare(&s, &store->db, e,
                                 "SELECT job_id FROM member JOIN sweep ON sweep.id = sweep_id"
                                 " WHERE name = ?1 ORDER BY job_id");
    if (!code)
        store_sql_bind_text(&s, 1, sweep);
    while (!code && (code = store_sql_step(&s, e)) == 1) {
        value = store_sql_column(&s, 0);
        code = row(&seen, data, e);
    }
    store_sql_close(&s);
    return code > 0 ? 0 : code;
}
