#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *e, int code, const char *format, ...)
{
    if (e) {
        va_list args;
        va_start(args, format);
        e->code = code;
        vsnprintf(e->text, sizeof e->text, format, args);
        va_end(args);
    }
    return code;
}

int err_prefix(struct err *e, const char *format, ...)
{
    if (!e)
        return ERR_OK;

    char context[sizeof e->text];
    va_list args;
    va_start(args, format);
    vsnprintf(context, sizeof context, format, args);
    va_end(args);

    char whole[2 * sizeof e->text + 2];
    snprintf(whole, sizeof whole, "%s: %s", context, e->text);
    memcpy(e->text, whole, sizeof e->text - 1); /* what is too long is cut */
    e->text[sizeof e->text - 1] = '\0';
    return e->code;
}

int err_recode(struct err *e, int code)
{
    if (e)
        e->code = code;
    return code;
}

const char *err_reason(int code)
{
    static const struct {
        int code;
        const char *text;
    } reasons[] = {
#define ERR_ROW(name, value, text) {name, text},
        ERR_LIST(ERR_ROW)
#undef ERR_ROW
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].code == code)
            return reasons[i].text;
    return "unknown error";
}
