/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/chardev/mux.h"

#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/terminal.h"
#include "qtest/host/options/options.h"

struct ObMuxUser {
    ObMux *mux;
    const ObMuxHandler *handler; /* NULL: none */
    void *opaque;
    bool reserved;
    bool held;
    GString *output; /* waits for the focus */
};

struct ObMux {
    ObEndpoint *endpoint;
    ObMuxKeys keys;
    ObMuxUser users[OB_CHARDEV_SHARES];
    size_t count;
    ObMuxUser *focus; /* NULL: nobody's */
    bool escaped;     /* the last key was the escape character */
    bool raw;         /* the terminal is to be put back */
    bool times;
    bool line_begins;
    gint64 times_start; /* microseconds */
};

/* ---------------------------------------------------------------------- output */

/* QEMU's form: "[00:00:01.234] ". */
static void time_add(const ObMux *mux, GString *text)
{
    gint64 ms = (g_get_monotonic_time() - mux->times_start) / 1000;

    g_string_append_printf(text, "[%02d:%02d:%02d.%03d] ", (int)(ms / 3600000),
                           (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
}

static bool mux_send(ObMux *mux, const char *bytes, size_t count)
{
    g_autoptr(GString) text = NULL;

    if (!mux->times) {
        return ob_endpoint_send(mux->endpoint, bytes, count);
    }
    text = g_string_new(NULL);
    for (size_t i = 0; i < count; i++) {
        if (mux->line_begins) {
            time_add(mux, text);
        }
        g_string_append_c(text, bytes[i]);
        mux->line_begins = bytes[i] == '\n';
    }
    return ob_endpoint_send(mux->endpoint, text->str, text->len);
}

bool ob_mux_send(ObMuxUser *user, const char *bytes, size_t count)
{
    if (user->handler && user->handler->waits && user != user->mux->focus) {
        g_string_append_len(user->output, bytes, (gssize)count);
        return true;
    }
    return mux_send(user->mux, bytes, count);
}

static void mux_say(ObMux *mux, const char *text)
{
    mux_send(mux, text, strlen(text));
}

/* ----------------------------------------------------------------------- focus */

static void focus_tell(ObMuxUser *user, bool has_it)
{
    if (user->handler && user->handler->focus) {
        user->handler->focus(user->opaque, has_it);
    }
}

/* The one that loses the focus can still write. */
void ob_mux_take_focus(ObMuxUser *user)
{
    ObMux *mux = user->mux;

    if (mux->focus) {
        focus_tell(mux->focus, false);
    }
    mux->focus = user;
    ob_endpoint_hold(mux->endpoint, user->held);
    mux_send(mux, user->output->str, user->output->len);
    g_string_truncate(user->output, 0);
    focus_tell(user, true);
}

void ob_mux_hold(ObMuxUser *user, bool held)
{
    user->held = held;
    if (user == user->mux->focus) {
        ob_endpoint_hold(user->mux->endpoint, held);
    }
}

/* ------------------------------------------------------------------------ keys */

static void user_break(const ObMuxUser *user)
{
    if (user && user->handler && user->handler->broke) {
        user->handler->broke(user->opaque);
    }
}

static void help_show(ObMux *mux)
{
    static const char *const rows[] = {
        " h    print this help\n\r",
        " x    exit emulator\n\r",
        " s    save disk data back to file (if -snapshot)\n\r",
        " t    toggle console timestamps\n\r",
        " b    send break (magic sysrq)\n\r",
        " c    switch between console and monitor\n\r",
    };
    char name[16];
    char code[64] = "\n\r";

    g_snprintf(name, sizeof(name), "C-%c", mux->keys.escape - 1 + 'a');
    if (mux->keys.escape == 0 || mux->keys.escape > 25) {
        g_strlcpy(name, "Escape-Char", sizeof(name));
        g_snprintf(code, sizeof(code), "\n\rEscape-Char set to Ascii: 0x%02x\n\r\n\r",
                   mux->keys.escape);
    }
    mux_say(mux, code);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        mux_say(mux, name);
        mux_say(mux, rows[i]);
    }
    mux_say(mux, name);
    mux_say(mux, " ");
    mux_say(mux, name);
    mux_say(mux, "  sends ");
    mux_say(mux, name);
    mux_say(mux, "\n\r");
}

static void times_toggle(ObMux *mux)
{
    mux->times = !mux->times;
    mux->times_start = g_get_monotonic_time();
    mux->line_begins = false;
}

static void key_obey(ObMux *mux, char key)
{
    const ObMuxUser *user = mux->focus;

    switch (key) {
    case '?':
    case 'h':
        help_show(mux);
        break;
    case 'x':
        mux_say(mux, "QEMU: Terminated\n\r");
        mux->keys.quit(mux->keys.opaque);
        break;
    case 'b':
        user_break(user);
        break;
    case 'c':
        if (user) {
            ob_mux_take_focus(&mux->users[(size_t)(user - mux->users + 1) % mux->count]);
        }
        break;
    case 't':
        times_toggle(mux);
        break;
    default:
        break;
    }
}

static void user_input(const ObMuxUser *user, const char *bytes, size_t count)
{
    if (count && user && user->handler && user->handler->input) {
        user->handler->input(user->opaque, bytes, count);
    }
}

/* Bytes without a key between them go to the user at once. */
static void mux_input(void *opaque, const char *bytes, size_t count)
{
    ObMux *mux = opaque;

    while (count) {
        bool is_key = mux->escaped && (uint8_t)*bytes != mux->keys.escape;
        size_t taken = mux->escaped ? 1 : 0; /* the key, or the second of two escapes */

        mux->escaped = false;
        if (is_key) {
            key_obey(mux, *bytes);
        } else {
            while (taken < count && (uint8_t)bytes[taken] != mux->keys.escape) {
                taken++;
            }
            user_input(mux->focus, bytes, taken);
            mux->escaped = taken < count;
            taken += mux->escaped;
        }
        bytes += taken;
        count -= taken;
    }
}

/* -------------------------------------------------------------- the other events */

static void mux_opened(void *opaque)
{
    ObMux *mux = opaque;

    mux->escaped = false;
    for (size_t i = 0; i < mux->count; i++) {
        ObMuxUser *user = &mux->users[i];

        g_string_truncate(user->output, 0);
        if (user->handler && user->handler->opened) {
            user->handler->opened(user->opaque);
        }
    }
}

static void mux_closed(void *opaque)
{
    const ObMux *mux = opaque;

    for (size_t i = 0; i < mux->count; i++) {
        const ObMuxUser *user = &mux->users[i];

        if (user->handler && user->handler->closed) {
            user->handler->closed(user->opaque);
        }
    }
}

static void mux_drained(void *opaque)
{
    const ObMux *mux = opaque;

    for (size_t i = 0; i < mux->count; i++) {
        const ObMuxUser *user = &mux->users[i];

        if (user->handler && user->handler->drained) {
            user->handler->drained(user->opaque);
        }
    }
}

/* A break of the peer itself goes to the user in focus, as by the key b. */
static void mux_broke(void *opaque)
{
    user_break(((ObMux *)opaque)->focus);
}

static const ObEndpointHandler endpoint_handler = {
    .opened = mux_opened,
    .input = mux_input,
    .drained = mux_drained,
    .closed = mux_closed,
    .broke = mux_broke,
};

/* ------------------------------------------------------------------------ users */

ObMuxUser *ob_mux_join(ObMux *mux, const ObMuxHandler *handler, void *opaque, HwError *error)
{
    ObMuxUser *user = &mux->users[mux->count];

    if (mux->count == OB_CHARDEV_SHARES) {
        hw_error_set(error, "in use by %u others, expected fewer", OB_CHARDEV_SHARES);
        return NULL;
    }
    *user = (ObMuxUser) { .mux = mux, .handler = handler, .opaque = opaque };
    user->output = g_string_new(NULL);
    mux->count++;
    ob_mux_take_focus(user);
    return user;
}

bool ob_mux_reserve(ObMux *mux, HwError *error)
{
    ObMuxUser *user = ob_mux_join(mux, NULL, NULL, error);

    if (user) {
        user->reserved = true;
    }
    return user;
}

ObMuxUser *ob_mux_claim(ObMux *mux, const ObMuxHandler *handler, void *opaque)
{
    for (size_t i = 0; i < mux->count; i++) {
        ObMuxUser *user = &mux->users[i];

        if (user->reserved) {
            user->reserved = false;
            user->handler = handler;
            user->opaque = opaque;
            focus_tell(user, user == mux->focus);
            return user;
        }
    }
    return NULL;
}

void ob_mux_leave(ObMuxUser *user)
{
    if (user) {
        user->handler = NULL;
        ob_mux_hold(user, false);
    }
}

bool ob_mux_is_used(const ObMux *mux)
{
    return mux->count != 0;
}

/* ------------------------------------------------------------------------ whole */

ObMux *ob_mux_new(ObLoop *loop, const ObSocketAddress *address, const ObMuxKeys *keys,
                  HwError *error)
{
    ObMux *mux = g_new0(ObMux, 1);

    mux->keys = *keys;
    mux->endpoint = ob_endpoint_open(loop, address, &endpoint_handler, mux, error);
    if (!mux->endpoint) {
        g_free(mux);
        return NULL;
    }
    mux->raw = keys->raw && address->kind == OB_SOCKET_STDIO && ob_terminal_raw(keys->signals);
    return mux;
}

void ob_mux_free(ObMux *mux)
{
    if (!mux) {
        return;
    }
    for (size_t i = 0; i < mux->count; i++) {
        g_string_free(mux->users[i].output, TRUE);
    }
    if (mux->raw) {
        ob_terminal_restore();
    }
    ob_endpoint_close(mux->endpoint);
    g_free(mux);
}

ObEndpoint *ob_mux_endpoint(const ObMux *mux)
{
    return mux->endpoint;
}
