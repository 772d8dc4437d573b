/*
 * codec - a result as the bytes of a message, with a version.
 *
 * A spec is sent as its canonical text.  Equal results give equal bytes, so that two results can be
 * compared bit by bit.
 */
#ifndef BRAINSWEEP_CODEC_H
#define BRAINSWEEP_CODEC_H

#include "base/err.h"
#include "record/bytes.h"
#include "record/result.h"

/* Appends the result to w; a later w->failed means ERR_MEMORY. */
void codec_write_result(struct bytes_writer *w, const struct result *result);

/* Reads one back, leaving r behind it; ERR_FORMAT for anything that is not a whole result of this
   experiment.  Allocates in proportion to the bytes that are there, whatever lengths they state. */
int codec_read_result(struct bytes_reader *r, const struct experiment *experiment,
                      struct result **result, struct err *e) __attribute__((warn_unused_result));

/* Likewise, but arrays stay packed, their data NULL: for who only passes them on.  That their bytes
   can be unpacked is not seen to. */
int codec_read_packed(struct bytes_reader *r, const struct experiment *experiment,
                      struct result **result, struct err *e) __attribute__((warn_unused_result));

#endif
