#include "sweep/sweep_where.h"

#include "base/array.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

enum {
    DEPTH_LIMIT = 100, /* parentheses and nots inside one another */
    NONE = -1
};

enum node_kind { EITHER, BOTH, NOT, COMPARE };

/* Which of less, equal, greater make the comparison true.  Longer signs come before their
   beginnings. */
struct comparison {
    const char *sign;
    unsigned char holds[3];
};

static const struct comparison comparisons[] = {
    {"<=", {1, 1, 0}}, {">=", {0, 1, 1}}, {"==", {0, 1, 0}}, {"!=", {1, 0, 1}},
    {"<", {1, 0, 0}},  {">", {0, 0, 1}},  {"=", {0, 1, 0}},  {NULL, {0}},
};

struct node {
    enum node_kind kind;
    int child, next; /* indices of the first operand, and of the operand after this one */
    int parameter;   /* of a COMPARE, as what follows */
    const struct comparison *comparison;
    struct value value; /* a text is owned */
};

struct sweep_where {
    struct node *nodes;
    int n, root;
    char *text; /* the expression */
};

struct parser {
    struct sweep_where *where;
    char *at;
    int depth;
    const struct experiment *experiment;
    struct err *e;
};

static int either(struct parser *p, int *node);

static int refuse(const struct parser *p, const char *expected)
{
    int column = (int)(p->at - p->where->text) + 1;
    if (!*p->at)
        return err_set(p->e, ERR_SWEEP, "column %d: expected %s, found the end", column, expected);
    return err_set(p->e, ERR_SWEEP, "column %d: expected %s at \"%.24s\"", column, expected, p->at);
}

static int add_node(struct parser *p, enum node_kind kind, int *node)
{
    struct sweep_where *w = p->where;
    struct node *grown = array_room(w->nodes, (size_t)w->n, sizeof *grown);
    if (!grown)
        return err_set(p->e, ERR_MEMORY, "out of memory for the expression");
    w->nodes = grown;
    w->nodes[w->n] = (struct node){.kind = kind, .child = NONE, .next = NONE};
    *node = w->n++;
    return 0;
}

/* ---- tokens ---- */

static void skip_blanks(struct parser *p)
{
    p->at += strspn(p->at, " \t\r\n");
}

static size_t word_length(const char *text)
{
    return strcspn(text, " \t\r\n()<>=!'\"");
}

/* Steps over the keyword if it is the next word. */
static int accept_word(struct parser *p, const char *keyword)
{
    skip_blanks(p);
    size_t length = word_length(p->at);
    if (length != strlen(keyword) || strncmp(p->at, keyword, length) != 0)
        return 0;
    p->at += length;
    return 1;
}

static int accept_mark(struct parser *p, char mark)
{
    skip_blanks(p);
    if (*p->at != mark)
        return 0;
    p->at++;
    return 1;
}

static const struct comparison *accept_comparison(struct parser *p)
{
    skip_blanks(p);
    for (const struct comparison *c = comparisons; c->sign; c++)
        if (strncmp(p->at, c->sign, strlen(c->sign)) == 0) {
            p->at += strlen(c->sign);
            return c;
        }
    return NULL;
}

static const char *parameter_at(int i, const void *experiment)
{
    return ((const struct experiment *)experiment)->parameters[i].name;
}

static int take_parameter(struct parser *p, int *parameter)
{
    char name[64] = "";
    skip_blanks(p);
    size_t length = word_length(p->at);
    if (!length)
        return refuse(p, "a parameter");
    if (length < sizeof name)
        memcpy(name, p->at, length);
    *parameter = experiment_parameter(p->experiment, name);
    if (*parameter < 0) {
        char hint[SUGGEST_SIZE], expected[64 + SUGGEST_SIZE];
        int known = suggest_phrase(hint, name, parameter_at, p->experiment);
        snprintf(expected, sizeof expected, "a parameter of %.40s%s%s%s", p->experiment->name,
                 known ? " (" : "", known ? hint + 2 : "", known ? ")" : "");
        return refuse(p, expected);
    }
    p->at += length;
    return 0;
}

/* Sets *begin and *length to the next word or what stands between quotes, and steps over it. */
static int take_text(struct parser *p, char **begin, size_t *length)
{
    skip_blanks(p);
    char quote = *p->at;
    if (quote != '\'' && quote != '"') {
        *begin = p->at;
        *length = word_length(p->at);
        p->at += *length;
        return *length ? 0 : refuse(p, "a value");
    }
    char *end = strchr(p->at + 1, quote);
    if (!end)
        return refuse(p, "a text with a closing quote");
    *begin = p->at + 1;
    *length = (size_t)(end - *begin);
    p->at = end + 1;
    return 0;
}

/* ---- the grammar ---- */

/* Reads the text as a value to compare the parameter with: any number, but no text that the
   parameter cannot have.  *text is the caller's; a text value takes it over and sets it to NULL. */
static int read_value(const struct parser *p, const struct parameter *known, char **text,
                      struct value *value)
{
    if (!*text)
        return err_set(p->e, ERR_MEMORY, "out of memory for the expression");
    if (known->type != VALUE_TEXT)
        return value_parse(VALUE_REAL, *text, value, NULL);
    int code = spec_parameter_parse(known, *text, value, NULL);
    if (code)
        *value = value_null();
    else
        *text = NULL;
    return code;
}

static int take_value(struct parser *p, const struct parameter *known, struct value *value)
{
    char *begin = NULL, expected[96];
    size_t length = 0;
    skip_blanks(p);
    char *before = p->at;
    int code = take_text(p, &begin, &length);
    if (code)
        return code;

    char after = begin[length];
    begin[length] = '\0';
    char *text = mem_text(begin);
    begin[length] = after;
    code = read_value(p, known, &text, value);
    mem_free(text);
    if (code == 0 || code == ERR_MEMORY)
        return code;
    p->at = before;
    snprintf(expected, sizeof expected, "a %s to compare %.40s with",
             known->type == VALUE_TEXT ? "text" : "number", known->name);
    return refuse(p, expected);
}

static int compare(struct parser *p, int *node)
{
    int parameter = NONE, code = take_parameter(p, &parameter);
    if (code)
        return code;
    const struct parameter *known = &p->experiment->parameters[parameter];
    const struct comparison *comparison = accept_comparison(p);
    if (!comparison)
        return refuse(p, "<, <=, >, >=, == or !=");
    if (known->type == VALUE_TEXT && comparison->holds[0] != comparison->holds[2]) {
        p->at -= strlen(comparison->sign);
        return refuse(p, "== or != after a text parameter");
    }
    if ((code = add_node(p, COMPARE, node)))
        return code;
    struct node *made = &p->where->nodes[*node];
    made->parameter = parameter;
    made->comparison = comparison;
    return take_value(p, known, &made->value);
}

static int one(struct parser *p, int *node)
{
    int code, child = NONE;
    skip_blanks(p);
    if (p->depth >= DEPTH_LIMIT)
        return refuse(p, "less nesting");
    p->depth++;
    if (accept_mark(p, '(')) {
        code = either(p, node);
        if (!code && !accept_mark(p, ')'))
            code = refuse(p, "and, or, or a closing parenthesis");
    } else if (accept_word(p, "not")) {
        code = one(p, &child);
        if (!code && !(code = add_node(p, NOT, node)))
            p->where->nodes[*node].child = child;
    } else {
        code = compare(p, node);
    }
    p->depth--;
    return code;
}

/* Operands with the keyword between them; a single one stands for itself. */
static int chain(struct parser *p, enum node_kind kind, const char *keyword,
                 int (*operand)(struct parser *p, int *node), int *node)
{
    int first, last, code = operand(p, &first);
    *node = last = first;
    while (!code && accept_word(p, keyword)) {
        int next;
        if (*node == first) {
            if ((code = add_node(p, kind, node)))
                break;
            p->where->nodes[*node].child = first;
        }
        if (!(code = operand(p, &next)))
            p->where->nodes[last].next = next;
        last = next;
    }
    return code;
}

static int both(struct parser *p, int *node)
{
    return chain(p, BOTH, "and", one, node);
}

static int either(struct parser *p, int *node)
{
    return chain(p, EITHER, "or", both, node);
}

int sweep_where_parse(struct sweep_where **where, const char *text,
                      const struct experiment *experiment, struct err *e)
{
    int code = 0;
    *where = NULL;
    if (!text[strspn(text, " \t\r\n")])
        return 0;
    struct sweep_where *w = mem_array(1, sizeof *w);
    if (!w || !(w->text = mem_text(text))) {
        code = err_set(e, ERR_MEMORY, "out of memory for the expression");
        goto out;
    }
    struct parser p = {.where = w, .at = w->text, .experiment = experiment, .e = e};
    if ((code = either(&p, &w->root)))
        goto out;
    skip_blanks(&p);
    if (*p.at) {
        code = refuse(&p, "and, or, or the end");
        goto out;
    }
    *where = w;
    w = NULL;
out:
    sweep_where_free(w);
    return code;
}

void sweep_where_free(struct sweep_where *where)
{
    if (!where)
        return;
    for (int i = 0; i < where->n; i++)
        if (where->nodes[i].value.type == VALUE_TEXT)
            mem_free((char *)where->nodes[i].value.as.text);
    mem_free(where->nodes);
    mem_free(where->text);
    mem_free(where);
}

/* ---- evaluating ---- */

/* -1, 0 or 1 as a is less than, equal to or greater than b; unequal texts are "less". */
static int order(struct value a, struct value b)
{
    if (a.type == VALUE_TEXT)
        return value_equal(a, b) ? 0 : -1;
    double x = value_number(a);
    return (x > b.as.x) - (x < b.as.x);
}

static int node_holds(const struct sweep_where *w, int i, const struct spec *spec)
{
    const struct node *node = &w->nodes[i];
    if (node->kind == COMPARE) {
        struct value v = spec->values[node->parameter];
        return v.type != VALUE_NULL && node->comparison->holds[order(v, node->value) + 1];
    }
    if (node->kind == NOT)
        return !node_holds(w, node->child, spec);
    int decisive = node->kind == EITHER; /* the operand that settles the whole */
    for (int operand = node->child; operand != NONE; operand = w->nodes[operand].next)
        if (node_holds(w, operand, spec) == decisive)
            return decisive;
    return !decisive;
}

int sweep_where_holds(const struct sweep_where *where, const struct spec *spec)
{
    return !where || node_holds(where, where->root, spec);
}
