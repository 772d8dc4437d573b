/*
 * idx - one file of the IDX format, in which MNIST and its kin come: bytes in up to three
 * dimensions.
 *
 * Big-endian: two zero bytes, the type of an element (8: unsigned byte), the number of dimensions,
 * each dimension as u32, and then the elements.  Raw or gzip, whatever the name says.
 */
#ifndef BRAINSWEEP_IDX_H
#define BRAINSWEEP_IDX_H

#include "base/err.h"

#include <stddef.h>

struct idx {
    int dims;             /* 1: labels; 3: images */
    int dim[3];           /* count, rows, columns; 1 where there is no such dimension */
    unsigned char *bytes; /* dim[0] * dim[1] * dim[2] of them; owned: idx_free */
};

/* Reads the file, which must have so many dimensions (1 or 3).  ERR_FILE when it is not there,
   ERR_FORMAT for anything that is not exactly such a file, ERR_MEMORY. */
int idx_read(const char *path, int dims, struct idx *idx, struct err *e)
    __attribute__((warn_unused_result));
void idx_free(struct idx *idx);

#endif
