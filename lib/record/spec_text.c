/* The canonical text of a spec, written and read. */
#include "record/spec.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* The likely ways to write a default are compared without the care that a user's text needs: a
   sweep of a million points asks this for each of their parameters. */
static int is_default(const struct spec *spec, int p)
{
    const struct parameter *parameter = &spec->experiment->parameters[p];
    struct value v = spec->values[p], usual;
    char *end = (char *)parameter->default_text;
    if (v.type == VALUE_TEXT)
        return v.as.text == parameter->default_text || !strcmp(v.as.text, parameter->default_text);
    if (v.type == VALUE_INT && strtoll(parameter->default_text, &end, 10) == v.as.i && !*end)
        return 1;
    if (v.type == VALUE_REAL)
        return strtod(parameter->default_text, NULL) == v.as.x;
    return !value_parse(parameter->type, parameter->default_text, &usual, NULL) &&
           value_equal(v, usual);
}

static char *append(char *at, const char *text)
{
    size_t length = strlen(text);
    memcpy(at, text, length + 1);
    return at + length;
}

/* The room that the text cannot exceed. */
static size_t room_for(const struct spec *spec)
{
    enum { NUMBER_ROOM = 32 }; /* the longest is -1.2345678901234567e-308 */
    const struct parameter *parameters = spec->experiment->parameters;
    size_t room = strlen(spec->experiment->name) + 1;
    for (int p = 0; parameters[p].name; p++)
        room += strlen(parameters[p].name) + 2 +
                (parameters[p].type == VALUE_TEXT ? strlen(spec->values[p].as.text) : NUMBER_ROOM);
    return room;
}

char *spec_canonical(const struct spec *spec)
{
    const struct parameter *parameters = spec->experiment->parameters;
    char value[VALUE_TEXT_SIZE];
    char *out = mem_array(room_for(spec), 1);
    if (!out)
        return NULL;
    char *at = append(out, spec->experiment->name);
    for (int p = 0; parameters[p].name; p++) {
        if (is_default(spec, p))
            continue;
        at = append(append(at, " "), parameters[p].name);
        at = append(append(at, "="), value_format(spec->values[p], value));
    }
    return out;
}

/* Cuts the first word off *rest, which is NULL past the last: words have one blank between them. */
static char *next_word(char **rest)
{
    char *word = *rest;
    char *blank = word ? strchr(word, ' ') : NULL;
    *rest = blank ? blank + 1 : NULL;
    if (blank)
        *blank = '\0';
    return word;
}

/* Reads one "name=value", which must come after parameter *last in the table's order. */
static int read_word(struct spec *spec, char *word, int *last, struct err *e)
{
    char canonical[VALUE_TEXT_SIZE];
    const struct experiment *x = spec->experiment;
    char *equals = strchr(word, '=');
    if (!equals)
        return err_set(e, ERR_FORMAT, "\"%.64s\": expected name=value", word);
    *equals = '\0';

    int p = experiment_parameter(x, word);
    if (p < 0)
        return err_set(e, ERR_FORMAT, "%s has no parameter \"%.64s\"", x->name, word);
    if (p == *last)
        return err_set(e, ERR_FORMAT, "%s is given twice", word);
    if (p < *last)
        return err_set(e, ERR_FORMAT, "%s must come before %s", word, x->parameters[*last].name);
    *last = p;

    struct value v, usual = spec->values[p];
    if (spec_parameter_parse(&x->parameters[p], equals + 1, &v, e))
        return err_recode(e, ERR_FORMAT);
    value_format(v, canonical);
    if (strcmp(canonical, equals + 1) != 0)
        return err_set(e, ERR_FORMAT, "%s=%.64s: the canonical text is %s", word, equals + 1,
                       canonical);
    if (value_equal(v, usual))
        return err_set(e, ERR_FORMAT, "%s=%s is the default, which is left out", word, canonical);
    return spec_put(spec, p, v, e);
}

static const struct experiment *find_experiment(const struct experiment *const *experiments,
                                                const char *name)
{
    for (int i = 0; experiments[i]; i++)
        if (strcmp(experiments[i]->name, name) == 0)
            return experiments[i];
    return NULL;
}

int spec_parse(struct spec **spec, const char *text, const struct experiment *const *experiments,
               struct err *e)
{
    int code = 0, last = -1;
    struct spec *s = NULL;
    *spec = NULL;
    char *copy = mem_text(text);
    if (!copy)
        return err_set(e, ERR_MEMORY, "out of memory for a spec's text");

    char *rest = copy, *word = next_word(&rest);
    const struct experiment *x = find_experiment(experiments, word);
    if (!x) {
        code = err_set(e, ERR_FORMAT, "there is no experiment \"%.64s\"", word);
        goto out;
    }
    if ((code = spec_new(&s, x, e)))
        goto out;
    while ((word = next_word(&rest)))
        if ((code = read_word(s, word, &last, e)))
            goto out;
    *spec = s;
    s = NULL;
out:
    spec_free(s);
    mem_free(copy);
    return code;
}
