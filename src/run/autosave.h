/*
 * autosave - the checkpoints of the job that runs in this process: what an earlier attempt left,
 * when the next one is due, and its file.
 */
#ifndef BRAINSWEEP_AUTOSAVE_H
#define BRAINSWEEP_AUTOSAVE_H

#include "jobs/job.h"
#include "record/checkpoint.h"
#include "store/store.h"

struct autosave {
    const char *file; /* "" = the job keeps no checkpoint */
    const char *spec;
    int64_t attempt;
    int64_t steps;            /* that the job has done, as it last reported; set by the caller */
    double every;             /* at most so many seconds between checkpoints */
    double wait;              /* seconds before the next one */
    double began;             /* when the attempt began */
    double last;              /* when the job began, or was last saved */
    double longest;           /* seconds that the slowest checkpoint took so far, of any job */
    struct checkpoint before; /* what an earlier attempt left */
    int written;              /* this one has left one */
};

/* Reads what there is in the file, with a warning when it is of no use; keeps file and spec until
   autosave_end.  `longest` is carried over from the job before. */
void autosave_begin(struct autosave *autosave, const char *file, const char *spec, int64_t attempt,
                    double every);
void autosave_end(struct autosave *autosave);

/* What the attempt has done so far. */
struct effort autosave_effort(const struct autosave *autosave);

int autosave_is_due(const struct autosave *autosave);

/* Writes a checkpoint; a failure is a warning. */
void autosave_save(struct autosave *autosave, const void *bytes, size_t size);

#endif
