/*
 * saver - the checkpoints of the job that runs here: what there was, when the next is due, and
 * where it goes.
 */
#ifndef BRAINSWEEP_SAVER_H
#define BRAINSWEEP_SAVER_H

#include "jobs/job.h"
#include "record/checkpoint.h"
#include "store/store.h"

struct saver {
    const char *file; /* "" = the job keeps no checkpoint */
    const char *spec;
    int64_t attempt;
    int64_t steps;  /* that the job has done, as it last said; whoever hears it keeps it */
    double every;   /* seconds between checkpoints */
    double began;   /* when the attempt did */
    double last;    /* when the job began, or was last saved */
    double longest; /* seconds that the slowest checkpoint took so far, of any job */
    struct checkpoint before; /* what an earlier attempt left */
    int written;              /* this one has left one */
};

/* Reads what there is in the file, with a warning when it is of no use; keeps file and spec until
   saver_end.  `longest` is carried over from the job before. */
void saver_begin(struct saver *saver, const char *file, const char *spec, int64_t attempt,
                 double every);
void saver_end(struct saver *saver);

/* What the attempt has done so far. */
struct effort saver_effort(const struct saver *saver);

int saver_is_due(const struct saver *saver);

/* Writes a checkpoint; a failure is a warning. */
void saver_save(struct saver *saver, const void *bytes, size_t size);

#endif
