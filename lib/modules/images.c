#include "modules/images.h"

#include "base/mem.h"
#include "modules/digits_txt.h"
#include "modules/idx.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DIGITS_PIXELS = 64, DIGITS_TRAIN = 1400, DIGITS_TEST = 397 };

static const char digits_name[] = "digits8x8", idx_prefix[] = "idx:";

/* The directory of an IDX source, NULL for another. */
static const char *directory_of(const char *source)
{
    size_t n = sizeof idx_prefix - 1;
    return strncmp(source, idx_prefix, n) == 0 && source[n] ? source + n : NULL;
}

int images_check_source(const char *source, struct err *e)
{
    if (!strcmp(source, digits_name) || directory_of(source))
        return 0;
    return err_set(e, ERR_VALUE,
                   "data = \"%s\": expected \"%s\", or \"%sDIR\" with a directory of "
                   "MNIST's four files",
                   source, digits_name, idx_prefix);
}

static int part_new(struct image_part *part, int count, int d, struct err *e)
{
    part->count = count;
    part->pixels = mem_array((size_t)count * (size_t)d, 1);
    part->label = mem_array((size_t)count, 1);
    return part->pixels && part->label ? 0
                                       : err_set(e, ERR_MEMORY, "no memory for %d images", count);
}

static void part_free(struct image_part *part)
{
    mem_free(part->pixels);
    mem_free(part->label);
    mem_free(part->by_class);
}

/* ---- the built-in digits: lines of 64 letters a (0) to q (16), and the digit ---- */

static const char *read_digits(const char *line, struct image_part *part)
{
    for (int i = 0; i < part->count; i++) {
        for (int c = 0; c < DIGITS_PIXELS; c++)
            part->pixels[i * DIGITS_PIXELS + c] = (unsigned char)(line[c] - 'a');
        part->label[i] = (unsigned char)(line[DIGITS_PIXELS] - '0');
        line += DIGITS_PIXELS + 2;
    }
    return line;
}

static int load_digits(struct images *images, struct err *e)
{
    const char *line = digits_txt;
    images->d = DIGITS_PIXELS;
    int code = part_new(&images->train, DIGITS_TRAIN, images->d, e);
    if (!code)
        code = part_new(&images->test, DIGITS_TEST, images->d, e);
    if (code)
        return code;
    while (*line == '#')
        line = strchr(line, '\n') + 1;
    read_digits(read_digits(line, &images->train), &images->test);
    return 0;
}

/* ---- files ---- */

/* DIR/name, or DIR/name.gz where only that is there. */
static int read_file(const char *directory, const char *name, int dims, struct idx *idx,
                     struct err *e)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    if (access(path, F_OK) == 0)
        return idx_read(path, dims, idx, e);
    snprintf(path, sizeof path, "%s/%s.gz", directory, name);
    if (access(path, F_OK) == 0)
        return idx_read(path, dims, idx, e);
    return err_set(e, ERR_FILE, "there is neither %s nor %s.gz in %s: expected MNIST's four files",
                   name, name, directory);
}

/* Takes the bytes of both files. */
static int make_part(struct image_part *part, struct idx *pictures, struct idx *labels,
                     const char *name, struct err *e)
{
    if (pictures->dim[0] != labels->dim[0])
        return err_set(e, ERR_FORMAT, "%s has %d images and %d labels: they are not of one set",
                       name, pictures->dim[0], labels->dim[0]);
    for (int i = 0; i < labels->dim[0]; i++)
        if (labels->bytes[i] >= IMAGES_CLASSES)
            return err_set(e, ERR_FORMAT, "%s has a label %d: expected classes 0 to %d", name,
                           labels->bytes[i], IMAGES_CLASSES - 1);
    part->count = pictures->dim[0];
    part->pixels = pictures->bytes;
    part->label = labels->bytes;
    pictures->bytes = labels->bytes = NULL;
    return 0;
}

static int load_part(const char *directory, const char *stem, struct image_part *part, int *d,
                     struct err *e)
{
    char name[64];
    struct idx pictures = {.dims = 0}, labels = {.dims = 0};
    snprintf(name, sizeof name, "%s-images-idx3-ubyte", stem);
    int code = read_file(directory, name, 3, &pictures, e);
    if (code)
        return code;
    *d = pictures.dim[1] * pictures.dim[2];
    snprintf(name, sizeof name, "%s-labels-idx1-ubyte", stem);
    code = read_file(directory, name, 1, &labels, e);
    if (!code)
        code = make_part(part, &pictures, &labels, stem, e);
    idx_free(&pictures);
    idx_free(&labels);
    return code;
}

static int load_directory(struct images *images, const char *directory, struct err *e)
{
    int d_test = 0;
    int code = load_part(directory, "train", &images->train, &images->d, e);
    if (!code)
        code = load_part(directory, "t10k", &images->test, &d_test, e);
    if (!code && d_test != images->d)
        code = err_set(e, ERR_FORMAT, "%s has training images of %d pixels and test images of %d",
                       directory, images->d, d_test);
    return code;
}

/* ---- both ---- */

static int sort_by_class(struct image_part *part, const char *name, struct err *e)
{
    part->by_class = mem_array((size_t)part->count, sizeof *part->by_class);
    if (!part->by_class)
        return err_set(e, ERR_MEMORY, "no memory for %d images", part->count);
    for (int c = 0, at = 0; c < IMAGES_CLASSES; c++) {
        part->first[c] = at;
        for (int i = 0; i < part->count; i++)
            if (part->label[i] == c)
                part->by_class[at++] = i;
        part->first[c + 1] = at;
        if (at == part->first[c])
            return err_set(e, ERR_FORMAT,
                           "the %s part has no image of class %d: expected ten classes", name, c);
    }
    return 0;
}

static void standardise(struct images *images)
{
    size_t n = (size_t)images->train.count * (size_t)images->d;
    double sum = 0, square = 0;
    for (size_t i = 0; i < n; i++) {
        double x = images->train.pixels[i];
        sum += x;
        square += x * x;
    }
    double mean = sum / (double)n, variance = square / (double)n - mean * mean;
    double sd = variance > 0 ? sqrt(variance) : 1;
    for (int value = 0; value < 256; value++)
        images->grey[value] = (float)((value - mean) / sd);
}

int images_load(struct images **out, const char *source, struct err *e)
{
    *out = NULL;
    int code = images_check_source(source, e);
    if (code)
        return code;
    struct images *images = mem_array(1, sizeof *images);
    if (!images)
        return err_set(e, ERR_MEMORY, "no memory for images");
    const char *directory = directory_of(source);
    code = directory ? load_directory(images, directory, e) : load_digits(images, e);
    if (!code)
        code = sort_by_class(&images->train, "training", e);
    if (!code)
        code = sort_by_class(&images->test, "test", e);
    if (code) {
        images_free(images);
        return code;
    }
    standardise(images);
    *out = images;
    return 0;
}

void images_free(struct images *images)
{
    if (!images)
        return;
    part_free(&images->train);
    part_free(&images->test);
    mem_free(images);
}

void images_extent(const char *source, int *d, int *count)
{
    enum { MNIST_PIXELS = 784, MNIST_TRAIN = 60000 };
    int built_in = !directory_of(source);
    *d = built_in ? DIGITS_PIXELS : MNIST_PIXELS;
    *count = built_in ? DIGITS_TRAIN : MNIST_TRAIN;
}

void images_get(const struct images *images, const struct image_part *part, int i, float *x)
{
    const unsigned char *pixels = part->pixels + (size_t)i * (size_t)images->d;
    for (int c = 0; c < images->d; c++)
        x[c] = images->grey[pixels[c]];
}
