/*
 * sweep_file - the assignments of a sweep file, by libconfuse, in the order of the file.
 */
#ifndef BRAINSWEEP_SWEEP_FILE_H
#define BRAINSWEEP_SWEEP_FILE_H

#include "base/err.h"
#include "record/experiment.h"

#include <stddef.h>

enum {
    SWEEP_TOP = -1, /* outside any block */
    SWEEP_FIXED = 0 /* in the fixed block; 1, 2 ... in the axes blocks */
};

/* One value of an assignment; those of a list follow one another. */
struct sweep_entry {
    int line;
    int block;
    char *key;
    char *text;
};

struct sweep_file {
    struct sweep_entry *entries;
    size_t n;
    int axes_blocks;
    const struct sweep_entry *name, *where; /* `where` is NULL if there is none */
    const struct experiment *experiment;
};

/* Reads the text (cleaned by sweep_scan_clean) of the file at `path`.  Every key of a block is a
   parameter of the file's experiment; values are not yet looked at.  ERR_SWEEP with the line. */
int sweep_file_parse(struct sweep_file **file, const char *text, const char *path,
                     const struct experiment *const *experiments, struct err *e)
    __attribute__((warn_unused_result));
void sweep_file_free(struct sweep_file *file);

#endif
