/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux reads our vmclock in stock QEMUs, and waits for its changes.
 * The machine is Arm's virt, for which QEMU has no vmclock; Linux finds the device by the tree.
 */
#include <string.h>

#include "devices/vmclock-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/client/process/scratch.h"
#include "qtest/guest/guest.h"

#define WORDS "change=/dev/vmclock0"

static HW_ERROR(error, 8192);

typedef struct Page {
    uint64_t marker, counter, flags;
} Page;

static ObGuest *guest_start(const char *options, const char *saved)
{
    g_autofree char *arguments = g_strdup_printf(
        "-machine virt -cpu cortex-a57 -m 256 -plugin file=%s "
        "-device vmclock,id=clk,device-tree=on%s",
        g_getenv("OUTBOARD_BRIDGE"), options);
    const ObGuestBoot boot = { .kernel = "arm64-7",
                               .initramfs = g_getenv("OB_GUEST_LOOK_ARM64"),
                               .words = WORDS,
                               .arguments = arguments,
                               .limit_s = 200,
                               .saved = saved };
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
                    hw_load_le(page + VMCLOCK_FLAGS, 8) };
}

/* The page that the guest's poll() has returned for. */
static Page page_after(ObGuest *guest)
{
    g_autofree char *said = ob_guest_finish(guest, &error);
    const char *line;

    g_assert_cmpstr(error.text, ==, "");
    g_strchomp(said);
    line = strrchr(said, '\n');
    ob_guest_free(guest);
    return page_of(line ? line + 1 : said);
}

static Page page_restored(const char *options, const char *file)
{
    return page_after(guest_start(options, file));
}

/* One saved guest, restored as what it is not, then as what it is. */
static void test_loads(void)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *file = g_build_filename(ob_scratch_path(scratch), "saved", NULL);
    ObGuest *guest = guest_start(",counter=0x7777", NULL);
    Page moved, clones[2];

    if (guest) {
        g_assert_true(ob_guest_expect(guest, "waiting\n", &error));
        g_assert_true(ob_guest_save(guest, file, &error));
        ob_guest_free(guest);
        moved = page_restored(",next-load=migrate", file);
        g_assert_cmphex(moved.flags, ==, 0x300);
        g_assert_cmphex(moved.counter, ==, 0x7777);
        for (int i = 0; i < 2; i++) {
            clones[i] = page_restored(",next-load=clone", file);
            g_assert_cmphex(clones[i].counter, !=, 0x7777);
            g_assert_cmphex(clones[i].marker, !=, moved.marker);
        }
        g_assert_cmphex(clones[0].counter, !=, clones[1].counter);
    }
    ob_scratch_free(scratch);
}

static void test_set_at_run_time(void)
{
    ObGuest *guest = guest_start("", NULL);
    json_t *arguments;

    if (guest) {
        g_assert_true(ob_guest_expect(guest, "waiting\n", &error));
        arguments = json_pack("{s:s, s:s, s:s}", "path", "/machine/peripheral/clk", "property",
                              "counter", "value", "0x123456789abcdef");
        json_decref(ob_client_qmp(ob_guest_client(guest), "qom-set", arguments, NULL));
        g_assert_cmphex(page_after(guest).counter, ==, 0x123456789abcdef);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-vmclock/poll-ends-at-each-load", test_loads);
    g_test_add_func("/guest-vmclock/poll-ends-when-the-counter-is-set", test_set_at_run_time);
    return g_test_run();
}
