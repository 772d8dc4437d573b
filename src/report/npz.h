/*
 * npz - arrays in a file that numpy.load opens: a zip archive, not compressed, of .npy files.
 *
 * It is written sequentially, so that the output may be a pipe.  Formats: numpy's NEP 1 (version
 * 1.0) and PKWARE's APPNOTE (version 2.0, stored members).
 */
#ifndef BRAINSWEEP_NPZ_H
#define BRAINSWEEP_NPZ_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct npz; /* Opaque. */

int npz_new(struct npz **npz, FILE *out, struct err *e) __attribute__((warn_unused_result));

enum npz_type { NPZ_FLOAT32, NPZ_FLOAT64, NPZ_INT32 };

/* Adds an array (rows, cols) of that type, or (rows) when cols is 0.  ERR_VALUE when the archive
   would exceed the 4 GiB of its format. */
int npz_add(struct npz *npz, const char *name, enum npz_type type, size_t rows, size_t cols,
            const void *data, struct err *e) __attribute__((warn_unused_result));

/* Writes the central directory, and frees.  The caller must check that everything reached the
   file. */
void npz_finish(struct npz *npz);

#endif
