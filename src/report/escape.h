/*
 * escape - writes texts of a database, whatever they contain, safely in other languages.
 */
#ifndef BRAINSWEEP_ESCAPE_H
#define BRAINSWEEP_ESCAPE_H

#include <stdio.h>

/* For HTML and SVG: between tags, and within an attribute in double quotes. */
void escape_html(FILE *out, const char *text);

/* Writes a string with its quotes for JSON (RFC 8259) and JavaScript; also safe within <script>, as
   "<" is escaped.  Bytes that are not UTF-8 become U+FFFD. */
void escape_json(FILE *out, const char *text);

/* Writes a CSV field (RFC 4180), in quotes where they are needed or the text is empty (a NULL has
   no quotes). */
void escape_csv(FILE *out, const char *text);

/* Writes a tab-separated field: tab, newline, carriage return and backslash become \t, \n, \r,
   \\. */
void escape_tsv(FILE *out, const char *text);

#endif
