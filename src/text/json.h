/*
 * json - writes JSON to a stream, with commas and indentation.
 *
 * Each document that the program prints is an object that begins with "schema": N; the number
 * changes when a field changes its meaning or is removed, not when one is added.
 */
#ifndef BRAINSWEEP_JSON_H
#define BRAINSWEEP_JSON_H

#include "record/value.h"

#include <stdio.h>

struct json {
    FILE *out;
    int depth;
    int first; /* the innermost object or array is still empty */
};

/* Begins the document and its outermost object. */
void json_begin(struct json *j, FILE *out, int schema);
/* Ends it, with a newline. */
void json_end(struct json *j);

/* key is NULL inside an array. */
void json_open_object(struct json *j, const char *key);
void json_close_object(struct json *j);
void json_open_array(struct json *j, const char *key);
void json_close_array(struct json *j);

void json_value(struct json *j, const char *key, struct value v);
void json_text(struct json *j, const char *key, const char *text);
void json_int(struct json *j, const char *key, long long i);
void json_real(struct json *j, const char *key, double x); /* null when not finite */

#endif
