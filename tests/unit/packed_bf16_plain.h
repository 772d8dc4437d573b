/* The bfloat16 kernel with its instruction written out in C, so that its layout, its rounding and
   its edges are tested on every processor. */
#ifndef BRAINSWEEP_PACKED_BF16_PLAIN_H
#define BRAINSWEEP_PACKED_BF16_PLAIN_H

#include "math/packed.h"

extern const struct packed_kernel packed_bf16_plain;

#endif
