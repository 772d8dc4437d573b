/*
 * pareto - frontiers of points in a plane whose two coordinates are both minimised.
 *
 * A point is on the frontier when no other point is at least as good in both coordinates and better
 * in one; equal points are all on it.  Pure functions on arrays x, y (n), all finite; they allocate
 * nothing.
 */
#ifndef BRAINSWEEP_PARETO_H
#define BRAINSWEEP_PARETO_H

/* order (n): 0..n-1 by x, then y, then the index itself.  The functions below read points in such
   an order, which may also be that of a part of them: n then is the length of the part. */
void pareto_sort(const double *x, const double *y, int n, int *order);

/* Sets on[i] for the points i of the order that are on the frontier, and clears it for the others
   of the order.  Returns how many are on it. */
int pareto_mark(const double *x, const double *y, const int *order, int n, unsigned char *on);

/* The frontier's steps: stairs (n) receives the points on it, one of each set of equal ones (the
   first), x rising and y falling.  stairs may be order itself.  Returns how many. */
int pareto_stairs(const double *x, const double *y, const int *order, int n, int *stairs);

/* Area that the m stairs dominate, bounded by the reference point: exact.  Stairs that are not
   below the reference in both coordinates add nothing. */
double pareto_hypervolume(const double *x, const double *y, const int *stairs, int m,
                          double reference_x, double reference_y);

enum pareto_between {
    PARETO_STEP,  /* what a point with x <= limit has reached */
    PARETO_LINEAR /* on straight lines between neighbouring stairs; never above the step */
};

/* The least y to be had at x <= limit, into *least.  Beyond the last stair it is the last one's.
   Returns false, and leaves *least alone, when every stair has x > limit. */
int pareto_least(const double *x, const double *y, const int *stairs, int m, double limit,
                 enum pareto_between between, double *least);

#endif
