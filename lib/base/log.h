/*
 * log - diagnostics for a person: levels, and one handler that decides where they go.
 *
 * The handlers and the level are the only mutable globals of the program.  The library calls the
 * log_* functions and never prints; src/ installs a handler that writes to stderr.
 */
#ifndef BRAINSWEEP_LOG_H
#define BRAINSWEEP_LOG_H

/* LOG_SILENT is only for log_set_level: no line has this level. */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_SILENT };

/* Receives one finished line without newline; `data` is what log_set_handler was given. */
typedef void log_handler(enum log_level level, const char *line, void *data);

/* Keeps handler and data; NULL silences everything (the state at the start of a program). */
void log_set_handler(log_handler *handler, void *data);

/* Gives every line, of whatever level, to a second handler as well; NULL: no more. */
void log_set_tap(log_handler *tap, void *data);

/* Lines below this level are dropped; LOG_INFO at the start of a program. */
void log_set_level(enum log_level level);

void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_debug(...)   log_write(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)    log_write(LOG_INFO, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, __VA_ARGS__)
#define log_error(...)   log_write(LOG_ERROR, __VA_ARGS__)

#endif
