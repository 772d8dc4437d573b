#include "record/checkpoint.h"

#include "base/mem.h"
#include "base/own_file.h"
#include "record/codec.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* First word of a file, "BSC" and the version of its layout. */
enum { CHECKPOINT_MAGIC = 0x32435342, SUM_SIZE = 4 };

static int fail(const char *what, const char *path, struct err *e)
{
    return err_set(e, ERR_FILE, "%s: it cannot be %s (%s)", path, what, strerror(errno));
}

static uint32_t sum_of(uint32_t sum, const void *bytes, size_t size)
{
    return (uint32_t)crc32_z(sum, bytes, size);
}

/* ---- writing ---- */

static int write_all(int fd, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    while (size > 0) {
        ssize_t n = write(fd, at, size);
        if (n < 0 && errno != EINTR)
            return -1;
        at += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/*
 *     magic u32, spec text, attempt u64, steps u64, seconds real, size u64, the bytes,
 *     CRC-32 of all of that u32
 */
static int write_file(int fd, const struct checkpoint *c)
{
    struct bytes_writer head = {0}, tail = {0};
    bytes_write_u32(&head, CHECKPOINT_MAGIC);
    bytes_write_text(&head, c->spec);
    bytes_write_u64(&head, (uint64_t)c->attempt);
    bytes_write_u64(&head, (uint64_t)c->steps);
    bytes_write_real(&head, c->seconds);
    bytes_write_u64(&head, c->size);
    bytes_write_u32(&tail,
                    head.failed ? 0 : sum_of(sum_of(0, head.bytes, head.size), c->bytes, c->size));
    int failed = head.failed || tail.failed;
    if (failed)
        errno = ENOMEM;
    else
        failed = write_all(fd, head.bytes, head.size) || write_all(fd, c->bytes, c->size) ||
                 write_all(fd, tail.bytes, tail.size) || fsync(fd);
    bytes_writer_free(&head);
    bytes_writer_free(&tail);
    return failed ? -1 : 0;
}

int checkpoint_write(const char *path, const struct checkpoint *checkpoint, struct err *e)
{
    char temporary[PATH_MAX];
    if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int)sizeof temporary)
        return err_set(e, ERR_FILE, "%s: this name is too long", path);
    int fd = own_file_make(temporary);
    if (fd < 0)
        return fail("written", path, e);
    int code = write_file(fd, checkpoint) ? fail("written", path, e) : 0;
    if (close(fd) && !code)
        code = fail("written", path, e);
    if (!code && (rename(temporary, path) || own_file_sync_directory(path)))
        code = fail("put in its place", path, e);
    if (code)
        unlink(temporary);
    return code;
}

/* ---- reading ---- */

static int read_file(const char *path, unsigned char **bytes, size_t *size, struct err *e)
{
    struct stat status;
    int fd = own_file_open(path);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? 0 : fail("read", path, e);
    int code = fstat(fd, &status) ? fail("read", path, e) : 0;
    if (!code && !(*bytes = mem_array((size_t)status.st_size, 1)))
        code = err_set(e, ERR_MEMORY, "out of memory to read %s", path);
    while (!code && *size < (size_t)status.st_size) {
        ssize_t n = read(fd, *bytes + *size, (size_t)status.st_size - *size);
        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            code = fail("read", path, e);
        *size += n > 0 ? (size_t)n : 0;
    }
    close(fd);
    return code;
}

static int understand(const char *path, const char *spec, const unsigned char *bytes, size_t size,
                      struct checkpoint *c, struct err *e)
{
    struct bytes_reader r = {.bytes = bytes, .size = size};
    uint32_t magic = bytes_read_u32(&r);
    c->spec = bytes_read_text(&r);
    c->attempt = (int64_t)bytes_read_u64(&r);
    c->steps = (int64_t)bytes_read_u64(&r);
    c->seconds = bytes_read_real(&r);
    uint64_t length = bytes_read_u64(&r);
    if (r.failed == ERR_MEMORY)
        return err_set(e, ERR_MEMORY, "out of memory to read %s", path);
    if (r.failed || magic != CHECKPOINT_MAGIC || length + SUM_SIZE != size - r.at)
        return err_set(e, ERR_FORMAT, "%s: this is no whole checkpoint", path);
    const unsigned char *payload = bytes_read_bytes(&r, (size_t)length);
    if (sum_of(0, bytes, size - SUM_SIZE) != bytes_read_u32(&r))
        return err_set(e, ERR_FORMAT, "%s: this checkpoint is damaged", path);
    if (strcmp(c->spec, spec))
        return err_set(e, ERR_FORMAT, "%s: this is another job's checkpoint", path);
    c->size = (size_t)length;
    c->bytes = mem_array(c->size, 1);
    if (!c->bytes)
        return err_set(e, ERR_MEMORY, "out of memory to read %s", path);
    memcpy(c->bytes, payload, c->size);
    return 0;
}

int checkpoint_read(const char *path, const char *spec, struct checkpoint *checkpoint,
                    struct err *e)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    *checkpoint = (struct checkpoint){0};
    int code = read_file(path, &bytes, &size, e);
    if (!code && bytes)
        code = understand(path, spec, bytes, size, checkpoint, e);
    mem_free(bytes);
    if (code)
        checkpoint_free(checkpoint);
    return code;
}

void checkpoint_free(struct checkpoint *checkpoint)
{
    mem_free(checkpoint->spec);
    mem_free(checkpoint->bytes);
    *checkpoint = (struct checkpoint){0};
}

void checkpoint_remove(const char *path)
{
    unlink(path);
}
