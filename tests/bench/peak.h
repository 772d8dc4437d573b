/*
 * peak - the measured peak rate of this core: fused multiply-adds on the widest vectors, in
 * registers only.  All rates of the benchmarks are compared with it.
 */
#ifndef BRAINSWEEP_BENCH_PEAK_H
#define BRAINSWEEP_BENCH_PEAK_H

/* Processor time of this thread in seconds; other programs on the machine affect it less than wall
   time. */
double peak_clock(void);

/* Number of floating-point operations (two per multiply-add) done in about a millisecond, by
   AVX-512 or AVX2 multiply-adds, or by plain multiplication and addition. */
double peak_run(void);

/* The median of n numbers; sorts them. */
double peak_median(int n, double *x);

#endif
