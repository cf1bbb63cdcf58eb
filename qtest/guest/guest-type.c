/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keyboard: a connection to the guest's console. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/guest/guest-internal.h"

/* The console's output comes here, too, and is in its log already.  A guest whose output is not read
 * soon waits for its console. */
static void *output_drop(void *opaque)
{
    const ObGuest *guest = opaque;
    char dropped[4096];

    while (read(guest->keyboard, dropped, sizeof(dropped)) > 0) {}
    return NULL;
}

/* The connection stays open: closing it would drop input that the guest has not read yet. */
static bool keyboard_open(ObGuest *guest)
{
    if (guest->keyboard < 0) {
        guest->keyboard = ob_unix_connect(guest->console_line, 0);
        guest->dropper = guest->keyboard < 0 ? NULL : g_thread_new("console", output_drop, guest);
    }
    return guest->keyboard >= 0;
}

bool ob_guest_type(ObGuest *guest, const char *line, HwError *error)
{
    g_autofree char *text = g_strconcat(line, "\n", NULL);
    ssize_t size = (ssize_t)strlen(text);

    if (keyboard_open(guest) && write(guest->keyboard, text, (size_t)size) == size) {
        return true;
    }
    return hw_error_set(error, "the guest's console does not accept input: %s", strerror(errno));
}

void ob_guest_keyboard_close(ObGuest *guest)
{
    if (guest->keyboard >= 0) {
        shutdown(guest->keyboard, SHUT_RDWR);
        g_thread_join(guest->dropper);
        close(guest->keyboard);
        guest->keyboard = -1;
    }
}
