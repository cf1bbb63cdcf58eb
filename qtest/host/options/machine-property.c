/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/options/machine-property.h"

#include <glib.h>

#define FLAG(name, architecture)                      \
    {                                                 \
        name, architecture, OB_PROPERTY_FLAG, NULL, 0 \
    }
#define WORD(name, architecture, values)                \
    {                                                   \
        name, architecture, OB_PROPERTY_WORD, values, 0 \
    }
#define SIZE(name, architecture, most)                   \
    {                                                    \
        name, architecture, OB_PROPERTY_SIZE, NULL, most \
    }
#define NUMBER(name, architecture, most)                   \
    {                                                      \
        name, architecture, OB_PROPERTY_NUMBER, NULL, most \
    }
#define TEXT(name, architecture, most)                   \
    {                                                    \
        name, architecture, OB_PROPERTY_TEXT, NULL, most \
    }
#define REFUSED(name, architecture, why)                \
    {                                                   \
        name, architecture, OB_PROPERTY_REFUSED, why, 0 \
    }

#define ON_OFF_AUTO " on off yes no true false auto "
#define OFF         " off no false "

static const char no_kernel[] = "no CPU runs firmware or a kernel";
static const char no_encryption[] = "no CPU encrypts memory";

/*
 * Most of QEMU's properties change nothing without a CPU and a chipset.  A property whose effect
 * this host lacks takes only the value without the effect, or is refused with the reason.
 */
/* clang-format off */
static const ObMachineProperty properties[] = {
    WORD("acpi", NULL, ON_OFF_AUTO),
    REFUSED("append", NULL, no_kernel),
    FLAG("aux-ram-share", NULL),
    REFUSED("confidential-guest-support", NULL, no_encryption),
    WORD("cxl", NULL, OFF),
    FLAG("default-bus-bypass-iommu", NULL),
    TEXT("dt-compatible", NULL, 255),
    REFUSED("dtb", NULL, no_kernel),
    FLAG("dump-guest-core", NULL),
    TEXT("dumpdtb", NULL, 4095),
    WORD("firmware", NULL, " off stand-in "),
    FLAG("graphics", NULL),
    FLAG("hmat", NULL),
    REFUSED("initrd", NULL, no_kernel),
    REFUSED("kernel", NULL, no_kernel),
    WORD("kernel-irqchip", NULL, " on off split "),
    FLAG("mem-merge", NULL),
    REFUSED("memory-encryption", NULL, no_encryption),
    WORD("nvdimm", NULL, OFF), /* no memory can be plugged */
    NUMBER("phandle-start", NULL, INT32_MAX),
    REFUSED("shim", NULL, no_kernel),
    TEXT("pflash0", NULL, 255),
    TEXT("pflash1", NULL, 255),
    FLAG("suppress-vmdesc", NULL),
    FLAG("usb", NULL),
    FLAG("x-change-vmfd-on-reset", NULL),
    TEXT("x-oem-id", NULL, 6),
    TEXT("x-oem-table-id", NULL, 8),

    NUMBER("bus-lock-ratelimit", "x86_64", UINT64_MAX),
    FLAG("fd-bootchk", "x86_64"),
    FLAG("hpet", "x86_64"),
    FLAG("i8042", "x86_64"),
    SIZE("max-fw-size", "x86_64", 0),
    SIZE("max-ram-below-4g", "x86_64", UINT64_C(4) << 30),
    TEXT("pcspk-audiodev", "x86_64", 255),
    WORD("pic", "x86_64", ON_OFF_AUTO),
    WORD("pit", "x86_64", ON_OFF_AUTO),
    FLAG("sata", "x86_64"),
    REFUSED("sgx-epc", "x86_64", "no CPU has SGX"),
    WORD("smbios-entry-point-type", "x86_64", " 32 64 auto "),
    FLAG("smbus", "x86_64"),
    WORD("smm", "x86_64", ON_OFF_AUTO),
    REFUSED("smp-cache", NULL, "the firmware gets no caches of CPUs"),
    WORD("vmport", "x86_64", ON_OFF_AUTO),
    WORD("wdat", "x86_64", OFF),
    WORD("x-south-bridge", "x86_64", " piix3 "),

    FLAG("compact-highmem", "aarch64"),
    FLAG("dtb-kaslr-seed", "aarch64"),
    FLAG("dtb-randomness", "aarch64"),
    WORD("gic-version", "aarch64", " 2 3 4 host max "),
    FLAG("highmem", "aarch64"),
    FLAG("highmem-ecam", "aarch64"),
    FLAG("highmem-mmio", "aarch64"),
    SIZE("highmem-mmio-size", "aarch64", 0),
    FLAG("highmem-redists", "aarch64"),
    WORD("iommu", "aarch64", " none "),
    FLAG("its", "aarch64"),
    WORD("msi", "aarch64", " auto off its gicv2m "),
    FLAG("mte", "aarch64"),
    FLAG("ras", "aarch64"),
    FLAG("secure", "aarch64"),
    NUMBER("virtio-mmio-transports", "aarch64", 32),
    FLAG("virtualization", "aarch64"),
};
/* clang-format on */

const ObMachineProperty *ob_machine_property(uint32_t index)
{
    return index < G_N_ELEMENTS(properties) ? &properties[index] : NULL;
}
