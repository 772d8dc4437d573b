#include "store/store_file.h"
#include "store/store_private.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- a copy for readers ---- */

static int copy_into(struct store *store, const char *file, struct err *e)
{
    sqlite3 *copy = NULL;
    int code = sqlite3_open(file, &copy);
    sqlite3_backup *backup =
        code ? NULL : sqlite3_backup_init(copy, "main", store->db.handle, "main");
    if (!code && !backup)
        code = sqlite3_errcode(copy);
    if (backup) {
        sqlite3_backup_step(backup, -1);
        code = sqlite3_backup_finish(backup);
    }
    /* a reader opens it without a journal of its own, on any file system */
    if (!code)
        code = sqlite3_exec(copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    if (!code)
        code = sqlite3_close(copy);
    else
        sqlite3_close(copy);
    return code ? sql_fail(&store->db, code, e) : 0;
}

int store_snapshot(struct store *store, struct err *e)
{
    char name[PATH_MAX + 16], temporary[PATH_MAX + 16];
    snprintf(name, sizeof name, "%s.snapshot", store->file);
    snprintf(temporary, sizeof temporary, "%s.snapshot-new", store->file);
    unlink(temporary);
    int code = copy_into(store, temporary, e);
    if (!code && rename(temporary, name))
        code = err_set(e, ERR_DISK, "%s: its snapshot cannot be written", store->path);
    if (code)
        unlink(temporary);
    return code;
}

int store_shares_memory(const struct store *store)
{
    return strcmp(store_file_on(store->file)->journal, "wal") == 0;
}

/* ---- whether the file is sound ---- */

int store_check(struct store *store, char *complaint, size_t size, struct err *e)
{
    struct sql s = {0};
    complaint[0] = '\0';
    int code = sql_prepare(&s, &store->db, e, "PRAGMA integrity_check(1)");
    if (!code)
        code = sql_step(&s, e);
    if (code == 1 && strcmp(sql_column_text(&s, 0), "ok") != 0)
        snprintf(complaint, size, "%s", sql_column_text(&s, 0));
    sql_close(&s);
    return code < 0 ? code : 0;
}
