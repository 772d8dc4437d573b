/*
 * printable - text from outside (a database, a log, a sweep file) made safe for a terminal.
 *
 * Characters that a terminal would act on are written in a readable form instead: control
 * characters (ESC and with it every escape sequence, the C1 controls too), line separators and
 * marks of the direction of writing as \n, \t, \x1b, \u202e; bytes that are not UTF-8 as \xff.
 */
#ifndef BRAINSWEEP_PRINTABLE_H
#define BRAINSWEEP_PRINTABLE_H

#include <stddef.h>
#include <stdio.h>

/* Into out, at most size - 1 bytes of it and never a part of a character; returns out. */
char *printable(char *out, size_t size, const char *text);

/* To a stream.  Newlines and tabs pass when `lines` is set, as for a log. */
void printable_write(FILE *out, const char *text, int lines);

/* A line to stdout, and its end: whatever the texts in it are, it is one line. */
void printable_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
