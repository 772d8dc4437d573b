/*
 * escape - texts of a database on their way into other languages, whatever is in them.
 */
#ifndef BRAINSWEEP_ESCAPE_H
#define BRAINSWEEP_ESCAPE_H

#include <stdio.h>

/* Between tags, and within an attribute in double quotes, of HTML and SVG. */
void escape_html(FILE *out, const char *text);

/* A string with its quotes, of JSON (RFC 8259) and of JavaScript; also within <script>, as no "<"
   is left.  Bytes that are no UTF-8 become U+FFFD. */
void escape_json(FILE *out, const char *text);

/* A field of RFC 4180: in quotes where it has to be, or is empty (a NULL has no quotes). */
void escape_csv(FILE *out, const char *text);

/* A field between tabs: tab, newline, carriage return and backslash become \t, \n, \r and \\. */
void escape_tsv(FILE *out, const char *text);

#endif
