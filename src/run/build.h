/*
 * build - which program this is, and what it computes with; recorded with every attempt.
 */
#ifndef BRAINSWEEP_BUILD_H
#define BRAINSWEEP_BUILD_H

#include <stddef.h>

/* Version, commit, compiler and flags. */
const char *build_text(void);

/* The kernels of matrix products on this processor, into text: "avx512, OpenBLAS SkylakeX".  The
   first makes those of training and evaluation.  Returns text. */
char *build_kernels(size_t size, char *text);

/* The model of this processor, as the kernel names it: "AMD EPYC 7543"; "" where it does not. */
const char *build_processor(void);

#endif
