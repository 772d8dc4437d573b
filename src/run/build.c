#include "run/build.h"

#include "config.h"
#include "math/mat.h"
#include "math/packed.h"
#include "run/commit.h"

#include <stdio.h>
#include <string.h>

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

/* The first line of /proc/cpuinfo that has this key, after its colon. */
static int find_line(FILE *in, const char *key, char *value, size_t size)
{
    char line[256];
    while (fgets(line, sizeof line, in)) {
        const char *colon = strchr(line, ':');
        if (!colon || strncmp(line, key, strlen(key)))
            continue;
        colon += 1 + strspn(colon + 1, " \t");
        snprintf(value, size, "%.*s", (int)strcspn(colon, "\n"), colon);
        return 1;
    }
    return 0;
}

const char *build_processor(void)
{
    static char text[128];
    FILE *in = text[0] ? NULL : fopen("/proc/cpuinfo", "r");
    if (in) {
        if (!find_line(in, "model name", text, sizeof text)) /* x86; POWER says "cpu" */
            find_line((rewind(in), in), "cpu\t", text, sizeof text);
        fclose(in);
    }
    return text;
}
