/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sections of devices with a screen go to QEMU's own devices and back.  OB_PROGRAM is our program or,
 * with the bridge, a stock QEMU.  OB_QEMU is a stock QEMU; its ramfb has a state from 8.2 on, which
 * OB_RAMFB says.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/pci.h"
#include "qtest/client/drivers/screen.h"
#include "qtest/picture/picture.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define RAMFB  "-device ramfb"
#define BOCHS  "-M pc-i440fx-7.2 -device bochs-display,addr=4"
#define PIXELS UINT64_C(0x200000)
#define CFG    UINT64_C(0x20000)
#define SIZE   28
#define SIDE   64
#define SLOT   PCI_ADDRESS(4, 0)

static void pixels_write(ObClient *c, uint64_t address)
{
    ob_client_memset(c, address, 0x11, (size_t)SIDE * SIDE * 4);
    ob_client_writel(c, address, 0x00102030);
}

static void ramfb_set_up(ObClient *c)
{
    uint8_t cfg[SIZE] = { 0 };

    hw_store_be64(&cfg[0], PIXELS);
    memcpy(&cfg[8], "42RX", 4);
    hw_store_be32(&cfg[16], SIDE);
    hw_store_be32(&cfg[20], SIDE);
    ob_client_memwrite(c, CFG, cfg, SIZE);
    g_assert_cmphex(fw_cfg_dma(c, "etc/ramfb", FW_CFG_WRITE, 0, CFG, SIZE), ==, 0);
    pixels_write(c, PIXELS);
}

/* Width, height, bits and the switch of DISPI. */
static void bochs_set_up(ObClient *c)
{
    PciBus bus = pci_of_pc(c);
    PciBar video = pci_bar_map(&bus, SLOT, 0), mmio = pci_bar_map(&bus, SLOT, 2);

    pci_bar_write(&mmio, 0x502, SIDE, 2);
    pci_bar_write(&mmio, 0x504, SIDE, 2);
    pci_bar_write(&mmio, 0x506, 32, 2);
    pci_bar_write(&mmio, 0x508, 1, 2);
    pixels_write(c, video.address);
}

static void screen_expect(ObClient *c)
{
    ObPicture picture;

    g_assert_true(ob_client_screen_take(c, NULL, 0, &picture));
    g_assert_cmpuint(picture.width, ==, SIDE);
    g_assert_cmpuint(picture.height, ==, SIDE);
    g_assert_cmpmem(picture.rgb, 6, "\x10\x20\x30\x11\x11\x11", 6);
    ob_picture_clear(&picture);
}

typedef struct Device {
    const char *path;
    const char *arguments;
    const char *stock; /* QEMU's device needs this, too */
    void (*set_up)(ObClient *c);
} Device;

static const Device devices[] = {
    /* A function on PCI Express would have another configuration space than ours, and a ROM. */
    { "/screen-stream/bochs-display-goes-to-qemu-and-back", BOCHS, ",romfile=", bochs_set_up },
    /* Machines before 8.2 don't send it. */
    { "/screen-stream/ramfb-goes-to-qemu-and-back", RAMFB, ",x-migrate=on", ramfb_set_up },
};

static void test_goes_to_qemu_and_back(VmGenIdMachine *f, gconstpointer data)
{
    const Device *device = data;
    g_autofree char *stock = g_strdup_printf("%s%s -incoming unix:%s", device->arguments,
                                             device->stock, f->path);
    g_autofree char *ours = g_strdup_printf("%s -incoming unix:%s", device->arguments, f->path);
    ObClient *here = machine_start(f, "OB_PROGRAM", device->arguments), *there, *back;

    device->set_up(here);
    there = machine_start(f, "OB_QEMU", stock);
    vmgenid_migrate(f, here, there);
    screen_expect(there);
    back = machine_start(f, "OB_PROGRAM", ours);
    vmgenid_migrate(f, there, back);
    screen_expect(back);
}

int main(int argc, char **argv)
{
    guint count = g_getenv("OB_RAMFB") ? 2 : 1;

    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < count; i++) {
        g_test_add(devices[i].path, VmGenIdMachine, &devices[i], vmgenid_set_up,
                   test_goes_to_qemu_and_back, vmgenid_tear_down);
    }
    return g_test_run();
}
