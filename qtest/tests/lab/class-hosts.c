/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lab/class-hosts.h"

#include "qtest/machine/board.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/machine/pci/pci.h"
#include "qtest/tests/lib/device-options.h"

#define RAM (UINT64_C(1) << 20)

static const ClassHost rows[] = {
    { NULL, { "beacon,addr=0xfed80000" } },
    { NULL, { "bochs-display" } },
    { NULL, { "edu" } },
    { NULL, { "ib700" } },
    { NULL, { "i2c-ocores,id=bus", "at24,bus=bus", "lm75,bus=bus,address=0x49" } },
    { NULL, { "i2c-ocores,id=bus", "pca9538,bus=bus" } },
    { NULL, { "ne2k_pci" } },
    { NULL, { "ns16550a,addr=0xfed80000" } },
    { NULL, { "ns16550a-isa" } },
    { NULL, { "ns16550a-pci" } },
    { NULL, { "pci-beacon" } },
    { NULL, { "pci-idio-16" } },
    { NULL, { "pci-testdev" } },
    { NULL, { "altera-ps2-keyboard,addr=0xfed80000", "altera-ps2-mouse,addr=0xfed81000" } },
    { NULL, { "pvpanic" } },
    { NULL, { "pvpanic-pci" } },
    { NULL, { "ramfb" } },
    { NULL, { "sand-glass,addr=0xfed80000" } },
    { NULL, { "sand-glass-pci" } },
    { NULL, { "simple-framebuffer" } },
    { NULL, { "tpm-crb,tpmdev=tpm0" }, "tpm0" },
    { NULL, { "tpm-crb,tpmdev=tpm0,cap-chunk=on,strict=on" }, "tpm0" },
    { "virt", { "tpm-crb-device,tpmdev=tpm0,addr=0xc000000,ppi=on" }, "tpm0" },
    { NULL, { "tpm-tis,tpmdev=tpm0" }, "tpm0" },
    { "virt", { "tpm-tis-device,tpmdev=tpm0,addr=0xc000000,irq-line=12" }, "tpm0" },
    { "virt", { "virtio-net-mmio" } },
    { NULL, { "virtio-net-pci" } },
    { NULL, { "vmclock" } },
    { NULL, { "vmgenid", "vmclock" } },
    { NULL, { "vmcoreinfo" } },
    { NULL, { "tpm-crb,tpmdev=tpm0", "sand-glass-pci", "vmgenid" }, "tpm0" },
};

const ClassHost *class_host_at(size_t index)
{
    return index < G_N_ELEMENTS(rows) ? &rows[index] : NULL;
}

const char *class_host_name(const ClassHost *row)
{
    const char *const *devices = row->devices;

    return devices[2] ? devices[2] : devices[1] ? devices[1] : devices[0];
}

ObHost *class_host_new(const ClassHost *row)
{
    const ObHostConfig config = { .architecture = row->machine ? "aarch64" : "x86_64",
                                  .machine = row->machine ? row->machine : "q35",
                                  .ram_size = RAM };
    HW_ERROR(error, 400);
    ObHost *host = ob_host_new(&config, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error));
    if (row->backend) {
        hw_tpm_add(ob_host_tpms(host), "libtpms", row->backend, NULL, 0, &error);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(row->devices) && row->devices[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(row->devices[i], ",", 2);

        device_with_options(host, parts[0], parts[1] ? parts[1] : "", &error);
    }
    g_assert_cmpstr(error.text, ==, "");
    if (ob_host_pci(host)) {
        ob_firmware_boot(host, NULL, NULL); /* BARs get addresses */
    }
    return host;
}
