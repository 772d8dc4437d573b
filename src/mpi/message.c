#include "mpi/message.h"

#include "base/mem.h"

#include <string.h>

const char *message_name(int tag)
{
#define MESSAGE_NAME(tag, name) name,
    static const char *const names[] = {MESSAGE_LIST(MESSAGE_NAME)};
#undef MESSAGE_NAME
    return tag >= 0 && tag < MESSAGE_COUNT ? names[tag] : NULL;
}

/* A message must be read to its last byte, and must not be too short. */
static int whole(const struct bytes_reader *r, int tag, struct err *e)
{
    if (r->failed || r->at != r->size)
        return err_set(e, ERR_FORMAT, "%zu bytes are no whole message \"%s\"", r->size,
                       message_name(tag));
    return 0;
}

void message_write_ask(struct bytes_writer *w, const struct message_ask *m)
{
    bytes_write_text(w, m->host);
    bytes_write_text(w, m->blas);
    bytes_write_text(w, m->processor);
}

int message_read_ask(struct bytes_reader *r, struct message_ask *m, struct err *e)
{
    m->host = bytes_read_text(r);
    m->blas = bytes_read_text(r);
    m->processor = bytes_read_text(r);
    int code = whole(r, MESSAGE_ASK, e);
    if (code) {
        mem_free(m->host);
        mem_free(m->blas);
        mem_free(m->processor);
        *m = (struct message_ask){0};
    }
    return code;
}

void message_write_progress(struct bytes_writer *w, const struct message_progress *m)
{
    bytes_write_u64(w, (uint64_t)m->job);
    bytes_write_u64(w, (uint64_t)m->done);
    bytes_write_u64(w, (uint64_t)m->total);
    bytes_write_real(w, m->seconds);
    bytes_write_real(w, m->saving);
    bytes_write_real(w, m->loss);
}

int message_read_progress(struct bytes_reader *r, struct message_progress *m, struct err *e)
{
    m->job = (int64_t)bytes_read_u64(r);
    m->done = (int64_t)bytes_read_u64(r);
    m->total = (int64_t)bytes_read_u64(r);
    m->seconds = bytes_read_real(r);
    m->saving = bytes_read_real(r);
    m->loss = bytes_read_real(r);
    return whole(r, MESSAGE_PROGRESS, e);
}

void message_write_job(struct bytes_writer *w, const struct message_job *m)
{
    bytes_write_u64(w, (uint64_t)m->job);
    bytes_write_u64(w, (uint64_t)m->attempt);
    bytes_write_text(w, m->spec);
    bytes_write_text(w, m->checkpoint);
    bytes_write_u32(w, (uint32_t)m->anew);
}

int message_read_job(struct bytes_reader *r, struct message_job *m, struct err *e)
{
    m->job = (int64_t)bytes_read_u64(r);
    m->attempt = (int64_t)bytes_read_u64(r);
    m->spec = bytes_read_text(r);
    m->checkpoint = bytes_read_text(r);
    m->anew = (int)bytes_read_u32(r);
    if (!r->failed)
        return 0;
    mem_free(m->spec);
    mem_free(m->checkpoint);
    *m = (struct message_job){0};
    return whole(r, MESSAGE_JOB, e);
}

void message_write_result(struct bytes_writer *w, const struct message_result *m)
{
    bytes_write_u64(w, (uint64_t)m->job);
    bytes_write_text(w, m->result->experiment->name);
    codec_write_result(w, m->result);
    bytes_write_text(w, m->log);
    bytes_write_u32(w, (uint32_t)m->saved);
}

int message_read_result(struct bytes_reader *r, const struct experiment *const *experiments,
                        struct message_result *m, struct err *e)
{
    *m = (struct message_result){.job = (int64_t)bytes_read_u64(r)};
    char *name = bytes_read_text(r);
    const struct experiment *experiment = NULL;
    for (int i = 0; name && experiments[i]; i++)
        if (!strcmp(experiments[i]->name, name))
            experiment = experiments[i];
    mem_free(name);
    if (!experiment)
        return err_set(e, ERR_FORMAT, "a result of an experiment that does not exist");
    int code = codec_read_packed(r, experiment, &m->result, e);
    if (code)
        return code;
    m->log = bytes_read_text(r);
    m->saved = (int)bytes_read_u32(r);
    code = whole(r, MESSAGE_RESULT, e);
    if (code) {
        result_free(m->result);
        mem_free(m->log);
        *m = (struct message_result){0};
    }
    return code;
}

void message_write_bye(struct bytes_writer *w, const struct message_bye *m)
{
    bytes_write_u64(w, (uint64_t)m->job);
    bytes_write_u64(w, (uint64_t)m->steps);
    bytes_write_real(w, m->seconds);
}

int message_read_bye(struct bytes_reader *r, struct message_bye *m, struct err *e)
{
    m->job = (int64_t)bytes_read_u64(r);
    m->steps = (int64_t)bytes_read_u64(r);
    m->seconds = bytes_read_real(r);
    return whole(r, MESSAGE_BYE, e);
}

void message_write_drop(struct bytes_writer *w, const struct message_drop *m)
{
    bytes_write_u64(w, (uint64_t)m->job);
    bytes_write_u32(w, (uint32_t)m->keeps);
}

int message_read_drop(struct bytes_reader *r, struct message_drop *m, struct err *e)
{
    m->job = (int64_t)bytes_read_u64(r);
    m->keeps = (int)bytes_read_u32(r);
    return whole(r, MESSAGE_DROP, e);
}

void message_write_code(struct bytes_writer *w, int exit_code)
{
    bytes_write_u32(w, (uint32_t)exit_code);
}

int message_read_code(struct bytes_reader *r, int tag, int *exit_code, struct err *e)
{
    *exit_code = (int)bytes_read_u32(r);
    return whole(r, tag, e);
}
