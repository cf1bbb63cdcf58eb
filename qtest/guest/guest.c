/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/guest/guest.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/client/process/scratch.h"
#include "qtest/guest/guest-internal.h"
#include "qtest/text/json.h"

#define LAST_LINES 6000 /* the number of the console's last bytes in an error message */
#define BEGINS     "guest: begins\n" /* init.c's first line, after the firmware's output */
#define DONE       "guest: done\n" /* init.c's last line on success; the kernel's output follows */

typedef struct Architecture {
    const char *prefix; /* the beginning of the kernel's name */
    const char *qemu_variable;
    const char *qemu;
    const char *console;
} Architecture;

static const Architecture architectures[] = {
    { "amd64-", "OB_QEMU", "qemu-system-x86_64", "ttyS0" },
    { "arm64-", "OB_QEMU_AARCH64", "qemu-system-aarch64", "ttyAMA0" },
};

static const Architecture *architecture_of(const char *kernel)
{
    return &architectures[g_str_has_prefix(kernel, architectures[1].prefix)];
}

static char *kernel_file(const char *kernel)
{
    return g_build_filename(g_get_user_cache_dir(), "outboard", "kernels", kernel, "vmlinuz", NULL);
}

char *ob_guest_missing(const ObGuestBoot *boot)
{
    const Architecture *architecture = architecture_of(boot->kernel);
    g_autofree char *kernel = kernel_file(boot->kernel);

    if (!g_getenv(architecture->qemu_variable)) {
        return g_strdup_printf("%s is missing: run scripts/setup guest", architecture->qemu);
    }
    if (!boot->initramfs) {
        return g_strdup("the guest's program can't be built: run scripts/setup guest");
    }
    if (!g_file_test(kernel, G_FILE_TEST_EXISTS)) {
        return g_strdup_printf("%s is missing: run scripts/fetch-kernels", kernel);
    }
    return NULL;
}

/* ------------------------------------------------------------------------ console */

static char *console_read(const ObGuest *guest)
{
    char *text = NULL;
    gsize size;
    char *to;

    if (!g_file_get_contents(guest->console, &text, &size, NULL)) {
        return g_strdup("");
    }
    to = text;
    for (const char *from = text; from < text + size; from++) {
        if (*from && *from != '\r') {
            *to++ = *from;
        }
    }
    *to = '\0';
    return text;
}

bool ob_guest_fail(const ObGuest *guest, HwError *error, const char *reason)
{
    g_autofree char *text = console_read(guest);
    size_t length = strlen(text);
    const char *last = text + (length > LAST_LINES ? length - LAST_LINES : 0);

    return hw_error_set(error, "%s; the end of its console:\n%s", reason, last);
}

static bool guest_fail_time(const ObGuest *guest, HwError *error)
{
    g_autofree char *reason = g_strdup_printf("the guest has not ended in %u s", guest->limit_s);

    return ob_guest_fail(guest, error, guest->died ? guest->died : reason);
}

int ob_guest_left_ms(const ObGuest *guest)
{
    int64_t left = guest->deadline - g_get_monotonic_time();

    return (int)MAX(0, left / 1000);
}

/* Waits for more output on the console; false if the guest or its time has ended. */
static bool console_wait(const ObGuest *guest)
{
    struct pollfd ready[] = { { .fd = guest->watch, .events = POLLIN },
                              { .fd = guest->process, .events = POLLIN } };
    char events[4096];

    if (poll(ready, 2, ob_guest_left_ms(guest)) <= 0 || !ready[0].revents) {
        return false;
    }
    return read(guest->watch, events, sizeof(events)) > 0;
}

bool ob_guest_expect(ObGuest *guest, const char *text, HwError *error)
{
    g_autofree char *reason = g_strdup_printf("the guest has not printed '%s' in %u s", text,
                                              guest->limit_s);
    bool more;

    do {
        g_autofree char *said = console_read(guest);

        if (strstr(said, text)) {
            return true;
        }
        more = console_wait(guest);
    } while (more);
    return ob_guest_fail(guest, error, reason);
}

/* ------------------------------------------------------------------ beginning, end */

static void client_failed(ObClient *client, const char *report, void *opaque)
{
    ObGuest *guest = opaque;

    (void)client;
    g_free(guest->died);
    guest->died = g_strdup(report);
}

static char *incoming_argument(const ObGuest *guest, const ObGuestBoot *boot)
{
    if (guest->incoming) {
        return g_strdup_printf("-incoming unix:%s", guest->incoming);
    }
    return boot->saved ? g_strdup_printf("-incoming 'exec:cat %s'", boot->saved) : g_strdup("");
}

static char *guest_arguments(const ObGuest *guest, const ObGuestBoot *boot)
{
    g_autofree char *kernel = kernel_file(boot->kernel);
    /* loglevel=1: a panic is printed, other messages would mix with the program's output. */
    g_autofree char *append = g_strdup_printf("console=%s loglevel=1 panic=-1 oops=panic %s -- %s",
                                              architecture_of(boot->kernel)->console,
                                              boot->parameters ? boot->parameters : "",
                                              boot->words ? boot->words : "");
    g_autofree char *quoted = g_shell_quote(append);

    g_autofree char *incoming = incoming_argument(guest, boot);

    /* A saved guest was stopped; it runs again where the stream does not say so. */
    return g_strdup_printf("-global migration.store-global-state=off "
                           "-nodefaults -no-shutdown -no-reboot -kernel %s -initrd %s -append %s "
                           "-chardev socket,id=console,path=%s,server=on,wait=off,logfile=%s "
                           "-serial chardev:console %s %s",
                           kernel, boot->initramfs, quoted, guest->console_line, guest->console,
                           incoming, boot->arguments);
}

static bool guest_prepare(ObGuest *guest, const ObGuestBoot *boot, HwError *error)
{
    g_autoptr(GError) problem = NULL;

    guest->scratch = ob_scratch_new();
    if (!guest->scratch) {
        return hw_error_set(error, "a temporary directory can't be made: %s", strerror(errno));
    }
    guest->console = g_build_filename(ob_scratch_path(guest->scratch), "console", NULL);
    guest->console_line = g_build_filename(ob_scratch_path(guest->scratch), "line", NULL);
    if (boot->incoming) {
        guest->incoming = g_build_filename(ob_scratch_path(guest->scratch), "incoming", NULL);
    }
    guest->watch = inotify_init1(IN_CLOEXEC);
    if (!g_file_set_contents(guest->console, "", 0, &problem)) {
        return hw_error_set(error, "%s", problem->message);
    }
    if (inotify_add_watch(guest->watch, guest->console, IN_MODIFY) < 0) {
        return hw_error_set(error, "%s: can't be watched: %s", guest->console, strerror(errno));
    }
    return true;
}

bool ob_guest_await_run(ObGuest *guest, HwError *error)
{
    json_t *event = ob_client_qmp_event(guest->client, "RESUME", (uint32_t)ob_guest_left_ms(guest));
    bool runs = event != NULL;

    json_decref(event);
    return runs || hw_error_set(error, "%s", guest->died ? guest->died : "the guest does not run");
}

static bool guest_power_on(ObGuest *guest, const ObGuestBoot *boot, HwError *error)
{
    const Architecture *architecture = architecture_of(boot->kernel);
    g_autofree char *arguments = guest_arguments(guest, boot);
    ObStart start = { .program = g_getenv(architecture->qemu_variable),
                      .arguments = arguments,
                      .accelerator = boot->one_thread ? "tcg,thread=single" : "tcg" };

    guest->client = ob_client_start(&start, error);
    if (!guest->client) {
        return false;
    }
    ob_client_on_failure(guest->client, client_failed, guest);
    guest->process = pidfd_open(ob_client_pid(guest->client), 0);
    guest->limit_s = boot->limit_s;
    guest->was_moved = boot->saved || boot->incoming;
    guest->deadline = g_get_monotonic_time() + boot->limit_s * INT64_C(1000000);
    json_decref(ob_client_qmp(guest->client, "cont", NULL, NULL));
    return boot->incoming || ob_guest_await_run(guest, error);
}

ObGuest *ob_guest_start(const ObGuestBoot *boot, HwError *error)
{
    g_autofree char *missing = ob_guest_missing(boot);
    ObGuest *guest;

    if (missing) {
        hw_error_set(error, "%s: can't be booted: %s", boot->kernel, missing);
        return NULL;
    }
    guest = g_new0(ObGuest, 1);
    guest->watch = guest->process = guest->keyboard = -1;
    if (!guest_prepare(guest, boot, error) || !guest_power_on(guest, boot, error)) {
        ob_guest_free(guest);
        return NULL;
    }
    return guest;
}

ObClient *ob_guest_client(ObGuest *guest)
{
    return guest->client;
}

/* Returns the text after `mark`, or NULL if `text` does not have it. */
static const char *text_after(const char *text, const char *mark)
{
    const char *found = strstr(text, mark);

    return found ? found + strlen(mark) : NULL;
}

char *ob_guest_said(const ObGuest *guest)
{
    g_autofree char *text = console_read(guest);
    const char *begins = guest->was_moved ? text : text_after(text, BEGINS);

    return g_strdup(begins ? begins : "");
}

char *ob_guest_finish(ObGuest *guest, HwError *error)
{
    json_t *event = ob_client_qmp_event(guest->client, "SHUTDOWN",
                                        (uint32_t)ob_guest_left_ms(guest));
    json_t *reason = json_object_get(json_object_get(event, "data"), "reason");
    bool off = g_strcmp0(json_string_value(reason), "guest-shutdown") == 0;
    bool ended = event != NULL;
    g_autofree char *text = console_read(guest);
    const char *begins = guest->was_moved ? text : text_after(text, BEGINS);
    char *done = begins ? strstr(begins, DONE) : NULL;

    json_decref(event);
    if (!ended) {
        guest_fail_time(guest, error);
        return NULL;
    }
    if (!off) {
        ob_guest_fail(guest, error, "the guest's kernel died");
        return NULL;
    }
    if (!done) {
        ob_guest_fail(guest, error, "the guest's program failed");
        return NULL;
    }
    *done = '\0';
    return g_strdup(begins);
}

void ob_guest_quit(ObGuest *guest)
{
    ob_client_quit(g_steal_pointer(&guest->client));
}

void ob_guest_free(ObGuest *guest)
{
    int fds[2];

    if (!guest) {
        return;
    }
    fds[0] = guest->watch;
    fds[1] = guest->process;
    ob_client_free(guest->client);
    ob_guest_keyboard_close(guest);
    for (size_t i = 0; i < G_N_ELEMENTS(fds); i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
        }
    }
    ob_scratch_free(guest->scratch);
    g_free(guest->console);
    g_free(guest->console_line);
    g_free(guest->incoming);
    g_free(guest->died);
    g_free(guest);
}

char *ob_guest_run(const ObGuestBoot *boot, HwError *error)
{
    ObGuest *guest = ob_guest_start(boot, error);
    char *said = guest ? ob_guest_finish(guest, error) : NULL;

    ob_guest_free(guest);
    return said;
}

GBytes *ob_guest_bytes(const char *line)
{
    size_t size = strlen(line) / 2;
    g_autofree uint8_t *bytes = g_malloc(size + 1);

    for (size_t i = 0; i < size; i++) {
        if (!g_ascii_isxdigit(line[2 * i]) || !g_ascii_isxdigit(line[2 * i + 1])) {
            return NULL;
        }
        bytes[i] = (uint8_t)(g_ascii_xdigit_value(line[2 * i]) << 4 |
                             g_ascii_xdigit_value(line[2 * i + 1]));
    }
    return strlen(line) % 2 ? NULL : g_bytes_new(bytes, size);
}
