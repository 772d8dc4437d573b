/*
 * build - which program this is: version, commit, compiler and flags, recorded with every attempt.
 */
#ifndef BRAINSWEEP_BUILD_H
#define BRAINSWEEP_BUILD_H

const char *build_text(void);

#endif
