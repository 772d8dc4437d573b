#include "qap.h"

#include "clones.h"
#include "mem.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct qap {
    int rows, cols, N;
    float *flow;      /* (N,N) by unit */
    double *row_cost; /* (rows,N) [r][u]: flow of u times steps along rows, u in row r: R_u(r) */
    double *col_cost; /* (cols,N) [c][u]: likewise along columns: K_u(c) */
    double *own;      /* (N) C_u at u's own place */
    double *degree;   /* (N) sum of the flow of u */
    int *place;       /* (N) of a unit */
    int *unit;        /* (N) at a place */
    int *touched;     /* (N) scratch: units whose costs an exchange changes */
    double *at_place; /* (N) scratch: what one unit's links would cost at each place */
    double *steps;    /* (N) scratch: steps from one place to each other */
    double *delta;    /* (N) scratch: change of cost for each partner */
};

double qap_bytes(int rows, int cols)
{
    double N = (double)rows * cols;
    return N * N * sizeof(float) + N * (rows + cols + 5) * sizeof(double) + N * 3 * sizeof(int);
}

int qap_new(struct qap **qap, int rows, int cols, struct err *e)
{
    assert(rows > 0 && cols > 0);
    *qap = NULL;
    struct qap *q = mem_array(1, sizeof *q);
    if (!q)
        goto out;
    size_t N = (size_t)rows * cols;
    q->rows = rows;
    q->cols = cols;
    q->N = (int)N;
    q->flow = mem_array(N * N, sizeof *q->flow);
    q->row_cost = mem_array(rows * N, sizeof *q->row_cost);
    q->col_cost = mem_array(cols * N, sizeof *q->col_cost);
    q->own = mem_array(N, sizeof *q->own);
    q->degree = mem_array(N, sizeof *q->degree);
    q->place = mem_array(N, sizeof *q->place);
    q->unit = mem_array(N, sizeof *q->unit);
    q->touched = mem_array(N, sizeof *q->touched);
    q->at_place = mem_array(N, sizeof *q->at_place);
    q->steps = mem_array(N, sizeof *q->steps);
    q->delta = mem_array(N, sizeof *q->delta);
    if (!q->flow || !q->row_cost || !q->col_cost || !q->own || !q->degree || !q->place ||
        !q->unit || !q->touched || !q->at_place || !q->steps || !q->delta)
        goto out;
    *qap = q;
    return ERR_OK;
out:
    qap_free(q);
    return err_set(e, ERR_MEMORY, "out of memory for placing %d x %d units", rows, cols);
}

void qap_free(struct qap *qap)
{
    if (!qap)
        return;
    mem_free(qap->flow);
    mem_free(qap->row_cost);
    mem_free(qap->col_cost);
    mem_free(qap->own);
    mem_free(qap->degree);
    mem_free(qap->place);
    mem_free(qap->unit);
    mem_free(qap->touched);
    mem_free(qap->at_place);
    mem_free(qap->steps);
    mem_free(qap->delta);
    mem_free(qap);
}

int qap_size(const struct qap *qap)
{
    return qap->N;
}

float *qap_flow(struct qap *qap)
{
    return qap->flow;
}

const int *qap_unit_at(const struct qap *qap)
{
    return qap->unit;
}

const int *qap_place_of(const struct qap *qap)
{
    return qap->place;
}

const double *qap_degree(const struct qap *qap)
{
    return qap->degree;
}

static const float *flow_of(const struct qap *qap, int unit)
{
    return qap->flow + (size_t)unit * qap->N;
}

static int steps_between(const struct qap *qap, int p, int q)
{
    int cols = qap->cols;
    return abs(p / cols - q / cols) + abs(p % cols - q % cols);
}

/* cost[y*stride] = sum over x of mass[x] * |x - y| for the n lines y: from one line to the next,
   all that was passed gets a step farther away and all that lies ahead a step nearer. */
static void cost_of_lines(int n, const double *mass, double *cost, size_t stride)
{
    double total = 0, here = 0, passed = 0;
    for (int x = 0; x < n; x++) {
        total += mass[x];
        here += x * mass[x];
    }
    for (int y = 0; y < n; y++) {
        cost[y * stride] = here;
        passed += mass[y];
        here += passed - (total - passed);
    }
}

static double sum_of(const double *x, int n)
{
    enum { LANES = 4 }; /* sums side by side, as a processor can add them */
    double lane[LANES] = {0}, rest = 0;
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++)
            lane[k] += x[i + k];
    for (; i < n; i++)
        rest += x[i];
    return lane[0] + lane[1] + lane[2] + lane[3] + rest;
}

/* Sets R_u and K_u from the flow of u into each row and each column of the grid. */
static void profile_unit(struct qap *qap, int u)
{
    const float *flow = flow_of(qap, u);
    double *seated = qap->delta, *row_mass = qap->at_place, *col_mass = qap->steps;
    for (int p = 0; p < qap->N; p++)
        seated[p] = flow[qap->unit[p]];
    memset(col_mass, 0, qap->cols * sizeof *col_mass);
    for (int r = 0; r < qap->rows; r++, seated += qap->cols) {
        row_mass[r] = sum_of(seated, qap->cols);
        for (int c = 0; c < qap->cols; c++)
            col_mass[c] += seated[c];
    }
    qap->degree[u] = sum_of(row_mass, qap->rows);
    cost_of_lines(qap->rows, row_mass, qap->row_cost + u, qap->N);
    cost_of_lines(qap->cols, col_mass, qap->col_cost + u, qap->N);
}

/* C_u at place p. */
static double cost_at(const struct qap *qap, int u, int p)
{
    size_t r = p / qap->cols, c = p % qap->cols;
    return qap->row_cost[r * qap->N + u] + qap->col_cost[c * qap->N + u];
}

void qap_assign(struct qap *qap, const int *unit_at)
{
    for (int p = 0; p < qap->N; p++) {
        qap->unit[p] = unit_at ? unit_at[p] : p;
        qap->place[qap->unit[p]] = p;
    }
    for (int u = 0; u < qap->N; u++)
        profile_unit(qap, u);
    for (int u = 0; u < qap->N; u++)
        qap->own[u] = cost_at(qap, u, qap->place[u]);
}

void qap_load(struct qap *qap, const float *w)
{
    enum { TILE = 16 }; /* square tiles of a cache line: columns are read whole lines at a time */
    size_t N = qap->N;
    for (size_t i0 = 0; i0 < N; i0 += TILE) {
        for (size_t j0 = 0; j0 < N; j0 += TILE) {
            size_t i1 = i0 + TILE < N ? i0 + TILE : N, j1 = j0 + TILE < N ? j0 + TILE : N;
            for (size_t i = i0; i < i1; i++)
                for (size_t j = j0; j < j1; j++)
                    qap->flow[i * N + j] = fabsf(w[i * N + j]) + fabsf(w[j * N + i]);
        }
    }
    for (size_t i = 0; i < N; i++)
        qap->flow[i * N + i] = 0;
    qap_assign(qap, NULL);
}

double qap_cost(const struct qap *qap)
{
    double sum = 0;
    for (int u = 0; u < qap->N; u++)
        sum += qap->own[u];
    return sum / 2; /* each pair was counted by both its units */
}

double qap_delta(const struct qap *qap, int a, int b)
{
    int p = qap->place[a], q = qap->place[b];
    return cost_at(qap, a, q) - qap->own[a] + cost_at(qap, b, p) - qap->own[b] +
           2.0 * flow_of(qap, a)[b] * steps_between(qap, p, q);
}

/* at_place = C_a at every place, steps = steps from place p to every place. */
static void spread(struct qap *qap, int a, int p)
{
    int cols = qap->cols, row = p / cols, col = p % cols;
    size_t N = qap->N;
    for (int r = 0, at = 0; r < qap->rows; r++) {
        double row_cost = qap->row_cost[r * N + a];
        int row_steps = abs(r - row);
        for (int c = 0; c < cols; c++, at++) {
            qap->at_place[at] = row_cost + qap->col_cost[c * N + a];
            qap->steps[at] = row_steps + abs(c - col);
        }
    }
}

/* The index of the smallest of n numbers, the first of equals.  Four minima side by side are what a
   processor can keep in one register. */
static int index_of_least(int n, const double *x)
{
    enum { LANES = 8 };
    double lane[LANES];
    int i = 0;
    for (int k = 0; k < LANES; k++)
        lane[k] = HUGE_VAL;
    for (; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++)
            lane[k] = x[i + k] < lane[k] ? x[i + k] : lane[k];
    double least = HUGE_VAL;
    for (; i < n; i++)
        least = x[i] < least ? x[i] : least;
    for (int k = 0; k < LANES; k++)
        least = lane[k] < least ? lane[k] : least;
    for (i = 0; i < n - 1 && x[i] != least; i++)
        ;
    return i;
}

int qap_best(struct qap *qap, int a, double *delta)
{
    int N = qap->N, p = qap->place[a];
    spread(qap, a, p);

    const float *flow = flow_of(qap, a);
    const double *row_cost = qap->row_cost + (size_t)(p / qap->cols) * N;
    const double *col_cost = qap->col_cost + (size_t)(p % qap->cols) * N;
    double own = qap->own[a];
    for (int u = 0; u < N; u++) {
        int q = qap->place[u];
        qap->delta[u] = qap->at_place[q] - own + row_cost[u] + col_cost[u] - qap->own[u] +
                        2.0 * flow[u] * qap->steps[q];
    }
    qap->delta[a] = HUGE_VAL; /* with itself is no exchange */

    int best = index_of_least(N, qap->delta);
    *delta = qap->delta[best];
    return best;
}

int qap_improves(const struct qap *qap, int a, int b, double delta)
{
    return delta < -1e-6 * (qap->own[a] + qap->own[b]);
}

/* Changes the profiles (n,N) of n lines where flow moved[u] leaves line `from` for line `to`:
       cost[y][u] += moved[u] * (|to - y| - |from - y|)
   for all units u, or for the `count` of them in `some` where that is not NULL. */
static CLONES void move_flow(int n, int N, const double *moved, const int *some, int count,
                             int from, int to, double *cost)
{
    if (from == to)
        return;
    for (int y = 0; y < n; y++) {
        double more = abs(to - y) - abs(from - y);
        double *line = cost + (size_t)y * N;
        if (some)
            for (int k = 0; k < count; k++)
                line[some[k]] += more * moved[some[k]];
        else
            for (int u = 0; u < N; u++)
                line[u] += more * moved[u];
    }
}

/* moved = what unit a takes along, less what b takes the other way; lists in qap->touched the units
   where that is not 0, and a and b themselves; returns how many. */
static int find_moved(struct qap *qap, int a, int b, double *moved)
{
    const float *flow_a = flow_of(qap, a), *flow_b = flow_of(qap, b);
    int count = 0;
    for (int u = 0; u < qap->N; u++) {
        moved[u] = (double)flow_a[u] - flow_b[u];
        qap->touched[count] = u;
        count += moved[u] != 0 || u == a || u == b;
    }
    return count;
}

void qap_exchange(struct qap *qap, int a, int b)
{
    int N = qap->N, cols = qap->cols, p = qap->place[a], q = qap->place[b];
    double *moved = qap->delta;
    int count = find_moved(qap, a, b, moved);
    const int *some = count < N / 4 ? qap->touched : NULL; /* few are quicker one by one */
    move_flow(qap->rows, N, moved, some, count, p / cols, q / cols, qap->row_cost);
    move_flow(cols, N, moved, some, count, p % cols, q % cols, qap->col_cost);

    qap->place[a] = q;
    qap->place[b] = p;
    qap->unit[p] = b;
    qap->unit[q] = a;
    for (int k = 0; k < count; k++)
        qap->own[qap->touched[k]] = cost_at(qap, qap->touched[k], qap->place[qap->touched[k]]);
}

int qap_descend(struct qap *qap, int n, const int *units, int max_passes)
{
    int exchanges = 0;
    for (int pass = 0, found = 1; pass < max_passes && found; pass++) {
        found = 0;
        for (int i = 0; i < n; i++) {
            double delta;
            int partner = qap_best(qap, units[i], &delta);
            if (!qap_improves(qap, units[i], partner, delta))
                continue;
            qap_exchange(qap, units[i], partner);
            found++;
        }
        exchanges += found;
    }
    return exchanges;
}
