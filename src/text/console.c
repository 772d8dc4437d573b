#include "text/console.h"

#include "base/environment.h"
#include "base/log.h"
#include "text/printable.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static void to_stderr(enum log_level level, const char *line, void *data)
{
    static const char *const words[] = {"debug: ", "", "warning: ", "", ""};
    const int *rank = data;
    char text[2048];
    line = printable(text, sizeof text, line);
    if (*rank > 0)
        fprintf(stderr, "brainsweep[%d]: %s%s\n", *rank, words[level], line);
    else
        fprintf(stderr, "brainsweep: %s%s\n", words[level], line);
}

void console_start(int rank)
{
    static int own_rank;
    own_rank = rank;
    log_set_handler(to_stderr, &own_rank);
}

void console_mute(int muted)
{
    log_set_level(muted ? LOG_SILENT : LOG_INFO);
}

int console_is_terminal(FILE *stream)
{
    if (environment_is_under_mpirun() && (stream == stdout || stream == stderr))
        return 0; /* mpirun gives its ranks a terminal even where its own output is a file */
    return isatty(fileno(stream)) && !environment_is_dumb_terminal();
}

/* The parent of a process; 0 where it cannot be found out. */
static long parent_of(long process)
{
    char path[64];
    long parent = 0;
    snprintf(path, sizeof path, "/proc/%ld/stat", process);
    FILE *in = fopen(path, "r");
    if (!in)
        return 0;
    if (fscanf(in, "%*d (%*[^)]) %*c %ld", &parent) != 1)
        parent = 0;
    fclose(in);
    return parent;
}

/* Whether the process runs our own program; the supervisor of this process does. */
static int is_own(long process)
{
    char path[64];
    struct stat own, other;
    snprintf(path, sizeof path, "/proc/%ld/exe", process);
    return !stat("/proc/self/exe", &own) && !stat(path, &other) && own.st_dev == other.st_dev &&
           own.st_ino == other.st_ino;
}

FILE *console_drawable(int launched)
{
    static FILE *of_launcher;
    char path[64];
    if (console_is_terminal(stderr))
        return stderr;
    if (!launched)
        return NULL;
    long launcher = getppid();
    while (launcher && is_own(launcher))
        launcher = parent_of(launcher);
    snprintf(path, sizeof path, "/proc/%ld/fd/2", launcher);
    int fd = of_launcher ? -1 : open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0 && (!isatty(fd) || !(of_launcher = fdopen(fd, "w"))))
        close(fd);
    return of_launcher && console_is_terminal(of_launcher) ? of_launcher : NULL;
}

int console_lines(FILE *stream)
{
    enum { USUAL = 24 };
    struct winsize size;
    return ioctl(fileno(stream), TIOCGWINSZ, &size) || !size.ws_row ? USUAL : size.ws_row;
}

int console_width(FILE *stream)
{
    struct winsize size;
    if (!ioctl(fileno(stream), TIOCGWINSZ, &size) && size.ws_col >= 20)
        return size.ws_col;
    int width = environment_columns();
    return width >= 20 ? width : 80;
}

static const char *escape(FILE *stream, const char *sequence)
{
    return console_is_terminal(stream) && !environment_forbids_color() ? sequence : "";
}

const char *console_bold(FILE *stream)
{
    return escape(stream, "\033[1m");
}

const char *console_dim(FILE *stream)
{
    return escape(stream, "\033[2m");
}

const char *console_plain(FILE *stream)
{
    return escape(stream, "\033[0m");
}

int console_flush(struct err *e)
{
    if (fflush(stdout) || ferror(stdout))
        return err_set(e, ERR_FILE, "standard output cannot be written: %s", strerror(errno));
    return 0;
}

char *console_duration(double seconds, char *out)
{
    long s = (long)(seconds + 0.5);
    const long day = 86400;
    if (seconds < 10)
        snprintf(out, 32, "%.1f s", seconds);
    else if (s >= day)
        snprintf(out, 32, "%ld d %ld:%02ld:%02ld", s / day, s / 3600 % 24, s / 60 % 60, s % 60);
    else
        snprintf(out, 32, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    return out;
}

char *console_bytes(double bytes, char *out)
{
    static const char *const units[] = {"B",   "KiB", "MiB", "GiB", "TiB",
                                        "PiB", "EiB", "ZiB", "YiB"};
    size_t unit = 0;
    while (bytes >= 1024 && unit + 1 < sizeof units / sizeof units[0]) {
        bytes /= 1024;
        unit++;
    }
    snprintf(out, 32, "%.*f %s", unit && bytes < 100 ? 1 : 0, bytes, units[unit]);
    return out;
}
