/* Arrays as they are stored, unpacked. */
#include "base/mem.h"
#include "store/store_private.h"

#include <string.h>
#include <zlib.h>

/* Unpacks the row that s is at; the sizes in it are believed only when they agree.  What is
   unpacked has the room of rows x cols numbers and no more, and that is not more than ARRAY_MOST
   bytes. */
static int unpack_array(struct store *store, const struct sql *s, int *rows, int *cols,
                        float **data, struct err *e)
{
    int64_t r = sql_column_int(s, 0), c = sql_column_int(s, 1);
    const void *packed = sqlite3_column_blob(s->stmt, 2);
    uLong packed_size = (uLong)sqlite3_column_bytes(s->stmt, 2);
    enum { ZLIB_BEST = 1032 /* zlib never shrinks by more */, ARRAY_MOST = 1 << 30 };
    if (r < 0 || c < 0 || r > INT32_MAX || c > INT32_MAX ||
        (uint64_t)r * (uint64_t)c > (uint64_t)packed_size * ZLIB_BEST / 4 ||
        (uint64_t)r * (uint64_t)c > ARRAY_MOST / 4)
        return err_set(e, ERR_STORE, "%s: an array is damaged; go back to a copy", store->path);
    size_t count = (size_t)r * (size_t)c;
    uLongf size = (uLongf)(4 * count);
    float *unpacked = mem_array(count, sizeof *unpacked);
    unsigned char *bytes =
        (unsigned char *)unpacked; /* in the same place, before they are numbers */
    int code = 0;
    if (!unpacked)
        code = err_set(e, ERR_MEMORY, "out of memory for an array of %zu numbers", count);
    else if (uncompress(bytes, &size, packed, packed_size) != Z_OK || size != 4 * count)
        code = err_set(e, ERR_STORE, "%s: an array is damaged; go back to a copy", store->path);
    for (size_t i = 0; !code && i < count; i++) {
        const unsigned char *b = bytes + 4 * i;
        uint32_t bits = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
        memcpy(&unpacked[i], &bits, sizeof bits);
    }
    if (code) {
        mem_free(unpacked);
        return code;
    }
    *rows = (int)r;
    *cols = (int)c;
    *data = unpacked;
    return 0;
}

int store_array(struct store *store, int64_t job, const char *name, int *rows, int *cols,
                float **data, struct err *e)
{
    struct sql s = {0};
    *data = NULL;
    int code = sql_prepare(&s, &store->db, e,
                           "SELECT rows, cols, data FROM array WHERE job_id = ?1 AND name = ?2");
    if (!code) {
        sql_bind_int(&s, 1, job);
        sql_bind_text(&s, 2, name);
        code = sql_step(&s, e);
    }
    if (code == 1)
        code = unpack_array(store, &s, rows, cols, data, e);
    else if (code == 0)
        code = err_set(e, ERR_USAGE, "%s: job %lld has no array %s", store->path, (long long)job,
                       name);
    sql_close(&s);
    return code;
}
