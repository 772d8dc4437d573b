#include "text/duration.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *unit;
    double seconds;
} units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};

/* Up to three numbers separated by colons, seconds last; 0 when the text has another form. */
static double parse_clock(const char *text)
{
    double seconds = 0;
    int parts = 0;
    for (;; text++) {
        char *end;
        if (!isdigit((unsigned char)*text) || ++parts > 3)
            return 0;
        seconds = 60 * seconds + (double)strtol(text, &end, 10);
        text = end;
        if (*text != ':')
            return *text ? 0 : seconds;
    }
}

static double parse(const char *text)
{
    char *end;
    if (!isdigit((unsigned char)*text))
        return 0;
    if (!strchr(text, ':')) {
        double number = strtod(text, &end);
        for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
            if (!strcmp(end, units[i].unit))
                return number * units[i].seconds;
        return 0;
    }
    long days = strtol(text, &end, 10);
    if (*end != '-')
        return parse_clock(text);
    double clock = parse_clock(end + 1);
    return clock > 0 || !strcmp(end + 1, "0:00:00") || !strcmp(end + 1, "00:00:00")
               ? 86400.0 * (double)days + clock
               : 0;
}

int duration_parse(const char *text, double *seconds, struct err *e)
{
    *seconds = parse(text);
    if (*seconds > 0 && *seconds < 1e9)
        return 0;
    return err_set(e, ERR_USAGE, "\"%s\": expected a time such as 8:00:00, 1-12:00:00, 90m or 300",
                   text);
}
