/*
 * store_load - a stored result as the value that it was before it was stored.
 */
#ifndef BRAINSWEEP_STORE_LOAD_H
#define BRAINSWEEP_STORE_LOAD_H

#include "store/store.h"

/* What ended the latest attempt at a job. */
struct store_loaded {
    const struct experiment *experiment;
    struct spec *spec;     /* owned: store_loaded_free */
    struct result *result; /* owned */
    char *build, *blas;    /* of the attempt; owned */
};

/* Reads a job that is done or diverged; ERR_USAGE, with its state, when it is not, and ERR_STORE
   when its checksum says that it is not what was stored. */
int store_load(struct store *store, int64_t job, struct store_loaded *loaded, struct err *e)
    __attribute__((warn_unused_result));
void store_loaded_free(struct store_loaded *loaded); /* of a zeroed one too */

#endif
