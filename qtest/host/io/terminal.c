/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/terminal.h"

#include <termios.h>
#include <unistd.h>

static struct termios before;

bool ob_terminal_raw(bool signals)
{
    struct termios raw;

    if (tcgetattr(STDIN_FILENO, &before) != 0) {
        return false;
    }
    raw = before;
    cfmakeraw(&raw);
    raw.c_oflag |= OPOST; /* other messages of the program go there, too */
    raw.c_lflag |= signals ? ISIG : 0;
    return tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

void ob_terminal_restore(void)
{
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
}
