#include "base/suggest.h"

#include <stdio.h>
#include <string.h>

enum {
    NAME_LENGTH = 64 /* longer names have no neighbours */
};

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Letters to insert, delete, replace or exchange with a neighbour to turn a into b (Damerau 1964,
   no letter touched twice); capitals cost nothing. */
static int edit_distance(const char *a, const char *b)
{
    int n = (int)strlen(a), m = (int)strlen(b);
    int rows[3][NAME_LENGTH + 1];
    int *before = rows[0], *last = rows[1], *row = rows[2];
    for (int j = 0; j <= m; j++)
        last[j] = j;
    for (int i = 1; i <= n; i++) {
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            int differ = lower(a[i - 1]) != lower(b[j - 1]);
            row[j] = least(last[j - 1] + differ, least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        int *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[m];
}

const char *suggest_name(const char *mistyped, const char *(*name_at)(int i, const void *data),
                         const void *data)
{
    size_t length = strlen(mistyped);
    if (length > NAME_LENGTH)
        return NULL;

    int best = (int)length / 3 + 1;
    const char *nearest = NULL, *name;
    for (int i = 0; (name = name_at(i, data)); i++) {
        if (strlen(name) > NAME_LENGTH)
            continue;
        int distance = edit_distance(mistyped, name);
        if (distance < best) {
            best = distance;
            nearest = name;
        }
    }
    return nearest;
}

int suggest_phrase(char *out, const char *mistyped, const char *(*name_at)(int i, const void *data),
                   const void *data)
{
    const char *nearest = suggest_name(mistyped, name_at, data);
    out[0] = '\0';
    if (nearest)
        snprintf(out, SUGGEST_SIZE, "; did you mean %s?", nearest);
    return nearest != NULL;
}
