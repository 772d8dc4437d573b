#include "text/json.h"

#include "base/utf8.h"

#include <string.h>

/* Begins an element: comma, new line, indentation, key. */
static void begin_element(struct json *j, const char *key)
{
    if (!j->first)
        fputc(',', j->out);
    fprintf(j->out, "\n%*s", 2 * j->depth, "");
    if (key)
        fprintf(j->out, "\"%s\": ", key);
    j->first = 0;
}

static void open_bracket(struct json *j, const char *key, char bracket)
{
    begin_element(j, key);
    fputc(bracket, j->out);
    j->depth++;
    j->first = 1;
}

static void close_bracket(struct json *j, char bracket)
{
    j->depth--;
    if (!j->first)
        fprintf(j->out, "\n%*s", 2 * j->depth, "");
    fputc(bracket, j->out);
    j->first = 0;
}

/* Number of bytes of the UTF-8 character at the beginning of the text; 0 when it is invalid. */
static size_t character(const char *text)
{
    size_t n = strnlen(text, 4), bytes = 1;
    while (bytes <= n && utf8_span(text, bytes) < bytes)
        bytes++;
    return bytes <= n ? bytes : 0;
}

/* RFC 8259: quotation mark, backslash and controls are escaped, and so are DEL and the C1 controls,
   which a terminal may act on.  A byte that is not UTF-8 becomes U+FFFD. */
static void quoted(FILE *out, const char *text)
{
    fputc('"', out);
    while (*text) {
        size_t bytes = character(text);
        unsigned char c = (unsigned char)text[0], second = (unsigned char)text[bytes > 1];
        if (!bytes)
            fputs("\\ufffd", out);
        else if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\u%04x", c);
        else if (c == 0xc2 && second < 0xa0)
            fprintf(out, "\\u%04x", second);
        else
            fwrite(text, 1, bytes, out);
        text += bytes ? bytes : 1;
    }
    fputc('"', out);
}

void json_begin(struct json *j, FILE *out, int schema)
{
    *j = (struct json){.out = out, .depth = 1, .first = 1};
    fputc('{', out);
    json_int(j, "schema", schema);
}

void json_end(struct json *j)
{
    close_bracket(j, '}');
    fputc('\n', j->out);
}

void json_open_object(struct json *j, const char *key)
{
    open_bracket(j, key, '{');
}

void json_close_object(struct json *j)
{
    close_bracket(j, '}');
}

void json_open_array(struct json *j, const char *key)
{
    open_bracket(j, key, '[');
}

void json_close_array(struct json *j)
{
    close_bracket(j, ']');
}

void json_value(struct json *j, const char *key, struct value v)
{
    char text[VALUE_TEXT_SIZE];
    begin_element(j, key);
    if (v.type == VALUE_TEXT)
        quoted(j->out, v.as.text);
    else
        fputs(value_format(v, text), j->out);
}

void json_text(struct json *j, const char *key, const char *text)
{
    json_value(j, key, value_text(text));
}

void json_int(struct json *j, const char *key, long long i)
{
    json_value(j, key, value_int(i));
}

void json_real(struct json *j, const char *key, double x)
{
    json_value(j, key, value_real(x));
}
