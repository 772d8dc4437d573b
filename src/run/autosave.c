#include "run/autosave.h"

#include "base/clock.h"
#include "base/log.h"

#include <math.h>

/* Seconds before a job's first checkpoint.  Each later interval is twice as long, up to the
   interval that was asked for.  A job that saves early loses little when its run is killed. */
static const double first_wait = 3;

void autosave_begin(struct autosave *autosave, const char *file, const char *spec, int64_t attempt,
                    double every)
{
    double now = clock_now();
    *autosave = (struct autosave){.file = file,
                                  .spec = spec,
                                  .attempt = attempt,
                                  .every = every,
                                  .wait = fmin(every, first_wait),
                                  .began = now,
                                  .last = now,
                                  .longest = autosave->longest};
    struct err e = {0};
    if (file[0] && checkpoint_read(file, spec, &autosave->before, &e))
        log_warning("%s; the job begins again", e.text);
    autosave->steps = autosave->before.steps;
}

void autosave_end(struct autosave *autosave)
{
    checkpoint_free(&autosave->before);
}

struct effort autosave_effort(const struct autosave *autosave)
{
    return (struct effort){.steps = autosave->steps, .seconds = clock_now() - autosave->began};
}

int autosave_is_due(const struct autosave *autosave)
{
    return autosave->file[0] && clock_now() - autosave->last >= autosave->wait;
}

void autosave_save(struct autosave *autosave, const void *bytes, size_t size)
{
    if (!autosave->file[0])
        return;
    struct err e = {0};
    double start = clock_now();
    /* the spec and the bytes are only read, so casting const away is safe */
    const struct checkpoint now = {.spec = (char *)autosave->spec,
                                   .attempt = autosave->attempt,
                                   .steps = autosave->steps,
                                   .seconds = start - autosave->began,
                                   .bytes = (void *)bytes,
                                   .size = size};
    if (checkpoint_write(autosave->file, &now, &e))
        log_warning("no checkpoint was written: %s", e.text);
    else
        autosave->written = 1;
    autosave->last = clock_now();
    autosave->wait = fmin(autosave->every, 2 * autosave->wait);
    if (autosave->last - start > autosave->longest)
        autosave->longest = autosave->last - start;
}
