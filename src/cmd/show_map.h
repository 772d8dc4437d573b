/*
 * show_map - prints the grid of units as characters: each unit is the letter of its cluster.
 */
#ifndef BRAINSWEEP_SHOW_MAP_H
#define BRAINSWEEP_SHOW_MAP_H

#include "record/experiment.h"
#include "store/store.h"

/* The letter of a cluster, as a text: capitals for 0..25, then small letters; "." for NULL, "+" for
   a cluster beyond the alphabet. */
void show_map_letter(struct value cluster, char *text);

/* Prints the map of one job under its title; prints nothing if the job has no such rows. */
int show_map_print(struct store *store, const struct experiment *experiment,
                   const struct show_map *map, int64_t job, struct err *e)
    __attribute__((warn_unused_result));

#endif
