/*
 * utf8 - whether bytes are UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above
 * U+10FFFF.
 */
#ifndef BRAINSWEEP_UTF8_H
#define BRAINSWEEP_UTF8_H

#include <stddef.h>

/* How many of the n bytes, from the first, are whole characters; n when all are. */
size_t utf8_span(const char *bytes, size_t n);

#endif
