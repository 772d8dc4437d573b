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

/* Whether a person sees it: it is a terminal, not one that mpirun made, and TERM is not "dumb". */
int console_is_terminal(FILE *stream);

/* Where a progress line can be redrawn: stderr, or, under a launcher on this machine (which
   connects our stderr to a pipe), the launcher's stderr; NULL where neither is a terminal.  Do not
   close it. */
FILE *console_drawable(int launched);
int console_lines(FILE *stream); /* 24 where the terminal does not say */
int console_width(FILE *stream); /* columns; COLUMNS or 80 where the terminal does not say */

/* Start and end of bold, dim ... on that stream: "" where it is no terminal or NO_COLOR is set. */
const char *console_bold(FILE *stream);
const char *console_dim(FILE *stream);
const char *console_plain(FILE *stream);

/* Writes out what is buffered for stdout; ERR_FILE when not all of it could be written. */
int console_flush(struct err *e) __attribute__((warn_unused_result));

/* "1:02:03", hours first, "2 d 1:02:03" from one day on, or "0.9 s" below ten seconds, into out (at
 * least 32 bytes); returns out.
 */
char *console_duration(double seconds, char *out);

/* "1.2 GiB" into out (at least 32 bytes); returns out. */
char *console_bytes(double bytes, char *out);

#endif
