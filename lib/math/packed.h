/*
 * packed - products with one matrix that stays the same over many products.
 *
 * A recurrent network multiplies by the same W at each of its T time steps.  At every call, a BLAS
 * copies W into the order that its kernel reads.  For a batch of 32 this copy takes as long as the
 * arithmetic.  Here W is copied once per gradient step, and each product streams the copy from the
 * cache.
 *
 * Why no library: LIBXSMM and oneDNN, which also pack in advance, reach 1.0 to 1.05 times this rate
 * on a dense W (bench_recurrent).  But here the sums are in one fixed order, whatever the number of
 * rows and columns.  So a network without its silent units (live_units.h) trains to the same bits
 * as the whole one.  Rows of zeros cost nothing.  Gradients, whose first factor is transposed, use
 * the same code.  Nothing is recompiled when a training loses a unit.
 *
 * The kernel is chosen once, by what the processor supports.  Sums follow the order of the rows of
 * the packed matrix.  So results are the same in every run with the same kernel; between kernels
 * they differ by rounding.
 */
#ifndef BRAINSWEEP_PACKED_H
#define BRAINSWEEP_PACKED_H

#include "base/err.h"
#include "math/mat.h"

struct packed_kernel; /* one for each instruction set, listed in a table; opaque */

/* The i-th kernel this processor can run, the fastest first; NULL past the last. */
const struct packed_kernel *packed_kernel_at(int i);

/* The same for the kernels that round both factors to bfloat16 (8 bits of mantissa) and sum in
   float32.  They are used only on request. */
const struct packed_kernel *packed_kernel_bf16_at(int i);

/* The fastest bfloat16 kernel; NULL if the processor has none. */
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

/* Packs m, or its transpose; m may be changed or freed afterwards. */
void packed_set(struct packed *packed, struct mat m);
void packed_set_transposed(struct packed *packed, struct mat m);

/* In these products, p (k,n) is the packed matrix: */

/* c = a p      a is (m,k), c is (m,n) */
void packed_mul(const struct packed *packed, struct mat a, struct mat c);

/* c += a p     a is (m,k), c is (m,n) */
void packed_mul_add(const struct packed *packed, struct mat a, struct mat c);

/* c += a^T p   a is (k,m), c is (m,n); if a has fewer rows than p, only that many first rows of p
   are used */
void packed_transposed_mul_add(const struct packed *packed, struct mat a, struct mat c);

#endif
