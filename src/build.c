#include "build.h"

#include "commit.h"
#include "config.h"
#include "mat.h"
#include "packed.h"

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
