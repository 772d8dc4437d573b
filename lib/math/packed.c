#include "math/packed.h"

#include "base/mem.h"
#include "math/packed_kernel.h"

#include <assert.h>
#include <stdint.h>

struct packed {
    const struct packed_kernel *kernel;
    size_t room;    /* floats */
    int rows, cols; /* of the matrix packed last */
    float *panels;  /* one after another, without rows of zeros */
    int *row;       /* (panels,rows) the row of the matrix that each row of a panel is */
    int *count;     /* (panels) number of rows stored in each panel */
};

/* ---- kernels ---- */

/* The fastest first. */
static const struct packed_kernel *const kernels[] = {&packed_avx512, &packed_avx2, &packed_plain};

static const struct packed_kernel *const rounding_kernels[] = {&packed_amx, &packed_bf16};

/* The i-th of those of the n kernels that this processor can run. */
static const struct packed_kernel *supported_at(int n, const struct packed_kernel *const *table,
                                                int i)
{
    for (int k = 0; k < n; k++)
        if (table[k]->supported() && i-- == 0)
            return table[k];
    return NULL;
}

const struct packed_kernel *packed_kernel_at(int i)
{
    return supported_at(sizeof kernels / sizeof kernels[0], kernels, i);
}

const struct packed_kernel *packed_kernel_bf16_at(int i)
{
    return supported_at(sizeof rounding_kernels / sizeof rounding_kernels[0], rounding_kernels, i);
}

const struct packed_kernel *packed_kernel_bf16(void)
{
    return packed_kernel_bf16_at(0);
}

const char *packed_kernel_name(const struct packed_kernel *kernel)
{
    return kernel->name;
}

/* ---- sizes ---- */

/* 0 if the kernel has its own layout. */
static int count_panels(const struct packed_kernel *kernel, int cols)
{
    return kernel->whole.multiply ? 0 : packed_kernel_panels(kernel, cols);
}

/* Floats of a packed rows x cols matrix; the last vector of each row is padded. */
static size_t packed_floats(const struct packed_kernel *kernel, int rows, int cols)
{
    if (kernel->whole.floats)
        return kernel->whole.floats(rows, cols);
    return (size_t)packed_kernel_pieces(cols, kernel->lanes) * (size_t)kernel->lanes * (size_t)rows;
}

double packed_bytes(int rows, int cols)
{
    const struct packed_kernel *kernel = packed_kernel_at(0);
    double panels = count_panels(kernel, cols);
    return (double)sizeof(struct packed) + panels * (rows + 1.0) * (double)sizeof(int) +
           (double)packed_floats(kernel, rows, cols) * (double)sizeof(float);
}

int packed_new(struct packed **out, const struct packed_kernel *kernel, int rows, int cols,
               struct err *e)
{
    struct packed *packed = mem_array(1, sizeof *packed);
    *out = NULL;
    if (!packed)
        goto no_memory;
    packed->kernel = kernel ? kernel : packed_kernel_at(0);
    packed->room = packed_floats(packed->kernel, rows, cols);
    size_t panels = (size_t)count_panels(packed->kernel, cols);
    packed->panels = mem_array(packed->room, sizeof(float));
    packed->row = mem_array(panels * (size_t)rows, sizeof(int));
    packed->count = mem_array(panels, sizeof(int));
    if (!packed->panels || !packed->row || !packed->count)
        goto no_memory;
    *out = packed;
    return 0;

no_memory:
    packed_free(packed);
    return err_set(e, ERR_MEMORY, "out of memory: a packed matrix of %d x %d", rows, cols);
}

void packed_free(struct packed *packed)
{
    if (!packed)
        return;
    mem_free(packed->panels);
    mem_free(packed->row);
    mem_free(packed->count);
    mem_free(packed);
}

/* ---- panels ---- */

/* Writes n numbers, x[0], x[step] ..., to the first entries of a row of `width`, and zeros to the
   rest.  Returns false when all are zero. */
static int pack_row(int n, const float *x, size_t step, int width, float *out)
{
    int found = 0;
    for (int c = 0; c < n; c++) {
        out[c] = x[(size_t)c * step];
        found |= out[c] != 0;
    }
    for (int c = n; c < width; c++)
        out[c] = 0;
    return found;
}

/* Packs the (rows,cols) matrix whose element (r,c) is x[r*down + c*right]. */
static void pack(struct packed *packed, int rows, int cols, const float *x, size_t down,
                 size_t right)
{
    const struct packed_kernel *kernel = packed->kernel;
    int panels = count_panels(kernel, cols);
    assert(packed_floats(kernel, rows, cols) <= packed->room);
    packed->rows = rows;
    packed->cols = cols;
    if (kernel->whole.pack)
        kernel->whole.pack(rows, cols, x, down, right, packed->panels);

    for (int i = 0; i < panels; i++) {
        struct packed_panel panel = packed_kernel_panel(kernel, cols, i, panels);
        int width = panel.vecs * kernel->lanes, count = 0, *row = packed->row + i * (size_t)rows;
        int filled = panel.col + width <= cols ? width : cols - panel.col;
        float *out = packed->panels + (size_t)panel.col * (size_t)rows;
        const float *in = x + (size_t)panel.col * right;
        for (int r = 0; r < rows; r++, in += down)
            if (pack_row(filled, in, right, width, out + (size_t)count * (size_t)width))
                row[count++] = r;
        packed->count[i] = count;
    }
}

void packed_set(struct packed *packed, struct mat m)
{
    pack(packed, m.rows, m.cols, m.x, (size_t)m.stride, 1);
}

void packed_set_transposed(struct packed *packed, struct mat m)
{
    pack(packed, m.cols, m.rows, m.x, 1, (size_t)m.stride);
}

/* ---- products ---- */

/* c = a p or c += a p. */
static void multiply(const struct packed *packed, struct packed_factor a, int add, struct mat c)
{
    const struct packed_kernel *kernel = packed->kernel;
    int panels = count_panels(kernel, packed->cols);
    assert(c.cols == packed->cols && a.depth <= packed->rows);
    if (kernel->whole.multiply)
        kernel->whole.multiply(&a, packed->panels, packed->rows, c, add);
    for (int i = 0; i < panels; i++) {
        struct packed_panel panel = packed_kernel_panel(kernel, packed->cols, i, panels);
        int left = c.cols - panel.col - (panel.vecs - 1) * kernel->lanes, count = packed->count[i];
        const int *row = packed->row + i * (size_t)packed->rows;
        int whole = count == packed->rows; /* no row was left out */
        while (count > 0 && row[count - 1] >= a.depth)
            count--;
        struct packed_tile tile = {
            .depth = count,
            .row = whole ? NULL : row,
            .a = a.x,
            .a_stride = a.down,
            .a_step = a.right,
            .panel = packed->panels + (size_t)panel.col * (size_t)packed->rows,
            .c = c.x + panel.col,
            .c_stride = (size_t)c.stride,
            .last = left < kernel->lanes ? left : kernel->lanes,
            .add = add,
        };
        packed_kernel_multiply_panel(kernel, panel, c.rows, tile);
    }
}

static struct packed_factor factor(struct mat a)
{
    return (struct packed_factor){a.x, (size_t)a.stride, 1, a.cols};
}

void packed_mul(const struct packed *packed, struct mat a, struct mat c)
{
    assert(a.cols == packed->rows && a.rows == c.rows);
    multiply(packed, factor(a), 0, c);
}

void packed_mul_add(const struct packed *packed, struct mat a, struct mat c)
{
    assert(a.cols == packed->rows && a.rows == c.rows);
    multiply(packed, factor(a), 1, c);
}

void packed_transposed_mul_add(const struct packed *packed, struct mat a, struct mat c)
{
    assert(a.cols == c.rows);
    multiply(packed, (struct packed_factor){a.x, 1, (size_t)a.stride, a.rows}, 1, c);
}
