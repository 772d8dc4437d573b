#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static log_handler *the_handler;
static void *the_data;
static log_handler *the_tap;
static void *the_tap_data;
static enum log_level the_level = LOG_INFO;

void log_set_handler(log_handler *handler, void *data)
{
    the_handler = handler;
    the_data = data;
}

void log_set_tap(log_handler *tap, void *data)
{
    the_tap = tap;
    the_tap_data = data;
}

void log_set_level(enum log_level level)
{
    the_level = level;
}

void log_write(enum log_level level, const char *format, ...)
{
    int shown = the_handler && level >= the_level;
    if (!shown && !the_tap)
        return;
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (shown)
        the_handler(level, line, the_data);
    if (the_tap)
        the_tap(level, line, the_tap_data);
}
