/*
 * rnn_layout - the layout of the flat parameter vector, for test programs that need no more of rnn.
 */
#ifndef BRAINSWEEP_TESTS_RNN_LAYOUT_H
#define BRAINSWEEP_TESTS_RNN_LAYOUT_H

#include "rnn.h"

__attribute__((weak)) size_t rnn_param_count(struct rnn_shape s)
{
    size_t H = s.hidden;
    return H * H + H * s.inputs + H * s.outputs + H + s.outputs;
}

__attribute__((weak)) struct rnn_params rnn_params(struct rnn_shape s, float *flat)
{
    size_t H = s.hidden;
    float *w_in = flat + H * H, *w_out = w_in + H * s.inputs, *b_h = w_out + H * s.outputs;
    return (struct rnn_params){{flat, s.hidden, s.hidden, s.hidden},
                               {w_in, s.hidden, s.inputs, s.inputs},
                               {w_out, s.outputs, s.hidden, s.hidden},
                               b_h,
                               b_h + H};
}

#endif
