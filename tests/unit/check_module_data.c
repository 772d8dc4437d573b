/* The inputs of the two modules: the built-in digits, valid and invalid IDX files, pairs with a
   given separability, noise and onsets. */
#include "base/mem.h"
#include "modules/pairs.h"
#include "modules/stimulus.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static struct images *load(const char *source)
{
    struct images *images;
    struct err e = {0};
    ck_assert_msg(!images_load(&images, source, &e), "%s", e.text);
    return images;
}

/* ---- built in ---- */

/* The counts of the classes and the sum of all pixels equal those of scikit-learn's load_digits. */
START_TEST(digits_are_those_of_uci)
{
    static const int classes[10] = {178, 182, 177, 183, 181, 182, 181, 179, 174, 180};
    int count[10] = {0};
    long sum = 0;
    double mean = 0, square = 0;
    struct images *images = load("digits8x8");
    const struct image_part *parts[] = {&images->train, &images->test};
    ck_assert_int_eq(images->d, 64);
    ck_assert_int_eq(images->train.count, 1400);
    ck_assert_int_eq(images->test.count, 397);
    for (int p = 0; p < 2; p++)
        for (int i = 0; i < parts[p]->count; i++) {
            count[parts[p]->label[i]]++;
            for (int c = 0; c < 64; c++)
                sum += parts[p]->pixels[i * 64 + c];
        }
    ck_assert_mem_eq(count, classes, sizeof count);
    ck_assert_int_eq(sum, 561718);
    for (int i = 0; i < 1400; i++) {
        float x[64];
        images_get(images, &images->train, i, x);
        for (int c = 0; c < 64; c++) {
            mean += x[c] / (1400.0 * 64);
            square += x[c] * x[c] / (1400.0 * 64);
        }
    }
    ck_assert_double_eq_tol(mean, 0, 1e-6);
    ck_assert_double_eq_tol(square, 1, 1e-6);
    images_free(images);
}
END_TEST

/* ---- IDX files ---- */

static const char *const file_names[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                         "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

static char directory[64], source[80];

static void make_directory(void)
{
    strcpy(directory, "/tmp/check_module_data.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(source, sizeof source, "idx:%s", directory);
}

static void path_of(int file, const char *end, char *path)
{
    snprintf(path, 256, "%s/%s%s", directory, file_names[file], end);
}

static void remove_directory(void)
{
    char path[256];
    for (int i = 0; i < 4; i++) {
        path_of(i, "", path);
        unlink(path);
        path_of(i, ".gz", path);
        unlink(path);
    }
    ck_assert_int_eq(rmdir(directory), 0);
}

/* 20 or 10 images of 2 x 3 pixels, two or one of a class. */
static size_t make_file(int file, unsigned char *out)
{
    int count = file < 2 ? 20 : 10, images = file % 2 == 0;
    unsigned char header[16] = {
        0, 0, 8, images ? 3 : 1, 0, 0, 0, (unsigned char)count, 0, 0, 0, 2, 0, 0, 0, 3};
    size_t n = images ? 16 : 8;
    memcpy(out, header, n);
    for (int i = 0; i < count; i++) {
        if (!images)
            out[n++] = (unsigned char)(i % 10);
        for (int c = 0; images && c < 6; c++)
            out[n++] = (unsigned char)(40 * c + i);
    }
    return n;
}

static void write_raw(int file, const unsigned char *bytes, size_t n)
{
    char path[256];
    path_of(file, "", path);
    FILE *f = fopen(path, "wb");
    ck_assert(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

static void write_gzip(int file, const unsigned char *bytes, size_t n)
{
    char path[256];
    path_of(file, ".gz", path);
    gzFile f = gzopen(path, "wb");
    ck_assert(f && gzwrite(f, bytes, (unsigned)n) == (int)n && gzclose(f) == Z_OK);
}

static void write_all(int gzip)
{
    unsigned char bytes[512];
    for (int i = 0; i < 4; i++) {
        size_t n = make_file(i, bytes);
        (gzip & 1 << i ? write_gzip : write_raw)(i, bytes, n);
    }
}

/* Each of the four raw or gzip. */
START_TEST(idx_files_are_read)
{
    make_directory();
    write_all(_i);
    struct images *images = load(source);
    ck_assert_int_eq(images->d, 6);
    ck_assert_int_eq(images->train.count, 20);
    ck_assert_int_eq(images->test.count, 10);
    ck_assert_int_eq(images->train.label[13], 3);
    ck_assert_int_eq(images->train.pixels[13 * 6 + 5], 213);
    ck_assert_int_eq(images->test.first[10], 10);
    images_free(images);
    remove_directory();
}
END_TEST

static void is_refused(int code, const char *words)
{
    struct images *images;
    struct err e = {0};
    ck_assert_int_eq(images_load(&images, source, &e), code);
    ck_assert_msg(strstr(e.text, words) != NULL, "\"%s\" without \"%s\"", e.text, words);
    ck_assert_ptr_null(images);
}

/* A changed byte of a file, or a shorter or longer file; each gives a one-sentence message. */
START_TEST(wrong_files_are_refused)
{
    static const struct {
        int file, at, value, less;
        const char *words;
    } cases[] = {
        {0, 3, 1, 0, "has 1 dimensions, and images have 3: are the files of images and labels"},
        {1, 3, 3, 0, "has 3 dimensions, and labels have 1"},
        {0, 2, 9, 0, "is not an IDX file of bytes"},
        {0, 0, 'P', 0, "is not an IDX file of bytes"},
        {0, -1, 0, 1, "ends too early"},
        {3, -1, 0, 1, "ends too early"},
        {2, -1, 0, 68, "ends too early"},
        {2, -1, 0, 76, "ends too early"},
        {0, -1, 0, -1, "goes on behind its 120 elements"},
        {1, 7, 19, 1, "train has 20 images and 19 labels"},
        {3, 9, 10, 0, "t10k has a label 10: expected classes 0 to 9"},
        {3, 9, 0, 0, "the test part has no image of class 1"},
        {0, 4, 255, 0, "claims"},
        {0, 11, 0, 0, "claims 0 bytes"},
    };
    unsigned char bytes[512] = {0};
    size_t i = (size_t)_i % (sizeof cases / sizeof cases[0]);
    int gzip = _i >= (int)(sizeof cases / sizeof cases[0]);
    make_directory();
    write_all(0);
    size_t n = make_file(cases[i].file, bytes);
    if (cases[i].at >= 0)
        bytes[cases[i].at] = (unsigned char)cases[i].value;
    if (gzip) {
        char path[256];
        path_of(cases[i].file, "", path);
        unlink(path);
    }
    (gzip ? write_gzip : write_raw)(cases[i].file, bytes, n - (size_t)cases[i].less);
    is_refused(ERR_FORMAT, cases[i].words);
    remove_directory();
}
END_TEST

START_TEST(damaged_and_missing_files_are_refused)
{
    unsigned char bytes[512];
    char path[256];
    make_directory();
    is_refused(ERR_FILE, "there is neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz");
    write_all(15);
    path_of(0, ".gz", path);
    FILE *f = fopen(path, "rb");
    size_t n = fread(bytes, 1, sizeof bytes, f);
    ck_assert_int_eq(fclose(f), 0);
    for (int damage = 0; damage < 2; damage++) { /* cut off; another checksum */
        f = fopen(path, "wb");
        bytes[n - 8] ^= damage ? 0x55 : 0;
        ck_assert_int_eq(fwrite(bytes, 1, damage ? n : n - 10, f), damage ? n : n - 10);
        ck_assert_int_eq(fclose(f), 0);
        is_refused(ERR_FORMAT, "train-images-idx3-ubyte.gz");
    }
    remove_directory();
    strcpy(source, "mnist");
    is_refused(ERR_VALUE, "expected \"digits8x8\", or \"idx:DIR\"");
}
END_TEST

/* ---- pairs ---- */

static const double separabilities[] = {0, 0.01, 0.03, 0.1, 0.3, 1};

/* The classes of the digits are not quite balanced: the tolerance is 3 sigma plus this
   imbalance. */
START_TEST(digits_agree_as_often_as_c_says)
{
    enum { COUNT = 28000 }; /* twenty times each training image */
    double c = separabilities[_i], expected = 1 / (1 + 9 * c);
    struct images *images = load("digits8x8");
    struct pairs *pairs;
    struct pairs_wish wish = {COUNT, c, 0, 3, 0};
    ck_assert_int_eq(pairs_new(&pairs, images, &images->train, wish, NULL), 0);
    int equal = 0, used[1400] = {0};
    for (int i = 0; i < COUNT; i++) {
        equal += pairs_digit(pairs, i, 0) == pairs_digit(pairs, i, 1);
        used[pairs->image[2 * i]]++;
    }
    double sigma = sqrt(expected * (1 - expected) / COUNT);
    ck_assert_double_eq_tol((double)equal / COUNT, expected,
                            3 * sigma + 1e-3 * expected * c + 1e-12);
    for (int i = 0; i < 1400; i++)
        ck_assert_int_eq(used[i], 20);
    pairs_free(pairs);
    images_free(images);
}
END_TEST

START_TEST(unambiguous_pairs_have_no_neighbours)
{
    struct images *images = load("digits8x8");
    struct pairs *pairs;
    struct pairs_wish wish = {5000, 1, 1, 3, 0};
    ck_assert_int_eq(pairs_new(&pairs, images, &images->test, wish, NULL), 0);
    for (int i = 0; i < 5000; i++) {
        int step = (pairs_digit(pairs, i, 1) - pairs_digit(pairs, i, 0) + 10) % 10;
        ck_assert_int_ge(step, 2);
    }
    pairs_free(pairs);
    images_free(images);
}
END_TEST

START_TEST(answers_are_those_of_the_parity)
{
    ck_assert_int_eq(pairs_answer(0, 3, 4), 3); /* odd: A gives the first */
    ck_assert_int_eq(pairs_answer(1, 3, 4), 4);
    ck_assert_int_eq(pairs_answer(0, 3, 5), 5); /* even: A gives the second */
    ck_assert_int_eq(pairs_answer(1, 3, 5), 3);
    ck_assert_int_eq(pairs_answer(0, 7, 7), 7);
}
END_TEST

/* ---- noise and onsets ---- */

enum { STEPS = 5, TRIALS = 256 };

struct scene {
    struct images *images;
    struct pairs *pairs;
    struct stimulus *stimulus;
    int trial[TRIALS];
};

static void scene_new(struct scene *s, struct stimulus_rule rule)
{
    struct pairs_wish wish = {TRIALS, 1, 0, 3, 0};
    s->images = load("digits8x8");
    ck_assert_int_eq(pairs_new(&s->pairs, s->images, &s->images->train, wish, NULL), 0);
    ck_assert_int_eq(stimulus_new(&s->stimulus, rule, 64, TRIALS, NULL), 0);
    for (int i = 0; i < TRIALS; i++)
        s->trial[i] = i;
}

static void scene_free(struct scene *s)
{
    stimulus_free(s->stimulus);
    pairs_free(s->pairs);
    images_free(s->images);
}

/* E[x~] = (1 - r) x + r / 5 E[x] for every pixel, over many draws; with r = 0, x itself. */
START_TEST(noise_has_its_mean)
{
    enum { DRAWS = 60 };
    struct scene s;
    struct stimulus_rule rule = {.T = STEPS, .noise = 0.4f};
    static double seen[2 * 64], expected[2 * 64];
    double off = 0, all[2 * 64] = {0};
    scene_new(&s, rule);
    for (int draw = 0; draw < DRAWS; draw++) {
        struct rng r = rng_at(9, RNG_TEST, (uint64_t)draw);
        const float *x = stimulus_make(s.stimulus, s.pairs, TRIALS, s.trial, &r);
        for (int t = 0; t < STEPS; t++)
            for (int i = 0; i < 2 * 64; i++)
                seen[i] += x[(size_t)(t * TRIALS + 17) * 2 * 64 + (size_t)i] / (DRAWS * STEPS);
    }
    for (int b = 0; b < TRIALS; b++)
        for (int m = 0; m < 2; m++) {
            float x[64];
            images_get(s.images, &s.images->train, s.pairs->image[2 * b + m], x);
            for (int c = 0; c < 64; c++) {
                all[m * 64 + c] += x[c] / (double)TRIALS;
                if (b == 17)
                    expected[m * 64 + c] = x[c];
            }
        }
    for (int i = 0; i < 2 * 64; i++) {
        /* a pixel's noise has at most sd .4 sqrt(5) / 5 * 1.7 * sqrt(.2), of 300 draws */
        double want = 0.6 * expected[i] + 0.4 / 5 * all[i];
        ck_assert_double_eq_tol(seen[i], want, 0.05);
        off += seen[i] - want;
    }
    ck_assert_double_eq_tol(off / (2 * 64), 0, 0.005);
    scene_free(&s);
}
END_TEST

/* Before its onset a module sees nothing of its image: with r = 0 its input is the image only from
   the onset on. */
START_TEST(images_come_at_their_onset)
{
    struct scene s;
    struct stimulus_rule rule = {.T = STEPS, .noise = 0};
    struct rng r = rng_at(9, RNG_TEST, 0);
    scene_new(&s, rule);
    stimulus_set_onsets(s.stimulus, 1, 3);
    const float *x = stimulus_make(s.stimulus, s.pairs, TRIALS, s.trial, &r);
    for (int t = 0; t < STEPS; t++)
        for (int m = 0; m < 2; m++) {
            float clean[64];
            images_get(s.images, &s.images->train, s.pairs->image[2 * 5 + m], clean);
            int same =
                !memcmp(x + ((size_t)(t * TRIALS + 5) * 2 + (size_t)m) * 64, clean, sizeof clean);
            ck_assert_int_eq(same, t >= (m ? 3 : 1));
        }
    scene_free(&s);
}
END_TEST

/* Random onsets are 1 to T-2, each as often, and one a trial where both modules see both images. */
START_TEST(random_onsets_are_uniform)
{
    struct scene s;
    struct stimulus_rule rule = {.T = STEPS, .noise = 0, .onset = STIMULUS_RANDOM, .one_onset = _i};
    int count[STEPS + 1] = {0}, apart = 0;
    scene_new(&s, rule);
    struct rng r = rng_at(9, RNG_TEST, 1);
    const float *x = stimulus_make(s.stimulus, s.pairs, TRIALS, s.trial, &r);
    for (int b = 0; b < TRIALS; b++) {
        int onset[2];
        for (int m = 0; m < 2; m++) {
            float clean[64];
            images_get(s.images, &s.images->train, s.pairs->image[2 * b + m], clean);
            for (onset[m] = 0; onset[m] < STEPS; onset[m]++)
                if (!memcmp(x + ((size_t)(onset[m] * TRIALS + b) * 2 + (size_t)m) * 64, clean,
                            sizeof clean))
                    break;
            count[onset[m]]++;
        }
        apart += onset[0] != onset[1];
    }
    ck_assert_int_eq(count[1] + count[2] + count[3], 2 * TRIALS);
    for (int u = 1; u <= 3; u++)
        ck_assert_int_gt(count[u], 2 * TRIALS / 5);
    ck_assert_int_eq(apart > TRIALS / 2, !_i);
    ck_assert(_i == 0 || apart == 0);
    scene_free(&s);
}
END_TEST

START_TEST(exchange_moves_one_image)
{
    struct scene s;
    struct stimulus_rule rule = {.T = STEPS, .noise = 0.4f};
    struct rng r = rng_at(9, RNG_TEST, 2);
    int order[TRIALS];
    scene_new(&s, rule);
    const float *x = stimulus_make(s.stimulus, s.pairs, TRIALS, s.trial, &r);
    rng_permutation(&r, TRIALS, order);
    const float *y = stimulus_exchange(s.stimulus, 1, order);
    for (int row = 0; row < STEPS * TRIALS; row++) {
        int from = row / TRIALS * TRIALS + order[row % TRIALS];
        ck_assert_mem_eq(y + (size_t)row * 128, x + (size_t)row * 128, 64 * sizeof *x);
        ck_assert_mem_eq(y + (size_t)row * 128 + 64, x + (size_t)from * 128 + 64, 64 * sizeof *x);
    }
    scene_free(&s);
}
END_TEST

static TCase *images(void)
{
    TCase *tcase = tcase_create("images");
    tcase_add_test(tcase, digits_are_those_of_uci);
    tcase_add_loop_test(tcase, idx_files_are_read, 0, 16);
    tcase_add_loop_test(tcase, wrong_files_are_refused, 0, 28);
    tcase_add_test(tcase, damaged_and_missing_files_are_refused);
    return tcase;
}

static TCase *pairs_case(void)
{
    TCase *tcase = tcase_create("pairs");
    tcase_add_loop_test(tcase, digits_agree_as_often_as_c_says, 0, 6);
    tcase_add_test(tcase, unambiguous_pairs_have_no_neighbours);
    tcase_add_test(tcase, answers_are_those_of_the_parity);
    return tcase;
}

static TCase *stimuli(void)
{
    TCase *tcase = tcase_create("stimuli");
    tcase_add_test(tcase, noise_has_its_mean);
    tcase_add_test(tcase, images_come_at_their_onset);
    tcase_add_loop_test(tcase, random_onsets_are_uniform, 0, 2);
    tcase_add_test(tcase, exchange_moves_one_image);
    return tcase;
}

SUITE_MAIN("module data", images, pairs_case, stimuli)
