/*
 * blas_threads - keeps OpenBLAS from starting threads of its own while it is loaded.
 *
 * It starts one thread for each processor, before main, unless the environment says otherwise.
 * These threads are not used here, and where memory is limited (ulimit -v) the process hangs at its
 * end because of them.
 */
#ifndef BRAINSWEEP_BLAS_THREADS_H
#define BRAINSWEEP_BLAS_THREADS_H

/* The first thing of main: starts the program once more, in the same process, with the variable
   set; returns where it is set already, or where that is impossible. */
void blas_threads_forbid(char **argv);

#endif
