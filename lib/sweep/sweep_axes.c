#include "sweep/sweep_axes.h"

#include "base/mem.h"
#include "sweep/sweep_file.h"
#include "sweep/sweep_scan.h"

int sweep_axes_mark(const char *text, const struct experiment *experiment, unsigned char *is_axis,
                    struct err *e)
{
    static const char path[] = "the stored sweep file";
    const struct experiment *const experiments[] = {experiment, NULL};
    struct sweep_file *file = NULL;
    char *copy = mem_text(text);
    int code = copy ? sweep_scan_clean(copy, path, e) : err_set(e, ERR_MEMORY, "out of memory");
    if (!code)
        code = sweep_file_parse(&file, copy, path, experiments, e);
    for (size_t i = 0; !code && i < file->n; i++) {
        int p = experiment_parameter(experiment, file->entries[i].key);
        if (file->entries[i].block > SWEEP_FIXED && p >= 0)
            is_axis[p] = 1;
    }
    sweep_file_free(file);
    mem_free(copy);
    return code;
}
