/* A copy of the database for readers, where a reader would be in the writer's way. */
#include "store/store_file.h"
#include "store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A new file that is nobody's link, which SQLite then opens. */
static int make_empty(struct store *store, const char *file, struct err *e)
{
    unlink(file);
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (fd < 0)
        return err_set(e, ERR_DISK, "%s: its snapshot cannot be written (%s)", store->path,
                       strerror(errno));
    close(fd);
    return 0;
}

static int copy_into(struct store *store, const char *file, struct err *e)
{
    sqlite3 *copy = NULL;
    int code = sqlite3_open_v2(file, &copy, SQLITE_OPEN_READWRITE, NULL);
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
    int code = make_empty(store, temporary, e);
    if (!code)
        code = copy_into(store, temporary, e);
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
