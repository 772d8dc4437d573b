/*
 * printable - text from outside (a database, a log, a sweep file) made safe for a terminal.
 *
 * Characters that a terminal would act on are written in a readable form instead.  Control
 * characters (ESC, and so every escape sequence, and the C1 controls), line separators and marks of
 * the writing direction become \n, \t, \x1b, \u202e; bytes that are not UTF-8 become \xff.
 */
#ifndef BRAINSWEEP_PRINTABLE_H
#define BRAINSWEEP_PRINTABLE_H

#include <stddef.h>
#include <stdio.h>

/* Writes into out, at most size - 1 bytes and only whole characters; returns out. */
char *printable(char *out, size_t size, const char *text);

/* Writes to a stream.  Newlines and tabs are kept when `lines` is set, as for a log. */
void printable_write(FILE *out, const char *text, int lines);

/* Prints one line and its newline to stdout; it stays one line whatever its texts contain. */
void printable_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
