/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stock QEMU is reloaded 1,000 times, and does not grow. */
#include <stdio.h>
#include <string.h>

#include "qtest/tests/bridge/pci/pci-machine.h"
#include "qtest/tests/reload/qemu/outboard-object.h"

#define FIRST   20 /* reloads after which memory is as large as it will be */
#define RELOADS 1000
#define ROOM    512 /* KiB: a leak of 1 KiB a reload is more */

static const char *devices(void)
{
    return bridge_machine_is_pc()
               ? "-netdev hubport,hubid=0,id=n0 -chardev null,id=tty -device beacon "
                 "-device outboard-tpm-crb,tpmdev=tpm0 -device outboard-vmgenid -device vmcoreinfo "
                 "-device outboard-edu -device sand-glass-pci -device outboard-bochs-display "
                 "-device virtio-net-mmio,netdev=n0 -device ns16550a,chardev=tty "
                 "-device altera-ps2-keyboard -device i2c-ocores,id=bus -device lm75,bus=bus"
               : "-netdev hubport,hubid=0,id=n0 -chardev null,id=tty -device beacon "
                 "-device tpm-crb-device,tpmdev=tpm0 -device vmcoreinfo -device sand-glass-pci "
                 "-device virtio-net-mmio,netdev=n0 -device ns16550a,chardev=tty "
                 "-device i2c-ocores,id=bus -device lm75,bus=bus";
}

static unsigned resident(ObClient *c)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/status", ob_client_pid(c));
    g_autofree char *text = NULL;
    unsigned kib = 0;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpint(sscanf(strstr(text, "VmRSS:"), "VmRSS: %u", &kib), ==, 1);
    return kib;
}

static void reload(ObClient *c, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++) {
        outboard_assert_reloaded(outboard_reload(c, ""));
    }
}

static void test_growth(void)
{
    ObClient *c = pci_start(devices());
    unsigned before;

    reload(c, FIRST);
    before = resident(c);
    reload(c, RELOADS - FIRST);
    g_test_message("%u KiB, then %u", before, resident(c));
    g_assert_cmpuint(resident(c), <, before + ROOM);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/reload/qemu/1000-times-without-growth", test_growth);
    return g_test_run();
}
