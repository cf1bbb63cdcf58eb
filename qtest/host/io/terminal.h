/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program's terminal on standard input. */
#ifndef OB_TERMINAL_H
#define OB_TERMINAL_H

#include <stdbool.h>

/* From now on each key is read at once, without an echo.  With `signals` Ctrl-C still ends the
 * program.  Returns false without a terminal there. */
bool ob_terminal_raw(bool signals);

/* After ob_terminal_raw(). */
void ob_terminal_restore(void);

#endif
