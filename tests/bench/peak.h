/*
 * peak - what this core can do at most, measured: fused multiply-adds of the widest vectors, in
 * registers alone.  The mark all rates of the benchmarks stand beside.
 */
#ifndef BRAINSWEEP_BENCH_PEAK_H
#define BRAINSWEEP_BENCH_PEAK_H

/* Seconds of processor time this thread has had: what others do on the machine counts less. */
double peak_clock(void);

/* Floating-point operations (two a multiply-add) done in about a millisecond; multiply-adds of
   AVX-512, of AVX2, or a plain multiplication and addition. */
double peak_run(void);

/* The median of n numbers, which are put in order. */
double peak_median(int n, double *x);

#endif
