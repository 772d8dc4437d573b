/*
 * recurrent - implementations of the T products of a recurrent pass: z_t += h_t W^T, h and z
 * (T,B,H).
 */
#ifndef BRAINSWEEP_BENCH_RECURRENT_H
#define BRAINSWEEP_BENCH_RECURRENT_H

struct pass {
    int T, B, H;
    const float *w; /* (H,H) */
    const float *h; /* (T,B,H) */
    float *z;       /* (T,B,H) */
};

/* One implementation.  open returns 0 where it is available; it stores its data in *state. */
struct contender {
    const char *name;
    int (*open)(const struct pass *pass, void **state);
    void (*run)(const struct pass *pass, void *state); /* packing W included */
    void (*close)(void *state);
};

extern const struct contender recurrent_xsmm, recurrent_dnnl;

#endif
