#include "build.h"

#include "config.h"

const char *build_text(void)
{
    return PACKAGE_VERSION " (" BUILD_COMMIT ") " BUILD_COMPILER;
}
