/*
 * graph_fixture - the graphs of tests/fixtures/graphs and what other programs say of them: SciPy,
 * networkx, bctpy, scikit-learn (make_fixtures.py).  A test fails where a file cannot be read.
 */
#ifndef BRAINSWEEP_TESTS_GRAPH_FIXTURE_H
#define BRAINSWEEP_TESTS_GRAPH_FIXTURE_H

/* The matrix <name>.csv, with its number of rows and columns; to be given back by mem_free. */
float *graph_fixture_matrix(const char *name, int *rows, int *cols);

/* What expected.csv says of a graph. */
double graph_fixture_expected(const char *graph, const char *what);

/* Calls `each` with the two partitions of every row of partitions.csv, (n) labels each, their
   adjusted Rand index and their normalised mutual information; returns how many rows there are. */
int graph_fixture_partitions(void (*each)(const int *a, const int *b, int n, double ari,
                                          double nmi));

#endif
