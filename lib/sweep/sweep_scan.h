/*
 * sweep_scan - the bytes of a sweep file: read, found clean, and made plain for the parser.
 *
 * libconfuse forgives more than a sweep file should: it skips characters that it doesn't know, puts
 * environment variables into texts, resolves a|b to an option of a block, takes {} for no value at
 * all, closes blocks at the end of the file, and counts lines wrongly after some comments.  What it
 * would forgive is refused here, with the line.
 */
#ifndef BRAINSWEEP_SWEEP_SCAN_H
#define BRAINSWEEP_SWEEP_SCAN_H

#include "base/err.h"

enum {
    SWEEP_FILE_LIMIT = 1 << 20 /* bytes */
};

/* The whole file as a text (mem_free).  ERR_SWEEP: missing, unreadable, a directory, too large, not
   UTF-8, control characters. */
int sweep_scan_read(char **text, const char *path, struct err *e)
    __attribute__((warn_unused_result));

/* Blanks the comments of the text, in place, and refuses what the grammar has no room for. */
int sweep_scan_clean(char *text, const char *path, struct err *e)
    __attribute__((warn_unused_result));

#endif
