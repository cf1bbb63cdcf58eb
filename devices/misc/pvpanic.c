/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pvpanic: a port by which a guest kernel tells of its crash.  Specified in pvpanic.rst. */
#include "devices/devices.h"
#include "devices/misc/pvpanic.h"
#include "hw-api/device/aml.h"
#include "hw-api/device/bytes.h"
#include "hw-api/ext/draft/guest-state.h"
#include "hw-api/ext/fw-cfg.h"

static bool pvpanic_realize(HwDevice *dev, HwError *error)
{
    PvPanic *s = HW_DEVICE(PvPanic, dev);

    (void)error;
    hw_store_le(s->file, s->port, sizeof(s->file));
    return true;
}

/* ------------------------------------------------------------------------ ACPI */

static void read_method(HwAml *aml)
{
    hw_aml_method(aml, "RDPT", 0);
    hw_aml_op(aml, HW_AML_RETURN);
    hw_aml_reference(aml, "PEPT");
    hw_aml_end(aml);
}

static void write_method(HwAml *aml)
{
    hw_aml_method(aml, "WRPT", 1);
    hw_aml_op(aml, HW_AML_STORE);
    hw_aml_op(aml, HW_AML_ARG0);
    hw_aml_reference(aml, "PEPT");
    hw_aml_end(aml);
}

static void port_field(HwAml *aml, uint16_t port)
{
    hw_aml_operation_region(aml, "PEOR", HW_AML_SYSTEM_IO);
    hw_aml_integer(aml, port);
    hw_aml_integer(aml, 1);
    hw_aml_field(aml, "PEOR", HW_AML_BYTE_ACCESS);
    hw_aml_field_unit(aml, "PEPT", 8);
    hw_aml_end(aml);
}

/* Linux's driver finds the device by its _HID and takes the port from _CRS. */
static void pvpanic_build_acpi(HwDevice *dev, HwAcpiBuild *build)
{
    const PvPanic *s = HW_DEVICE(PvPanic, dev);
    uint8_t bytes[256];
    HwAml aml;

    hw_aml_init(&aml, bytes, sizeof(bytes));
    hw_aml_scope(&aml, "\\_SB");
    hw_aml_device(&aml, "PEVT");
    hw_aml_name_string(&aml, "_HID", "QEMU0001");
    hw_aml_name(&aml, "_CRS");
    hw_aml_resources(&aml);
    hw_aml_io_ports(&aml, (uint16_t)s->port, 1);
    hw_aml_end(&aml);
    port_field(&aml, (uint16_t)s->port);
    hw_aml_name_integer(&aml, "_STA", 0x0f);
    read_method(&aml);
    write_method(&aml);
    hw_aml_end(&aml);
    hw_aml_end(&aml);
    if (hw_aml_done(&aml)) {
        hw_acpi(dev)->add_aml(build, bytes, aml.size);
    }
}

/* clang-format off */
const HwDeviceClass pvpanic_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "pvpanic",
    .description = "port by which the guest kernel tells of its crash",
    .instance_size = sizeof(PvPanic),
    .services = HW_NAMES(HW_GUEST_STATE),
    .regions = HW_ROWS(HwRegion,
        { "port", HW_REGION_MMIO, HW_SPACE_IO, .size = 1, .base = offsetof(PvPanic, port),
          .read = pvpanic_read, .write = pvpanic_write, .access_min = 1, .access_max = 1 }),
    .properties = HW_ROWS(HwProperty,
        { .name = "ioport", .type = HW_PROPERTY_U64, .offset = offsetof(PvPanic, port),
          .default_value = 0x505, .maximum = UINT16_MAX, .description = "the port's number" },
        PVPANIC_EVENTS_PROPERTY),
    .fw_cfg_files = HW_ROWS(HwFwCfgFile, HW_FW_CFG_FILE("etc/pvpanic-port", PvPanic, file, 0)),
    .realize = pvpanic_realize,
    .build_acpi = pvpanic_build_acpi,
};
/* clang-format on */
