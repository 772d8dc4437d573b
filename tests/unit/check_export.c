/* The parts of exports: escaping of any text, and archives for numpy. */
#include "report/escape.h"
#include "report/npz.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

static char *escaped(void (*escape)(FILE *, const char *), const char *text)
{
    char *out = NULL;
    size_t size;
    FILE *file = open_memstream(&out, &size);
    escape(file, text);
    fclose(file);
    return out;
}

static void check(void (*escape)(FILE *, const char *), const char *text, const char *expected)
{
    char *got = escaped(escape, text);
    ck_assert_str_eq(got, expected);
    free(got);
}

START_TEST(html_has_no_tag_left)
{
    check(escape_html, "<script>a&b\"'</script>",
          "&lt;script&gt;a&amp;b&quot;&#39;&lt;/script&gt;");
    check(escape_html, "a\001b", "a\357\277\275b");
}
END_TEST

START_TEST(json_is_within_a_script_too)
{
    check(escape_json, "</script>", "\"\\u003c/script\\u003e\"");
    check(escape_json, "a\"b\\c\n", "\"a\\\"b\\\\c\\u000a\"");
    check(escape_json, "\xc3\xa9\xe2\x82\xac", "\"\xc3\xa9\xe2\x82\xac\"");
    check(escape_json, "\xc3(\xff\xc0\x80", "\"\\ufffd(\\ufffd\\ufffd\\ufffd\"");
    check(escape_json, "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""); /* a surrogate */
}
END_TEST

/* RFC 4180, section 2. */
START_TEST(csv_quotes_what_must_be)
{
    check(escape_csv, "plain", "plain");
    check(escape_csv, "", "\"\"");
    check(escape_csv, "a,b", "\"a,b\"");
    check(escape_csv, "a\"b", "\"a\"\"b\"");
    check(escape_csv, "two\nlines", "\"two\nlines\"");
}
END_TEST

START_TEST(tsv_keeps_a_row_in_a_line)
{
    check(escape_tsv, "a\tb\nc\\", "a\\tb\\nc\\\\");
}
END_TEST

static uint32_t little(const unsigned char *b, int bytes)
{
    uint32_t x = 0;
    for (int i = bytes; i-- > 0;)
        x = x << 8 | b[i];
    return x;
}

/* A stored member by the layout of APPNOTE 4.3.7, and the .npy file in it by NEP 1. */
START_TEST(archive_is_laid_out_as_zip)
{
    static const int32_t cells[6] = {1, -2, 3, 4, 5, 1000000};
    char *text = NULL;
    size_t size;
    struct npz *npz;
    FILE *file = open_memstream(&text, &size);
    ck_assert_int_eq(npz_new(&npz, file, NULL), 0);
    ck_assert_int_eq(npz_add(npz, "m", NPZ_INT32, 2, 3, cells, NULL), 0);
    ck_assert_int_eq(npz_add(npz, "v", NPZ_INT32, 6, 0, cells, NULL), 0);
    npz_finish(npz);
    fclose(file);
    const unsigned char *b = (unsigned char *)text;
    ck_assert_uint_eq(little(b, 4), 0x04034b50);
    ck_assert_uint_eq(little(b + 8, 2), 0); /* stored */
    uint32_t bytes = little(b + 18, 4), name = little(b + 26, 2);
    ck_assert_uint_eq(name, 5);
    ck_assert_mem_eq(b + 30, "m.npy", 5);
    const unsigned char *npy = b + 30 + name;
    ck_assert_uint_eq(little(b + 14, 4), (uint32_t)crc32(0, npy, bytes));
    ck_assert_mem_eq(npy, "\x93NUMPY\x01\x00", 8);
    uint32_t head = 10 + little(npy + 8, 2);
    ck_assert_uint_eq(head % 64, 0);
    ck_assert_uint_eq(bytes, head + 24);
    ck_assert_ptr_nonnull(strstr((const char *)npy + 10, "'descr': '<i4'"));
    ck_assert_ptr_nonnull(strstr((const char *)npy + 10, "'shape': (2, 3), "));
    ck_assert_int_eq((int32_t)little(npy + head + 4, 4), -2);
    ck_assert_uint_eq(little(npy + head + 20, 4), 1000000);
    const unsigned char *end = b + size - 22; /* the end of central directory record */
    ck_assert_uint_eq(little(end, 4), 0x06054b50);
    ck_assert_uint_eq(little(end + 10, 2), 2);
    ck_assert_uint_eq(little(b + little(end + 16, 4), 4), 0x02014b50);
    ck_assert_uint_eq(little(end + 16, 4) + little(end + 12, 4), size - 22);
    free(text);
}
END_TEST

SUITE_CASE(escape_case, "escaping", html_has_no_tag_left, json_is_within_a_script_too,
           csv_quotes_what_must_be, tsv_keeps_a_row_in_a_line)
SUITE_CASE(npz_case, "archives", archive_is_laid_out_as_zip)

SUITE_MAIN("export", escape_case, npz_case)
