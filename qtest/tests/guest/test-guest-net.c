/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linux's own driver gets 64 MiB by TCP through our ne2k_pci, in a stock QEMU. */
#include <string.h>

#include "qtest/guest/guest.h"
#include "qtest/tests/guest/page-server.h"

enum { PAGE_BYTES = 64 << 20 };

typedef struct Platform {
    const char *path;
    const char *kernel;
    const char *initramfs; /* a variable of the environment */
    const char *machine;
} Platform;

static const Platform platforms[] = {
    { "/guest-net/q35/ne2k_pci-carries-64-MiB", "amd64-6.1", "OB_GUEST_LOOK_PCI_AMD64",
      "-machine q35 -m 256" },
    { "/guest-net/virt/ne2k_pci-carries-64-MiB", "arm64-6.1", "OB_GUEST_LOOK_PCI_ARM64",
      "-machine virt -cpu cortex-a57 -m 256" },
};

static void test_fetch(gconstpointer data)
{
    const Platform *platform = data;
    PageServer *page = page_server_start(PAGE_BYTES);
    g_autofree char *words = g_strdup_printf(
        "module=/8390.ko:/ne2k-pci.ko run=/drive-net,eth0," PAGE_GATEWAY ",%s",
        page_server_port(page));
    g_autofree char *arguments = g_strdup_printf(
        "%s -plugin file=%s -netdev user,id=n0 -device outboard-ne2k_pci,netdev=n0,addr=8",
        platform->machine, g_getenv("OUTBOARD_BRIDGE"));
    const ObGuestBoot boot = { .kernel = platform->kernel,
                               .initramfs = g_getenv(platform->initramfs),
                               .words = words,
                               .arguments = arguments,
                               .limit_s = 250 };
    g_autofree char *missing = ob_guest_missing(&boot);
    g_autofree char *said = NULL;
    HW_ERROR(error, 4096);

    if (missing) {
        g_test_skip(missing);
    } else {
        said = ob_guest_run(&boot, &error);
        g_assert_cmpstr(error.text, ==, "");
        g_assert_nonnull(strstr(said, "address 10.0.2.15\npings 20 of 20\n"));
        if (!strstr(said, page_server_line(page))) {
            g_error("the guest said '%s', expected '%s'", said, page_server_line(page));
        }
    }
    page_server_end(page);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(platforms); i++) {
        g_test_add_data_func(platforms[i].path, &platforms[i], test_fetch);
    }
    return g_test_run();
}
