/*
 * elimination_file - the account of ends without a word, in the file DB.ckpt/ends: a line a job,
 * and the line "waits" while a run has nothing but suspects to do.
 *
 * It survives the loss of its node.  What is no such file, or damaged, is an empty account: then
 * nobody is suspected.
 */
#ifndef BRAINSWEEP_ELIMINATION_FILE_H
#define BRAINSWEEP_ELIMINATION_FILE_H

#include "run/elimination.h"

/* From a directory of checkpoints; "" = none, and the account is empty. */
void elimination_file_read(const char *directory, struct elimination *elimination);

/* Replaces the file, or removes it when there is nothing to say; a warning where that fails. */
void elimination_file_write(const char *directory, const struct elimination *elimination);

#endif
