/*
 * compare_json - a comparison as JSON: everything in it, dominated points too.
 */
#ifndef BRAINSWEEP_COMPARE_JSON_H
#define BRAINSWEEP_COMPARE_JSON_H

#include "compare/comparison.h"
#include "text/json.h"

/* As an object within an array. */
void compare_json_write(const struct comparison *comparison, struct json *j);

#endif
