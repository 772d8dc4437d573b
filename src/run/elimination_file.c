#include "run/elimination_file.h"

#include "base/log.h"
#include "base/own_file.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "" if there is no directory, or if the name would be too long. */
static const char *name_file(const char *directory, const char *end, char *out)
{
    if (!*directory || snprintf(out, PATH_MAX, "%s/ends%s", directory, end) >= PATH_MAX)
        *out = '\0';
    return out;
}

/* Reads one line; returns whether it is valid. */
static int take_line(const char *line, struct elimination *x)
{
    struct elimination_entry n;
    if (!strcmp(line, "waits\n"))
        return x->waits = 1;
    if (x->count == ELIMINATION_MOST ||
        sscanf(line, "%" SCNd64 " %" SCNd64 " %d %d", &n.job, &n.attempt, &n.ends, &n.apart) != 4 ||
        n.job <= 0 || n.attempt < 0 || n.ends < 1 || n.ends > 1000000 || n.apart < 0 ||
        n.apart > n.ends)
        return 0;
    x->entries[x->count++] = n;
    return 1;
}

void elimination_file_read(const char *directory, struct elimination *x)
{
    char name[PATH_MAX], line[128];
    *x = (struct elimination){.count = 0};
    int fd = own_file_open(name_file(directory, "", name));
    FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
    if (!in) {
        if (fd >= 0)
            close(fd);
        return;
    }
    int sound = 1;
    while (sound && fgets(line, sizeof line, in))
        sound = take_line(line, x);
    if (!sound)
        *x = (struct elimination){.count = 0};
    fclose(in);
}

static int write_all(FILE *out, const struct elimination *x)
{
    int failed = x->waits && fputs("waits\n", out) < 0;
    for (size_t i = 0; i < x->count; i++) {
        const struct elimination_entry *n = &x->entries[i];
        failed |= fprintf(out, "%" PRId64 " %" PRId64 " %d %d\n", n->job, n->attempt, n->ends,
                          n->apart) < 0;
    }
    failed |= fflush(out) || fsync(fileno(out));
    return failed;
}

void elimination_file_write(const char *directory, const struct elimination *x)
{
    char name[PATH_MAX], temporary[PATH_MAX];
    if (!name_file(directory, "", name)[0] || !name_file(directory, ".new", temporary)[0])
        return;
    if (!x->count) {
        unlink(name);
        return;
    }
    int fd = own_file_make(temporary);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    int failed = !out || write_all(out, x);
    if (out)
        failed |= fclose(out) != 0;
    else if (fd >= 0)
        close(fd);
    if (!failed && !rename(temporary, name) && !own_file_sync_directory(name))
        return;
    log_warning("%s cannot be written (%s): a job that ends its whole run will not be found", name,
                strerror(errno));
    unlink(temporary);
}
