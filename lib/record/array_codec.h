/*
 * array_codec - arrays of floats as they travel and as they are stored: little-endian bytes in a
 * zlib stream.
 *
 * The worker compresses, which relieves rank 0.  Trained weights are nearly random bits except for
 * their exponents and for runs of zeros: zlib's strategy for runs finds all of them, in half the
 * time of its general strategy.
 */
#ifndef BRAINSWEEP_ARRAY_CODEC_H
#define BRAINSWEEP_ARRAY_CODEC_H

#include "base/err.h"
#include "record/result.h"

#include <stddef.h>

/* Compresses array->data into *packed, for the caller to free with mem_free.  ERR_MEMORY. */
int array_codec_pack(const struct result_array *array, unsigned char **packed, size_t *size,
                     struct err *e) __attribute__((warn_unused_result));

/* Whether that many bytes can hold that many floats; to be called before memory is allocated. */
int array_codec_is_plausible(size_t packed_size, uint64_t count);

/* Fills data (count); false where the bytes are damaged or hold another number of floats. */
int array_codec_unpack(const unsigned char *packed, size_t size, size_t count, float *data);

#endif
