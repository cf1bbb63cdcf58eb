/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ramfb's section goes to QEMU's own ramfb and back.  OB_PROGRAM is our program or, with the
 * bridge, a stock QEMU.  OB_QEMU is a stock QEMU from 8.2 on.
 */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/screen.h"
#include "qtest/picture/picture.h"
#include "qtest/tests/vmgenid/vmgenid-machine.h"

#define DEVICE "-device ramfb"
#define STOCK  ",x-migrate=on" /* off in machines before 8.2 */
#define PIXELS UINT64_C(0x200000)
#define CFG    UINT64_C(0x20000)
#define SIZE   28
#define SIDE   16

static void screen_set_up(ObClient *c)
{
    uint8_t cfg[SIZE] = { 0 };

    hw_store_be64(&cfg[0], PIXELS);
    memcpy(&cfg[8], "42RX", 4);
    hw_store_be32(&cfg[16], SIDE);
    hw_store_be32(&cfg[20], SIDE);
    ob_client_memwrite(c, CFG, cfg, SIZE);
    g_assert_cmphex(fw_cfg_dma(c, "etc/ramfb", FW_CFG_WRITE, 0, CFG, SIZE), ==, 0);
    ob_client_memset(c, PIXELS, 0x11, (size_t)SIDE * SIDE * 4);
    ob_client_writel(c, PIXELS, 0x00102030);
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

static void test_screen_goes_to_qemu_and_back(VmGenIdMachine *f, gconstpointer data)
{
    g_autofree char *arguments = g_strdup_printf(DEVICE " -incoming unix:%s", f->path);
    g_autofree char *stock = g_strdup_printf(DEVICE STOCK " -incoming unix:%s", f->path);
    ObClient *here = machine_start(f, "OB_PROGRAM", DEVICE), *there, *back;

    (void)data;
    screen_set_up(here);
    there = machine_start(f, "OB_QEMU", stock);
    vmgenid_migrate(f, here, there);
    screen_expect(there);
    back = machine_start(f, "OB_PROGRAM", arguments);
    vmgenid_migrate(f, there, back);
    screen_expect(back);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/ramfb-stream/screen-goes-to-qemu-and-back", VmGenIdMachine, NULL, vmgenid_set_up,
               test_screen_goes_to_qemu_and_back, vmgenid_tear_down);
    return g_test_run();
}
