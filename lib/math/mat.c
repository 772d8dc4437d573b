#include "math/mat.h"

#include <assert.h>
#include <cblas.h>

struct mat mat_view(float *x, int rows, int cols)
{
    struct mat m = {x, rows, cols, cols};
    return m;
}

void mat_mul(float alpha, struct mat a, struct mat b, float beta, struct mat c)
{
    assert(a.cols == b.rows && a.rows == c.rows && b.cols == c.cols);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, c.rows, c.cols, a.cols, alpha, a.x,
                a.stride, b.x, b.stride, beta, c.x, c.stride);
}

void mat_mul_transposed(float alpha, struct mat a, struct mat b, float beta, struct mat c)
{
    assert(a.cols == b.cols && a.rows == c.rows && b.rows == c.cols);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, c.rows, c.cols, a.cols, alpha, a.x,
                a.stride, b.x, b.stride, beta, c.x, c.stride);
}

void mat_transposed_mul(float alpha, struct mat a, struct mat b, float beta, struct mat c)
{
    assert(a.rows == b.rows && a.cols == c.rows && b.cols == c.cols);
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, c.rows, c.cols, a.rows, alpha, a.x,
                a.stride, b.x, b.stride, beta, c.x, c.stride);
}

const char *mat_blas_kernel(void)
{
    return openblas_get_corename();
}

void mat_single_thread(void)
{
    openblas_set_num_threads(1);
}
