/*
 * console - the terminal: diagnostics on stderr, and what the terminal can show.
 */
#ifndef BRAINSWEEP_CONSOLE_H
#define BRAINSWEEP_CONSOLE_H

#include "base/err.h"

#include <stdio.h>

/* Sends log_* lines to stderr, each after "brainsweep: ", on ranks above 0 "brainsweep[RANK]: ". */
void console_start(int rank);

/* While muted, log_* shows nothing: rank 0 alone reports what all ranks would report. */
void console_mute(int muted);

/* Whether a person reads it: it is a terminal that mpirun did not make, and TERM is not "dumb". */
int console_is_terminal(FILE *stream);

/* The stream on which a progress line can be redrawn: stderr or, under a launcher on this machine,
   the launcher's stderr (the launcher connects ours to a pipe).  NULL where neither is a terminal.
   The caller must not close it. */
FILE *console_drawable(int launched);
int console_lines(FILE *stream); /* 24 where the terminal does not say */
int console_width(FILE *stream); /* columns; COLUMNS or 80 where the terminal does not say */

/* Start and end of bold, dim ... on that stream; "" where it is not a terminal or NO_COLOR is
   set. */
const char *console_bold(FILE *stream);
const char *console_dim(FILE *stream);
const char *console_plain(FILE *stream);

/* Flushes stdout; ERR_FILE when some of its output could not be written. */
int console_flush(struct err *e) __attribute__((warn_unused_result));

/* Formats a duration into out (at least 32 bytes) and returns out: "0.9 s" below ten seconds,
   "1:02:03" (hours first) below one day, "2 d 1:02:03" above. */
char *console_duration(double seconds, char *out);

/* "1.2 GiB" into out (at least 32 bytes); returns out. */
char *console_bytes(double bytes, char *out);

#endif
