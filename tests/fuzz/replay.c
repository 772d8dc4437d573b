/*
 * Runs the fuzzing targets without a fuzzer: on their corpus and seeds, and on reproducible
 * mutations of those.  `replay CORPUS [N [TARGET]]` makes N mutations of each input; `replay
 * --seeds DIRECTORY TARGET` writes the seeds for libFuzzer.
 */
#include "fuzz.h"

#include "base/mem.h"
#include "math/rng.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MOST = 1 << 16 };

/* Changes, deletes or duplicates a few bytes. */
static void mutate(struct rng *r, const unsigned char *bytes, size_t *size, unsigned char *out)
{
    memcpy(out, bytes, *size);
    for (uint32_t left = 1 + rng_below(r, 4); left > 0 && *size > 0; left--) {
        size_t at = rng_below(r, (uint32_t)*size), tail = *size - at;
        switch (rng_below(r, 4)) {
        case 0:
            out[at] = (unsigned char)rng_below(r, 256);
            break;
        case 1:
            out[at] ^= (unsigned char)(1u << rng_below(r, 8));
            break;
        case 2:
            memmove(out + at, out + at + 1, tail - 1);
            --*size;
            break;
        default:
            if (*size < INPUT_MOST)
                memmove(out + at + 1, out + at, tail), ++*size;
        }
    }
}

static void run_input(const struct fuzz_target *t, const unsigned char *bytes, size_t size, long n)
{
    static unsigned char mutated[INPUT_MOST + 1];
    t->run(bytes, size);
    for (long i = 0; i < n; i++) {
        struct rng r = rng_at((uint64_t)i, RNG_TEST, size);
        size_t length = size;
        mutate(&r, bytes, &length, mutated);
        t->run(mutated, length);
    }
}

static int run_corpus(const struct fuzz_target *t, const char *corpus, long n)
{
    static unsigned char bytes[INPUT_MOST];
    char name[4096];
    int inputs = 0;
    snprintf(name, sizeof name, "%s/%s", corpus, t->name);
    DIR *directory = opendir(name);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        snprintf(name, sizeof name, "%s/%s/%s", corpus, t->name, entry->d_name);
        FILE *in = entry->d_name[0] == '.' ? NULL : fopen(name, "rb");
        if (!in)
            continue;
        size_t size = fread(bytes, 1, sizeof bytes, in);
        fclose(in);
        run_input(t, bytes, size, n);
        inputs++;
    }
    if (directory)
        closedir(directory);
    return inputs;
}

static int run_seeds(const struct fuzz_target *t, long n, const char *write_to)
{
    int inputs = 0, is_one = t->seed != NULL;
    for (int k = 0; is_one; k++) {
        struct bytes_writer w = {0};
        is_one = t->seed(&w, k);
        if (w.failed)
            abort();
        if (is_one && write_to) {
            char name[4096];
            snprintf(name, sizeof name, "%s/seed%d", write_to, k);
            fuzz_write(name, w.bytes, w.size);
        } else if (is_one && w.size <= INPUT_MOST) {
            run_input(t, w.bytes, w.size, n);
        }
        inputs += is_one;
        bytes_writer_free(&w);
    }
    return inputs;
}

int main(int argc, char **argv)
{
    int failed = 0, writes = argc == 4 && !strcmp(argv[1], "--seeds");
    const char *only = argc > 3 ? argv[3] : NULL;
    if (argc < 2)
        return 1;
    for (const struct fuzz_target *t = fuzz_targets; t->name; t++) {
        if (only && strcmp(only, t->name))
            continue;
        long n = argc > 2 && !writes ? strtol(argv[2], NULL, 10) : 0;
        int inputs = run_seeds(t, n, writes ? argv[2] : NULL);
        if (writes)
            continue;
        inputs += run_corpus(t, argv[1], n);
        printf("%s: %d inputs, %ld mutations of each\n", t->name, inputs, n);
        failed |= inputs == 0;
    }
    return failed;
}
