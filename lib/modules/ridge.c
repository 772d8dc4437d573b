#include "modules/ridge.h"

#include "base/mem.h"
#include "math/mat.h"

#include <math.h>
#include <string.h>

struct moments {
    double *xx; /* (n,n) */
    double *xy; /* (n,C) */
    double *yy; /* (C) */
};

struct ridge {
    int n, C;
    struct moments train, test; /* about the means of the training trials */
    double *full;               /* (n,C): weights of the readout of all units */
    double *heard;              /* (n,C): xx of the test trials times these */
    double *all_error;          /* (C): errors of that readout */
    double *factor, *w;         /* (n,n), (n,C): of the readout at hand */
};

static double *at(double *x, int row, int cols)
{
    return x + (size_t)row * (size_t)cols;
}

/* ---- products ---- */

/* out (N,cols) becomes x less mean (cols). */
static void centre(int N, int cols, const float *x, const double *mean, float *out)
{
    for (int i = 0; i < N; i++)
        for (int c = 0; c < cols; c++)
            out[(size_t)i * (size_t)cols + (size_t)c] =
                (float)(x[(size_t)i * (size_t)cols + (size_t)c] - mean[c]);
}

static void mean_of(int N, int cols, const float *x, double *mean)
{
    memset(mean, 0, (size_t)cols * sizeof *mean);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < cols; c++)
            mean[c] += x[(size_t)i * (size_t)cols + (size_t)c] / (double)N;
}

/* a^T b of (N,p) and (N,q) by single precision, into out (p,q). */
static int product(int N, int p, const float *a, int q, const float *b, double *out)
{
    float *c = mem_array((size_t)p * (size_t)q, sizeof *c);
    if (!c)
        return ERR_MEMORY;
    mat_transposed_mul(1, mat_view((float *)a, N, p), mat_view((float *)b, N, q), 0,
                       mat_view(c, p, q));
    for (size_t i = 0; i < (size_t)p * (size_t)q; i++)
        out[i] = c[i];
    mem_free(c);
    return 0;
}

static int gather(struct ridge *r, struct ridge_data data, const double *mean_x,
                  const double *mean_y, struct moments *m)
{
    float *x = mem_array((size_t)data.N * (size_t)r->n, sizeof *x);
    float *y = mem_array((size_t)data.N * (size_t)r->C, sizeof *y);
    int code = x && y ? 0 : ERR_MEMORY;
    if (!code) {
        centre(data.N, r->n, data.x, mean_x, x);
        centre(data.N, r->C, data.y, mean_y, y);
        for (int i = 0; i < data.N; i++)
            for (int c = 0; c < r->C; c++) {
                double z = y[(size_t)i * (size_t)r->C + (size_t)c];
                m->yy[c] += z * z;
            }
        code = product(data.N, r->n, x, r->n, x, m->xx);
    }
    if (!code)
        code = product(data.N, r->n, x, r->C, y, m->xy);
    mem_free(x);
    mem_free(y);
    return code;
}

/* ---- solving ---- */

/* In place, the lower triangle of the Cholesky factor of a (m,m), which is positive definite by its
   penalty. */
static void factorise(int m, double *a)
{
    for (int j = 0; j < m; j++)
        for (int i = j; i < m; i++) {
            double sum = at(a, i, m)[j];
            for (int k = 0; k < j; k++)
                sum -= at(a, i, m)[k] * at(a, j, m)[k];
            at(a, i, m)[j] = i == j ? sqrt(sum > 1e-300 ? sum : 1e-300) : sum / at(a, j, m)[j];
        }
}

/* In place, the solution of (L L^T) w = w for w (m,C). */
static void solve(int m, int C, double *l, double *w)
{
    for (int i = 0; i < m; i++)
        for (int c = 0; c < C; c++) {
            for (int k = 0; k < i; k++)
                at(w, i, C)[c] -= at(l, i, m)[k] * at(w, k, C)[c];
            at(w, i, C)[c] /= at(l, i, m)[i];
        }
    for (int i = m - 1; i >= 0; i--)
        for (int c = 0; c < C; c++) {
            for (int k = i + 1; k < m; k++)
                at(w, i, C)[c] -= at(l, k, m)[i] * at(w, k, C)[c];
            at(w, i, C)[c] /= at(l, i, m)[i];
        }
}

/* Trains the readout of these units: r->w (m,C). */
static void fit(struct ridge *r, int m, const int *unit)
{
    const double share = 1e-3, least = 1e-12;
    double trace = 0;
    for (int i = 0; i < m; i++) {
        memcpy(at(r->w, i, r->C), at(r->train.xy, unit[i], r->C), (size_t)r->C * sizeof *r->w);
        for (int j = 0; j < m; j++)
            at(r->factor, i, m)[j] = at(r->train.xx, unit[i], r->n)[unit[j]];
        trace += at(r->factor, i, m)[i];
    }
    for (int i = 0; i < m; i++)
        at(r->factor, i, m)[i] += share * trace / m + least;
    factorise(m, r->factor);
    solve(m, r->C, r->factor, r->w);
}

/* sum_ij w_i xx_ij w_j over these units, for each column, into out (C). */
static void quadratic(struct ridge *r, int m, const int *unit, const double *w, double *out)
{
    int C = r->C;
    memset(out, 0, (size_t)C * sizeof *out);
    for (int i = 0; i < m; i++)
        for (int j = 0; j <= i; j++) {
            double xx = at(r->test.xx, unit[i], r->n)[unit[j]] * (i == j ? 1 : 2);
            const double *a = w + (size_t)i * (size_t)C, *b = w + (size_t)j * (size_t)C;
            for (int c = 0; c < C; c++)
                out[c] += xx * a[c] * b[c];
        }
}

void ridge_read(struct ridge *r, int m, const int *unit, double *error)
{
    fit(r, m, unit);
    quadratic(r, m, unit, r->w, error);
    for (int c = 0; c < r->C; c++)
        error[c] += r->test.yy[c];
    for (int i = 0; i < m; i++)
        for (int c = 0; c < r->C; c++)
            error[c] -= 2 * at(r->w, i, r->C)[c] * at(r->test.xy, unit[i], r->C)[c];
}

/* With d what the units contribute, the error grows from |y - f|^2 to |y - f + d|^2. */
void ridge_lesion(struct ridge *r, int m, const int *unit, double *error)
{
    for (int i = 0; i < m; i++)
        memcpy(at(r->w, i, r->C), at(r->full, unit[i], r->C), (size_t)r->C * sizeof *r->w);
    quadratic(r, m, unit, r->w, error);
    for (int c = 0; c < r->C; c++)
        error[c] += r->all_error[c];
    for (int i = 0; i < m; i++)
        for (int c = 0; c < r->C; c++)
            error[c] += 2 * at(r->w, i, r->C)[c] *
                        (at(r->test.xy, unit[i], r->C)[c] - at(r->heard, unit[i], r->C)[c]);
}

const double *ridge_spread(const struct ridge *r)
{
    return r->test.yy;
}

/* ---- making ---- */

/* The readout of all units. */
static int fit_all(struct ridge *r)
{
    int *unit = mem_array((size_t)r->n, sizeof *unit);
    if (!unit)
        return ERR_MEMORY;
    for (int i = 0; i < r->n; i++)
        unit[i] = i;
    ridge_read(r, r->n, unit, r->all_error);
    memcpy(r->full, r->w, (size_t)r->n * (size_t)r->C * sizeof *r->w);
    for (int i = 0; i < r->n; i++)
        for (int j = 0; j < r->n; j++)
            for (int c = 0; c < r->C; c++)
                at(r->heard, i, r->C)[c] += at(r->test.xx, i, r->n)[j] * at(r->full, j, r->C)[c];
    mem_free(unit);
    return 0;
}

static int allocate(struct ridge *r)
{
    size_t n = (size_t)r->n, C = (size_t)r->C;
    double **const arrays[] = {&r->train.xx, &r->test.xx, &r->factor,   &r->train.xy,
                               &r->test.xy,  &r->full,    &r->heard,    &r->w,
                               &r->train.yy, &r->test.yy, &r->all_error};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        if (!(*arrays[i] = mem_array(i < 3 ? n * n : i < 8 ? n * C : C, sizeof(double))))
            return ERR_MEMORY;
    return 0;
}

int ridge_new(struct ridge **out, int n, int C, struct ridge_data train, struct ridge_data test,
              struct err *e)
{
    *out = NULL;
    struct ridge *r = mem_array(1, sizeof *r);
    double *mean = mem_array((size_t)(n + C), sizeof *mean);
    int code = r && mean ? 0 : ERR_MEMORY;
    if (!code) {
        *r = (struct ridge){.n = n, .C = C};
        code = allocate(r);
    }
    if (!code) {
        mean_of(train.N, n, train.x, mean);
        mean_of(train.N, C, train.y, mean + n);
        code = gather(r, train, mean, mean + n, &r->train);
    }
    if (!code)
        code = gather(r, test, mean, mean + n, &r->test);
    if (!code)
        code = fit_all(r);
    mem_free(mean);
    if (code) {
        ridge_free(r);
        return err_set(e, ERR_MEMORY, "out of memory for linear readouts of %d units", n);
    }
    *out = r;
    return 0;
}

void ridge_free(struct ridge *r)
{
    if (!r)
        return;
    double *const arrays[] = {r->train.xx, r->test.xx, r->factor,   r->train.xy,
                              r->test.xy,  r->full,    r->heard,    r->w,
                              r->train.yy, r->test.yy, r->all_error};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        mem_free(arrays[i]);
    mem_free(r);
}
