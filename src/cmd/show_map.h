/*
 * show_map - the grid of units drawn in characters: a letter where a unit of that cluster sits.
 */
#ifndef BRAINSWEEP_SHOW_MAP_H
#define BRAINSWEEP_SHOW_MAP_H

#include "record/experiment.h"
#include "store/store.h"

/* The letter of a cluster, as a text: 0..25 are capitals, then small letters; "." for NULL, "+" for
   one beyond the alphabet. */
void show_map_letter(struct value cluster, char *text);

/* Prints the picture of one job, under its title; nothing when the job has no such rows. */
int show_map_print(struct store *store, const struct experiment *experiment,
                   const struct show_map *map, int64_t job, struct err *e)
    __attribute__((warn_unused_result));

#endif
