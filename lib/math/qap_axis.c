#include "math/qap_axis.h"

#include "base/mem.h"
#include "math/simd.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { GROUP = 4 };

struct qap_axis {
    int lines, N, span;          /* one anchor in the middle of every `span` lines */
    double *mass;                /* (lines,N) M */
    double *cost;                /* (AXIS_ANCHORS,N) C */
    double *slope;               /* (AXIS_ANCHORS,N) C_u(a + 1) - C_u(a) */
    struct qap_axis_term *terms; /* of all lines, one line after the other */
    int *begin;                  /* (lines + 1) index of each line's first term */
};

static int span_of(int lines)
{
    return (lines + AXIS_ANCHORS - 1) / AXIS_ANCHORS;
}

/* The line of an anchor.  The last anchors may be beyond the last line and are then unused. */
static int anchor_line(const struct qap_axis *axis, int k)
{
    return k * axis->span + (axis->span - 1) / 2;
}

static double *vector(double *vectors, const struct qap_axis *axis, int i)
{
    return vectors + (size_t)i * (size_t)axis->N;
}

/* Upper bound of the number of terms of all lines: a cost, a slope, and the masses between. */
static size_t terms_most(int lines)
{
    return (size_t)lines * ((size_t)span_of(lines) + 2);
}

double qap_axis_bytes(int lines, int N)
{
    return (double)sizeof(struct qap_axis) +
           (lines + 2.0 * AXIS_ANCHORS) * N * (double)sizeof(double) +
           (double)terms_most(lines) * (double)sizeof(struct qap_axis_term) +
           (lines + 1.0) * (double)sizeof(int);
}

/* Sets the terms of line y, as explained at the top of qap_axis.h; returns their number. */
static int find_terms(struct qap_axis *axis, int y, struct qap_axis_term *terms)
{
    int k = y / axis->span, a = anchor_line(axis, k), count = 0;
    if (a >= axis->lines)
        a = anchor_line(axis, --k);
    terms[count++] = (struct qap_axis_term){vector(axis->cost, axis, k), 1};
    if (y != a)
        terms[count++] = (struct qap_axis_term){vector(axis->slope, axis, k), y - a};
    for (int x = a + 1; x < y; x++)
        terms[count++] = (struct qap_axis_term){vector(axis->mass, axis, x), 2 * (y - x)};
    for (int x = y + 1; x <= a; x++) /* the slope is the one above a, so a's own bend counts too */
        terms[count++] = (struct qap_axis_term){vector(axis->mass, axis, x), 2 * (x - y)};
    return count;
}

int qap_axis_new(struct qap_axis **out, int lines, int N, struct err *e)
{
    assert(lines > 0 && N % AXIS_BLOCK == 0);
    *out = NULL;
    struct qap_axis *axis = mem_array(1, sizeof *axis);
    if (!axis)
        goto no_memory;
    *axis = (struct qap_axis){.lines = lines, .N = N, .span = span_of(lines)};
    axis->mass = mem_array((size_t)lines * (size_t)N, sizeof *axis->mass);
    axis->cost = mem_array((size_t)AXIS_ANCHORS * (size_t)N, sizeof *axis->cost);
    axis->slope = mem_array((size_t)AXIS_ANCHORS * (size_t)N, sizeof *axis->slope);
    axis->terms = mem_array(terms_most(lines), sizeof *axis->terms);
    axis->begin = mem_array((size_t)lines + 1, sizeof *axis->begin);
    if (!axis->mass || !axis->cost || !axis->slope || !axis->terms || !axis->begin)
        goto no_memory;
    for (int y = 0; y < lines; y++)
        axis->begin[y + 1] = axis->begin[y] + find_terms(axis, y, axis->terms + axis->begin[y]);
    *out = axis;
    return 0;

no_memory:
    qap_axis_free(axis);
    return err_set(e, ERR_MEMORY, "out of memory for %d units along %d lines", N, lines);
}

void qap_axis_free(struct qap_axis *axis)
{
    if (!axis)
        return;
    mem_free(axis->mass);
    mem_free(axis->cost);
    mem_free(axis->slope);
    mem_free(axis->terms);
    mem_free(axis->begin);
    mem_free(axis);
}

double *qap_axis_mass(struct qap_axis *axis, int y)
{
    return vector(axis->mass, axis, y);
}

/* Adds the terms of one group, whose vectors are read in parallel. */
static SIMD_CLONES void add_group(int begin, int end, const struct qap_axis_term *terms,
                                  double *restrict sum)
{
    const double *restrict x0 = terms[0].x, *restrict x1 = terms[1].x, *restrict x2 = terms[2].x,
                           *restrict x3 = terms[3].x;
    double w0 = terms[0].weight, w1 = terms[1].weight, w2 = terms[2].weight, w3 = terms[3].weight;
    for (int u = begin; u < end; u++)
        sum[u] += w0 * x0[u] + w1 * x1[u] + (w2 * x2[u] + w3 * x3[u]);
}

void qap_axis_add(int begin, int end, int count, const struct qap_axis_term *terms, double *sum)
{
    for (int k = 0; k < count; k += GROUP) {
        struct qap_axis_term group[GROUP];
        for (int i = 0; i < GROUP; i++) {
            group[i] = terms[k + i < count ? k + i : k];
            if (k + i >= count)
                group[i].weight = 0;
        }
        add_group(begin, end, group, sum);
    }
}

/* sum += weight * x. */
static SIMD_CLONES void add_scaled(int N, double weight, const double *restrict x,
                                   double *restrict sum)
{
    for (int u = 0; u < N; u++)
        sum[u] += weight * x[u];
}

void qap_axis_sum(struct qap_axis *axis)
{
    size_t vectors = (size_t)AXIS_ANCHORS * (size_t)axis->N * sizeof(double);
    memset(axis->cost, 0, vectors);
    memset(axis->slope, 0, vectors);
    for (int k = 0; k < AXIS_ANCHORS; k++) {
        int a = anchor_line(axis, k);
        for (int x = 0; x < axis->lines; x++) {
            const double *mass = qap_axis_mass(axis, x);
            add_scaled(axis->N, abs(x - a), mass, vector(axis->cost, axis, k));
            add_scaled(axis->N, x <= a ? 1 : -1, mass, vector(axis->slope, axis, k));
        }
    }
}

/* From one line to the next, every line already passed gets one step farther away and every line
   ahead gets one step nearer. */
void qap_axis_profile(const struct qap_axis *axis, int u, double *cost)
{
    const double *mass = axis->mass + u;
    double total = 0, here = 0, passed = 0;
    for (int x = 0; x < axis->lines; x++) {
        cost[x] = mass[(size_t)x * (size_t)axis->N];
        total += cost[x];
        here += x * cost[x];
    }
    for (int y = 0; y < axis->lines; y++) {
        passed += cost[y];
        cost[y] = here;
        here += passed - (total - passed);
    }
}

double qap_axis_cost(const struct qap_axis *axis, int u, int y)
{
    double sum = 0;
    for (int k = axis->begin[y]; k < axis->begin[y + 1]; k++)
        sum += axis->terms[k].weight * axis->terms[k].x[u];
    return sum;
}

const struct qap_axis_term *qap_axis_at(const struct qap_axis *axis, int y, int *count)
{
    *count = axis->begin[y + 1] - axis->begin[y];
    return axis->terms + axis->begin[y];
}

int qap_axis_changes(const struct qap_axis *axis, int from, int to, struct qap_axis_term *changes)
{
    int count = 0;
    if (from == to)
        return 0;
    changes[count++] = (struct qap_axis_term){vector(axis->mass, axis, from), -1};
    changes[count++] = (struct qap_axis_term){vector(axis->mass, axis, to), 1};
    for (int k = 0; k < AXIS_ANCHORS; k++) {
        int a = anchor_line(axis, k), farther = abs(to - a) - abs(from - a);
        if (a >= axis->lines)
            continue;
        if (farther)
            changes[count++] = (struct qap_axis_term){vector(axis->cost, axis, k), farther};
        if ((from <= a) != (to <= a))
            changes[count++] =
                (struct qap_axis_term){vector(axis->slope, axis, k), to <= a ? 2 : -2};
    }
    return count;
}
