/*
 * partition - units in groups: how differently the groups serve some sub-tasks, how far two
 * partitions agree, and random subsets of a group.
 */
#ifndef BRAINSWEEP_PARTITION_H
#define BRAINSWEEP_PARTITION_H

#include "math/rng.h"

/* Specialization of K groups in V sub-tasks, M (K,V) above 0: with P_gk = M_gk / sum_k M_gk, the
   mean over pairs of groups of half of sum_k |P_gk - P_hk|.  0..1; of two groups and sub-tasks it
   is specialization_of().  K >= 2. */
double partition_specialization(int K, int V, const double *M);

/* Hubert & Arabie's (1985) adjusted Rand index of two partitions of n units, a (n) in 0..A-1 and b
   (n) in 0..B-1: 1 for equal ones, 0 on average for random ones; 0 where both have one group. A * B
   <= 1024. */
double partition_rand_index(int n, int A, const int *a, int B, const int *b);

/* Units of group g into unit (n); returns how many. */
int partition_members(int n, const int *group, int g, int *unit);

/* Puts m of the n units, drawn at random, first. */
void partition_draw(struct rng *r, int n, int m, int *unit);

#endif
