#include "measure/anatomy.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { NEIGHBOURS = 8 };

/* The map, and room to measure it under one labelling after the other. */
struct board {
    int g, n, K;
    const int *place;   /* (n) rising */
    int *neighbour;     /* (n,8) indices of the units around each, -1 past the last */
    int *members;       /* (K) */
    int *row_count;     /* (K,g) scratch: members of each cluster in each row */
    int *col_count;     /* (K,g) scratch: and in each column */
    int *label;         /* (n) of the unit at each place */
    int *shuffled;      /* (n) scratch: another labelling */
    double *isolated;   /* (shuffles) */
    double *size;       /* (shuffles) */
    double *by_members; /* (shuffles) */
    int clusters;       /* that have members */
    int multi_members;  /* clusters of two or more */
    int paired;         /* units in them */
};

static void find_neighbours(struct board *b)
{
    int g = b->g;
    for (int i = 0; i < b->n; i++) {
        int *neighbour = b->neighbour + (size_t)i * NEIGHBOURS, found = 0;
        int row = b->place[i] / g, col = b->place[i] % g;
        /* places rise, so neighbours are never more than a row and a column away in the list */
        for (int j = i - 1; j >= 0 && b->place[j] >= b->place[i] - g - 1; j--)
            if (row - b->place[j] / g <= 1 && abs(col - b->place[j] % g) <= 1)
                neighbour[found++] = j;
        for (int j = i + 1; j < b->n && b->place[j] <= b->place[i] + g + 1; j++)
            if (b->place[j] / g - row <= 1 && abs(col - b->place[j] % g) <= 1)
                neighbour[found++] = j;
        for (; found < NEIGHBOURS; found++)
            neighbour[found] = -1;
    }
}

static int board_open(struct board *b, const struct shuffles *positions, const int *label, int K)
{
    int n = shuffles_count(positions), g = shuffles_grid(positions);
    const int *unit = shuffles_unit(positions);
    *b = (struct board){.g = g, .n = n, .K = K, .place = shuffles_place(positions)};
    const size_t clusters = (size_t)K, units = (size_t)n, lines = (size_t)K * (size_t)g;
    const size_t shuffles = (size_t)shuffles_shuffles(positions);
    const struct mem_slot slots[] = {
        MEM_SLOT(b->neighbour, units * NEIGHBOURS),
        MEM_SLOT(b->members, clusters),
        MEM_SLOT(b->row_count, lines),
        MEM_SLOT(b->col_count, lines),
        MEM_SLOT(b->label, units),
        MEM_SLOT(b->shuffled, units),
        MEM_SLOT(b->isolated, shuffles),
        MEM_SLOT(b->size, shuffles),
        MEM_SLOT(b->by_members, shuffles),
        {0},
    };
    if (mem_arrays(slots))
        return ERR_MEMORY;

    find_neighbours(b);
    for (int i = 0; i < n; i++) {
        b->label[i] = label[unit[i]];
        assert(b->label[i] >= 0 && b->label[i] < K);
        b->members[b->label[i]]++;
    }
    for (int c = 0; c < K; c++) {
        b->clusters += b->members[c] > 0;
        b->multi_members += b->members[c] > 1;
        b->paired += b->members[c] > 1 ? b->members[c] : 0;
    }
    return 0;
}

static void board_close(struct board *b)
{
    mem_free(b->neighbour);
    mem_free(b->members);
    mem_free(b->row_count);
    mem_free(b->col_count);
    mem_free(b->label);
    mem_free(b->shuffled);
    mem_free(b->isolated);
    mem_free(b->size);
    mem_free(b->by_members);
}

static double isolated_fraction(const struct board *b, const int *label)
{
    int isolated = 0;
    for (int i = 0; i < b->n; i++) {
        const int *neighbour = b->neighbour + (size_t)i * NEIGHBOURS;
        int k = 0;
        while (k < NEIGHBOURS && neighbour[k] >= 0 && label[neighbour[k]] != label[i])
            k++;
        isolated += k == NEIGHBOURS || neighbour[k] < 0;
    }
    return (double)isolated / b->n;
}

/* Sum over the pairs of `members` things, count[x] of them in line x, of how many lines apart they
   are: between two lines pass all pairs of one thing before and one behind. */
static long spread(const int *count, int lines, int members)
{
    long sum = 0, before = 0;
    for (int x = 0; x < lines; x++) {
        before += count[x];
        sum += before * (members - before);
    }
    return sum;
}

/* Manhattan distances add up by rows and by columns, so nobody has to visit the pairs. */
static double mean_cluster_size(struct board *b, const int *label, double *by_members)
{
    size_t g = b->g, counts = b->K * g;
    memset(b->row_count, 0, counts * sizeof *b->row_count);
    memset(b->col_count, 0, counts * sizeof *b->col_count);
    for (int i = 0; i < b->n; i++) {
        b->row_count[label[i] * g + b->place[i] / g]++;
        b->col_count[label[i] * g + b->place[i] % g]++;
    }
    double sum = 0, weighted = 0;
    for (int c = 0; c < b->K; c++) {
        double members = b->members[c], pairs = members * (members - 1) / 2;
        if (pairs == 0)
            continue;
        double size = (double)(spread(b->row_count + c * g, b->g, b->members[c]) +
                               spread(b->col_count + c * g, b->g, b->members[c])) /
                      pairs;
        sum += size;
        weighted += members * size;
    }
    *by_members = weighted / b->paired / b->g;
    return sum / b->multi_members / b->g;
}

static void measure(struct board *b, const struct shuffles *positions, struct anatomy *anatomy)
{
    int shuffles = shuffles_shuffles(positions), has_size = b->multi_members > 0;
    for (int s = 0; s < shuffles; s++) {
        const int *order = shuffles_shuffle(positions, s);
        for (int i = 0; i < b->n; i++)
            b->shuffled[i] = b->label[order[i]];
        b->isolated[s] = isolated_fraction(b, b->shuffled);
        if (has_size)
            b->size[s] = mean_cluster_size(b, b->shuffled, &b->by_members[s]);
    }
    anatomy->isolated =
        stats_baseline(isolated_fraction(b, b->label), b->isolated, shuffles, STATS_LOWER);
    if (!has_size)
        return;
    double by_members, size = mean_cluster_size(b, b->label, &by_members);
    anatomy->size = stats_baseline(size, b->size, shuffles, STATS_LOWER);
    anatomy->size_by_members = stats_baseline(by_members, b->by_members, shuffles, STATS_LOWER);
    anatomy->locality = optional_of(1 - size / anatomy->size.mean.value);
}

int anatomy_measure(const struct shuffles *positions, const int *label, int K,
                    struct anatomy *anatomy, double *isolated, double *size, struct err *e)
{
    *anatomy = (struct anatomy){0};
    struct board b;
    int code = board_open(&b, positions, label, K);
    if (code) {
        code = err_set(e, code, "out of memory for the anatomy of %d units", b.n);
        goto out;
    }
    if (b.clusters < 2)
        goto out;
    measure(&b, positions, anatomy);
    size_t shuffles = shuffles_shuffles(positions);
    if (isolated)
        memcpy(isolated, b.isolated, shuffles * sizeof *isolated);
    if (size && anatomy->size.observed.defined)
        memcpy(size, b.size, shuffles * sizeof *size);
out:
    board_close(&b);
    return code;
}
