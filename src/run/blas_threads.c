#include "run/blas_threads.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void blas_threads_forbid(char **argv)
{
    static const char name[] = "OPENBLAS_NUM_THREADS";
    const char *threads = getenv(name);
    if (threads && !strcmp(threads, "1"))
        return;
    if (!setenv(name, "1", 1))
        execv("/proc/self/exe", argv);
}
