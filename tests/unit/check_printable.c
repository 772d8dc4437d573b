/* printable, json and text_table: texts from outside reach no terminal as commands. */
#include "suite.h"

#include "text/json.h"
#include "text/printable.h"
#include "text/text_table.h"

#include <string.h>

static void is(const char *text, const char *expected)
{
    char out[256];
    ck_assert_str_eq(printable(out, sizeof out, text), expected);
}

START_TEST(plain_text_stays)
{
    is("", "");
    is("regularizer=bimt lambda=1e-5", "regularizer=bimt lambda=1e-5");
    is("\xc3\xa9t\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
       "\xc3\xa9t\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
}
END_TEST

START_TEST(what_a_terminal_acts_on_is_shown)
{
    is("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m");
    is("\x1b]52;c;aGk=\a", "\\x1b]52;c;aGk=\\a"); /* OSC 52: would set the clipboard */
    is("a\nb\rc\td", "a\\nb\\rc\\td");
    is("\x7f", "\\x7f");
    is("\xc2\x9b"
       "31m",
       "\\u009b31m"); /* CSI as one C1 control */
    is("\xe2\x80\xae"
       "gnp",
       "\\u202egnp"); /* right-to-left override */
    is("a\xe2\x80\xa8"
       "b",
       "a\\u2028b"); /* line separator */
}
END_TEST

START_TEST(bytes_that_are_not_utf8_are_shown)
{
    is("\xff"
       "a",
       "\\xffa");
    is("\xc0\x80", "\\xc0\\x80");          /* overlong */
    is("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* a surrogate */
    is("\xe2\x82", "\\xe2\\x82");          /* cut off */
}
END_TEST

START_TEST(a_short_buffer_ends_between_characters)
{
    char out[6];
    ck_assert_str_eq(printable(out, sizeof out, "abc\xe2\x82\xac"), "abc");
    ck_assert_str_eq(printable(out, sizeof out, "ab\xe2\x82\xac"), "ab\xe2\x82\xac");
    ck_assert_str_eq(printable(out, sizeof out, "abc\x1b"), "abc");
}
END_TEST

/* What a function writes to a stream. */
static char written[512];

static void read_back(FILE *file)
{
    rewind(file);
    written[fread(written, 1, sizeof written - 1, file)] = '\0';
    fclose(file);
}

START_TEST(a_log_keeps_its_lines)
{
    FILE *file = tmpfile();
    printable_write(file, "one\n\ttwo\x1b\r\n", 1);
    read_back(file);
    ck_assert_str_eq(written, "one\n\ttwo\\x1b\\r\n");
}
END_TEST

START_TEST(a_table_shows_names_that_are_harmless)
{
    char out[VALUE_TEXT_SIZE];
    ck_assert_str_eq(text_table_format(value_text("a\x1b[2J\n"), out), "a\\x1b[2J\\n");
}
END_TEST

START_TEST(json_is_valid_whatever_the_text)
{
    struct json j;
    FILE *file = tmpfile();
    json_begin(&j, file, 1);
    json_text(&j, "name", "\x1b\xff\"\\\xe2\x82\xac\x7f\xc2\x9b");
    json_end(&j);
    read_back(file);
    ck_assert_ptr_nonnull(strstr(written, "\"\\u001b\\ufffd\\\"\\\\\xe2\x82\xac\\u007f\\u009b\""));
}
END_TEST

SUITE_CASE(texts, "texts", plain_text_stays, what_a_terminal_acts_on_is_shown,
           bytes_that_are_not_utf8_are_shown, a_short_buffer_ends_between_characters,
           a_log_keeps_its_lines, a_table_shows_names_that_are_harmless,
           json_is_valid_whatever_the_text)

SUITE_MAIN("printable", texts)
