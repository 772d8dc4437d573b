/* The writer's one transaction: begun by the first thing that writes, ended by a commit. */
#include "base/log.h"
#include "store/store_private.h"

#include <assert.h>
#include <stdio.h>
#include <sys/stat.h>

int store_transaction_begin(struct store *store, struct err *e)
{
    assert(store->lock);
    if (store->in_transaction)
        return 0;
    int code = store_sql_run_text(&store->db, e, "BEGIN IMMEDIATE");
    store->in_transaction = !code;
    return code;
}

int store_transaction_settle(struct store *store, int code)
{
    if (!code)
        return 0;
    /* a full disk or a failed write has made SQLite roll back by itself */
    if (!sqlite3_get_autocommit(store->db.handle))
        sqlite3_exec(store->db.handle, "ROLLBACK", NULL, NULL, NULL);
    store->in_transaction = 0;
    return code;
}

void store_rollback(struct store *store)
{
    (void)store_transaction_settle(store, ERR_STOPPED);
}

/* ---- the write-ahead log ---- */

static int64_t wal_bytes(const struct store *store)
{
    char name[PATH_MAX + 8];
    struct stat status;
    snprintf(name, sizeof name, "%s-wal", store->file);
    return stat(name, &status) ? 0 : (int64_t)status.st_size;
}

int store_transaction_empty_wal(struct store *store)
{
    sqlite3 *handle = store->db.handle;
    store_wait_set(&store->wait, handle, 0); /* a reader may stay for hours */
    int code = sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    store_wait_set(&store->wait, handle, 1);
    return code == SQLITE_OK;
}

/*
 * SQLite writes the log into the file as it goes, but a log that is never read to its end by all
 * readers only grows.  Beyond WAL_MOST it is emptied as soon as no reader is in the way, and each
 * time that it has doubled in vain that is said.
 */
static void watch_wal(struct store *store)
{
    enum { MEBIBYTE = 1 << 20, WAL_MOST = 16 * MEBIBYTE, EVERY = 64 };
    if (++store->commits % EVERY)
        return;
    int64_t bytes = wal_bytes(store);
    if (bytes < WAL_MOST || store_transaction_empty_wal(store)) {
        store->wal_told = 0;
        return;
    }
    if (bytes < 2 * store->wal_told)
        return;
    store->wal_told = bytes;
    log_warning("%s: its log %s-wal has grown to %lld MiB, because another program has been reading"
                " the database all the time; it shrinks when that one ends",
                store->path, store->path, (long long)(bytes / MEBIBYTE));
}

int store_commit(struct store *store, struct err *e)
{
    if (!store->in_transaction)
        return 0;
    int code = store_sql_run_text(&store->db, e, "COMMIT");
    if (code == ERR_BUSY && !sqlite3_get_autocommit(store->db.handle))
        return code; /* a reader is in the way; all is as it was */
    store->in_transaction = 0;
    if (!code)
        watch_wal(store);
    return store_transaction_settle(store, code);
}
