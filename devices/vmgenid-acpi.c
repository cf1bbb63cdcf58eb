/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SSDT has the address at which firmware has put the GUID, and the device to notify.  On a
 * PC it is QEMU's, byte for byte.
 */
#include "devices/vmgenid-acpi.h"

#include "devices/vmgenid-regs.h"
#include "hw-api/device/aml.h"
#include "hw-api/device/error.h"

#define DEVICE "\\_SB.VGEN"

/* On a PC the address fits in 32 bits, the integers of ACPI 1.0's AML.  On other machines RAM
 * may begin above 4 GiB. */
static bool is_pc(const HwAcpiEvent *event)
{
    return event->kind == HW_ACPI_EVENT_GPE;
}

/* _STA is 0, not present, until firmware has linked the blob. */
static void add_status(HwAml *aml)
{
    hw_aml_method(aml, "_STA", 0);
    hw_aml_op(aml, HW_AML_STORE);
    hw_aml_integer(aml, 0x0f);
    hw_aml_op(aml, HW_AML_LOCAL0);
    hw_aml_if(aml);
    hw_aml_op(aml, HW_AML_EQUAL);
    hw_aml_reference(aml, "VGIA");
    hw_aml_integer(aml, 0);
    hw_aml_op(aml, HW_AML_STORE);
    hw_aml_integer(aml, 0);
    hw_aml_op(aml, HW_AML_LOCAL0);
    hw_aml_end(aml);
    hw_aml_op(aml, HW_AML_RETURN);
    hw_aml_op(aml, HW_AML_LOCAL0);
    hw_aml_end(aml);
}

/* VGIA + 0x28 */
static void add_sum(HwAml *aml)
{
    hw_aml_op(aml, HW_AML_ADD);
    hw_aml_reference(aml, "VGIA");
    hw_aml_integer(aml, VMGENID_GUID_OFFSET);
    hw_aml_op(aml, HW_AML_ZERO);
}

/* Local0[i] is the target of a store. */
static void add_element_target(HwAml *aml, uint64_t i)
{
    hw_aml_op(aml, HW_AML_INDEX);
    hw_aml_op(aml, HW_AML_LOCAL0);
    hw_aml_integer(aml, i);
    hw_aml_op(aml, HW_AML_ZERO);
}

static void add_low_half(HwAml *aml, const HwAcpiEvent *event)
{
    if (is_pc(event)) {
        add_sum(aml);
        return;
    }
    hw_aml_op(aml, HW_AML_AND);
    add_sum(aml);
    hw_aml_integer(aml, UINT32_MAX);
    hw_aml_op(aml, HW_AML_ZERO);
}

static void add_high_half(HwAml *aml, const HwAcpiEvent *event)
{
    if (is_pc(event)) {
        hw_aml_integer(aml, 0);
        return;
    }
    hw_aml_op(aml, HW_AML_SHIFT_RIGHT);
    add_sum(aml);
    hw_aml_integer(aml, 32);
    hw_aml_op(aml, HW_AML_ZERO);
}

/* A package of the two halves of the GUID's address (Microsoft, "Virtual Machine Generation
 * ID", 2012). */
static void add_address(HwAml *aml, const HwAcpiEvent *event)
{
    hw_aml_method(aml, "ADDR", 0);
    hw_aml_op(aml, HW_AML_STORE);
    hw_aml_package(aml, 2);
    hw_aml_end(aml);
    hw_aml_op(aml, HW_AML_LOCAL0);
    hw_aml_op(aml, HW_AML_STORE);
    add_low_half(aml, event);
    add_element_target(aml, 0);
    hw_aml_op(aml, HW_AML_STORE);
    add_high_half(aml, event);
    add_element_target(aml, 1);
    hw_aml_op(aml, HW_AML_RETURN);
    hw_aml_op(aml, HW_AML_LOCAL0);
    hw_aml_end(aml);
}

/* Returns the place of VGIA's value, which the loader patches. */
static uint32_t add_terms(HwAml *aml, const HwAcpiEvent *event)
{
    uint32_t address;

    hw_aml_name(aml, "VGIA");
    address = is_pc(event) ? hw_aml_fixed_dword(aml, 0) : hw_aml_fixed_qword(aml, 0);
    hw_aml_scope(aml, "\\_SB");
    hw_aml_device(aml, "VGEN");
    hw_aml_name_string(aml, "_HID", is_pc(event) ? "QEMUVGID" : "VMGENCTR");
    hw_aml_name_string(aml, "_CID", "VM_Gen_Counter");
    hw_aml_name_string(aml, "_DDN", "VM_Gen_Counter");
    add_status(aml);
    add_address(aml, event);
    hw_aml_end(aml);
    hw_aml_end(aml);
    hw_aml_event_handler(aml, event, DEVICE);
    return address;
}

void vmgenid_describe(HwDevice *dev, HwAcpiBuild *build, uint32_t source_offset)
{
    const HwAcpi *acpi = hw_acpi(dev);
    uint8_t terms[512];
    HwAcpiEvent event;
    HwAml aml;
    uint32_t address;
    uint32_t table;

    if (!acpi->event(dev, VMGENID_GPE, &event)) {
        return;
    }
    hw_aml_init(&aml, terms, sizeof(terms));
    address = add_terms(&aml, &event);
    if (!hw_aml_done(&aml)) {
        hw_log(dev, HW_LOG_ERROR, "its SSDT does not fit in %zu bytes", sizeof(terms));
        return;
    }
    table = acpi->add_table(build, "SSDT", 1, "VMGENID", terms, aml.size);
    acpi->allocate(build, VMGENID_GUID_FILE, VMGENID_BLOB_SIZE, HW_ACPI_ZONE_HIGH);
    acpi->add_pointer(build, table, HW_ACPI_HEADER_SIZE + address, is_pc(&event) ? 4 : 8,
                      VMGENID_GUID_FILE);
    acpi->write_pointer(build, VMGENID_ADDR_FILE, 0, VMGENID_ADDR_SIZE, VMGENID_GUID_FILE,
                        source_offset);
}
