/* codec: encoding for messages and files.  Equal results give equal bytes; invalid bytes are
   refused. */
#include "base/mem.h"
#include "math/rng.h"
#include "record/array_codec.h"
#include "record/codec.h"
#include "sample.h"
#include "suite.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct bytes_writer encoded(int k)
{
    struct bytes_writer w = {0};
    struct result *r;
    ck_assert_int_eq(sample_result(&r, k, NULL), 0);
    r->outcome = (enum outcome)(k % OUTCOME_COUNT);
    snprintf(r->message, sizeof r->message, "job %d", k);
    codec_write_result(&w, r);
    ck_assert_int_eq(w.failed, 0);
    result_free(r);
    return w;
}

START_TEST(numbers_are_little_endian)
{
    static const unsigned char expected[] = {4,    3,    2,    1, 0xfe, 0xff, 0xff, 0xff, 0xff,
                                             0xff, 0xff, 0xff, 0, 0,    0,    0,    0,    0,
                                             0xf0, 0xbf, 2,    0, 0,    0,    'h',  'i'};
    struct bytes_writer w = {0};
    bytes_write_u32(&w, 0x01020304);
    bytes_write_u64(&w, (uint64_t)-2);
    bytes_write_real(&w, -1.0); /* IEEE 754: sign 1, exponent 0x3ff */
    bytes_write_text(&w, "hi");
    ck_assert_uint_eq(w.size, sizeof expected);
    ck_assert_mem_eq(w.bytes, expected, sizeof expected);

    struct bytes_reader r = {w.bytes, w.size, 0, 0};
    ck_assert_uint_eq(bytes_read_u32(&r), 0x01020304);
    ck_assert_uint_eq(bytes_read_u64(&r), (uint64_t)-2);
    ck_assert_double_eq(bytes_read_real(&r), -1.0);
    char *text = bytes_read_text(&r);
    ck_assert_str_eq(text, "hi");
    ck_assert_int_eq(r.failed, 0);
    ck_assert_uint_eq(bytes_read_u32(&r), 0);
    ck_assert_int_eq(r.failed, ERR_FORMAT);
    ck_assert_ptr_null(bytes_read_bytes(&r, 0));
    mem_free(text);
    bytes_writer_free(&w);
}
END_TEST

START_TEST(a_text_is_all_there_and_has_no_nul)
{
    static const unsigned char nul[] = {2, 0, 0, 0, 'a', 0}, cut[] = {200, 0, 0, 0, 'a', 'b'};
    struct bytes_reader with_nul = {nul, sizeof nul, 0, 0}, too_short = {cut, sizeof cut, 0, 0};
    ck_assert_ptr_null(bytes_read_text(&with_nul));
    ck_assert_int_eq(with_nul.failed, ERR_FORMAT);
    ck_assert_ptr_null(bytes_read_text(&too_short));
    ck_assert_int_eq(too_short.failed, ERR_FORMAT);
}
END_TEST

START_TEST(results_come_back_bit_by_bit)
{
    for (int k = 0; k < 10; k++) {
        struct bytes_writer w = encoded(k), again = {0};
        bytes_write_text(&w, "what follows"); /* is not read */
        struct bytes_reader r = {w.bytes, w.size, 0, 0};
        struct result *back;
        ck_assert_int_eq(codec_read_result(&r, &sample, &back, NULL), 0);
        codec_write_result(&again, back);
        ck_assert_uint_eq(again.size, r.at);
        ck_assert_mem_eq(again.bytes, w.bytes, r.at);
        ck_assert_int_eq(back->outcome, k % OUTCOME_COUNT);
        ck_assert_int_eq(back->steps, 10 * k);
        ck_assert_int_eq(back->metrics[2].type, VALUE_NULL);
        ck_assert_str_eq(back->rows[1].values[2].as.text, "caf\303\251");
        ck_assert_float_eq(result_array(back, "weights")->data[5], (float)(k + 1) / 8.0f);
        result_free(back);
        bytes_writer_free(&w);
        bytes_writer_free(&again);
    }
}
END_TEST

START_TEST(extreme_numbers_survive)
{
    const double reals[] = {0.0, DBL_EPSILON, DBL_MAX, DBL_TRUE_MIN, nextafter(1, 2), -1e-300};
    const float floats[] = {0.0f, -0.0f, FLT_MAX, FLT_TRUE_MIN, NAN, INFINITY};
    struct result *r, *back;
    struct bytes_writer w = {0};
    ck_assert_int_eq(result_new(&r, &sample, NULL), 0);
    for (int i = 0; i < 6; i++) {
        const struct value row[] = {value_int(i % 2 ? INT64_MIN : INT64_MAX), value_real(reals[i]),
                                    value_null()};
        ck_assert_int_eq(result_add_row(r, "curve", row, NULL), 0);
    }
    ck_assert_int_eq(result_add_array(r, "w", 1, 6, floats, NULL), 0);
    codec_write_result(&w, r);
    struct bytes_reader in = {w.bytes, w.size, 0, 0};
    ck_assert_int_eq(codec_read_result(&in, &sample, &back, NULL), 0);
    for (int i = 0; i < 6; i++) {
        ck_assert_int_eq(back->rows[i].values[0].as.i, i % 2 ? INT64_MIN : INT64_MAX);
        ck_assert_mem_eq(&back->rows[i].values[1].as.x, &reals[i], sizeof reals[i]);
    }
    ck_assert_mem_eq(back->arrays[0].data, floats, sizeof floats);
    result_free(r);
    result_free(back);
    bytes_writer_free(&w);
}
END_TEST

START_TEST(every_cut_is_refused)
{
    struct bytes_writer w = encoded(4);
    for (size_t size = 0; size < w.size; size++) {
        struct bytes_reader r = {w.bytes, size, 0, 0};
        struct result *back;
        struct err e;
        ck_assert_int_eq(codec_read_result(&r, &sample, &back, &e), ERR_FORMAT);
        ck_assert_str_eq(e.text, "these bytes are no result of experiment sample");
        ck_assert_ptr_null(back);
    }
    bytes_writer_free(&w);
}
END_TEST

/* Random bytes, and valid bytes with some changes: there is never a crash or a read beyond the end
   (AddressSanitizer would report it).  What is accepted as a result is one: writing it gives the
   bytes it was read from. */
START_TEST(damaged_bytes_do_no_damage)
{
    struct rng random = rng_at(1, RNG_TEST, 0);
    for (int round = 0; round < 10000; round++) {
        struct bytes_writer w = encoded(round % 8), again = {0};
        size_t size = round % 4 ? w.size : rng_below(&random, (uint32_t)w.size + 1);
        unsigned char *bytes = mem_array(size, 1); /* separate, to detect overruns */
        if (size)
            memcpy(bytes, w.bytes, size);
        for (uint32_t n = round % 8 ? 1 + rng_below(&random, 4) : (uint32_t)size; n && size; n--)
            bytes[rng_below(&random, (uint32_t)size)] =
                rng_below(&random, 2) ? 0xff : (unsigned char)rng_bits(&random);
        struct bytes_reader r = {bytes, size, 0, 0};
        struct result *back;
        int code = codec_read_result(&r, &sample, &back, NULL);
        ck_assert(code == 0 || code == ERR_FORMAT);
        if (!code) {
            codec_write_result(&again, back);
            ck_assert_uint_eq(again.size, r.at);
            ck_assert_mem_eq(again.bytes, bytes, r.at);
        }
        result_free(back);
        mem_free(bytes);
        bytes_writer_free(&w);
        bytes_writer_free(&again);
    }
}
END_TEST

/* The sender packs an array; the receiver that stores it does not pack it again. */
START_TEST(arrays_travel_packed)
{
    enum { N = 5000 };
    struct result *r, *back;
    struct bytes_writer w = {0};
    float data[N] = {0}, other[N];
    for (int i = 0; i < N; i += 10)
        data[i] = 1.0f / (float)(i + 1);
    ck_assert_int_eq(result_new(&r, &sample, NULL), 0);
    ck_assert_int_eq(result_add_array(r, "w", 50, 100, data, NULL), 0);
    ck_assert_ptr_null(r->arrays[0].packed);
    codec_write_result(&w, r);
    ck_assert_uint_lt(w.size, sizeof data / 2);
    struct bytes_reader reader = {w.bytes, w.size, 0, 0};
    ck_assert_int_eq(codec_read_result(&reader, &sample, &back, NULL), 0);
    const struct result_array *a = &back->arrays[0];
    ck_assert_mem_eq(a->data, data, sizeof data);
    ck_assert(array_codec_unpack(a->packed, a->packed_size, N, other));
    ck_assert_mem_eq(other, data, sizeof data);
    ck_assert(!array_codec_unpack(a->packed, a->packed_size, N - 1, other));
    ck_assert(!array_codec_unpack(a->packed, a->packed_size - 1, N, other));
    a->packed[a->packed_size / 2] ^= 1;
    ck_assert(!array_codec_unpack(a->packed, a->packed_size, N, other));
    result_free(back);

    /* a process that only forwards them does not change them */
    reader = (struct bytes_reader){w.bytes, w.size, 0, 0};
    ck_assert_int_eq(codec_read_packed(&reader, &sample, &back, NULL), 0);
    a = &back->arrays[0];
    ck_assert_ptr_null(a->data);
    ck_assert(array_codec_unpack(a->packed, a->packed_size, N, other));
    ck_assert_mem_eq(other, data, sizeof data);
    result_free(back);
    result_free(r);
    bytes_writer_free(&w);
}
END_TEST

/* An array that claims (2^31 - 1)^2 floats, and an endless number of rows: their lengths are
   refused. */
START_TEST(claims_are_not_believed)
{
    struct result *empty, *back;
    struct bytes_writer w = {0};
    ck_assert_int_eq(result_new(&empty, &sample, NULL), 0);
    codec_write_result(&w, empty);
    w.size -= 4 + 8; /* the counts of arrays and rows */
    size_t head = w.size;
    bytes_write_u64(&w, 0);
    bytes_write_u32(&w, 1);
    bytes_write_text(&w, "w");
    bytes_write_u32(&w, INT32_MAX);
    bytes_write_u32(&w, INT32_MAX);
    bytes_write_u32(&w, 0);
    struct bytes_reader r = {w.bytes, w.size, 0, 0};
    ck_assert_int_eq(codec_read_result(&r, &sample, &back, NULL), ERR_FORMAT);
    w.size = head;
    bytes_write_u64(&w, UINT64_MAX);
    r = (struct bytes_reader){w.bytes, w.size, 0, 0};
    ck_assert_int_eq(codec_read_result(&r, &sample, &back, NULL), ERR_FORMAT);
    bytes_writer_free(&w);
    result_free(empty);
}
END_TEST

START_TEST(running_out_of_memory_is_told)
{
    struct bytes_writer w = encoded(3);
    struct err e;
    long n = 0;
    int code;
    do {
        struct bytes_reader r = {w.bytes, w.size, 0, 0};
        struct result *back;
        mem_fail_at(n++);
        code = codec_read_result(&r, &sample, &back, &e);
        mem_fail_at(-1);
        ck_assert(code == 0 || (code == ERR_MEMORY && !back));
        result_free(back);
    } while (code);
    ck_assert_int_gt(n, 20);

    struct result *r;
    ck_assert_int_eq(sample_result(&r, 3, NULL), 0);
    for (n = 0;; n++) {
        struct bytes_writer out = {0};
        mem_fail_at(n);
        codec_write_result(&out, r);
        mem_fail_at(-1);
        int failed = out.failed;
        bytes_writer_free(&out);
        if (!failed)
            break;
    }
    ck_assert_int_gt(n, 2);
    result_free(r);
    bytes_writer_free(&w);
}
END_TEST

SUITE_CASE(numbers, "numbers and texts", numbers_are_little_endian,
           a_text_is_all_there_and_has_no_nul)
SUITE_CASE(results, "results", results_come_back_bit_by_bit, extreme_numbers_survive,
           running_out_of_memory_is_told)
SUITE_CASE(damage, "damage", every_cut_is_refused, damaged_bytes_do_no_damage, arrays_travel_packed,
           claims_are_not_believed)

SUITE_MAIN("codec", numbers, results, damage)
