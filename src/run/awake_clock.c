#include "run/awake_clock.h"

#include "base/clock.h"

#include <math.h>

struct awake_clock awake_clock_start(double most)
{
    return (struct awake_clock){.most = most, .last = clock_now()};
}

double awake_clock_tick(struct awake_clock *clock)
{
    double now = clock_now();
    clock->seconds += fmin(now - clock->last, clock->most);
    clock->last = now;
    return clock->seconds;
}
