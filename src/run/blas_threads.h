/*
 * blas_threads - keeps OpenBLAS from starting threads of its own while it is loaded.
 *
 * It starts one a processor, before main, unless the environment says otherwise.  They are of no
 * use here, and where memory is limited (ulimit -v) the process hangs when it is to end.
 */
#ifndef BRAINSWEEP_BLAS_THREADS_H
#define BRAINSWEEP_BLAS_THREADS_H

/* The first thing of main: starts the program once more, in the same process, with the variable
   set; returns where it is set already, or where that is impossible. */
void blas_threads_forbid(char **argv);

#endif
