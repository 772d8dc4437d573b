/* The files beside the database in the simulation: checkpoints, logs and evidence. */
#include "sim_files.h"

#include "base/mem.h"
#include "record/checkpoint.h"
#include "run/checkpoint_dir.h"
#include "run/elimination_file.h"
#include "run/joblog.h"

#include <stdlib.h>
#include <string.h>

struct sim_files sim_files[SIM_JOBS + 1];
int sim_files_marked;
static struct elimination kept;

void sim_files_new(void)
{
    memset(sim_files, 0, sizeof sim_files);
    sim_files_marked = 0;
    kept.count = 0;
    kept.waits = 0;
}

void checkpoint_dir_open(struct checkpoint_dir *d, const char *database)
{
    snprintf(d->directory, sizeof d->directory, "%s.ckpt", database);
}

void checkpoint_dir_close(struct checkpoint_dir *d)
{
    d->directory[0] = '\0';
}

char *checkpoint_dir_file(const struct checkpoint_dir *d, int64_t job, char *out)
{
    (void)d;
    snprintf(out, PATH_MAX, "%lld", (long long)job);
    return out;
}

static struct sim_files *files_of(const char *checkpoint)
{
    return &sim_files[strtoll(checkpoint, NULL, 10)];
}

void checkpoint_dir_clear(const struct checkpoint_dir *d, int64_t job)
{
    (void)d;
    sim_files[job].has_checkpoint = sim_files[job].has_crash = sim_files[job].has_log = 0;
}

size_t checkpoint_dir_list(const struct checkpoint_dir *d, int64_t *jobs, size_t most)
{
    size_t n = 0;
    (void)d;
    for (int i = 1; i <= SIM_JOBS && n < most; i++)
        if (sim_files[i].has_checkpoint || sim_files[i].has_crash || sim_files[i].has_log)
            jobs[n++] = i;
    return n;
}

void checkpoint_dir_mark(const struct checkpoint_dir *d)
{
    (void)d;
    sim_files_marked = 1;
}

int checkpoint_dir_is_marked(const struct checkpoint_dir *d)
{
    (void)d;
    return sim_files_marked;
}

void checkpoint_dir_unmark(const struct checkpoint_dir *d)
{
    (void)d;
    sim_files_marked = 0;
}

int checkpoint_write(const char *path, const struct checkpoint *checkpoint, struct err *e)
{
    struct sim_files *f = files_of(path);
    sim_sleep(sim_uniform(1e-4, 0.02));
    if (sim_disk_is_full())
        return err_set(e, ERR_FILE, "the disk is full");
    f->has_checkpoint = 1;
    f->checkpoint_attempt = checkpoint->attempt;
    f->seconds = checkpoint->seconds;
    memcpy(&f->step, checkpoint->bytes, sizeof f->step);
    return 0;
}

int checkpoint_read(const char *path, const char *spec, struct checkpoint *checkpoint,
                    struct err *e)
{
    const struct sim_files *f = files_of(path);
    (void)e;
    *checkpoint = (struct checkpoint){0};
    if (!f->has_checkpoint)
        return 0;
    *checkpoint = (struct checkpoint){.spec = mem_text(spec),
                                      .attempt = f->checkpoint_attempt,
                                      .steps = f->step,
                                      .seconds = f->seconds,
                                      .bytes = mem_array(sizeof f->step, 1),
                                      .size = sizeof f->step};
    memcpy(checkpoint->bytes, &f->step, sizeof f->step);
    return 0;
}

void checkpoint_free(struct checkpoint *checkpoint)
{
    mem_free(checkpoint->spec);
    mem_free(checkpoint->bytes);
    *checkpoint = (struct checkpoint){0};
}

void checkpoint_remove(const char *path)
{
    files_of(path)->has_checkpoint = 0;
}

void elimination_file_read(const char *directory, struct elimination *elimination)
{
    (void)directory;
    *elimination = kept;
}

void elimination_file_write(const char *directory, const struct elimination *elimination)
{
    (void)directory;
    kept = *elimination;
}

int sim_disk_evidence(int64_t job, int64_t attempt, const char *how)
{
    struct sim_files *f = &sim_files[job];
    if (f->has_crash && f->crash_attempt > attempt) /* as in crash_file.c */
        return 0;
    f->has_crash = 1;
    f->crash_attempt = attempt;
    snprintf(f->how, sizeof f->how, "%s", how);
    return 1;
}

int crash_file_read(const char *checkpoint, int64_t attempt, char *how)
{
    const struct sim_files *f = files_of(checkpoint);
    snprintf(how, CRASH_TEXT_SIZE, "%s", f->how);
    return f->has_crash && f->crash_attempt == attempt;
}

void crash_file_remove(const char *checkpoint)
{
    files_of(checkpoint)->has_crash = 0;
}

size_t crash_file_list(const char *d, int64_t *jobs, size_t most)
{
    size_t n = 0;
    (void)d;
    for (int i = 1; i <= SIM_JOBS && n < most; i++)
        if (sim_files[i].has_crash)
            jobs[n++] = i;
    return n;
}

void joblog_start(struct joblog *log, const char *checkpoint, int64_t job, int64_t attempt,
                  const char *spec)
{
    (void)checkpoint, (void)spec;
    log->fd = (int)job;
    sim_trace("job %lld, attempt %lld", (long long)job, (long long)attempt);
}

void joblog_persist(struct joblog *log)
{
    sim_files[log->fd].has_log = 1;
}

void joblog_stop(struct joblog *log)
{
    sim_files[log->fd].has_log = 0;
}

char *joblog_take(const char *checkpoint)
{
    struct sim_files *f = files_of(checkpoint);
    char *text = f->has_log ? mem_text("log") : NULL;
    f->has_log = 0;
    return text;
}
