/*
 * codec - bytes that travel: little-endian, versioned, every length checked before it is believed.
 *
 * A spec travels as its canonical text; a result as below.  The same bytes come from the same
 * result, so they also serve to compare two results bit by bit.
 */
#ifndef BRAINSWEEP_CODEC_H
#define BRAINSWEEP_CODEC_H

#include "base/err.h"
#include "record/result.h"

#include <stddef.h>
#include <stdint.h>

/* A growing run of bytes to write into; zero-initialise it. */
struct writer {
    unsigned char *bytes; /* owned: writer_free */
    size_t size;
    size_t capacity;
    int failed; /* memory ran out; checked once at the end */
};

void write_u32(struct writer *w, uint32_t x);
void write_u64(struct writer *w, uint64_t x);
void write_real(struct writer *w, double x);
void write_bytes(struct writer *w, const void *bytes, size_t size);
void write_text(struct writer *w, const char *text); /* length, bytes */
void write_floats(struct writer *w, const float *x, size_t n);
void writer_free(struct writer *w);

/* A run of bytes to read from, never beyond its end. */
struct reader {
    const unsigned char *bytes;
    size_t size;
    size_t at;
    int failed; /* 0; ERR_FORMAT: something did not fit; ERR_MEMORY.  Everything read since is 0 */
};

uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
double read_real(struct reader *r);
const unsigned char *read_bytes(struct reader *r, size_t size); /* into the reader's own bytes */
/* A copy in new memory (mem_free), NULL on failure; refuses a NUL inside. */
char *read_text(struct reader *r);
void read_floats(struct reader *r, float *x, size_t n);

/* Appends the result to w; a later w->failed means ERR_MEMORY. */
void codec_write_result(struct writer *w, const struct result *result);

/* Reads one back, leaving r behind it; ERR_FORMAT for anything that is not a whole result of this
   experiment.  Takes memory in proportion to the bytes that are there, whatever they claim. */
int codec_read_result(struct reader *r, const struct experiment *experiment, struct result **result,
                      struct err *e) __attribute__((warn_unused_result));

#endif
