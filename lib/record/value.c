#include "record/value.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REAL_DIGITS = 17 /* so many significant digits tell any two doubles apart */
};

static const double INTEGER_REACH = 9007199254740992.0; /* 2^53: doubles are whole up to here */

struct value value_null(void)
{
    return (struct value){.type = VALUE_NULL};
}

struct value value_int(int64_t i)
{
    return (struct value){.type = VALUE_INT, .as.i = i};
}

struct value value_real(double x)
{
    if (!isfinite(x))
        return value_null();
    return (struct value){.type = VALUE_REAL, .as.x = x + 0.0}; /* -0 + 0 is +0 */
}

struct value value_text(const char *text)
{
    return (struct value){.type = VALUE_TEXT, .as.text = text};
}

double value_number(struct value v)
{
    return v.type == VALUE_INT ? (double)v.as.i : v.type == VALUE_REAL ? v.as.x : 0;
}

int value_equal(struct value a, struct value b)
{
    if (a.type != b.type)
        return 0;
    switch (a.type) {
    case VALUE_INT:
        return a.as.i == b.as.i;
    case VALUE_REAL:
        return a.as.x == b.as.x;
    case VALUE_TEXT:
        return strcmp(a.as.text, b.as.text) == 0;
    default:
        return 1;
    }
}

/* Sets `digits` (without point) and the decimal exponent of the first digit; x > 0.  The digits are
   the fewest that read back as x, found by trying. */
static int shortest_digits(double x, char *digits, int *exponent)
{
    char text[REAL_DIGITS + 16];
    int n = 1;
    for (; n <= REAL_DIGITS; n++) {
        snprintf(text, sizeof text, "%.*e", n - 1, x);
        if (n == REAL_DIGITS || strtod(text, NULL) == x)
            break;
    }
    digits[0] = text[0];
    memcpy(digits + 1, text + 2, (size_t)n - 1);
    digits[n] = '\0';
    *exponent = (int)strtol(strchr(text, 'e') + 1, NULL, 10);
    return n;
}

/* The n digits with a point in the place that the exponent asks for. */
static void write_positional(const char *digits, int n, int exponent, char *out, size_t size)
{
    static const char zeros[] = "000000000000000000000000";
    if (exponent < 0)
        snprintf(out, size, "0.%.*s%s", -exponent - 1, zeros, digits);
    else if (exponent < n - 1)
        snprintf(out, size, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
    else
        snprintf(out, size, "%s%.*s", digits, exponent + 1 - n, zeros);
}

/* Positional or with an exponent, whichever is shorter; positional where they are equally long. */
static void format_real(double x, char *out)
{
    enum { WIDEST = 24 }; /* no positional form longer than this can be the shorter one */
    char digits[REAL_DIGITS + 1], plain[2 * WIDEST + REAL_DIGITS], scientific[REAL_DIGITS + 8];
    const char *sign = x < 0 ? "-" : "";
    int exponent = 0;
    int n = x == 0 ? 0 : shortest_digits(fabs(x), digits, &exponent);
    if (!n) {
        snprintf(out, VALUE_TEXT_SIZE, "0");
        return;
    }

    const char *point = n > 1 ? "." : "";
    snprintf(scientific, sizeof scientific, "%.1s%s%se%d", digits, point, digits + 1, exponent);
    const char *shorter = scientific;
    if (abs(exponent) < WIDEST) {
        write_positional(digits, n, exponent, plain, sizeof plain);
        if (strlen(plain) <= strlen(scientific))
            shorter = plain;
    }
    snprintf(out, VALUE_TEXT_SIZE, "%s%s", sign, shorter);
}

/* By hand: most of what is written, by the million, are seeds and counts. */
static void format_int(int64_t i, char *out)
{
    enum { MOST_DIGITS = 20 };
    char reversed[MOST_DIGITS];
    int n = 0;
    uint64_t rest = i < 0 ? -(uint64_t)i : (uint64_t)i;
    do
        reversed[n++] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (i < 0)
        *out++ = '-';
    while (n > 0)
        *out++ = reversed[--n];
    *out = '\0';
}

char *value_format(struct value v, char *out)
{
    switch (v.type) {
    case VALUE_INT:
        format_int(v.as.i, out);
        break;
    case VALUE_REAL:
        format_real(v.as.x, out);
        break;
    case VALUE_TEXT:
        snprintf(out, VALUE_TEXT_SIZE, "%s", v.as.text);
        break;
    default:
        snprintf(out, VALUE_TEXT_SIZE, "null");
    }
    return out;
}

/* Reads a decimal number, all of text.  strtod alone would also take blanks, hexadecimal, inf and
   nan. */
static int scan_real(const char *text, double *x)
{
    char *end;
    if (!*text || text[strspn(text, "0123456789+-.eE")])
        return 0;
    *x = strtod(text, &end);
    if (*end || end == text || !isfinite(*x))
        return 0;
    /* what was not zero as written must not have become zero, nor lost digits as a subnormal */
    size_t mantissa = strcspn(text, "eE");
    size_t zeros = strspn(text, "+-.0");
    return zeros >= mantissa || isnormal(*x);
}

static int parse_null(const char *text, struct value *v, struct err *e)
{
    *v = value_null();
    return strcmp(text, "null") ? err_set(e, ERR_VALUE, "\"%s\": expected null", text) : 0;
}

static int parse_int(const char *text, struct value *v, struct err *e)
{
    char *end;
    double x;
    errno = 0;
    long long i = strtoll(text, &end, 10);
    int blank = strchr(" \t\n\v\f\r", text[0]) != NULL; /* which strtoll would skip; or empty */
    if (!blank && !*end && !errno) {
        *v = value_int(i);
        return 0;
    }
    if (!scan_real(text, &x) || x != floor(x) || fabs(x) > INTEGER_REACH)
        return err_set(e, ERR_VALUE, "\"%s\": expected a whole number", text);
    *v = value_int((int64_t)x);
    return 0;
}

static int parse_real(const char *text, struct value *v, struct err *e)
{
    double x;
    if (!scan_real(text, &x))
        return err_set(e, ERR_VALUE, "\"%s\": expected a finite decimal number", text);
    *v = value_real(x);
    return 0;
}

static int parse_text(const char *text, struct value *v, struct err *e)
{
    if (strlen(text) >= VALUE_TEXT_SIZE)
        return err_set(e, ERR_VALUE, "\"%.32s...\": expected a text of at most %d bytes", text,
                       VALUE_TEXT_SIZE - 1);
    *v = value_text(text);
    return 0;
}

int value_parse(enum value_type type, const char *text, struct value *v, struct err *e)
{
    static int (*const parsers[])(const char *, struct value *, struct err *) = {
        [VALUE_NULL] = parse_null,
        [VALUE_INT] = parse_int,
        [VALUE_REAL] = parse_real,
        [VALUE_TEXT] = parse_text,
    };
    return parsers[type](text, v, e);
}
