/*
 * graph_fixture - the graphs of tests/fixtures/graphs and the results of other programs for them:
 * SciPy, networkx, bctpy, scikit-learn (make_fixtures.py).  A test fails if a file cannot be read.
 */
#ifndef BRAINSWEEP_TESTS_GRAPH_FIXTURE_H
#define BRAINSWEEP_TESTS_GRAPH_FIXTURE_H

/* The matrix <name>.csv, with its number of rows and columns; free it with mem_free. */
float *graph_fixture_matrix(const char *name, int *rows, int *cols);

/* The values of a graph in expected.csv. */
double graph_fixture_expected(const char *graph, const char *what);

/* Calls `each` with the two partitions of every row of partitions.csv, (n) labels each, their
   adjusted Rand index and their normalised mutual information; returns how many rows there are. */
int graph_fixture_partitions(void (*each)(const int *a, const int *b, int n, double ari,
                                          double nmi));

#endif
