/*
 * fuzz - all code that reads untrusted bytes, as functions of a byte string.
 *
 * A target must end without a fault, a leak or a failed assertion, whatever the bytes.
 * `make check` runs the targets on a corpus and its mutations (replay.c); `make fuzz` runs them
 * with libFuzzer.
 */
#ifndef BRAINSWEEP_TESTS_FUZZ_H
#define BRAINSWEEP_TESTS_FUZZ_H

#include "record/bytes.h"

#include <stddef.h>

struct fuzz_target {
    const char *name; /* also its directory in corpus/, where it has one */
    void (*run)(const unsigned char *bytes, size_t size);
    /* Appends the k-th generated valid input to w; returns 0 when there are fewer. */
    int (*seed)(struct bytes_writer *w, int k);
};

extern const struct fuzz_target fuzz_targets[]; /* ends with a row whose name is NULL */

/* The mutator of databases, in fuzz_database.c. */
void fuzz_database_run(const unsigned char *bytes, size_t size);
int fuzz_database_seed(struct bytes_writer *w, int k);

/* The path of a file in a private directory of this process, which is removed at its end. */
const char *fuzz_file(const char *name);

/* Writes a file with these bytes. */
void fuzz_write(const char *path, const unsigned char *bytes, size_t size);

#endif
