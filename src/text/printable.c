#include "text/printable.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <string.h>

enum { PIECE = 16 }; /* most bytes that one character is written as */

/* Code points, besides ASCII control characters, that mislead a terminal or a reader. */
static const struct {
    unsigned first, last;
} harmful[] = {{0x80, 0x9f},     {0x200b, 0x200f}, {0x2028, 0x202e},
               {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}};

static int is_harmful(unsigned code)
{
    for (size_t i = 0; i < sizeof harmful / sizeof harmful[0]; i++)
        if (code >= harmful[i].first && code <= harmful[i].last)
            return 1;
    return 0;
}

/* Decodes the first character of the text: returns its length in bytes, 0 when it is invalid, and
   stores its code point. */
static size_t decode(const char *text, unsigned *code)
{
    unsigned first = (unsigned char)text[0];
    size_t bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (strnlen(text, bytes) < bytes || utf8_span(text, bytes) < bytes)
        return 0;
    *code = bytes == 1 ? first : first & (0xffu >> (bytes + 1));
    for (size_t i = 1; i < bytes; i++)
        *code = *code << 6 | ((unsigned char)text[i] & 0x3f);
    return bytes;
}

/* Writes the next character of the text into piece (PIECE bytes); returns how many bytes of the
   text it took. */
static size_t next_piece(const char *text, char *piece)
{
    static const char named[] = "\a\b\t\n\v\f\r", names[] = "abtnvfr";
    unsigned code;
    size_t bytes = decode(text, &code);
    const char *name = bytes == 1 ? strchr(named, *text) : NULL;
    if (!bytes)
        snprintf(piece, PIECE, "\\x%02x", (unsigned char)*text);
    else if (name)
        snprintf(piece, PIECE, "\\%c", names[name - named]);
    else if (code < 0x20 || code == 0x7f)
        snprintf(piece, PIECE, "\\x%02x", code);
    else if (is_harmful(code))
        snprintf(piece, PIECE, "\\u%04x", code);
    else
        snprintf(piece, PIECE, "%.*s", (int)bytes, text);
    return bytes ? bytes : 1;
}

char *printable(char *out, size_t size, const char *text)
{
    char piece[PIECE];
    size_t used = 0;
    while (*text) {
        text += next_piece(text, piece);
        size_t length = strlen(piece);
        if (used + length >= size)
            break;
        memcpy(out + used, piece, length);
        used += length;
    }
    out[used] = '\0';
    return out;
}

void printable_write(FILE *out, const char *text, int lines)
{
    char piece[PIECE];
    while (*text) {
        int passes = lines && (*text == '\n' || *text == '\t');
        const char *at = text;
        text += next_piece(text, piece);
        if (passes)
            fputc(*at, out);
        else
            fputs(piece, out);
    }
}

void printable_line(const char *format, ...)
{
    char line[16384]; /* longer texts are truncated */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    printable_write(stdout, line, 0);
    putchar('\n');
}
