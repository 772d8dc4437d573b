/*
 * compare_json - a whole comparison as JSON, dominated points included.
 */
#ifndef BRAINSWEEP_COMPARE_JSON_H
#define BRAINSWEEP_COMPARE_JSON_H

#include "compare/comparison.h"
#include "text/json.h"

/* Writes the comparison as an object within an array. */
void compare_json_write(const struct comparison *comparison, struct json *j);

#endif
