#include "run/autosave.h"

#include "base/clock.h"
#include "base/log.h"

void autosave_begin(struct autosave *saver, const char *file, const char *spec, int64_t attempt,
                    double every)
{
    double now = clock_now();
    *saver = (struct autosave){.file = file,
                               .spec = spec,
                               .attempt = attempt,
                               .every = every,
                               .began = now,
                               .last = now,
                               .longest = saver->longest};
    struct err e = {0};
    if (file[0] && checkpoint_read(file, spec, &saver->before, &e))
        log_warning("%s; the job begins again", e.text);
    saver->steps = saver->before.steps;
}

void autosave_end(struct autosave *saver)
{
    checkpoint_free(&saver->before);
}

struct effort autosave_effort(const struct autosave *saver)
{
    return (struct effort){.steps = saver->steps, .seconds = clock_now() - saver->began};
}

int autosave_is_due(const struct autosave *saver)
{
    return saver->file[0] && clock_now() - saver->last >= saver->every;
}

void autosave_save(struct autosave *saver, const void *bytes, size_t size)
{
    if (!saver->file[0])
        return;
    struct err e = {0};
    double start = clock_now();
    /* the spec and the bytes are only read */
    const struct checkpoint now = {.spec = (char *)saver->spec,
                                   .attempt = saver->attempt,
                                   .steps = saver->steps,
                                   .seconds = start - saver->began,
                                   .bytes = (void *)bytes,
                                   .size = size};
    if (checkpoint_write(saver->file, &now, &e))
        log_warning("no checkpoint was written: %s", e.text);
    else
        saver->written = 1;
    saver->last = clock_now();
    if (saver->last - start > saver->longest)
        saver->longest = saver->last - start;
}
