/*
 * suggest - the name that a mistyped one was most likely meant to be.
 */
#ifndef BRAINSWEEP_SUGGEST_H
#define BRAINSWEEP_SUGGEST_H

/* The name nearest to the mistyped one (edit distance at most a third of its length), or NULL.
   `name_at(i, data)` gives the i-th name, NULL past the last. */
const char *suggest_name(const char *mistyped, const char *(*name_at)(int i, const void *data),
                         const void *data);

/* Writes "; did you mean NAME?" into out, or "" when no name is near; returns whether one is. */
enum { SUGGEST_SIZE = 96 };
int suggest_phrase(char *out, const char *mistyped, const char *(*name_at)(int i, const void *data),
                   const void *data);

#endif
