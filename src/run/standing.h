/*
 * standing - the frontier as it stands while a run goes on: the finished jobs that no other one
 * beats, in the plane of an experiment that says most.  It is kept up with every result, so that
 * nobody has to read the database for it.
 */
#ifndef BRAINSWEEP_STANDING_H
#define BRAINSWEEP_STANDING_H

#include "base/err.h"
#include "record/result.h"
#include "store/store.h"

struct standing; /* Opaque. */

/* Begins with the frontier of the database.  *standing is NULL for an experiment without planes. */
int standing_new(struct standing **standing, struct store *store, const struct experiment *x,
                 struct err *e) __attribute__((warn_unused_result));
void standing_free(struct standing *standing);

/* A job with that spec (canonical text) has ended.  One that is not done, or is undefined in the
   plane, changes nothing, as do all when memory is out. */
void standing_add(struct standing *standing, const char *spec, const struct result *result);

/* "frontier of 7 jobs (bimt 4, l1 3): error 0.03 to 0.41, wiring_length 812 to 40", into out;
   "" when it is empty. */
char *standing_text(const struct standing *standing, char *out, size_t size);

#endif
