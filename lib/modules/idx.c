#include "modules/idx.h"

#include "base/mem.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

enum { BYTE_ELEMENTS = 8, BYTES_MOST = INT_MAX };

static uint32_t big_endian(const unsigned char *x)
{
    return (uint32_t)x[0] << 24 | (uint32_t)x[1] << 16 | (uint32_t)x[2] << 8 | x[3];
}

static const char *kind_of(int dims)
{
    return dims == 1 ? "labels" : "images";
}

static int truncated(const char *path, struct err *e)
{
    return err_set(e, ERR_FORMAT, "%s ends too early: fetch it anew", path);
}

/* Exactly n bytes. */
static int read_exactly(gzFile file, const char *path, void *out, int n, struct err *e)
{
    int got = gzread(file, out, (unsigned)n);
    if (got == n)
        return 0;
    int code;
    const char *why = gzerror(file, &code);
    if (code == Z_OK || code == Z_BUF_ERROR || code == Z_STREAM_END)
        return truncated(path, e);
    return err_set(e, code == Z_ERRNO ? ERR_FILE : ERR_FORMAT, "%s cannot be read: %s", path,
                   code == Z_ERRNO ? strerror(errno) : why);
}

static int read_header(gzFile file, const char *path, int dims, struct idx *idx, struct err *e)
{
    unsigned char magic[4], size[4];
    int code = read_exactly(file, path, magic, sizeof magic, e);
    if (code)
        return code;
    if (magic[0] || magic[1] || magic[2] != BYTE_ELEMENTS)
        return err_set(e, ERR_FORMAT,
                       "%s is not an IDX file of bytes: expected MNIST's format, "
                       "raw or gzip",
                       path);
    if (magic[3] != dims)
        return err_set(e, ERR_FORMAT,
                       "%s has %d dimensions, and %s have %d: are the files of images and labels "
                       "swapped?",
                       path, magic[3], kind_of(dims), dims);
    double total = 1;
    *idx = (struct idx){.dims = dims, .dim = {1, 1, 1}};
    for (int i = 0; i < dims; i++) {
        code = read_exactly(file, path, size, sizeof size, e);
        if (code)
            return code;
        uint32_t n = big_endian(size);
        total *= n;
        if (n < 1 || total > BYTES_MOST)
            return err_set(e, ERR_FORMAT, "%s claims %g bytes: expected 1 to %d", path, total,
                           BYTES_MOST);
        idx->dim[i] = (int)n;
    }
    return 0;
}

/* Memory grows with what is there, whatever the header claims. */
static int read_elements(gzFile file, const char *path, struct idx *idx, struct err *e)
{
    enum { PIECE = 1 << 24 };
    size_t total = (size_t)idx->dim[0] * (size_t)idx->dim[1] * (size_t)idx->dim[2], got = 0;
    while (got < total) {
        size_t n = total - got < PIECE ? total - got : PIECE;
        unsigned char *bytes = mem_grow(idx->bytes, got, got + n);
        if (!bytes)
            return err_set(e, ERR_MEMORY, "no memory for the %zu bytes of %s", total, path);
        idx->bytes = bytes;
        int code = read_exactly(file, path, bytes + got, (int)n, e);
        if (code)
            return code;
        got += n;
    }
    unsigned char beyond;
    if (gzread(file, &beyond, 1) > 0)
        return err_set(e, ERR_FORMAT, "%s goes on behind its %zu elements: fetch it anew", path,
                       total);
    return 0;
}

int idx_read(const char *path, int dims, struct idx *idx, struct err *e)
{
    *idx = (struct idx){.dims = 0};
    errno = 0;
    gzFile file = gzopen(path, "rb");
    if (!file)
        return err_set(e, errno ? ERR_FILE : ERR_MEMORY, "%s cannot be read: %s", path,
                       errno ? strerror(errno) : "out of memory");
    int code = read_header(file, path, dims, idx, e);
    if (!code)
        code = read_elements(file, path, idx, e);
    /* a gzip file's checksum is looked at when its end is read */
    if (gzclose(file) == Z_BUF_ERROR && !code)
        code = truncated(path, e);
    if (code)
        idx_free(idx);
    return code;
}

void idx_free(struct idx *idx)
{
    mem_free(idx->bytes);
    *idx = (struct idx){.dims = 0};
}
