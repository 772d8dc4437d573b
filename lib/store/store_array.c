/* Arrays as they are stored, unpacked. */
#include "base/mem.h"
#include "record/array_codec.h"
#include "record/result_sum.h"
#include "store/store_private.h"

#include <string.h>

/* Unpacks the row that s is at; the sizes in it are believed only when they agree.  What is
   unpacked has the room of rows x cols numbers and no more, and that is not more than ARRAY_MOST
   bytes. */
static int unpack_array(struct store *store, const struct sql *s, int *rows, int *cols,
                        float **data, struct err *e)
{
    int64_t r = store_sql_column_int(s, 0), c = store_sql_column_int(s, 1);
    const void *packed = sqlite3_column_blob(s->stmt, 2);
    size_t packed_size = (size_t)sqlite3_column_bytes(s->stmt, 2);
    enum { ARRAY_MOST = 1 << 30 };
    if (r < 0 || c < 0 || r > INT32_MAX || c > INT32_MAX ||
        !array_codec_is_plausible(packed_size, (uint64_t)r * (uint64_t)c) ||
        (uint64_t)r * (uint64_t)c > ARRAY_MOST / 4)
        return err_set(e, ERR_STORE, "%s: an array is damaged; go back to a copy", store->path);
    size_t count = (size_t)r * (size_t)c;
    float *unpacked = mem_array(count, sizeof *unpacked);
    int code = 0;
    if (!unpacked)
        code = err_set(e, ERR_MEMORY, "out of memory for an array of %zu numbers", count);
    else if (!array_codec_unpack(packed, packed_size, count, unpacked))
        code = err_set(e, ERR_STORE, "%s: an array is damaged; go back to a copy", store->path);
    if (code) {
        mem_free(unpacked);
        return code;
    }
    *rows = (int)r;
    *cols = (int)c;
    *data = unpacked;
    return 0;
}

int store_array_summed(struct store *store, int64_t job, const char *name, int *rows, int *cols,
                       float **data, uint64_t *sum, struct err *e)
{
    struct sql s = {0};
    *data = NULL;
    int code = store_sql_prepare(
        &s, &store->db, e, "SELECT rows, cols, data FROM array WHERE job_id = ?1 AND name = ?2");
    if (!code) {
        store_sql_bind_int(&s, 1, job);
        store_sql_bind_text(&s, 2, name);
        code = store_sql_step(&s, e);
    }
    if (code == 0)
        code = err_set(e, ERR_USAGE, "%s: job %lld has no array %s", store->path, (long long)job,
                       name);
    else if (code == 1)
        code = unpack_array(store, &s, rows, cols, data, e);
    if (!code && sum)
        *sum += result_sum_packed(name, *rows, *cols, sqlite3_column_blob(s.stmt, 2),
                                  (size_t)sqlite3_column_bytes(s.stmt, 2));
    store_sql_close(&s);
    return code;
}

int store_array(struct store *store, int64_t job, const char *name, int *rows, int *cols,
                float **data, struct err *e)
{
    return store_array_summed(store, job, name, rows, cols, data, NULL, e);
}
