/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux reads our vmclock in stock QEMUs, and waits for its changes.  It finds the device by ACPI on
 * q35 and on virt with EDK2, and by the device tree on virt without firmware.
 */
#include <stdio.h>
#include <string.h>

#include "devices/vmclock-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/client/process/scratch.h"
#include "qtest/guest/guest.h"

#define CHANGE       "change=/dev/vmclock0"
#define MARKER       "marker=/dev/vmclock0 time=/dev/ptp0"
#define MARKER_LINES 2 /* after the change: the page, and the time */

/* The guest's time is its host's, but for the error of a counter's period after a second.  Linux
 * 7.2 tells TAI. */
#define TIME_TOLERANCE_US 5000
#define TIME              ",time=host,tai-offset=37"

/* Debian's kernel for x86 has the driver as a module.  The page is in no RAM: its line is not
 * indented below another. */
#define MODULE        "module=/ptp_vmclock.ko.xz line=AMZN,/proc/iomem "
#define DEVICE_MEMORY "loaded\nfeffb000-feffbfff : AMZNC10C:00\n"

typedef struct Machine {
    const char *name;
    const char *kernel;
    const char *initramfs; /* the environment variable with its path */
    const char *machine;
    const char *firmware;  /* the environment variable with its path; NULL: QEMU's default */
    const char *device;    /* NULL: OB_VMCLOCK has its name */
    const char *words;     /* the program's first */
    const char *first;     /* the program prints it for them */
    uint8_t counter;       /* its number in the page */
    bool loads, set;       /* the tests that it has */
    int tai_offset;        /* the driver tells the time with it */
    const char *only_with; /* an environment variable; NULL: always */
} Machine;

/* clang-format off */
static const Machine machines[] = {
    { "virt-tree", "arm64-7", "OB_GUEST_LOOK_ARM64", "-machine virt -cpu cortex-a57 -m 256", NULL,
      "vmclock,device-tree=on", "", "", VMCLOCK_COUNTER_VCNT, true, true, 37, NULL },
    { "virt-edk2", "arm64-7", "OB_GUEST_LOOK_ARM64", "-machine virt -cpu cortex-a57 -m 512",
      "OB_AAVMF", "vmclock", "", "", VMCLOCK_COUNTER_VCNT, true, true, 37, NULL },
    { "q35", "amd64-7", "OB_GUEST_LOOK_VMCLOCK_AMD64", "-machine q35 -m 256", NULL, NULL,
      MODULE, DEVICE_MEMORY, VMCLOCK_COUNTER_TSC, true, false, 37, NULL },
    { "pc", "amd64-7", "OB_GUEST_LOOK_VMCLOCK_AMD64", "-machine pc -m 256", NULL, NULL, MODULE,
      DEVICE_MEMORY, VMCLOCK_COUNTER_TSC, false, true, 37, NULL },
    /* The driver of 6.13: its poll() knows no event, and always returns at once. */
    { "q35-linux-6.16", "amd64-6.16", "OB_GUEST_LOOK_VMCLOCK_6_16_AMD64", "-machine q35 -m 256",
      NULL, NULL, MODULE, DEVICE_MEMORY, VMCLOCK_COUNTER_TSC, true, false, 0, "OB_OLD_DRIVER" },
};
/* clang-format on */

static const char MIGRATED[] = "";

static HW_ERROR(error, 8192);

typedef struct Page {
    uint64_t marker, counter, flags;
    uint8_t counter_id, status;
} Page;

/* The guest boots, continues from the file `from`, or comes by ob_guest_migrate() (MIGRATED). */
static ObGuest *guest_start(const Machine *m, const char *wait, const char *options,
                            const char *from)
{
    g_autofree char *words = g_strconcat(m->words, wait, NULL);
    g_autofree char *arguments = g_strdup_printf("%s%s%s -plugin file=%s -device %s,id=clk%s%s",
                                                 m->machine, m->firmware ? " -bios " : "",
                                                 m->firmware ? g_getenv(m->firmware) : "",
                                                 g_getenv("OUTBOARD_BRIDGE"),
                                                 m->device ? m->device : g_getenv("OB_VMCLOCK"),
                                                 m->device ? "" : ",addr=0xfeffb000", options);
    const ObGuestBoot boot = { .kernel = m->kernel,
                               .initramfs = g_getenv(m->initramfs),
                               .words = words,
                               .arguments = arguments,
                               .limit_s = 200,
                               .saved = from == MIGRATED ? NULL : from,
                               .incoming = from == MIGRATED };
    g_autofree char *missing = ob_guest_missing(&boot);
    ObGuest *guest;

    if (missing) {
        g_test_skip(missing);
        return NULL;
    }
    guest = ob_guest_start(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    return guest;
}

static Page page_of(const char *line)
{
    g_autofree char *first = g_strndup(line, strcspn(line, "\n"));
    g_autoptr(GBytes) bytes = ob_guest_bytes(first);
    const uint8_t *page;

    g_assert_nonnull(bytes);
    g_assert_cmpuint(g_bytes_get_size(bytes), ==, 256);
    page = g_bytes_get_data(bytes, NULL);
    g_assert_cmpmem(page, 4, "VCLK", 4);
    g_assert_cmpuint(hw_load_le(page + VMCLOCK_SEQ_COUNT, 4) % 2, ==, 0);
    return (Page) { hw_load_le(page + VMCLOCK_DISRUPTION_MARKER, 8),
                    hw_load_le(page + VMCLOCK_GENERATION_COUNTER, 8),
                    hw_load_le(page + VMCLOCK_FLAGS, 8), page[VMCLOCK_COUNTER_ID],
                    page[VMCLOCK_CLOCK_STATUS] };
}

/* The lines that the guest prints after the wait: the page, and others. */
static char **lines_after(ObGuest *guest, uint32_t count)
{
    g_autofree char *said = ob_guest_finish(guest, &error);
    g_auto(GStrv) lines = NULL;
    char **last;
    uint32_t all;

    g_assert_cmpstr(error.text, ==, "");
    ob_guest_free(guest);
    lines = g_strsplit(g_strchomp(said), "\n", -1);
    all = g_strv_length(lines);
    g_assert_cmpuint(all, >=, count);
    last = g_new0(char *, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        last[i] = g_strdup(lines[all - count + i]);
    }
    return last;
}

/* The guest waits for a change.  The page's bytes are the last line before, the caller frees the
 * lines. */
static char **lines_waiting(ObGuest *guest)
{
    g_autofree char *said = NULL;

    ob_guest_expect(guest, "waiting\n", &error);
    g_assert_cmpstr(error.text, ==, "");
    said = ob_guest_said(guest);
    *strstr(said, "\nwaiting") = '\0';
    return g_strsplit(said, "\n", -1);
}

/* Microseconds; the guest's answer is of the time in between. */
typedef struct Span {
    gint64 from, to;
} Span;

static void time_expect(const char *line, Span span, int tai_offset)
{
    gint64 seconds, nanoseconds, told;

    g_test_message("%s", line);
    g_assert_cmpint(sscanf(line, "time %" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, &seconds,
                           &nanoseconds),
                    ==, 2);
    told = (seconds - tai_offset) * 1000000 + nanoseconds / 1000;
    g_assert_cmpint(told, >=, span.from - TIME_TOLERANCE_US);
    g_assert_cmpint(told, <=, span.to + TIME_TOLERANCE_US);
}

/* The guest goes on in another QEMU since `from`.  Its clock there is right, or it has none. */
static Page page_moved(const Machine *m, const char *options, char **lines, gint64 from)
{
    Span span = { .from = from, .to = g_get_real_time() };
    Page page = page_of(lines[0]);

    if (strstr(options, "time=host")) {
        g_assert_cmpuint(page.counter_id, ==, m->counter);
        time_expect(lines[1], span, m->tai_offset);
    } else {
        g_assert_cmpuint(page.counter_id, ==, VMCLOCK_COUNTER_INVALID);
        g_assert_cmpuint(page.status, ==, VMCLOCK_STATUS_UNRELIABLE);
        g_assert_true(g_str_has_prefix(lines[1], "error: "));
    }
    return page;
}

static Page page_restored(const Machine *m, const char *options, const char *file)
{
    gint64 from = g_get_real_time();
    g_auto(GStrv) lines = lines_after(guest_start(m, MARKER, options, file), MARKER_LINES);

    return page_moved(m, options, lines, from);
}

/* The guest runs while it is migrated, waits for the change, and then for the next. */
static ObGuest *guest_migrated(const Machine *m, ObGuest *from)
{
    ObGuest *to = guest_start(m, MARKER, TIME, MIGRATED);
    g_auto(GStrv) before = lines_waiting(from);
    Page page = page_of(before[g_strv_length(before) - 1]), moved;
    g_auto(GStrv) after = NULL;
    gint64 start = g_get_real_time();

    ob_guest_migrate(from, to, &error);
    g_assert_cmpstr(error.text, ==, "");
    ob_guest_free(from);
    after = lines_waiting(to);
    g_assert_cmpuint(g_strv_length(after), ==, MARKER_LINES + 1);
    moved = page_moved(m, TIME, after, start);
    g_assert_cmphex(moved.counter, ==, page.counter);
    g_assert_cmphex(moved.marker, !=, page.marker);
    return to;
}

/* A guest is migrated, and saved.  It is restored as what it is not, then as what it is. */
static void test_loads(gconstpointer data)
{
    const Machine *m = data;
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *file = g_build_filename(ob_scratch_path(scratch), "saved", NULL);
    ObGuest *guest = guest_start(m, MARKER " " MARKER, TIME ",counter=0x7777", NULL);
    Page moved, restored, clones[2];

    if (guest) {
        g_assert_true(ob_guest_expect(guest, m->first, &error));
        guest = guest_migrated(m, guest);
        g_assert_true(ob_guest_save(guest, file, &error));
        ob_guest_free(guest);
        moved = page_restored(m, TIME ",next-load=migrate", file);
        restored = page_restored(m, TIME ",next-load=restore", file);
        g_assert_cmphex(restored.counter, !=, 0x7777);
        g_assert_cmphex(restored.marker, !=, moved.marker);
        g_assert_cmphex(moved.flags & 0x311, ==, 0x311);
        g_assert_cmphex(moved.counter, ==, 0x7777);
        for (int i = 0; i < 2; i++) {
            clones[i] = page_restored(m, i ? ",next-load=clone" : TIME ",next-load=clone", file);
            g_assert_cmphex(clones[i].counter, !=, 0x7777);
            g_assert_cmphex(clones[i].marker, !=, moved.marker);
        }
        g_assert_cmphex(clones[0].counter, !=, clones[1].counter);
    }
    ob_scratch_free(scratch);
}

static void test_set_at_run_time(gconstpointer data)
{
    const Machine *m = data;
    ObGuest *guest = guest_start(m, CHANGE, "", NULL);
    json_t *arguments;

    if (guest) {
        g_auto(GStrv) lines = NULL;

        g_assert_true(ob_guest_expect(guest, m->first, &error));
        g_assert_true(ob_guest_expect(guest, "waiting\n", &error));
        arguments = json_pack("{s:s, s:s, s:s}", "path", "/machine/peripheral/clk", "property",
                              "counter", "value", "0x123456789abcdef");
        json_decref(ob_client_qmp(ob_guest_client(guest), "qom-set", arguments, NULL));
        lines = lines_after(guest, 1);
        g_assert_cmphex(page_of(lines[0]).counter, ==, 0x123456789abcdef);
        g_assert_cmphex(page_of(lines[0]).flags, ==, 0x300);
    }
}

static void machine_add(const Machine *m)
{
    g_autofree char *loads = g_strdup_printf("/guest-vmclock/%s/time-and-poll-after-each-load",
                                             m->name);
    g_autofree char *set = g_strdup_printf("/guest-vmclock/%s/poll-ends-when-the-counter-is-set",
                                           m->name);

    if (m->loads) {
        g_test_add_data_func(loads, m, test_loads);
    }
    if (m->set) {
        g_test_add_data_func(set, m, test_set_at_run_time);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
        if (g_getenv(machines[i].only_with ? machines[i].only_with : "OB_QEMU")) {
            machine_add(&machines[i]);
        }
    }
    return g_test_run();
}
