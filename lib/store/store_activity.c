/* What goes on in a file: who writes, which jobs run, how long they take. */
#include "store/store_private.h"

#include <math.h>

int store_held(const struct store *store, char *holder, size_t size)
{
    return store_lock_held(store->file, holder, size);
}

int store_pace(struct store *store, struct store_pace *pace, struct err *e)
{
    struct sql s = {0};
    *pace = (struct store_pace){0};
    int code = store_sql_prepare(&s, &store->db, e,
                                 "SELECT count(seconds), total(seconds), total(seconds * seconds)"
                                 " FROM attempt WHERE outcome = 'done'");
    if (!code)
        code = store_sql_step(&s, e);
    if (code == 1) {
        double n = (double)store_sql_column_int(&s, 0), sum = value_number(store_sql_column(&s, 1));
        double squares = value_number(store_sql_column(&s, 2));
        pace->jobs = (int64_t)n;
        pace->mean = n > 0 ? sum / n : 0;
        pace->sd = n > 1 ? sqrt(fmax(0, (squares - sum * sum / n) / (n - 1))) : 0;
        code = 0;
    }
    store_sql_close(&s);
    return code;
}
