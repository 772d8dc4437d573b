/*
 * sweep_grid - the axes of one axes block, with the fixed block and the command line put in.
 */
#ifndef BRAINSWEEP_SWEEP_GRID_H
#define BRAINSWEEP_SWEEP_GRID_H

#include "sweep/sweep_axis.h"
#include "sweep/sweep_file.h"
#include "sweep/sweep_set.h"

/* First the fixed parameters, each an axis of one value, unless the block has an axis of that name;
   then the block's axes in the order of the file; then what the command line adds. */
struct sweep_grid {
    struct sweep_axis *axes; /* one for each parameter at most */
    int n;
    size_t points; /* the product of the axes' values */
};

/* Text values point into the file and the set.  ERR_SWEEP and ERR_USAGE name a wrong value. */
int sweep_grid_build(struct sweep_grid *grid, const struct sweep_file *file, int block,
                     const struct sweep_set *set, const char *path, struct err *e)
    __attribute__((warn_unused_result));
void sweep_grid_free(struct sweep_grid *grid);

/* The axis of that parameter, or NULL. */
const struct sweep_axis *sweep_grid_axis(const struct sweep_grid *grid, int parameter);

#endif
