#include "graph_fixture.h"

#include "base/mem.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_fixture(const char *name)
{
    const char *srcdir = getenv("srcdir");
    char path[512];
    snprintf(path, sizeof path, "%s/tests/fixtures/graphs/%s.csv", srcdir ? srcdir : ".", name);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s cannot be read", path);
    return file;
}

float *graph_fixture_matrix(const char *name, int *rows, int *cols)
{
    enum { MOST = 64 * 64 };
    float *x = mem_array(MOST, sizeof *x);
    FILE *file = open_fixture(name);
    int n = 0;
    char end = ',';
    *rows = 0;
    while (n < MOST && fscanf(file, "%f%c", &x[n], &end) == 2) {
        n++;
        *rows += end == '\n';
    }
    fclose(file);
    ck_assert(n > 0 && *rows > 0 && n % *rows == 0);
    *cols = n / *rows;
    return x;
}

double graph_fixture_expected(const char *graph, const char *what)
{
    char line[256], start[128];
    FILE *file = open_fixture("expected");
    double value = 0;
    int found = 0;
    snprintf(start, sizeof start, "%s,%s,", graph, what);
    while (!found && fgets(line, sizeof line, file))
        if (!strncmp(line, start, strlen(start))) {
            value = strtod(line + strlen(start), NULL);
            found = 1;
        }
    fclose(file);
    ck_assert_msg(found, "expected.csv has no %s", start);
    return value;
}

/* Numbers with spaces between them, up to a semicolon. */
static int read_labels(char **at, int *label, int most)
{
    int n = 0;
    while (n < most && **at != ';')
        label[n++] = (int)strtol(*at, at, 10);
    (*at)++;
    return n;
}

int graph_fixture_partitions(void (*each)(const int *a, const int *b, int n, double ari,
                                          double nmi))
{
    enum { MOST = 64 };
    int a[MOST], b[MOST], count = 0;
    char line[512];
    FILE *file = open_fixture("partitions");
    ck_assert_ptr_nonnull(fgets(line, sizeof line, file)); /* the names of the columns */
    while (fgets(line, sizeof line, file)) {
        char *at = line;
        int n = read_labels(&at, a, MOST);
        ck_assert_int_eq(read_labels(&at, b, MOST), n);
        double ari = strtod(at, &at);
        each(a, b, n, ari, strtod(at + 1, NULL));
        count++;
    }
    fclose(file);
    return count;
}
