#include "record/spec.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    RANGE_TEXT_SIZE = 2 * 32 + 64, /* "a whole number from <number> to <number>" */
    CHOICES_TEXT_SIZE = 256
};

/* A text is the parameter's default or one of its choices, which live for ever, or it is owned. */
static int is_owned(const struct parameter *p, struct value v)
{
    return v.type == VALUE_TEXT && !p->choices && v.as.text != p->default_text;
}

/* The string that stands for the same text in the parameter's own table, or NULL. */
static const char *lasting_text(const struct parameter *p, const char *text)
{
    for (int i = 0; p->choices && p->choices[i]; i++)
        if (strcmp(p->choices[i], text) == 0)
            return p->choices[i];
    return !p->choices && strcmp(p->default_text, text) == 0 ? p->default_text : NULL;
}

static struct value default_of(const struct parameter *p)
{
    struct value v;
    int code = value_parse(p->type, p->default_text, &v, NULL);
    assert(code == 0);
    (void)code;
    if (v.type == VALUE_TEXT)
        v.as.text = lasting_text(p, p->default_text);
    assert(v.type != VALUE_TEXT || v.as.text);
    return v;
}

static const char *parameter_name_at(int i, const void *parameters)
{
    return ((const struct parameter *)parameters)[i].name;
}

static const char *choice_at(int i, const void *choices)
{
    return ((const char *const *)choices)[i];
}

/* ---- making and freeing ---- */

/* The struct and its values in one block, the values not yet set. */
static struct spec *spec_block(const struct experiment *x)
{
    size_t n = (size_t)experiment_parameter_count(x);
    struct spec *s = mem_small(sizeof *s + n * sizeof *s->values);
    if (s) {
        s->experiment = x;
        s->values = (struct value *)(s + 1);
    }
    return s;
}

int spec_new(struct spec **spec, const struct experiment *experiment, struct err *e)
{
    struct spec *s = *spec = spec_block(experiment);
    if (!s)
        return err_set(e, ERR_MEMORY, "out of memory for a spec");
    for (int p = 0; experiment->parameters[p].name; p++)
        s->values[p] = default_of(&experiment->parameters[p]);
    return 0;
}

int spec_copy(struct spec **copy, const struct spec *spec, struct err *e)
{
    struct spec *s = *copy = spec_block(spec->experiment);
    if (!s)
        return err_set(e, ERR_MEMORY, "out of memory for a spec");
    for (int p = 0; spec->experiment->parameters[p].name; p++) {
        int code = spec_put(s, p, spec->values[p], e);
        if (code) {
            spec_free(s);
            *copy = NULL;
            return code;
        }
    }
    return 0;
}

void spec_free(struct spec *spec)
{
    if (!spec)
        return;
    const struct parameter *parameters = spec->experiment->parameters;
    for (int p = 0; parameters[p].name; p++)
        if (is_owned(&parameters[p], spec->values[p]))
            mem_free((char *)spec->values[p].as.text);
    mem_free(spec);
}

int spec_equal(const struct spec *a, const struct spec *b)
{
    if (a->experiment != b->experiment)
        return 0;
    for (int p = 0; a->experiment->parameters[p].name; p++)
        if (!value_equal(a->values[p], b->values[p]))
            return 0;
    return 1;
}

/* ---- setting ---- */

int spec_put(struct spec *spec, int p, struct value v, struct err *e)
{
    const struct parameter *parameter = &spec->experiment->parameters[p];
    assert(v.type == parameter->type);
    if (v.type == VALUE_TEXT) {
        const char *text = lasting_text(parameter, v.as.text);
        assert(text || !parameter->choices);
        if (!text && !(text = mem_text(v.as.text)))
            return err_set(e, ERR_MEMORY, "out of memory for a text parameter");
        v.as.text = text;
    }
    if (is_owned(parameter, spec->values[p]))
        mem_free((char *)spec->values[p].as.text);
    spec->values[p] = v;
    return 0;
}

static void format_bound(const struct parameter *p, double bound, char *out)
{
    int is_whole = p->type == VALUE_INT && fabs(bound) < 9e18;
    value_format(is_whole ? value_int((int64_t)bound) : value_real(bound), out);
}

/* Bounds that are infinite, or as good as, are not worth naming. */
static char *describe_range(const struct parameter *p, char *out)
{
    char low[VALUE_TEXT_SIZE], high[VALUE_TEXT_SIZE];
    const char *noun = p->type == VALUE_INT ? "a whole number" : "a number";
    format_bound(p, p->min, low);
    format_bound(p, p->max, high);
    int below = p->min > -1e300, above = p->max < 1e300;
    if (below && above)
        snprintf(out, RANGE_TEXT_SIZE, "%s from %.31s to %.31s", noun, low, high);
    else if (below)
        snprintf(out, RANGE_TEXT_SIZE, "%s of at least %.31s", noun, low);
    else if (above)
        snprintf(out, RANGE_TEXT_SIZE, "%s of at most %.31s", noun, high);
    else
        snprintf(out, RANGE_TEXT_SIZE, "%s", noun);
    return out;
}

static int refuse_number(const struct parameter *p, const char *given, struct err *e)
{
    char range[RANGE_TEXT_SIZE];
    return err_set(e, ERR_VALUE, "%s = %.64s: expected %s", p->name, *given ? given : "\"\"",
                   describe_range(p, range));
}

static int refuse_choice(const struct parameter *p, const char *given, struct err *e)
{
    char choices[CHOICES_TEXT_SIZE] = "";
    size_t length = 0;
    for (int i = 0; p->choices[i] && length < sizeof choices; i++)
        length += (size_t)snprintf(choices + length, sizeof choices - length, "%s%s", i ? ", " : "",
                                   p->choices[i]);
    if (length >= sizeof choices)
        memcpy(choices + sizeof choices - 4, "...", 4);
    char hint[SUGGEST_SIZE];
    (void)suggest_phrase(hint, given, choice_at, p->choices);
    return err_set(e, ERR_VALUE, "%s = \"%.64s\": expected one of %s%s", p->name, given, choices,
                   hint);
}

/* Blanks and control characters separate parameters in the canonical text; DEL is one of them. */
static int check_text(const struct parameter *p, const char *text, struct err *e)
{
    if (strlen(text) >= VALUE_TEXT_SIZE)
        return err_set(e, ERR_VALUE, "%s = \"%.32s...\": expected a text of at most %d bytes",
                       p->name, text, VALUE_TEXT_SIZE - 1);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c <= ' ' || *c == 127)
            return err_set(e, ERR_VALUE, "%s = \"%.64s\": expected a text without blanks", p->name,
                           text);
    if (utf8_span(text, strlen(text)) != strlen(text))
        return err_set(e, ERR_VALUE, "%s: expected a text in UTF-8", p->name);
    return 0;
}

int spec_parameter_check(const struct parameter *p, struct value v, struct err *e)
{
    char given[VALUE_TEXT_SIZE];
    if (p->type == VALUE_TEXT && v.type == VALUE_TEXT) {
        if (p->choices)
            return lasting_text(p, v.as.text) ? 0 : refuse_choice(p, v.as.text, e);
        return check_text(p, v.as.text, e);
    }
    double x = value_number(v);
    if (v.type != p->type || x < p->min || x > p->max)
        return refuse_number(p, value_format(v, given), e);
    return 0;
}

int spec_parameter_parse(const struct parameter *p, const char *text, struct value *v,
                         struct err *e)
{
    if (p->type == VALUE_TEXT)
        *v = value_text(text);
    else if (value_parse(p->type, text, v, NULL))
        return refuse_number(p, text, e);
    return spec_parameter_check(p, *v, e);
}

int spec_set(struct spec *spec, const char *name, const char *text, struct err *e)
{
    const struct experiment *x = spec->experiment;
    struct value v;
    int p = experiment_parameter(x, name);
    if (p < 0) {
        char hint[SUGGEST_SIZE];
        (void)suggest_phrase(hint, name, parameter_name_at, x->parameters);
        return err_set(e, ERR_USAGE, "%.64s: %s has no such parameter%s", name, x->name, hint);
    }
    int code = spec_parameter_parse(&x->parameters[p], text, &v, e);
    return code ? code : spec_put(spec, p, v, e);
}

/* The index of a parameter that the caller knows to exist with that type. */
static int known_parameter(const struct spec *spec, const char *name)
{
    int p = experiment_parameter(spec->experiment, name);
    assert(p >= 0);
    return p;
}

void spec_put_real(struct spec *spec, const char *name, double x)
{
    int p = known_parameter(spec, name);
    struct value v = value_real(x);
    if (spec->experiment->parameters[p].type == VALUE_INT)
        v = value_int(llround(x));
    assert(spec_parameter_check(&spec->experiment->parameters[p], v, NULL) == 0);
    spec->values[p] = v;
}

int spec_put_text(struct spec *spec, const char *name, const char *text)
{
    return spec_put(spec, known_parameter(spec, name), value_text(text), NULL);
}

/* ---- reading ---- */

int64_t spec_int(const struct spec *spec, const char *name)
{
    struct value v = spec->values[known_parameter(spec, name)];
    assert(v.type == VALUE_INT);
    return v.as.i;
}

double spec_real(const struct spec *spec, const char *name)
{
    struct value v = spec->values[known_parameter(spec, name)];
    assert(v.type == VALUE_REAL);
    return v.as.x;
}

const char *spec_text(const struct spec *spec, const char *name)
{
    struct value v = spec->values[known_parameter(spec, name)];
    assert(v.type == VALUE_TEXT);
    return v.as.text;
}
