/*
 * images - labelled pictures of ten classes, in a training and a test part.
 *
 * Built in are the 8 x 8 digits of UCI's optical recognition set (its test part, 1797 images of 13
 * writers): the first 1400 train, the last 397 test, so that no writer but one is on both sides.
 * Pixels are standardised by mean and standard deviation of all pixels of the training part.
 */
#ifndef BRAINSWEEP_IMAGES_H
#define BRAINSWEEP_IMAGES_H

#include "base/err.h"

enum { IMAGES_CLASSES = 10 };

/* One part.  Images of a class are found by their numbers. */
struct image_part {
    int count;
    unsigned char *pixels;         /* (count, d) */
    unsigned char *label;          /* (count), 0..9 */
    int *by_class;                 /* (count): numbers of the images, class by class */
    int first[IMAGES_CLASSES + 1]; /* where each class begins in by_class */
};

struct images {
    int d; /* pixels of an image */
    struct image_part train, test;
    float grey[256]; /* what each value of a pixel stands for */
};

/* source: "digits8x8", or "idx:DIR", a directory with MNIST's four files (train-images-idx3-ubyte,
   train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte), each raw or with ".gz".
   ERR_VALUE: no such source; ERR_FILE, ERR_FORMAT: a file is missing or is not what it should be.
 */
int images_load(struct images **images, const char *source, struct err *e)
    __attribute__((warn_unused_result));
void images_free(struct images *images);

/* Whether a source is one of those above, by its text alone. */
int images_check_source(const char *source, struct err *e) __attribute__((warn_unused_result));

/* Pixels of an image and number of training images of a source; of files that cannot be read, those
   of MNIST.  For estimates of time and memory. */
void images_extent(const char *source, int *d, int *count);

/* Image i of a part, standardised, into x (d). */
void images_get(const struct images *images, const struct image_part *part, int i, float *x);

#endif
