#include "store/store.h"

#include "base/log.h"
#include "base/mem.h"
#include "store/store_file.h"
#include "store/store_private.h"
#include "store/store_schema.h"

#include <assert.h>
#include <string.h>

const char *const store_states[STORE_STATES] = {"pending", "running", "done",       "diverged",
                                                "failed",  "crashed", "quarantined"};

const struct experiment *store_experiment(const struct store *store, const char *name)
{
    for (int i = 0; store->experiments[i]; i++)
        if (strcmp(store->experiments[i]->name, name) == 0)
            return store->experiments[i];
    return NULL;
}

/* ---- opening ---- */

/*
 * WAL lets readers and the writer work at the same time, but wants memory that all of them share,
 * which no network file system gives.  A file that comes from a local disk in WAL mode is taken out
 * of it on such a system, without touching shared memory: hence the exclusive mode until it is
 * done. SQLite answers with the mode that it is really in.
 */
static int set_journal(struct store *store, const char *journal, struct err *e)
{
    struct sql mode = {0};
    int code = store_sql_prepare(&mode, &store->db, e, "PRAGMA journal_mode = %s", journal);
    if (!code)
        code = store_sql_step(&mode, e);
    int agrees = code == 1 && strcmp(store_sql_column_text(&mode, 0), journal) == 0;
    store_sql_close(&mode);
    if (code < 0)
        return code;
    if (!agrees)
        return err_set(e, ERR_STORE, "%s: its journal cannot be set to %s; end what reads it",
                       store->path, journal);
    return store_sql_run_text(&store->db, e, /* the lock is given up at the next access */
                              "PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_master");
}

static void start_waiting(struct store *store)
{
    store_wait_start(&store->wait, store->db.handle, store->path, store->file);
    store->db.wait = &store->wait;
}

static int open_for_reading(struct store *store, struct err *e)
{
    char uri[STORE_URI_SIZE];
    store_file_uri(store->file, uri);
    /* who opened it last takes its -wal and -shm files away, if it may write: a reader, too */
    int access = store_file_may_tidy(store->file) ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    int code = sqlite3_open_v2(uri, &store->db.handle,
                               access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    if (code)
        return store_sql_fail(&store->db, code, e);
    store_sql_guard(&store->db, store_file_bytes(store->file), &store->steps_left);
    start_waiting(store);
    int fresh;
    code = store_sql_run_text(&store->db, e, "PRAGMA query_only = ON");
    if (!code)
        code = store_schema_check(&store->db, &fresh, e);
    if (!code && fresh)
        code = err_set(e, ERR_STORE, "%s: this database is empty; nothing has been run into it",
                       store->path);
    return code;
}

static int open_for_writing(struct store *store, struct err *e)
{
    const char *journal = store_file_on(store->file)->journal;
    int is_local = strcmp(journal, "wal") == 0;
    int code = store_lock_take(&store->lock, store->file, store->path, is_local, e);
    if (code)
        return code;
    code = sqlite3_open_v2(
        store->file, &store->db.handle,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    if (code)
        return store_sql_fail(&store->db, code, e);
    start_waiting(store);
    sqlite3_db_config(store->db.handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL); /* none is ours */
    int fresh;
    if (!is_local)
        code = store_sql_run_text(&store->db, e, "PRAGMA locking_mode = EXCLUSIVE");
    if (!code)
        code = store_schema_check(&store->db, &fresh, e);
    if (!code)
        code = set_journal(store, journal, e);
    /* FULL: what COMMIT has answered for survives a power cut.  The states that CHECK knows are
       ours anyway: SQLite would build a table of them for every row.  The cache, in KiB, holds a
       million specs and their index. */
    if (!code)
        code = store_sql_run_text(&store->db, e,
                                  "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                                  "PRAGMA ignore_check_constraints = ON;"
                                  "PRAGMA cache_size = -262144");
    if (!code)
        code = store_schema_update(&store->db, fresh, store->experiments, e);
    return code ? code : store_writers_open(store, e);
}

static void free_store(struct store *store)
{
    if (!store)
        return;
    store_writers_close(store);
    if (store->db.handle) {
        assert(!sqlite3_next_stmt(store->db.handle, NULL)); /* every statement was given back */
        sqlite3_close(store->db.handle);
    }
    store_wait_end(&store->wait);
    store_lock_give(store->lock);
    mem_free(store->path);
    mem_free(store);
}

int store_open(struct store **store, const char *path, enum store_access access,
               const struct experiment *const *experiments, struct err *e)
{
    *store = NULL;
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD); /* the program is; counts for the first store */
    struct store *s = mem_array(1, sizeof *s);
    if (!s || !(s->path = mem_text(path))) {
        free_store(s);
        return err_set(e, ERR_MEMORY, "out of memory for a database");
    }
    s->db.path = s->path;
    s->wait.database = s->wait.shm = -1;
    s->experiments = experiments;
    int code = store_file_check(path, access, s->file, e);
    if (!code)
        code = access == STORE_READ ? open_for_reading(s, e) : open_for_writing(s, e);
    if (code)
        free_store(s);
    else
        *store = s;
    return code;
}

int store_close(struct store *store, struct err *e)
{
    if (!store)
        return 0;
    int code = store_commit(store, e);
    if (store->lock && !code && !store_transaction_empty_wal(store))
        log_warning("%s: another program is reading it; keep %s-wal beside it until that one ends",
                    store->path, store->path);
    free_store(store);
    return code;
}

const char *store_file_name(const struct store *store)
{
    return store->file;
}
