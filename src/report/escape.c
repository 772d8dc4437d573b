#include "report/escape.h"

#include <string.h>

void escape_html(FILE *out, const char *text)
{
    static const char special[] = "&<>\"'";
    static const char *const written[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (; *text; text++) {
        const char *at = strchr(special, *text);
        unsigned char c = (unsigned char)*text;
        if (at)
            fputs(written[at - special], out);
        else if (c >= 0x20 || c == '\n' || c == '\t') /* XML allows no other control characters */
            fputc(c, out);
        else
            fputs("\357\277\275", out);
    }
}

/* Length in bytes of the UTF-8 character at the beginning of the text; 0 when it is invalid. */
static int character_bytes(const unsigned char *text)
{
    static const struct {
        unsigned char first, last; /* of the first byte */
        int bytes;
        unsigned char low,
            high; /* of the second: no overlong form, no surrogate, none past 10FFFF */
    } forms[] = {
        {0x00, 0x7f, 1, 0, 0},       {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
        {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
        {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f}};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (text[0] < forms[i].first || text[0] > forms[i].last)
            continue;
        if (forms[i].bytes > 1 && (text[1] < forms[i].low || text[1] > forms[i].high))
            return 0;
        for (int b = 2; b < forms[i].bytes; b++)
            if ((text[b] & 0xc0) != 0x80)
                return 0;
        return forms[i].bytes;
    }
    return 0;
}

void escape_json(FILE *out, const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    fputc('"', out);
    while (*c) {
        int bytes = character_bytes(c);
        if (!bytes)
            fputs("\\ufffd", out);
        else if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c < 0x20 || *c == '<' || *c == '>' || *c == '&' || *c == 0x7f)
            fprintf(out, "\\u%04x", *c);
        else
            fwrite(c, 1, (size_t)bytes, out);
        c += bytes ? bytes : 1;
    }
    fputc('"', out);
}

void escape_csv(FILE *out, const char *text)
{
    if (*text && !strpbrk(text, ",\"\r\n") && *text != ' ' && text[strlen(text) - 1] != ' ') {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void escape_tsv(FILE *out, const char *text)
{
    static const char special[] = "\t\n\r\\";
    for (; *text; text++) {
        const char *at = strchr(special, *text);
        if (at)
            fprintf(out, "\\%c", "tnr\\"[at - special]);
        else
            fputc(*text, out);
    }
}
