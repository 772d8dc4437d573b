/*
 * bytes - numbers and texts as bytes of a message or a file: little-endian.  A reader checks every
 * length before it uses it.
 */
#ifndef BRAINSWEEP_BYTES_H
#define BRAINSWEEP_BYTES_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* A growing run of bytes to write into; zero-initialise it. */
struct bytes_writer {
    unsigned char *bytes; /* owned: bytes_writer_free */
    size_t size;
    size_t capacity;
    int failed; /* memory ran out; checked once at the end */
};

void bytes_write_u8(struct bytes_writer *w, unsigned x);
void bytes_write_u32(struct bytes_writer *w, uint32_t x);
void bytes_write_u64(struct bytes_writer *w, uint64_t x);
void bytes_write_real(struct bytes_writer *w, double x);
void bytes_write_bytes(struct bytes_writer *w, const void *bytes, size_t size);
void bytes_write_text(struct bytes_writer *w, const char *text); /* length, bytes */
void bytes_write_floats(struct bytes_writer *w, const float *x, size_t n);
void bytes_writer_free(struct bytes_writer *w);

/* A run of bytes to read from, never beyond its end. */
struct bytes_reader {
    const unsigned char *bytes;
    size_t size;
    size_t at;
    int failed; /* 0; ERR_FORMAT: something did not fit; ERR_MEMORY.  Everything read since is 0 */
};

uint32_t bytes_read_u32(struct bytes_reader *r);
uint64_t bytes_read_u64(struct bytes_reader *r);
double bytes_read_real(struct bytes_reader *r);
const unsigned char *bytes_read_bytes(struct bytes_reader *r,
                                      size_t size); /* into the reader's own bytes */
/* A copy in new memory (mem_free), NULL on failure; refuses a NUL inside. */
char *bytes_read_text(struct bytes_reader *r);
void bytes_read_floats(struct bytes_reader *r, float *x, size_t n);

/* What was read does not fit together: ERR_FORMAT or ERR_MEMORY; the first failure stays. */
void bytes_fail(struct bytes_reader *r, int code);

#endif
