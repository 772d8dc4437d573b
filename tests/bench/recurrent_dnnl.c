/* oneDNN 2: its matmul primitive with W in the layout that it prefers, reordered once per pass. */
#include "recurrent.h"

#include "base/mem.h"

#include <dnnl.h>

struct dnnl {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_primitive_t reorder, matmul;
    dnnl_memory_t plain, best, h, z;
};

static dnnl_memory_desc_t desc(int rows, int cols, dnnl_format_tag_t tag)
{
    dnnl_memory_desc_t d;
    dnnl_dims_t dims = {rows, cols};
    dnnl_memory_desc_init_by_tag(&d, 2, dims, dnnl_f32, tag);
    return d;
}

static void dnnl_close(void *state)
{
    struct dnnl *d = state;
    if (!d)
        return;
    dnnl_memory_destroy(d->plain);
    dnnl_memory_destroy(d->best);
    dnnl_memory_destroy(d->h);
    dnnl_memory_destroy(d->z);
    dnnl_primitive_destroy(d->reorder);
    dnnl_primitive_destroy(d->matmul);
    dnnl_stream_destroy(d->stream);
    dnnl_engine_destroy(d->engine);
    mem_free(d);
}

/* z += h p, with p = W^T (which is W with its strides exchanged). */
static int make_matmul(struct dnnl *d, int B, int H)
{
    dnnl_memory_desc_t h = desc(B, H, dnnl_ab), z = desc(B, H, dnnl_ab);
    dnnl_memory_desc_t any = desc(H, H, dnnl_format_tag_any), plain = desc(H, H, dnnl_ba);
    dnnl_matmul_desc_t matmul;
    dnnl_primitive_attr_t attr = NULL;
    dnnl_post_ops_t add = NULL;
    dnnl_primitive_desc_t pd = NULL, reorder = NULL;
    int status = dnnl_post_ops_create(&add) || dnnl_post_ops_append_sum(add, 1) ||
                 dnnl_primitive_attr_create(&attr) || dnnl_primitive_attr_set_post_ops(attr, add) ||
                 dnnl_matmul_desc_init(&matmul, &h, &any, NULL, &z) ||
                 dnnl_primitive_desc_create(&pd, &matmul, attr, d->engine, NULL);
    if (!status) {
        const dnnl_memory_desc_t *best = dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0);
        status = dnnl_primitive_create(&d->matmul, pd) ||
                 dnnl_memory_create(&d->plain, &plain, d->engine, DNNL_MEMORY_NONE) ||
                 dnnl_memory_create(&d->best, best, d->engine, DNNL_MEMORY_ALLOCATE) ||
                 dnnl_memory_create(&d->h, &h, d->engine, DNNL_MEMORY_NONE) ||
                 dnnl_memory_create(&d->z, &z, d->engine, DNNL_MEMORY_NONE) ||
                 dnnl_reorder_primitive_desc_create(&reorder, &plain, d->engine, best, d->engine,
                                                    NULL) ||
                 dnnl_primitive_create(&d->reorder, reorder);
    }
    dnnl_post_ops_destroy(add);
    dnnl_primitive_attr_destroy(attr);
    dnnl_primitive_desc_destroy(pd);
    dnnl_primitive_desc_destroy(reorder);
    return status;
}

static int dnnl_open(const struct pass *pass, void **state)
{
    struct dnnl *d = mem_array(1, sizeof *d);
    *state = d;
    return !d || dnnl_engine_create(&d->engine, dnnl_cpu, 0) ||
           dnnl_stream_create(&d->stream, d->engine, dnnl_stream_default_flags) ||
           make_matmul(d, pass->B, pass->H);
}

static void dnnl_run(const struct pass *pass, void *state)
{
    struct dnnl *d = state;
    size_t block = (size_t)pass->B * (size_t)pass->H;
    dnnl_exec_arg_t order[] = {{DNNL_ARG_FROM, d->plain}, {DNNL_ARG_TO, d->best}};
    dnnl_exec_arg_t multiply[] = {
        {DNNL_ARG_SRC, d->h}, {DNNL_ARG_WEIGHTS, d->best}, {DNNL_ARG_DST, d->z}};
    dnnl_memory_set_data_handle(d->plain, (void *)pass->w);
    dnnl_primitive_execute(d->reorder, d->stream, 2, order);
    for (int t = 0; t < pass->T; t++) {
        dnnl_memory_set_data_handle(d->h, (void *)(pass->h + (size_t)t * block));
        dnnl_memory_set_data_handle(d->z, pass->z + (size_t)t * block);
        dnnl_primitive_execute(d->matmul, d->stream, 3, multiply);
    }
    dnnl_stream_wait(d->stream);
}

const struct contender recurrent_dnnl = {"onednn", dnnl_open, dnnl_run, dnnl_close};
