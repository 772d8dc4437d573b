#include "record/bytes.h"

#include "base/mem.h"

#include <string.h>

void bytes_write_bytes(struct bytes_writer *w, const void *bytes, size_t size)
{
    if (w->failed)
        return;
    if (size > w->capacity - w->size) {
        size_t capacity = 2 * (w->size + size) + 64;
        unsigned char *grown = mem_grow(w->bytes, w->size, capacity);
        if (!grown) {
            w->failed = 1;
            return;
        }
        w->bytes = grown;
        w->capacity = capacity;
    }
    if (size)
        memcpy(w->bytes + w->size, bytes, size);
    w->size += size;
}

static void write_little_endian(struct bytes_writer *w, uint64_t x, size_t size)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(x >> 8 * i);
    bytes_write_bytes(w, bytes, size);
}

void bytes_write_u8(struct bytes_writer *w, unsigned x)
{
    write_little_endian(w, x, 1);
}

void bytes_write_u32(struct bytes_writer *w, uint32_t x)
{
    write_little_endian(w, x, 4);
}

void bytes_write_u64(struct bytes_writer *w, uint64_t x)
{
    write_little_endian(w, x, 8);
}

void bytes_write_real(struct bytes_writer *w, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bytes_write_u64(w, bits);
}

void bytes_write_text(struct bytes_writer *w, const char *text)
{
    size_t size = strlen(text);
    if (size > UINT32_MAX) {
        w->failed = 1;
        return;
    }
    bytes_write_u32(w, (uint32_t)size);
    bytes_write_bytes(w, text, size);
}

void bytes_write_floats(struct bytes_writer *w, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bytes_write_u32(w, bits);
    }
}

void bytes_writer_free(struct bytes_writer *w)
{
    mem_free(w->bytes);
    memset(w, 0, sizeof *w);
}

/* ---- reading ---- */

void bytes_fail(struct bytes_reader *r, int code)
{
    if (!r->failed)
        r->failed = code;
}

const unsigned char *bytes_read_bytes(struct bytes_reader *r, size_t size)
{
    if (r->failed || size > r->size - r->at) {
        bytes_fail(r, ERR_FORMAT);
        return NULL;
    }
    const unsigned char *bytes = r->bytes + r->at;
    r->at += size;
    return bytes;
}

static uint64_t read_little_endian(struct bytes_reader *r, size_t size)
{
    const unsigned char *bytes = bytes_read_bytes(r, size);
    uint64_t x = 0;
    for (size_t i = 0; bytes && i < size; i++)
        x |= (uint64_t)bytes[i] << 8 * i;
    return x;
}

uint32_t bytes_read_u32(struct bytes_reader *r)
{
    return (uint32_t)read_little_endian(r, 4);
}

uint64_t bytes_read_u64(struct bytes_reader *r)
{
    return read_little_endian(r, 8);
}

double bytes_read_real(struct bytes_reader *r)
{
    uint64_t bits = bytes_read_u64(r);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

char *bytes_read_text(struct bytes_reader *r)
{
    size_t size = bytes_read_u32(r);
    const unsigned char *bytes = bytes_read_bytes(r, size);
    if (!bytes || memchr(bytes, '\0', size)) {
        bytes_fail(r, ERR_FORMAT);
        return NULL;
    }
    char *text = mem_array(size + 1, 1);
    if (!text) {
        bytes_fail(r, ERR_MEMORY);
        return NULL;
    }
    return memcpy(text, bytes, size);
}

void bytes_read_floats(struct bytes_reader *r, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = bytes_read_u32(r);
        memcpy(&x[i], &bits, sizeof bits);
    }
}
