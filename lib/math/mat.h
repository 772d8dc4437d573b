/*
 * mat - views of float32 matrices, and the few BLAS products this program needs.
 *
 * The letters of dimensions, everywhere in this program:
 *   B sequences in a batch    T time steps    I inputs     H hidden units    O outputs
 *   P parameters              K clusters      R tasks
 * "x is (T,B,I)" means row-major storage with the last letter contiguous.
 */
#ifndef BRAINSWEEP_MAT_H
#define BRAINSWEEP_MAT_H

/* A row-major matrix in memory that the view does not own. */
struct mat {
    float *x; /* element (r,c) is x[r*stride + c] */
    int rows;
    int cols;
    int stride; /* >= cols */
};

/* The view of rows*cols contiguous floats. */
struct mat mat_view(float *x, int rows, int cols);

/* c = alpha * a b    + beta * c      a is (m,k), b is (k,n), c is (m,n).  beta 0 ignores old c. */
void mat_mul(float alpha, struct mat a, struct mat b, float beta, struct mat c);

/* c = alpha * a b^T  + beta * c      a is (m,k), b is (n,k), c is (m,n) */
void mat_mul_transposed(float alpha, struct mat a, struct mat b, float beta, struct mat c);

/* c = alpha * a^T b  + beta * c      a is (k,m), b is (k,n), c is (m,n) */
void mat_transposed_mul(float alpha, struct mat a, struct mat b, float beta, struct mat c);

/* The kernel OpenBLAS chose for this processor, such as "SkylakeX"; recorded with every attempt. */
const char *mat_blas_kernel(void);

/* Limits BLAS to one thread per process from now on: running one job per core scales best. */
void mat_single_thread(void);

#endif
