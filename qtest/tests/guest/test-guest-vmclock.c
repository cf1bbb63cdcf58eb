/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux reads our vmclock in stock QEMUs, and waits for its changes.  It finds the device by ACPI on
 * q35 and on virt with EDK2, and by the device tree on virt without firmware.
 */
#include <string.h>

#include "devices/vmclock-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/client/process/scratch.h"
#include "qtest/guest/guest.h"

#define WAIT "change=/dev/vmclock0"

/* Debian's kernel for x86 has the driver as a module. */
typedef struct Machine {
    const char *name;
    const char *kernel;
    const char *initramfs; /* the environment variable with its path */
    const char *machine;
    const char *firmware; /* the environment variable with its path; NULL: QEMU's default */
    const char *device;   /* NULL: OB_VMCLOCK has its name */
    const char *words;
} Machine;

/* clang-format off */
static const Machine machines[] = {
    { "virt-tree", "arm64-7", "OB_GUEST_LOOK_ARM64", "-machine virt -cpu cortex-a57 -m 256", NULL,
      "vmclock,device-tree=on", WAIT },
    { "virt-edk2", "arm64-7", "OB_GUEST_LOOK_ARM64", "-machine virt -cpu cortex-a57 -m 512",
      "OB_AAVMF", "vmclock", WAIT },
    { "q35", "amd64-7", "OB_GUEST_LOOK_VMCLOCK_AMD64", "-machine q35 -m 256", NULL, NULL,
      "module=/ptp_vmclock.ko.xz " WAIT },
};
/* clang-format on */

static HW_ERROR(error, 8192);

typedef struct Page {
    uint64_t marker, counter, flags;
} Page;

static ObGuest *guest_start(const Machine *m, const char *options, const char *saved)
{
    g_autofree char *arguments = g_strdup_printf("%s%s%s -plugin file=%s -device %s,id=clk%s",
                                                 m->machine, m->firmware ? " -bios " : "",
                                                 m->firmware ? g_getenv(m->firmware) : "",
                                                 g_getenv("OUTBOARD_BRIDGE"),
                                                 m->device ? m->device : g_getenv("OB_VMCLOCK"),
                                                 options);
    const ObGuestBoot boot = { .kernel = m->kernel,
                               .initramfs = g_getenv(m->initramfs),
                               .words = m->words,
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

static Page page_restored(const Machine *m, const char *options, const char *file)
{
    return page_after(guest_start(m, options, file));
}

/* One saved guest, restored as what it is not, then as what it is. */
static void test_loads(gconstpointer data)
{
    const Machine *m = data;
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *file = g_build_filename(ob_scratch_path(scratch), "saved", NULL);
    ObGuest *guest = guest_start(m, ",counter=0x7777", NULL);
    Page moved, clones[2];

    if (guest) {
        g_assert_true(ob_guest_expect(guest, "waiting\n", &error));
        g_assert_true(ob_guest_save(guest, file, &error));
        ob_guest_free(guest);
        moved = page_restored(m, ",next-load=migrate", file);
        g_assert_cmphex(moved.flags, ==, 0x300);
        g_assert_cmphex(moved.counter, ==, 0x7777);
        for (int i = 0; i < 2; i++) {
            clones[i] = page_restored(m, ",next-load=clone", file);
            g_assert_cmphex(clones[i].counter, !=, 0x7777);
            g_assert_cmphex(clones[i].marker, !=, moved.marker);
        }
        g_assert_cmphex(clones[0].counter, !=, clones[1].counter);
    }
    ob_scratch_free(scratch);
}

static void test_set_at_run_time(gconstpointer data)
{
    ObGuest *guest = guest_start(data, "", NULL);
    json_t *arguments;

    if (guest) {
        g_assert_true(ob_guest_expect(guest, "waiting\n", &error));
        arguments = json_pack("{s:s, s:s, s:s}", "path", "/machine/peripheral/clk", "property",
                              "counter", "value", "0x123456789abcdef");
        json_decref(ob_client_qmp(ob_guest_client(guest), "qom-set", arguments, NULL));
        g_assert_cmphex(page_after(guest).counter, ==, 0x123456789abcdef);
    }
}

static void machine_add(const Machine *m)
{
    g_autofree char *loads = g_strdup_printf("/guest-vmclock/%s/poll-ends-at-each-load", m->name);
    g_autofree char *set = g_strdup_printf("/guest-vmclock/%s/poll-ends-when-the-counter-is-set",
                                           m->name);

    g_test_add_data_func(loads, m, test_loads);
    g_test_add_data_func(set, m, test_set_at_run_time);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(machines); i++) {
        if (g_str_has_prefix(machines[i].kernel, "amd64") || g_getenv("OB_QEMU_AARCH64")) {
            machine_add(&machines[i]);
        }
    }
    return g_test_run();
}
