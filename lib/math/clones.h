/*
 * clones - loops over numbers, compiled once more for each width of vector a processor may have.
 *
 * CLONES before a function makes the program choose, when it is loaded, the copy for AVX-512, AVX2
 * or any x86-64.  For loops whose turns don't depend on each other: every lane then computes what
 * the plain code would (nothing is contracted to fused multiply-adds, see Makefile.am), and results
 * are the same to the bit whichever copy runs.  Nothing elsewhere.
 */
#ifndef BRAINSWEEP_CLONES_H
#define BRAINSWEEP_CLONES_H

#include <limits.h> /* __GLIBC__: only its loader can choose */

#if defined __x86_64__ && defined __GLIBC__ && defined __GNUC__ && !defined __clang__
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

#endif
