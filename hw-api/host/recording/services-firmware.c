/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's services around firmware's tables, with a note of each call that has an answer.  The parts
 * that a device adds to the tables are compared by other tests. */
#include <string.h>

#include "hw-api/ext/acpi.h"
#include "hw-api/ext/draft/device-tree.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/host/recording/recorder-internal.h"

static struct {
    const HwAcpi *acpi;
    const HwDeviceTree *tree;
    const void *fw_cfg;
} inner;

static bool acpi_event(HwDevice *dev, uint32_t gpe, HwAcpiEvent *event)
{
    bool good = inner.acpi->event(dev, gpe, event);
    HwEntry entry = { .kind = HW_ENTRY_ACPI_EVENT, .values = { gpe } };

    if (good) {
        entry.answers[0] = true;
        entry.answers[1] = event->kind;
        entry.answers[2] = event->number;
    }
    hw_recorded_call(hw_recorded_of(dev), &entry);
    return good;
}

static void acpi_raise(HwDevice *dev, uint32_t gpe)
{
    hw_recorded_call(hw_recorded_of(dev),
                     &(HwEntry) { .kind = HW_ENTRY_ACPI_RAISE, .values = { gpe } });
    inner.acpi->raise(dev, gpe);
}

/* No note of these: build_acpi tells the device nothing. */
static uint32_t acpi_add_table(HwAcpiBuild *build, const char *signature, uint32_t revision,
                               const char *oem_table_id, const void *body, uint32_t size)
{
    return inner.acpi->add_table(build, signature, revision, oem_table_id, body, size);
}

static void acpi_add_aml(HwAcpiBuild *build, const void *aml, uint32_t size)
{
    inner.acpi->add_aml(build, aml, size);
}

static void acpi_allocate(HwAcpiBuild *build, const char *file, uint32_t alignment, uint32_t zone)
{
    inner.acpi->allocate(build, file, alignment, zone);
}

static void acpi_add_pointer(HwAcpiBuild *build, uint32_t table, uint32_t offset, uint32_t size,
                             const char *file)
{
    inner.acpi->add_pointer(build, table, offset, size, file);
}

static void acpi_write_pointer(HwAcpiBuild *build, const char *file, uint32_t offset, uint32_t size,
                               const char *source, uint32_t source_offset)
{
    inner.acpi->write_pointer(build, file, offset, size, source, source_offset);
}

static bool tree_add_node(HwDevice *dev, const char *name, uint64_t address, uint64_t size,
                          uint32_t reader)
{
    bool good = inner.tree->add_node(dev, name, address, size, reader);

    hw_recorded_call(hw_recorded_of(dev), &(HwEntry) { .kind = HW_ENTRY_TREE_NODE,
                                                       .values = { address, size, reader },
                                                       .bytes = name,
                                                       .size = (uint32_t)strlen(name),
                                                       .answers = { good } });
    return good;
}

static void tree_set(HwDevice *dev, const char *name, uint64_t address, const char *property,
                     const void *value, uint32_t size)
{
    inner.tree->set(dev, name, address, property, value, size);
}

static void tree_set_event(HwDevice *dev, const char *name, uint64_t address, uint32_t gpe)
{
    inner.tree->set_event(dev, name, address, gpe);
}

static void tree_set_interrupt(HwDevice *dev, const char *name, uint64_t address, uint32_t line)
{
    inner.tree->set_interrupt(dev, name, address, line);
}

static const HwAcpi acpi = {
    .abi = HW_ABI(HwAcpi),
    .add_table = acpi_add_table,
    .add_aml = acpi_add_aml,
    .allocate = acpi_allocate,
    .add_pointer = acpi_add_pointer,
    .write_pointer = acpi_write_pointer,
    .event = acpi_event,
    .raise = acpi_raise,
};

static const HwDeviceTree tree = {
    .abi = HW_ABI(HwDeviceTree),
    .add_node = tree_add_node,
    .set = tree_set,
    .set_event = tree_set_event,
    .set_interrupt = tree_set_interrupt,
};

const HwRecordedService hw_recorded_firmware[] = {
    { HW_ACPI, &acpi, (const void **)&inner.acpi },
    { HW_DEVICE_TREE, &tree, (const void **)&inner.tree },
    { HW_FW_CFG, NULL, &inner.fw_cfg }, /* has no functions */
    { NULL, NULL, NULL },
};
