/* The entry point for libFuzzer; FUZZ_TARGET names the target. */
#include "fuzz.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct fuzz_target *target;
    const char *name = getenv("FUZZ_TARGET");
    for (const struct fuzz_target *t = fuzz_targets; !target && name && t->name; t++)
        if (!strcmp(t->name, name))
            target = t;
    if (!target)
        abort();
    target->run(bytes, size);
    return 0;
}
