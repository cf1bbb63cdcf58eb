/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux's virtio_net drives our virtio network cards in each QEMU release.  It finds the one over MMIO by
 * ACPI's LNRO0005 and by the device tree.  It gets an address, pings the gateway and fetches 64 MiB.
 */
#include <string.h>

#include "qtest/guest/guest.h"
#include "qtest/tests/guest/page-server.h"

#define AAVMF   "@AAVMF@"
#define DRIVERS ":/failover.ko:/net_failover.ko:/virtio_net.ko "
#define CARD    "-netdev user,id=n0 -device "
#define ETH0    "/sys/class/net/eth0/device"

enum { PAGE_BYTES = 64 << 20 };

/* A PCI function gets a message for each queue. */
#define MESSAGE "line=virtio0-input.0,/proc/interrupts "
#define PCI     "/virtio_pci_legacy_dev.ko:/virtio_pci_modern_dev.ko:/virtio_pci.ko"
#define FREE    "/virtio_ring.ko:/virtio.ko:" /* Debian's kernel for arm64 has them built in */

typedef struct Platform {
    const char *path;
    const char *kernel;
    const char *program; /* variable with the initramfs */
    const char *machine;
    const char *modules;
    const char *parameters;
    const char *more; /* the last word; NULL: none */
} Platform;

static const Platform platforms[] = {
    { "/guest-virtio-net/q35/virtio-mmio-by-acpi", "amd64-6.1", "OB_GUEST_LOOK_NET_AMD64",
      "-machine q35 -m 256 " CARD "virtio-net-mmio,netdev=n0,irq-line=10", FREE "/virtio_mmio.ko",
      NULL, NULL },
    { "/guest-virtio-net/virt/virtio-mmio-by-device-tree", "arm64-6.1", "OB_GUEST_LOOK_NET_ARM64",
      "-machine virt -cpu cortex-a57 -m 256 " CARD "virtio-net-mmio,netdev=n0,irq-line=112",
      "/virtio_mmio.ko", NULL, NULL },
    { "/guest-virtio-net/virt/virtio-mmio-by-acpi", "arm64-6.1", "OB_GUEST_LOOK_NET_ARM64",
      "-machine virt -cpu cortex-a57 -m 512 -bios " AAVMF " " CARD
      "virtio-net-mmio,netdev=n0,irq-line=112",
      "/virtio_mmio.ko", NULL, NULL },
    { "/guest-virtio-net/pc/virtio-pci", "amd64-6.1", "OB_GUEST_LOOK_NET_AMD64",
      "-machine pc -m 256 " CARD "outboard-virtio-net-pci,netdev=n0", FREE PCI, NULL, MESSAGE },
    { "/guest-virtio-net/q35/virtio-pci-behind-an-iommu", "amd64-6.1", "OB_GUEST_LOOK_NET_AMD64",
      "-machine q35 -m 256 -device intel-iommu " CARD "outboard-virtio-net-pci,netdev=n0", FREE PCI,
      "intel_iommu=on", MESSAGE },
    { "/guest-virtio-net/virt/virtio-pci-behind-an-iommu", "arm64-6.1", "OB_GUEST_LOOK_NET_ARM64",
      "-machine virt,iommu=smmuv3,gic-version=3 -cpu cortex-a57 -m 256 " CARD
      "outboard-virtio-net-pci,netdev=n0",
      PCI, NULL, MESSAGE },
};

static char *arguments_make(const Platform *platform)
{
    g_auto(GStrv) parts = g_strsplit(platform->machine, AAVMF, -1);
    g_autofree char *machine = g_strjoinv(g_getenv("OB_AAVMF"), parts);

    return g_strdup_printf("-plugin file=%s %s", g_getenv("OUTBOARD_BRIDGE"), machine);
}

static void assert_said(const char *said, const char *expected, bool has_messages)
{
    if (!g_str_has_prefix(said, expected)) {
        g_assert_cmpstr(said, ==, expected);
    }
    said += strlen(expected);
    g_assert_nonnull(strstr(said, "/bus/virtio/drivers/virtio_net\n"));
    g_assert_true(!has_messages || strstr(said, "virtio0-input.0\n"));
}

static void test_fetch(gconstpointer data)
{
    const Platform *platform = data;
    g_autofree char *arguments = arguments_make(platform);
    g_autofree char *words = NULL;
    g_autofree char *missing = NULL;
    g_autofree char *said = NULL;
    g_autofree char *expected = NULL;
    ObGuestBoot boot = { .kernel = platform->kernel,
                         .initramfs = g_getenv(platform->program),
                         .arguments = arguments,
                         .limit_s = 200 };
    HW_ERROR(error, 8192);
    PageServer *page;

    missing = ob_guest_missing(&boot);
    if (missing) {
        g_test_skip(missing);
        return;
    }
    page = page_server_start(PAGE_BYTES);
    words = g_strdup_printf("module=%s" DRIVERS "seen=" ETH0
                            "/driver run=/drive-net,eth0," PAGE_GATEWAY
                            ",%s warned=virtio text=" ETH0 "/status link=" ETH0 "/driver %s",
                            platform->modules, page_server_port(page),
                            platform->more ? platform->more : "");
    boot.words = words;
    boot.parameters = platform->parameters;
    said = ob_guest_run(&boot, &error);
    expected = g_strdup_printf("loaded\nyes\naddress 10.0.2.15\npings 20 of 20\n%s0\n0x0000000f\n",
                               page_server_line(page));
    page_server_end(page);
    g_assert_cmpstr(error.text, ==, "");
    assert_said(said, expected, platform->more != NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(platforms); i++) {
        g_test_add_data_func(platforms[i].path, &platforms[i], test_fetch);
    }
    return g_test_run();
}
