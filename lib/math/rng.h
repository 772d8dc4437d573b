/*
 * rng - random numbers that are addressed, not consumed: Philox4x32-10 (Salmon et al. 2011), from
 * the Random123 headers.
 *
 * The address of a stream is (key, purpose, index): `key` is the seed of a job or of an evaluation,
 * `purpose` says what the numbers are for, and `index` counts the items of that purpose (the row of
 * a training batch, the trial of a task ...).  The same address gives the same numbers on any rank,
 * in any order, whether or not the run is interrupted; no state has to be saved.  A stream has 2^34
 * numbers of 32 bits.
 */
#ifndef BRAINSWEEP_RNG_H
#define BRAINSWEEP_RNG_H

#include <stddef.h>
#include <stdint.h>

/* New purposes may be appended; renumbering would change every result ever stored. */
enum rng_purpose {
    RNG_TEST = 0,
    RNG_INIT = 1,      /* initial parameters */
    RNG_BATCH = 2,     /* trials of a training batch; index = step * B + row */
    RNG_EVALUATE = 3,  /* evaluation trials; index = task << 32 | trial */
    RNG_SAMPLE = 4,    /* `tasks sample`; index as RNG_EVALUATE */
    RNG_SESSION = 5,   /* what a task set draws once per job; index = task */
    RNG_CLUSTER = 6,   /* k-means restarts */
    RNG_SHUFFLE = 7,   /* shuffled baselines */
    RNG_PLACE = 8,     /* placement restarts */
    RNG_BOOTSTRAP = 9, /* resampling in `compare` */
    RNG_RADIUS = 10,   /* random cells to compare radii with */
    RNG_GRAPH = 11,    /* random graphs, orders of Louvain's search; index = purpose, number */

    /* experiment `modules` */
    RNG_PAIRS = 40,        /* pairs of images; index = number of the set of pairs */
    RNG_MODULE_LINKS = 41, /* connections between modules; index = the module they go to */
    RNG_EPOCH = 42,        /* the order of training pairs; index = epoch */
    RNG_STIMULUS = 43,     /* noise and onsets of a training batch; index = step */
    RNG_READOUT = 44,      /* readouts trained on hidden states: initial weights, order, noise */
    RNG_PROBE = 45,        /* noise, onsets and exchanges of test batches; index = purpose, batch */
    RNG_SPATIAL = 46       /* subsets of spatial modules, random partitions; index = partition */
};

struct rng {
    uint32_t key[2];
    uint32_t counter[4]; /* block, purpose, index low, index high */
    uint32_t block[4];   /* the numbers of the current block */
    int used;            /* how many of them are used, 0..4 */
    int has_spare;       /* Box-Muller makes two normals at a time */
    float spare;
};

/* The stream at this address, from its beginning. */
struct rng rng_at(uint64_t key, enum rng_purpose purpose, uint64_t index);

/* 32 random bits. */
uint32_t rng_bits(struct rng *r);

/* Uniform in [0, 1), a multiple of 2^-24. */
float rng_uniform(struct rng *r);

/* Uniform in 0..n-1, unbiased (Lemire 2019); n >= 1. */
uint32_t rng_below(struct rng *r, uint32_t n);

/* Standard normal (Box & Muller 1958). */
float rng_normal(struct rng *r);

/* The next n results of rng_bits, or of rng_normal: the same numbers to the bit, and several times
   as fast for large n. */
void rng_fill(struct rng *r, size_t n, uint32_t *bits);
void rng_normals(struct rng *r, size_t n, float *x);

/* Writes a uniform random order of 0..n-1 to order (n) (Fisher & Yates). */
void rng_permutation(struct rng *r, int n, int *order);

#endif
