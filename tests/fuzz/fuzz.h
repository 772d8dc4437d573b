/*
 * fuzz - everything that reads bytes of others, as functions of bytes.
 *
 * A target must end without a fault, a leak or a failed assertion, whatever the bytes.  They are
 * run on a corpus and its mutations in `make check` (replay.c), and by libFuzzer in `make fuzz`.
 */
#ifndef BRAINSWEEP_TESTS_FUZZ_H
#define BRAINSWEEP_TESTS_FUZZ_H

#include "record/bytes.h"

#include <stddef.h>

struct fuzz_target {
    const char *name; /* also its directory in corpus/, where it has one */
    void (*run)(const unsigned char *bytes, size_t size);
    /* Appends a good input to w, if the k-th is one of its own making: returns whether it is. */
    int (*seed)(struct bytes_writer *w, int k);
};

extern const struct fuzz_target fuzz_targets[]; /* ends with a row whose name is NULL */

/* The mutator of databases, in fuzz_database.c. */
void fuzz_database_run(const unsigned char *bytes, size_t size);
int fuzz_database_seed(struct bytes_writer *w, int k);

/* The name of a file in a directory of this process's own, of which all is removed at its end. */
const char *fuzz_file(const char *name);

/* Makes that file of these bytes. */
void fuzz_write(const char *path, const unsigned char *bytes, size_t size);

#endif
