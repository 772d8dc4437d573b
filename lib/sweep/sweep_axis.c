#include "sweep/sweep_axis.h"

#include "base/array.h"
#include "base/mem.h"
#include "record/spec.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RANGE_TEXT = 128, /* no longer text is a range */
    RANGE_DIGITS = 12 /* significant digits of the values between the ends */
};

struct range {
    double first, last;
    int64_t count;
    double (*at)(const struct range *range, int64_t i);
};

static double whole_at(const struct range *r, int64_t i)
{
    return r->first + (double)i;
}

/* So that 1e-6:1e-3:log:4 holds 1e-5 itself. */
static double rounded(double x)
{
    char text[64];
    snprintf(text, sizeof text, "%.*e", RANGE_DIGITS - 1, x);
    return strtod(text, NULL);
}

static double linear_at(const struct range *r, int64_t i)
{
    long double steps = (long double)(r->count - 1);
    double x = (double)((r->first * (steps - i) + r->last * i) / steps);
    /* what is left of a difference that should be zero */
    return fabs(x) < 1e-14 * fmax(fabs(r->first), fabs(r->last)) ? 0 : rounded(x);
}

static double logarithmic_at(const struct range *r, int64_t i)
{
    long double first = log10l(r->first), last = log10l(r->last);
    return rounded((double)powl(10, first + (last - first) * i / (r->count - 1)));
}

static const struct {
    const char *name;
    double (*at)(const struct range *range, int64_t i);
} spacings[] = {{"lin", linear_at}, {"log", logarithmic_at}};

/* The i-th value; the ends are those written. */
static double range_at(const struct range *r, int64_t i)
{
    if (i == 0)
        return r->first;
    return i == r->count - 1 ? r->last : r->at(r, i);
}

static int append(struct sweep_axis *axis, struct value v, struct err *e)
{
    struct value *grown = array_room(axis->values, axis->n, sizeof *grown);
    if (!grown)
        return err_set(e, ERR_MEMORY, "out of memory for the values of an axis");
    axis->values = grown;
    axis->values[axis->n++] = v;
    return 0;
}

static int append_number(struct sweep_axis *axis, const struct parameter *p, double x,
                         const char *text, struct err *e)
{
    struct value v = value_real(x);
    if (p->type == VALUE_INT) {
        if (fabs(x - rint(x)) > 1e-9 * fmax(1, fabs(x)))
            return err_set(e, ERR_VALUE, "%s = %s: %.10g is in this range but no whole number",
                           p->name, text, x);
        v = value_int(llrint(x));
    }
    int code = spec_parameter_check(p, v, e);
    return code ? code : append(axis, v, e);
}

/* Cuts text at the separators into at most `max` fields; returns how many there were. */
static int split(char *text, const char *separator, char **fields, int max)
{
    int n = 0;
    while (text && n < max) {
        char *end = strstr(text, separator);
        fields[n++] = text;
        if (end)
            *end = '\0';
        text = end ? end + strlen(separator) : NULL;
    }
    return text ? max + 1 : n;
}

static int is_number(const char *text, double *x)
{
    struct value v;
    if (value_parse(VALUE_REAL, text, &v, NULL))
        return 0;
    *x = v.as.x;
    return 1;
}

/* "0..4" */
static int read_interval(struct range *r, char *text)
{
    char *fields[2];
    struct value first, last;
    if (split(text, "..", fields, 2) != 2 || value_parse(VALUE_INT, fields[0], &first, NULL) ||
        value_parse(VALUE_INT, fields[1], &last, NULL) || first.as.i > last.as.i ||
        fabs((double)first.as.i) > 1e15 || fabs((double)last.as.i) > 1e15)
        return 0;
    *r = (struct range){.first = (double)first.as.i,
                        .last = (double)last.as.i,
                        .count = last.as.i - first.as.i + 1,
                        .at = whole_at};
    return 1;
}

/* "1e-6:1e-3:log:7" */
static int read_spacing(struct range *r, char *text)
{
    char *fields[4];
    struct value count;
    if (split(text, ":", fields, 4) != 4 || !is_number(fields[0], &r->first) ||
        !is_number(fields[1], &r->last) || value_parse(VALUE_INT, fields[3], &count, NULL))
        return 0;
    for (size_t i = 0; i < sizeof spacings / sizeof spacings[0]; i++)
        if (strcmp(fields[2], spacings[i].name) == 0)
            r->at = spacings[i].at;
    r->count = count.as.i;
    return r->at && r->count >= 2 && (r->at == linear_at || (r->first > 0 && r->last > 0));
}

static int add_range(struct sweep_axis *axis, const struct parameter *p, const char *text,
                     int is_interval, struct err *e)
{
    char copy[RANGE_TEXT] = "";
    struct range r = {0};
    if (strlen(text) < sizeof copy)
        strcpy(copy, text);
    if (!(is_interval ? read_interval(&r, copy) : read_spacing(&r, copy)))
        return err_set(e, ERR_VALUE, "%s = %.64s: expected %s", p->name, text,
                       is_interval ? "first..last, whole numbers in rising order"
                                   : "first:last:lin:count or first:last:log:count, count at least "
                                     "2, the ends of log above 0");
    if (r.count > SWEEP_POINT_LIMIT - (int64_t)axis->n)
        return err_set(e, ERR_VALUE, "%s = %.64s: more values than the %d points of a sweep",
                       p->name, text, SWEEP_POINT_LIMIT);
    for (int64_t i = 0; i < r.count; i++) {
        int code = append_number(axis, p, range_at(&r, i), text, e);
        if (code)
            return code;
    }
    return 0;
}

int sweep_axis_add(struct sweep_axis *axis, const struct parameter *p, const char *text,
                   struct err *e)
{
    struct value v;
    int is_interval = strstr(text, "..") != NULL;
    if (p->type != VALUE_TEXT && (is_interval || strchr(text, ':')))
        return add_range(axis, p, text, is_interval, e);
    int code = spec_parameter_parse(p, text, &v, e);
    return code ? code : append(axis, v, e);
}

void sweep_axis_free(struct sweep_axis *axis)
{
    mem_free(axis->values);
    *axis = (struct sweep_axis){0};
}
