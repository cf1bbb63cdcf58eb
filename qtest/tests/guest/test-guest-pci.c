/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linux finds our edu on PCI, beside QEMU's own, and gives both the same things. */
#include <string.h>

#include "qtest/guest/guest.h"

#define SLOT(n, file) "text=/sys/bus/pci/devices/0000:00:0" n ".0/" file " "
#define LOOKED(n)     \
    SLOT(n, "vendor") \
    SLOT(n, "device") \
    SLOT(n, "class") SLOT(n, "resource") "hex=/sys/bus/pci/devices/0000:00:0" n ".0/config "
#define WORDS LOOKED("4") LOOKED("5") "kmsg=BAR+0"

enum { LINES = 5, BAR = 0x10, LINE_OF_BAR = 3 };

typedef struct Platform {
    const char *path;
    const char *kernel;
    const char *program;
    const char *machine;
} Platform;

static const Platform platforms[] = {
    { "/guest-pci/q35/finds-edu", "amd64-6.1", "OB_GUEST_LOOK_AMD64", "-machine q35 -m 256" },
    { "/guest-pci/pc/finds-edu", "amd64-6.1", "OB_GUEST_LOOK_AMD64", "-machine pc -m 256" },
    { "/guest-pci/virt/finds-edu", "arm64-6.1", "OB_GUEST_LOOK_ARM64",
      "-machine virt -cpu cortex-a57 -m 256" },
};

/* Returns the console's lines, or NULL if the guest can't be booted here. */
static char **lines_of(const Platform *platform)
{
    g_autofree char *arguments = g_strdup_printf(
        "%s -plugin file=%s -device outboard-edu,addr=4 -device edu,addr=5", platform->machine,
        g_getenv("OUTBOARD_BRIDGE"));
    const ObGuestBoot boot = { .kernel = platform->kernel,
                               .initramfs = g_getenv(platform->program),
                               .words = WORDS,
                               .arguments = arguments,
                               .limit_s = 200 };
    g_autofree char *missing = ob_guest_missing(&boot);
    g_autofree char *said = NULL;
    HW_ERROR(error, 8192);

    if (missing) {
        g_test_skip(missing);
        return NULL;
    }
    said = ob_guest_run(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    return g_strsplit(said, "\n", -1);
}

/* The addresses of BAR 0 differ, and its size does not. */
static void assert_resource(const char *ours, const char *theirs)
{
    uint64_t first[2], last[2];

    g_assert_cmpint(sscanf(ours, "%" G_GINT64_MODIFIER "x %" G_GINT64_MODIFIER "x", &first[0],
                           &last[0]),
                    ==, 2);
    g_assert_cmpint(sscanf(theirs, "%" G_GINT64_MODIFIER "x %" G_GINT64_MODIFIER "x", &first[1],
                           &last[1]),
                    ==, 2);
    g_assert_cmphex(first[0], !=, 0);
    g_assert_cmphex(last[0] - first[0], ==, 0xfffff);
    g_assert_cmphex(last[1] - first[1], ==, 0xfffff);
}

/* But for the BAR, and the interrupt line in byte 0x3c. */
static void assert_config(const char *ours, const char *theirs)
{
    g_autoptr(GBytes) a = ob_guest_bytes(ours);
    g_autoptr(GBytes) b = ob_guest_bytes(theirs);
    const uint8_t *left = g_bytes_get_data(a, NULL), *right = g_bytes_get_data(b, NULL);

    g_assert_cmpuint(g_bytes_get_size(a), ==, g_bytes_get_size(b));
    for (gsize i = 0; i < g_bytes_get_size(a); i++) {
        if ((i < BAR || i >= BAR + 4) && i != 0x3c && left[i] != right[i]) {
            g_test_message("byte 0x%zx of the configuration space: ours has 0x%02x, QEMU's 0x%02x",
                           i, left[i], right[i]);
            g_test_fail();
        }
    }
}

static void test_found(gconstpointer data)
{
    g_auto(GStrv) lines = lines_of(data);

    if (!lines) {
        return;
    }
    g_assert_cmpuint(g_strv_length(lines), >=, 2 * LINES + 1);
    g_assert_cmpstr(lines[0], ==, "0x1234");
    g_assert_cmpstr(lines[1], ==, "0x11e8");
    g_assert_cmpstr(lines[2], ==, "0x00ff00");
    assert_resource(lines[LINE_OF_BAR], lines[LINES + LINE_OF_BAR]);
    assert_config(lines[4], lines[LINES + 4]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(platforms); i++) {
        g_test_add_data_func(platforms[i].path, &platforms[i], test_found);
    }
    return g_test_run();
}
