/*
 * packed - products with one matrix that stays the same over many of them.
 *
 * A recurrent network multiplies by the same W at each of its T time steps.  A BLAS copies W into
 * the order its kernel reads at every call, which for a batch of 32 takes as long as the
 * arithmetic. Here it is copied once a gradient step, and each product streams it from the cache as
 * it lies.
 *
 * Why no library: LIBXSMM and oneDNN, which pack ahead too, come to 1.0 to 1.05 times this rate on
 * a dense W (bench_recurrent).  But the sums here are in one fixed order, whatever the number of
 * rows and columns, so that a network without its silent units (live_units.h) trains to the same
 * bits as the whole one; rows of zeros cost nothing; gradients, whose first factor is transposed,
 * go the same way; and nothing is compiled anew when a training loses a unit.
 *
 * The kernel is chosen once by what the processor can do.  Sums are in the order of the rows of the
 * packed matrix, so that results are the same in every run with the same kernel; between kernels
 * they differ by rounding.
 */
#ifndef BRAINSWEEP_PACKED_H
#define BRAINSWEEP_PACKED_H

#include "base/err.h"
#include "math/mat.h"

struct packed_kernel; /* one for each instruction set, named in a table; opaque */

/* The i-th kernel this processor can run, the fastest first; NULL past the last. */
const struct packed_kernel *packed_kernel_at(int i);

/* Likewise those that round both factors to bfloat16 (8 bits of mantissa) and sum in float32. Never
   chosen unasked. */
const struct packed_kernel *packed_kernel_bf16_at(int i);

/* The fastest of them; NULL where the processor has none. */
const struct packed_kernel *packed_kernel_bf16(void);

/* "avx512", "avx2", "plain", "amx-bf16", "avx512-bf16"; recorded with every attempt. */
const char *packed_kernel_name(const struct packed_kernel *kernel);

struct packed; /* a packed matrix, or room for one.  Opaque. */

/* Room for a matrix of up to rows x cols; kernel NULL is the fastest. */
int packed_new(struct packed **packed, const struct packed_kernel *kernel, int rows, int cols,
               struct err *e) __attribute__((warn_unused_result));
void packed_free(struct packed *packed);

/* Bytes that packed_new takes with the fastest kernel. */
double packed_bytes(int rows, int cols);

/* Packs m, or its transpose; m may change or go afterwards. */
void packed_set(struct packed *packed, struct mat m);
void packed_set_transposed(struct packed *packed, struct mat m);

/* The packed matrix being p (k,n): */

/* c = a p      a is (m,k), c is (m,n) */
void packed_mul(const struct packed *packed, struct mat a, struct mat c);

/* c += a p     a is (m,k), c is (m,n) */
void packed_mul_add(const struct packed *packed, struct mat a, struct mat c);

/* c += a^T p   a is (k,m), c is (m,n); with fewer rows in a, the first of p's */
void packed_transposed_mul_add(const struct packed *packed, struct mat a, struct mat c);

#endif
