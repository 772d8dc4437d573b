#include "stats/optional.h"

#include <math.h>

struct optional optional_none(void)
{
    return (struct optional){0, 0};
}

struct optional optional_of(double value)
{
    return isfinite(value) ? (struct optional){1, value} : optional_none();
}
