/*
 * grid - positions of the hidden units: H = g*g units on a g x g grid, unit u = i*g + j at (i/g,
 * j/g).
 *
 * Distances are Manhattan distances in units of the grid's side: D(u,v) = (|i-m| + |j-n|) / g, from
 * 1/g between neighbours to 2(g-1)/g between opposite corners (Liu et al. 2023, arXiv 2310.07711).
 */
#ifndef BRAINSWEEP_GRID_H
#define BRAINSWEEP_GRID_H

#include <stdlib.h>

/* Steps along rows and columns from unit u to unit v on a grid of side g: g * D(u,v). */
static inline int grid_steps(int g, int u, int v)
{
    return abs(u / g - v / g) + abs(u % g - v % g);
}

/* D(u,v). */
static inline float grid_distance(int g, int u, int v)
{
    return (float)grid_steps(g, u, v) / (float)g;
}

#endif
