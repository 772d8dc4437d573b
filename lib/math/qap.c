#include "math/qap.h"

#include "base/mem.h"
#include "math/qap_axis.h"
#include "math/simd.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* TILE units are loaded at a time, and CHUNK partners are compared at a time.  If two units
   together have fewer than N / FEW links, these are followed one by one: measured with 400 and 1600
   units. */
enum { TILE = 64, CHUNK = 8 * AXIS_BLOCK, FEW = 24 };

struct qap {
    int rows, cols, N;
    int padded;                  /* N rounded up to whole blocks of an axis */
    float *flow;                 /* (N,N) by unit */
    struct qap_axis *down;       /* R_u: cost of the flow of u along the rows, were u in each row */
    struct qap_axis *across;     /* K_u: the same along the columns */
    double *own;                 /* (N) C_u at u's own place */
    double *degree;              /* (padded) sum of the flow of u */
    int *links;                  /* (N) number of units to which u has flow */
    int *place;                  /* (N) place of each unit */
    int *row, *col;              /* (N) of each unit */
    int *unit;                   /* (N) unit at each place */
    int *touched;                /* (N) scratch: units whose costs an exchange changes */
    double *moved;               /* (padded) scratch: the flow that an exchange moves; 0 beyond N */
    double *delta;               /* (padded) scratch: change of cost for each partner */
    double *row_cost, *col_cost; /* (rows), (cols) scratch: one unit's R_u and K_u */
    struct qap_axis_term *terms; /* (rows + cols + 4) scratch: of both axes */
};

static int padded_to_blocks(double N)
{
    return (int)(ceil(N / AXIS_BLOCK) * AXIS_BLOCK);
}

double qap_bytes(int rows, int cols)
{
    double N = (double)rows * cols, lines = (double)rows + cols;
    int padded = padded_to_blocks(N);
    return N * N * (double)sizeof(float) + qap_axis_bytes(rows, padded) +
           qap_axis_bytes(cols, padded) + (N + 3.0 * padded + lines) * (double)sizeof(double) +
           N * 6 * (double)sizeof(int) + (lines + 4) * (double)sizeof(struct qap_axis_term);
}

/* Allocates the arrays; nonzero if an allocation fails. */
static int allocate(struct qap *q)
{
    size_t N = (size_t)q->N, padded = (size_t)q->padded;
    int **const ints[] = {&q->links, &q->place, &q->row, &q->col, &q->unit, &q->touched};
    const struct {
        double **at;
        size_t n;
    } doubles[] = {
        {&q->own, N},

        {&q->degree, padded},
        {&q->moved, padded},
        {&q->delta, padded},
        {&q->row_cost, (size_t)q->rows},
        {&q->col_cost, (size_t)q->cols},
    };
    int missing = 0;
    for (size_t i = 0; i < sizeof ints / sizeof ints[0]; i++)
        missing |= !(*ints[i] = mem_array(N, sizeof(int)));
    for (size_t i = 0; i < sizeof doubles / sizeof doubles[0]; i++)
        missing |= !(*doubles[i].at = mem_array(doubles[i].n, sizeof(double)));
    q->flow = mem_array(N * N, sizeof *q->flow);
    q->terms = mem_array((size_t)q->rows + (size_t)q->cols + 4, sizeof *q->terms);
    return missing || !q->flow || !q->terms || qap_axis_new(&q->down, q->rows, q->padded, NULL) ||
           qap_axis_new(&q->across, q->cols, q->padded, NULL);
}

int qap_new(struct qap **qap, int rows, int cols, struct err *e)
{
    assert(rows > 0 && cols > 0);
    *qap = NULL;
    struct qap *q = mem_array(1, sizeof *q);
    if (q) {
        *q = (struct qap){.rows = rows, .cols = cols, .N = rows * cols};
        q->padded = padded_to_blocks(q->N);
    }
    if (!q || allocate(q)) {
        qap_free(q);
        return err_set(e, ERR_MEMORY, "out of memory for placing %d x %d units", rows, cols);
    }
    *qap = q;
    return 0;
}

void qap_free(struct qap *qap)
{
    if (!qap)
        return;
    void *const arrays[] = {qap->flow,  qap->own,      qap->degree,   qap->links,   qap->place,
                            qap->row,   qap->col,      qap->unit,     qap->touched, qap->moved,
                            qap->delta, qap->row_cost, qap->col_cost, qap->terms};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        mem_free(arrays[i]);
    qap_axis_free(qap->down);
    qap_axis_free(qap->across);
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

/* C_u at a place. */
static double cost_at(const struct qap *qap, int u, int row, int col)
{
    return qap_axis_cost(qap->down, u, row) + qap_axis_cost(qap->across, u, col);
}

static void seat(struct qap *qap, int u, int p)
{
    qap->unit[p] = u;
    qap->place[u] = p;
    qap->row[u] = p / qap->cols;
    qap->col[u] = p % qap->cols;
}

/* Adds the flow of one unit to the masses that all units have in its row and its column, and
   returns the number of units it has flow to.  The flow is symmetric: the flow from u to all units
   is also the flow from all units to u. */
static SIMD_CLONES int add_flow(int N, const float *restrict flow, double *restrict row_mass,
                                double *restrict col_mass)
{
    int links = 0;
    for (int u = 0; u < N; u++) {
        row_mass[u] += flow[u];
        col_mass[u] += flow[u];
        links += flow[u] != 0;
    }
    return links;
}

void qap_assign(struct qap *qap, const int *unit_at)
{
    size_t vector = (size_t)qap->padded * sizeof(double);
    for (int c = 0; c < qap->cols; c++)
        memset(qap_axis_mass(qap->across, c), 0, vector);
    for (int p = 0; p < qap->N; p++) {
        int u = unit_at ? unit_at[p] : p;
        seat(qap, u, p);
        double *row_mass = qap_axis_mass(qap->down, qap->row[u]);
        if (qap->col[u] == 0)
            memset(row_mass, 0, vector);
        qap->links[u] =
            add_flow(qap->N, flow_of(qap, u), row_mass, qap_axis_mass(qap->across, qap->col[u]));
    }
    for (int r = 0; r < qap->rows; r++)
        qap->terms[r] = (struct qap_axis_term){qap_axis_mass(qap->down, r), 1};
    memset(qap->degree, 0, vector);
    qap_axis_add(0, qap->padded, qap->rows, qap->terms, qap->degree);
    qap_axis_sum(qap->down);
    qap_axis_sum(qap->across);
    for (int u = 0; u < qap->N; u++)
        qap->own[u] = cost_at(qap, u, qap->row[u], qap->col[u]);
}

/* Sets the flow between a tile of units i and a tile of units j, in both directions, which are
   equal.  Tiles are square, so that columns are read and written a few cache lines at a time. */
static void load_tile(struct qap *qap, const float *w, int i0, int j0)
{
    float mirrored[TILE][TILE], sum[TILE][TILE];
    size_t N = (size_t)qap->N;
    int rows = qap->N - i0 < TILE ? qap->N - i0 : TILE;
    int cols = qap->N - j0 < TILE ? qap->N - j0 : TILE;
    for (int c = 0; c < cols; c++) {
        const float *mirror = w + (size_t)(j0 + c) * N + (size_t)i0;
        if (j0 + TILE + c < qap->N) /* of the next tile */
            simd_prefetch(mirror + TILE * N, (size_t)rows);
        for (int r = 0; r < rows; r++)
            mirrored[r][c] = fabsf(mirror[r]);
    }
    for (int r = 0; r < rows; r++) {
        size_t at = (size_t)(i0 + r) * N + (size_t)j0;
        for (int c = 0; c < cols; c++)
            sum[r][c] = fabsf(w[at + (size_t)c]) + mirrored[r][c];
        memcpy(qap->flow + at, sum[r], (size_t)cols * sizeof(float));
    }
    for (int c = 0; c < cols; c++) {
        float *mirror = qap->flow + (size_t)(j0 + c) * N + (size_t)i0;
        for (int r = 0; r < rows; r++)
            mirror[r] = sum[r][c];
    }
}

void qap_load(struct qap *qap, const float *w)
{
    for (int i = 0; i < qap->N; i += TILE)
        for (int j = i; j < qap->N; j += TILE)
            load_tile(qap, w, i, j);
    for (size_t u = 0; u < (size_t)qap->N; u++)
        qap->flow[u * (size_t)qap->N + u] = 0;
    qap_assign(qap, NULL);
}

double qap_cost(const struct qap *qap)
{
    double sum = 0;
    for (int u = 0; u < qap->N; u++)
        sum += qap->own[u];
    return sum / 2; /* each pair was counted once for each of its units */
}

static int steps_between(const struct qap *qap, int a, int b)
{
    return abs(qap->row[a] - qap->row[b]) + abs(qap->col[a] - qap->col[b]);
}

double qap_delta(const struct qap *qap, int a, int b)
{
    return cost_at(qap, a, qap->row[b], qap->col[b]) - qap->own[a] +
           cost_at(qap, b, qap->row[a], qap->col[a]) - qap->own[b] +
           2.0 * flow_of(qap, a)[b] * steps_between(qap, a, b);
}

/* delta[u] = how much more unit a's own links would cost at the place of u than now. */
static void costs_there(struct qap *qap, int a)
{
    const int *unit = qap->unit;
    qap_axis_profile(qap->down, a, qap->row_cost);
    qap_axis_profile(qap->across, a, qap->col_cost);
    for (int r = 0; r < qap->rows; r++, unit += qap->cols) {
        double row_cost = qap->row_cost[r] - qap->own[a];
        for (int c = 0; c < qap->cols; c++)
            qap->delta[unit[c]] = row_cost + qap->col_cost[c];
    }
}

/* Sets the terms of the cost that the links of each unit would have at unit a's place; returns
   their number. */
static int terms_here(struct qap *qap, int a)
{
    int down, across;
    const struct qap_axis_term *of_row = qap_axis_at(qap->down, qap->row[a], &down),
                               *of_col = qap_axis_at(qap->across, qap->col[a], &across);
    memcpy(qap->terms, of_row, (size_t)down * sizeof *of_row);
    memcpy(qap->terms + down, of_col, (size_t)across * sizeof *of_col);
    return down + across;
}

/* Adds the rest of what an exchange of a and u changes, besides what both would cost at the other's
   place: what u costs now is subtracted, and the link between the two keeps its length. */
static SIMD_CLONES void add_rest(const struct qap *qap, int a, int begin, int end,
                                 const float *restrict flow, double *restrict delta)
{
    const int *row = qap->row, *col = qap->col;
    const double *own = qap->own;
    int row_a = row[a], col_a = col[a];
    for (int u = begin; u < end; u++) {
        float steps = (float)(abs(row[u] - row_a) + abs(col[u] - col_a));
        delta[u] += 2.0 * flow[u] * steps - own[u];
    }
}

/* The smallest of n numbers; n is a multiple of AXIS_BLOCK. */
static SIMD_CLONES double least_of(int n, const double *x)
{
    double lane[AXIS_BLOCK], least = HUGE_VAL;
    for (int k = 0; k < AXIS_BLOCK; k++)
        lane[k] = HUGE_VAL;
    for (int i = 0; i < n; i += AXIS_BLOCK)
        for (int k = 0; k < AXIS_BLOCK; k++)
            lane[k] = x[i + k] < lane[k] ? x[i + k] : lane[k];
    for (int k = 0; k < AXIS_BLOCK; k++)
        least = lane[k] < least ? lane[k] : least;
    return least;
}

/* The index of the first number that equals `least`; there must be one. */
static SIMD_CLONES int index_of(double least, const double *x)
{
    int i = 0;
    for (int found = 0; !found; i += AXIS_BLOCK)
        for (int k = 0; k < AXIS_BLOCK; k++)
            found |= x[i + k] == least;
    for (i -= AXIS_BLOCK; x[i] != least; i++)
        ;
    return i;
}

/* Does what qap_best does, and meanwhile prefetches the flow of the unit that comes next. */
static int best(struct qap *qap, int a, int next, double *delta)
{
    int count = terms_here(qap, a);
    costs_there(qap, a);
    for (int begin = 0; begin < qap->padded; begin += CHUNK) { /* a chunk stays in the cache */
        int end = begin + CHUNK < qap->padded ? begin + CHUNK : qap->padded;
        qap_axis_add(begin, end, count, qap->terms, qap->delta);
        end = end < qap->N ? end : qap->N;
        simd_prefetch(flow_of(qap, next) + begin, (size_t)(end - begin));
        add_rest(qap, a, begin, end, flow_of(qap, a), qap->delta);
    }
    for (int u = qap->N; u < qap->padded; u++)
        qap->delta[u] = HUGE_VAL;
    qap->delta[a] = HUGE_VAL; /* a unit cannot be exchanged with itself */
    int partner = index_of(least_of(qap->padded, qap->delta), qap->delta);
    *delta = qap->delta[partner];
    return partner;
}

int qap_best(struct qap *qap, int a, double *delta)
{
    return best(qap, a, a, delta);
}

int qap_improves(const struct qap *qap, int a, int b, double delta)
{
    return delta < -1e-6 * (qap->own[a] + qap->own[b]);
}

/* moved = for each unit, its flow with a (which moves along with a) minus its flow with b (which
   moves the other way). */
static SIMD_CLONES void find_moved(int N, const float *restrict flow_a,
                                   const float *restrict flow_b, double *restrict moved)
{
    for (int u = 0; u < N; u++)
        moved[u] = (double)flow_a[u] - flow_b[u];
}

/* Lists in qap->touched the units where moved is not 0; returns how many. */
static int list_touched(struct qap *qap)
{
    int count = 0;
    for (int u = 0; u < qap->N; u++) {
        qap->touched[count] = u;
        count += qap->moved[u] != 0;
    }
    return count;
}

/* x += weight * moved for the x of each term. */
static SIMD_CLONES void change_all(int N, int count, const struct qap_axis_term *terms,
                                   const double *restrict moved)
{
    for (int k = 0; k < count; k++) {
        double *restrict x = terms[k].x;
        for (int u = 0; u < N; u++)
            x[u] += terms[k].weight * moved[u];
    }
}

/* The same for the listed units only. */
static void change_some(int n, const int *units, int count, const struct qap_axis_term *terms,
                        const double *moved)
{
    for (int k = 0; k < count; k++)
        for (int i = 0; i < n; i++)
            terms[k].x[units[i]] += terms[k].weight * moved[units[i]];
}

/* Adds how much more the flow that moves from p to q costs at the other units' own places. */
static SIMD_CLONES void change_own(const struct qap *qap, int p, int q,
                                   const double *restrict moved, double *restrict own)
{
    const int *row = qap->row, *col = qap->col;
    int row_p = p / qap->cols, col_p = p % qap->cols, row_q = q / qap->cols, col_q = q % qap->cols;
    for (int u = 0; u < qap->N; u++)
        own[u] += moved[u] * (abs(row[u] - row_q) - abs(row[u] - row_p) + abs(col[u] - col_q) -
                              abs(col[u] - col_p));
}

void qap_exchange(struct qap *qap, int a, int b)
{
    int p = qap->place[a], q = qap->place[b];
    struct qap_axis_term terms[2 * AXIS_CHANGES];
    int count = qap_axis_changes(qap->down, qap->row[a], qap->row[b], terms);
    count += qap_axis_changes(qap->across, qap->col[a], qap->col[b], terms + count);
    find_moved(qap->N, flow_of(qap, a), flow_of(qap, b), qap->moved);
    if (qap->links[a] + qap->links[b] < qap->N / FEW)
        change_some(list_touched(qap), qap->touched, count, terms, qap->moved);
    else
        change_all(qap->padded, count, terms, qap->moved);
    change_own(qap, p, q, qap->moved, qap->own);
    seat(qap, a, q);
    seat(qap, b, p);
    qap->own[a] = cost_at(qap, a, qap->row[a], qap->col[a]);
    qap->own[b] = cost_at(qap, b, qap->row[b], qap->col[b]);
}

int qap_descend(struct qap *qap, int n, const int *units, int max_passes)
{
    int exchanges = 0;
    for (int pass = 0, found = 1; pass < max_passes && found; pass++) {
        found = 0;
        for (int i = 0; i < n; i++) {
            double delta;
            int next = units[i + 1 < n ? i + 1 : 0], partner = best(qap, units[i], next, &delta);
            if (!qap_improves(qap, units[i], partner, delta))
                continue;
            qap_exchange(qap, units[i], partner);
            found++;
        }
        exchanges += found;
    }
    return exchanges;
}
