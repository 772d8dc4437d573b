#include "run/signals.h"

#include <signal.h>

static volatile sig_atomic_t asked;

static void ask(int signal)
{
    (void)signal;
    asked = 1;
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, 0);
}

void signals_listen(void)
{
    handle(SIGINT, ask, (int)SA_RESETHAND); /* a second SIGINT ends the process */
    handle(SIGTERM, ask, 0);
    handle(SIGUSR1, ask, 0);
}

void signals_ignore(void)
{
    handle(SIGINT, SIG_IGN, 0);
    handle(SIGTERM, SIG_IGN, 0);
    handle(SIGUSR1, SIG_IGN, 0);
}

int signals_asked(void)
{
    return asked;
}
