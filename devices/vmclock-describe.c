/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest finds the page by ACPI, or by the device tree.
 *
 * The SSDT has the page, and the device to notify.  Its names are those of QEMU's device, whose
 * SSDT has no event.  Linux before 7.0 looks for the _HID alone.
 */
#include "devices/vmclock-describe.h"

#include "devices/vmclock-regs.h"
#include "hw-api/device/aml.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/device-tree.h"

static void add_device(HwAml *aml, uint64_t page)
{
    hw_aml_scope(aml, "\\_SB");
    hw_aml_device(aml, "VCLK");
    hw_aml_name_string(aml, "_HID", "AMZNC10C");
    hw_aml_name_string(aml, "_CID", "VMCLOCK");
    hw_aml_name_string(aml, "_DDN", "VMCLOCK");
    hw_aml_name_integer(aml, "_STA", 0x0f);
    hw_aml_name(aml, "_CRS");
    hw_aml_resources(aml);
    hw_aml_cacheable64(aml, page, VMCLOCK_PAGE, false);
    hw_aml_end(aml);
    hw_aml_end(aml);
    hw_aml_end(aml);
}

void vmclock_describe(HwDevice *dev, HwAcpiBuild *build, uint64_t page)
{
    const HwAcpi *acpi = hw_acpi(dev);
    uint8_t terms[512];
    HwAcpiEvent event;
    HwAml aml;

    hw_aml_init(&aml, terms, sizeof(terms));
    add_device(&aml, page);
    if (acpi->event(dev, VMCLOCK_GPE, &event)) {
        hw_aml_event_handler(&aml, &event, "\\_SB.VCLK");
    }
    if (!hw_aml_done(&aml)) {
        hw_log(dev, HW_LOG_ERROR, "its SSDT does not fit in %zu bytes", sizeof(terms));
        return;
    }
    acpi->add_table(build, "SSDT", 1, "VMCLOCK", terms, aml.size);
}

/* The binding is Linux's Documentation/devicetree/bindings/ptp/amazon,vmclock.yaml. */
bool vmclock_tree_realize(HwDevice *dev, uint64_t page, bool wanted, bool notifies, HwError *error)
{
    static const char compatible[] = "amazon,vmclock";
    const HwDeviceTree *tree = hw_device_tree(dev);

    if (!wanted) {
        return true;
    }
    if (!tree || !tree->add_node(dev, "vmclock", page, VMCLOCK_PAGE, HW_DEVICE_TREE_SYSTEM)) {
        return hw_error_set(error,
                            "%s: device-tree: invalid value 'on': expected off on a machine "
                            "without a device tree for its guest",
                            dev->id);
    }
    tree->set(dev, "vmclock", page, "compatible", compatible, sizeof(compatible));
    if (notifies) {
        tree->set_event(dev, "vmclock", page, VMCLOCK_GPE);
    }
    return true;
}
