/* LIBXSMM: kernels generated at run time for one shape, over panels of W of a given width. */
#include "recurrent.h"

#include "base/mem.h"

#include <libxsmm.h>

/* Columns of a panel; 48 was the best of 48, 64 and H at H = 400. */
#ifndef XSMM_PANEL
#define XSMM_PANEL 48
#endif

struct xsmm {
    libxsmm_smmfunction full, rest; /* the last panel may be narrower */
    float *panels;
};

/* LIBXSMM is column-major, so that it sees a row-major matrix as its transpose. */
static libxsmm_smmfunction kernel_for(const struct pass *pass, int width)
{
    libxsmm_blasint lda = width, ldb = pass->H, ldc = pass->H;
    float one = 1;
    int flags = LIBXSMM_GEMM_FLAG_NONE, prefetch = LIBXSMM_PREFETCH_NONE;
    return libxsmm_smmdispatch(width, pass->B, pass->H, &lda, &ldb, &ldc, &one, &one, &flags,
                               &prefetch);
}

static void xsmm_close(void *state)
{
    struct xsmm *xsmm = state;
    if (xsmm)
        mem_free(xsmm->panels);
    mem_free(xsmm);
}

static int xsmm_open(const struct pass *pass, void **state)
{
    struct xsmm *xsmm = mem_array(1, sizeof *xsmm);
    int rest = pass->H % XSMM_PANEL;
    *state = xsmm;
    libxsmm_init();
    if (!xsmm || !(xsmm->panels = mem_array((size_t)pass->H * (size_t)pass->H, sizeof(float))))
        return -1;
    xsmm->full = kernel_for(pass, XSMM_PANEL);
    xsmm->rest = rest ? kernel_for(pass, rest) : xsmm->full;
    return xsmm->full && xsmm->rest ? 0 : -1;
}

static void pack(const struct pass *pass, float *panels)
{
    int H = pass->H;
    for (int first = 0; first < H; first += XSMM_PANEL) {
        int width = first + XSMM_PANEL <= H ? XSMM_PANEL : H - first;
        for (int k = 0; k < H; k++)
            for (int c = 0; c < width; c++)
                *panels++ = pass->w[(size_t)(first + c) * (size_t)H + (size_t)k];
    }
}

static void xsmm_run(const struct pass *pass, void *state)
{
    struct xsmm *xsmm = state;
    size_t H = (size_t)pass->H, block = (size_t)pass->B * H;
    pack(pass, xsmm->panels);
    for (int t = 0; t < pass->T; t++) {
        const float *h = pass->h + (size_t)t * block;
        float *z = pass->z + (size_t)t * block;
        for (size_t first = 0; first < H; first += XSMM_PANEL) {
            libxsmm_smmfunction kernel = first + XSMM_PANEL <= H ? xsmm->full : xsmm->rest;
            kernel(xsmm->panels + first * H, h, z + first);
        }
    }
}

const struct contender recurrent_xsmm = {"libxsmm", xsmm_open, xsmm_run, xsmm_close};
