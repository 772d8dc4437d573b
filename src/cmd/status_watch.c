/* Implements status_view_watch: prints the status again and again in the same place. */
#include "cmd/status_view.h"
#include "text/console.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { SECOND = 1000 };

static volatile sig_atomic_t ended; /* the signal that ends the display */

static void note_end(int number)
{
    ended = number;
}

static void ignore(int number)
{
    (void)number; /* new window size: poll is interrupted, so all is redrawn */
}

/* The number of bytes in the first `columns` characters of a UTF-8 line. */
static size_t cut(const char *line, size_t length, int columns)
{
    size_t i = 0;
    for (int seen = 0; i < length; i++) {
        if (((unsigned char)line[i] & 0xc0) != 0x80 && seen++ == columns)
            break;
    }
    return i;
}

/* Overwrites each line in place and clears only the rest, so that the screen does not flicker. */
static void draw(const char *text)
{
    int lines = console_lines(stdout) - 1, width = console_width(stdout);
    fputs("\033[H", stdout);
    for (int i = 0; i < lines && *text; i++) {
        size_t length = strcspn(text, "\n");
        fwrite(text, 1, cut(text, length, width), stdout);
        fputs("\033[K\n", stdout);
        text += length + (text[length] == '\n');
    }
    fputs("\033[J\033[2mq quits\033[0m", stdout);
    fflush(stdout);
}

static int draw_now(struct store *store, struct err *e)
{
    struct status_view view;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return err_set(e, ERR_MEMORY, "out of memory for a screen");
    int code = status_view_look(&view, store, e);
    if (!code)
        code = status_view_print(&view, store, NULL, 1, out, e);
    fclose(out);
    if (!code)
        draw(text);
    free(text);
    return code;
}

/* Waits up to a second for a key; returns whether the key ends the display. */
static int is_quit(void)
{
    struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};
    char key = 0;
    if (poll(&keys, 1, SECOND) <= 0)
        return 0;
    ssize_t n = read(STDIN_FILENO, &key, 1);
    return (n == 0) || (n == 1 && (key == 'q' || key == 'Q' || key == 3 || key == 27)) ||
           (n < 0 && errno != EINTR);
}

static void listen(void)
{
    struct sigaction end = {.sa_handler = note_end}, size = {.sa_handler = ignore};
    sigaction(SIGINT, &end, NULL);
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGHUP, &end, NULL);
    sigaction(SIGWINCH, &size, NULL);
}

int status_view_watch(struct store *store, struct err *e)
{
    struct termios before, raw;
    if (!isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &before))
        return err_set(
            e, ERR_USAGE,
            "--watch needs a terminal; elsewhere, use status again and again, or --json");
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    listen();
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    fputs("\033[?1049h\033[?25l\033[2J", stdout); /* the alternate screen, without a cursor */
    int code = 0;
    do
        code = draw_now(store, e);
    while (!code && !ended && !is_quit() && !ended);
    fputs("\033[?25h\033[?1049l", stdout);
    fflush(stdout);
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    return code;
}
