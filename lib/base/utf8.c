#include "base/utf8.h"

/* The syntax of RFC 3629, section 4: the first byte decides how many follow, and the range of the
   second; those after it are 80..BF. */
static const struct {
    unsigned char first_low, first_high, second_low, second_high;
    int length;
} forms[] = {
    {0x00, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

/* Bytes of the character that begins at c, of which `left` bytes are there; 0 if it is none. */
static size_t character_length(const unsigned char *c, size_t left)
{
    size_t form = 0, n_forms = sizeof forms / sizeof forms[0];
    while (form < n_forms && (*c < forms[form].first_low || *c > forms[form].first_high))
        form++;
    if (form == n_forms || left < (size_t)forms[form].length)
        return 0;
    for (int i = 1; i < forms[form].length; i++) {
        unsigned char low = i == 1 ? forms[form].second_low : 0x80;
        unsigned char high = i == 1 ? forms[form].second_high : 0xBF;
        if (c[i] < low || c[i] > high)
            return 0;
    }
    return (size_t)forms[form].length;
}

size_t utf8_span(const char *bytes, size_t n)
{
    size_t at = 0;
    while (at < n) {
        size_t length = character_length((const unsigned char *)bytes + at, n - at);
        if (!length)
            break;
        at += length;
    }
    return at;
}
