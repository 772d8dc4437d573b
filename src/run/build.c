#include "run/build.h"

#include "config.h"
#include "math/mat.h"
#include "math/packed.h"
#include "run/commit.h"

#include <stdio.h>

const char *build_text(void)
{
    return PACKAGE_VERSION " (" BUILD_COMMIT ") " BUILD_COMPILER;
}

char *build_kernels(size_t size, char *text)
{
    snprintf(text, size, "%s, OpenBLAS %s", packed_kernel_name(packed_kernel_at(0)),
             mat_blas_kernel());
    return text;
}
