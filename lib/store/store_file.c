#include "store/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Magics from statfs(2), linux/magic.h and the file systems' own sources. */
static const struct filesystem systems[] = {
    {0xEF53, "ext4", "wal"},
    {0x58465342, "xfs", "wal"},
    {0x9123683E, "btrfs", "wal"},
    {0xF2F52010, "f2fs", "wal"},
    {0x2FC12FC1, "zfs", "wal"},
    {0xCA451A4E, "bcachefs", "wal"},
    {0x3153464A, "jfs", "wal"},
    {0x52654973, "reiserfs", "wal"},
    {0x01021994, "tmpfs", "wal"},
    {0x858458F6, "ramfs", "wal"},
    {0x794C7630, "overlayfs", "wal"},
    {0x6969, "NFS", "truncate"},
    {0x0BD00BD0, "Lustre", "truncate"},
    {0x47504653, "GPFS", "truncate"},
    {0x19830326, "BeeGFS", "truncate"},
    {0x00C36400, "Ceph", "truncate"},
    {0x20030528, "OrangeFS", "truncate"},
    {0xAAD7AAEA, "PanFS", "truncate"},
    {0x5346414F, "AFS", "truncate"},
    {0xFF534D42, "CIFS", "truncate"},
    {0xFE534D42, "SMB2", "truncate"},
    {0x517B, "SMB", "truncate"},
    {0x01021997, "9p", "truncate"},
    {0x65735546, "FUSE", "truncate"},
    {0x786F4256, "vboxsf", "truncate"},
};

const struct filesystem *store_file_system(uint32_t magic)
{
    static const struct filesystem unknown = {0, "unknown", "truncate"};
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++)
        if (systems[i].magic == magic)
            return &systems[i];
    return &unknown;
}

/* Splits the name at its last slash; the directory of a bare name is ".". */
static const char *split(const char *path, char *directory)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        snprintf(directory, PATH_MAX, ".");
    else
        snprintf(directory, PATH_MAX, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return slash ? slash + 1 : path;
}

const struct filesystem *store_file_on(const char *file)
{
    struct statfs status;
    char directory[PATH_MAX];
    split(file, directory); /* of a file that is still to be made */
    if (statfs(file, &status) && statfs(directory, &status))
        return store_file_system(0);
    return store_file_system((uint32_t)status.f_type);
}

static int may_write(const char *file)
{
    return faccessat(AT_FDCWD, file, W_OK, AT_EACCESS) == 0;
}

static int check_directory(const char *path, enum store_access access, char *file, struct err *e)
{
    char directory[PATH_MAX], resolved[PATH_MAX];
    const char *base = split(path, directory);
    struct stat status;
    if (!*base)
        return err_set(e, ERR_STORE, "%s: this is no file's name; add one", *path ? path : "''");
    if (stat(directory, &status) || !S_ISDIR(status.st_mode) || !realpath(directory, resolved))
        return err_set(e, ERR_STORE, "%s: there is no directory %s; make it first", path,
                       directory);
    if (access != STORE_READ && !may_write(directory))
        return err_set(e, ERR_STORE,
                       "%s: its directory %s is read-only; name a file where you may write", path,
                       directory);
    const char *slash = strcmp(resolved, "/") != 0 ? "/" : "";
    if (snprintf(file, PATH_MAX, "%s%s%s", resolved, slash, base) >= PATH_MAX)
        return err_set(e, ERR_STORE, "%s: this name is too long; name another", path);
    return 0;
}

/* The file that is there: of the right kind, ours to use, and with the head of a database. */
static int check_file(const char *path, enum store_access access, const char *file, struct err *e)
{
    static const char expected[] = "SQLite format 3"; /* 16 bytes with its NUL */
    enum { HEAD_SIZE = 100 };                         /* no database is shorter */
    struct stat status;
    if (stat(file, &status))
        return err_set(e, ERR_STORE, "%s: it cannot be looked at (%s)", path, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return err_set(e, ERR_STORE, "%s: this is a directory; name a file in it", path);
    if (!S_ISREG(status.st_mode))
        return err_set(e, ERR_STORE, "%s: this is not an ordinary file; name another", path);
    if (access != STORE_READ && !may_write(file))
        return err_set(e, ERR_STORE, "%s: the file is read-only; make it writable or copy it",
                       path);

    char head[HEAD_SIZE];
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, ERR_STORE, "%s: it may not be read (%s)", path, strerror(errno));
    ssize_t size = read(fd, head, sizeof head);
    close(fd);
    if (size != 0 && (size < HEAD_SIZE || memcmp(head, expected, sizeof expected) != 0))
        return err_set(e, ERR_STORE, "%s: this is not a database; name another file", path);
    return 0;
}

int store_file_check(const char *path, enum store_access access, char *file, struct err *e)
{
    int code = check_directory(path, access, file, e);
    if (code)
        return code;
    char resolved[PATH_MAX];
    if (realpath(path, resolved)) { /* the lock and the journal stand beside what a link means */
        memcpy(file, resolved, sizeof resolved);
        return check_file(path, access, file, e);
    }
    if (access != STORE_CREATE)
        return err_set(e, ERR_STORE, "%s: there is no such database; `brainsweep run` makes one",
                       path);
    return 0;
}

/* Whether the file says in its head that it is in WAL mode (bytes 18 and 19, write and read
   version). */
static int is_wal(const char *file)
{
    unsigned char version[2] = {0, 0};
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t size = pread(fd, version, sizeof version, 18);
    close(fd);
    return size == 2 && version[1] == 2;
}

void store_file_uri(const char *file, char *uri)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
    char *out = uri + sprintf(uri, "file:");
    for (const char *c = file; *c; c++)
        out +=
            strchr(plain, *c) ? sprintf(out, "%c", *c) : sprintf(out, "%%%02X", (unsigned char)*c);

    char directory[PATH_MAX], wal[PATH_MAX + 8];
    struct stat status;
    split(file, directory);
    snprintf(wal, sizeof wal, "%s-wal", file);
    if (is_wal(file) && !may_write(directory) && (stat(wal, &status) || status.st_size == 0))
        sprintf(out, "?immutable=1");
}

int store_file_may_tidy(const char *file)
{
    char directory[PATH_MAX], journal[PATH_MAX + 16];
    struct stat status;
    split(file, directory);
    snprintf(journal, sizeof journal, "%s-journal", file);
    return is_wal(file) && may_write(file) && may_write(directory) && lstat(journal, &status);
}

int64_t store_file_bytes(const char *file)
{
    char wal[PATH_MAX + 8];
    struct stat status;
    int64_t bytes = stat(file, &status) ? 0 : (int64_t)status.st_size;
    snprintf(wal, sizeof wal, "%s-wal", file);
    return stat(wal, &status) ? bytes : bytes + (int64_t)status.st_size;
}
