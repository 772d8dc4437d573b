#include "modules/pairs.h"

#include "base/mem.h"
#include "math/rng.h"

int pairs_answer(int o, int d0, int d1)
{
    int odd = (d0 + d1) % 2;
    return odd != o ? d0 : d1;
}

int pairs_digit(const struct pairs *pairs, int i, int m)
{
    return pairs->part->label[pairs->image[2 * i + m]];
}

/* The weight of a second image of class b beside a first of class a. */
static double weight(const struct pairs_wish *wish, int a, int b)
{
    int step = (b - a + IMAGES_CLASSES) % IMAGES_CLASSES;
    if (wish->unambiguous && step <= 1)
        return 0;
    return a == b ? 1 : wish->c;
}

/* Uniform in [0, 1) with 53 bits: the sum of weights may be a hundred thousand. */
static double uniform(struct rng *r)
{
    uint32_t high = rng_bits(r) >> 5, low = rng_bits(r) >> 6;
    return (high * 0x1p26 + low) * 0x1p-53;
}

static int draw_second(const struct image_part *part, const struct pairs_wish *wish, int a,
                       struct rng *r)
{
    double sum = 0, of_class[IMAGES_CLASSES];
    for (int b = 0; b < IMAGES_CLASSES; b++) {
        of_class[b] = weight(wish, a, b) * (part->first[b + 1] - part->first[b]);
        sum += of_class[b];
    }
    double left = uniform(r) * sum;
    int b = 0, last = 0;
    for (; b < IMAGES_CLASSES; b++) {
        if (of_class[b] == 0)
            continue;
        last = b;
        if (left < of_class[b])
            break;
        left -= of_class[b];
    }
    int n = part->first[last + 1] - part->first[last];
    return part->by_class[part->first[last] + (int)rng_below(r, (uint32_t)n)];
}

int pairs_new(struct pairs **out, const struct images *images, const struct image_part *part,
              struct pairs_wish wish, struct err *e)
{
    *out = NULL;
    struct pairs *pairs = mem_array(1, sizeof *pairs);
    int *order = mem_array((size_t)part->count, sizeof *order);
    if (pairs)
        *pairs = (struct pairs){images, part, wish.count,
                                mem_array((size_t)wish.count, 2 * sizeof *pairs->image)};
    if (!pairs || !order || !pairs->image) {
        pairs_free(pairs);
        mem_free(order);
        return err_set(e, ERR_MEMORY, "no memory for %d pairs of images", wish.count);
    }
    struct rng r = rng_at(wish.seed, RNG_PAIRS, (uint64_t)wish.which);
    for (int i = 0; i < wish.count; i++) {
        if (i % part->count == 0)
            rng_permutation(&r, part->count, order);
        int first = order[i % part->count];
        pairs->image[2 * i] = first;
        pairs->image[2 * i + 1] = draw_second(part, &wish, part->label[first], &r);
    }
    mem_free(order);
    *out = pairs;
    return 0;
}

void pairs_free(struct pairs *pairs)
{
    if (!pairs)
        return;
    mem_free(pairs->image);
    mem_free(pairs);
}
