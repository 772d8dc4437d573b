#include "run/blas_threads.h"

#include "base/environment.h"

#include <unistd.h>

void blas_threads_forbid(char **argv)
{
    if (environment_forbid_blas_threads())
        execv("/proc/self/exe", argv);
}
