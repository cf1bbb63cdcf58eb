/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host bridge: ports of configuration mechanism 1 (PCI 3.2.2.3.2), ECAM (PCIe 7.2.2), and
 * the machine's own functions.  A part of the machine.
 */
#include <stdio.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/machine/pci/pci-internal.h"

enum {
    PORT_ADDRESS = 0xcf8,
    PORT_DATA = 0xcfc,
    ECAM_REGION = 0,    /* the first region of both classes */
    SMBASE_SINCE = 402, /* the machines of QEMU 4.2 */
    TSEG_SINCE = 209,   /* those of 2.9 */
    TSEG_MBYTES = 16,
    ACPI_PLUG_SINCE = 601, /* those of 6.1, whose ports hide that they plug */
};

#define ADDRESS_ENABLE 0x80000000u

/* -------------------------------------------------------------------- ports */

/* Only a whole word reaches the register.  A narrower read gets its low bytes. */
static uint64_t address_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)offset;
    (void)size;
    return HW_DEVICE(ObPci, dev)->config_address;
}

static void address_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    if (offset == 0 && size == 4) {
        HW_DEVICE(ObPci, dev)->config_address = (uint32_t)value;
    }
}

/* Bits 23:8 of the address register choose the function, bits 7:0 the byte. */
static uint64_t data_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    ObPci *pci = HW_DEVICE(ObPci, dev);
    uint32_t address = pci->config_address;

    if (!(address & ADDRESS_ENABLE)) {
        return UINT64_MAX;
    }
    return ob_pci_config_read(pci, address >> 8 & 0xffff, (address & 0xff) | (uint32_t)offset,
                              size);
}

static void data_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    ObPci *pci = HW_DEVICE(ObPci, dev);
    uint32_t address = pci->config_address;

    if (address & ADDRESS_ENABLE) {
        ob_pci_config_write(pci, address >> 8 & 0xffff, (address & 0xff) | (uint32_t)offset,
                            (uint32_t)value, size);
    }
}

static uint64_t ecam_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    return ob_pci_config_read(HW_DEVICE(ObPci, dev), (uint32_t)(offset >> 12), offset & 0xfff,
                              size);
}

static void ecam_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    ob_pci_config_write(HW_DEVICE(ObPci, dev), (uint32_t)(offset >> 12), offset & 0xfff,
                        (uint32_t)value, size);
}

static uint64_t hole_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)size;
    return UINT64_MAX;
}

static void hole_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)value;
    (void)size;
}

/* -------------------------------------------------------------------- state */

/*
 * The section is QEMU's.  The subsection has the functions' configuration spaces, for QEMU keeps
 * them in sections of its chipsets, with much else.  A PC's host bridge has a section of its own,
 * bridge-section.c.  The subsection is sent once the guest has changed other functions, unless a
 * stream from QEMU has brought a chipset.
 */
bool ob_pci_fixed_has_changed(const ObPci *pci, uint32_t index)
{
    const HwPciConfig *config = &pci->fixed[index]->pci->config;

    return memcmp(config->bytes, pci->at_reset[index], HW_PCI_SPACE) != 0;
}

static bool functions_needed(HwDevice *dev)
{
    const ObPci *pci = HW_DEVICE(ObPci, dev);
    const ObHost *host = pci->host;
    bool changed = false;

    for (uint32_t i = pci->board->pam ? 1 : 0; i < pci->board->fixed_count && !changed; i++) {
        changed = ob_pci_fixed_has_changed(pci, i);
    }
    return changed && !host->wires->foreign_has(host->foreign, pci->board->legacy_section);
}

/* A machine without the section has never used the address register. */
static bool pci_needed(HwDevice *dev)
{
    return HW_DEVICE(ObPci, dev)->config_address || functions_needed(dev);
}

static void functions_pre_save(HwDevice *dev)
{
    ObPci *pci = HW_DEVICE(ObPci, dev);

    memset(pci->saved, 0, sizeof(pci->saved));
    for (uint32_t i = 0; i < pci->board->fixed_count; i++) {
        memcpy(pci->saved[i], pci->fixed[i]->pci->config.bytes, HW_PCI_SPACE);
    }
    pci->has_saved = 1;
}

/* Bits that a guest can't change keep their values. */
static void fixed_store(HwPciUnit *unit, const uint8_t *bytes)
{
    for (uint32_t i = 0; i < HW_PCI_SPACE; i++) {
        uint8_t free_bits = unit->config.writable[i];

        unit->config.bytes[i] = (uint8_t)((unit->config.bytes[i] & ~free_bits) |
                                          (bytes[i] & free_bits));
    }
}

/* Bits of the space from a stream, and what follows from them. */
void ob_pci_fixed_load(ObPci *pci, uint32_t index, const uint8_t *bytes)
{
    const ObPciFixed *fixed = &pci->board->fixed[index];

    if (fixed->unlock) {
        fixed->unlock(pci);
    }
    fixed_store(pci->fixed[index]->pci, bytes);
    if (fixed->loaded) {
        fixed->loaded(pci);
    }
    if (fixed->written) {
        fixed->written(pci);
    }
}

static void fixed_adopt(ObPci *pci, uint32_t index, const uint8_t *bytes)
{
    if (!memcmp(bytes, pci->fixed[index]->pci->config.bytes, 4)) { /* vendor and device */
        ob_pci_fixed_load(pci, index, bytes);
    }
}

/* The payload begins with a version, and the space. */
void ob_pci_adopt(ObPci *pci, const char *section, const uint8_t *payload, size_t size)
{
    unsigned device, function;
    char slash;

    if (sscanf(section, "0000:00:%2x.%1x%c", &device, &function, &slash) != 3 || slash != '/' ||
        size < 4 + HW_PCI_SPACE) {
        return;
    }
    for (uint32_t i = 0; i < pci->board->fixed_count; i++) {
        if (pci->board->fixed[i].slot == (device << 3 | function)) {
            fixed_adopt(pci, i, payload + 4);
        }
    }
}

/* Without the subsection the spaces stay as they are. */
static void pci_loaded(HwDevice *dev)
{
    ObPci *pci = HW_DEVICE(ObPci, dev);

    for (uint32_t i = 0; pci->has_saved && i < pci->board->fixed_count; i++) {
        ob_pci_fixed_load(pci, i, pci->saved[i]);
    }
    pci->has_saved = 0;
}

static const HwState pci_state = {
    .name = "PCIHost",
    .version = 1,
    .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED_AS("config_reg", ObPci, config_address, 0)),
    .subsections = HW_ROWS(HwState, { .name = "PCIHost/outboard-functions",
                                      .version = 1,
                                      .minimum_version = 1,
                                      .fields = HW_ROWS(HwStateField, HW_SAVED(ObPci, has_saved),
                                                        HW_SAVED(ObPci, saved)),
                                      .pre_save = functions_pre_save,
                                      .needed = functions_needed }),
    .needed = pci_needed,
};

/* -------------------------------------------------------------------- class */

/* clang-format off */
#define ECAM_ROW                                                                      \
    { "pcie-mmcfg-mmio", HW_REGION_MMIO, .space = HW_SPACE_NONE, .size = 0x10000000,  \
      .read = ecam_read, .write = ecam_write }
/* It is as large as the memory that it may hide. */
#define HOLE_ROW                                                                      \
    { "black-hole", HW_REGION_MMIO, .space = HW_SPACE_NONE, .size = 0x100000000,      \
      .read = hole_read, .write = hole_write }
#define PORT_ROW(name, port, prefix)                                                  \
    { name, HW_REGION_MMIO, .space = HW_SPACE_IO, .size = 4, .offset = port,          \
      .read = prefix##_read, .write = prefix##_write }
#define PCI_CLASS(class_, ...)                                                        \
    static const HwClass class_ = {                                                   \
        .table = {                                                                    \
            .abi = HW_ABI(HwDeviceClass),                                             \
            .name = "pci-host",                                                       \
            .description = "PCI host bridge",                                         \
            .instance_size = sizeof(ObPci),                                           \
            .regions = HW_ROWS(HwRegion, __VA_ARGS__),                                \
            .state = &pci_state,                                                      \
            .unrealize = pci_unrealize,                                               \
            .reset = pci_reset,                                                       \
            .loaded = pci_loaded,                                                     \
        },                                                                            \
        .original = &class_.table,                                                    \
    }
/* clang-format on */

void ob_pci_fixed_reset(ObPci *pci)
{
    for (uint32_t i = 0; i < pci->board->fixed_count; i++) {
        const ObPciFixed *fixed = &pci->board->fixed[i];
        HwPciConfig *config = &pci->fixed[i]->pci->config;

        memset(config->bytes + HW_PCI_HEADER_SIZE, 0, HW_PCI_SPACE - HW_PCI_HEADER_SIZE);
        hw_pci_config_reset(config);
        hw_pci_config_set(config, HW_PCI_COMMAND, fixed->command, 2);
        hw_pci_config_set(config, HW_PCI_STATUS, fixed->status, 2);
        config->bytes[HW_PCI_HEADER_TYPE] = fixed->multifunction ? HW_PCI_MULTIFUNCTION : 0;
        for (const struct ObPciByte *byte = fixed->bytes; byte && byte->offset; byte++) {
            config->bytes[byte->offset] = byte->value;
        }
        if (fixed->reset) {
            fixed->reset(pci);
        }
        memcpy(pci->at_reset[i], config->bytes, HW_PCI_SPACE);
        if (fixed->unlock) {
            fixed->unlock(pci);
        }
        if (fixed->written) {
            fixed->written(pci);
        }
    }
}

static void pci_reset(HwDevice *dev)
{
    ObPci *pci = HW_DEVICE(ObPci, dev);

    pci->config_address = 0;
    ob_pci_fixed_reset(pci);
}

static void pci_unrealize(HwDevice *dev)
{
    ob_pci_free(HW_DEVICE(ObPci, dev));
}

PCI_CLASS(bridge_with_ports, ECAM_ROW, PORT_ROW("pci-conf-idx", PORT_ADDRESS, address),
          PORT_ROW("pci-conf-data", PORT_DATA, data), HOLE_ROW);
PCI_CLASS(bridge_without_ports, ECAM_ROW);

HwRegionState *ob_pci_ecam(ObPci *pci)
{
    return &hw_instance_of(&pci->dev)->regions[ECAM_REGION];
}

/* ------------------------------------------------------------------- making */

static bool fixed_add(ObPci *pci, uint32_t index, HwError *error)
{
    const ObPciFixed *fixed = &pci->board->fixed[index];
    HwInstance *instance = hw_instance_new(&pci->host->base.api, fixed->cls, NULL, NULL);
    ObPciPlace *place = &ob_pci_root(pci)->places[fixed->slot];
    HwPciUnit *unit = NULL;

    if (!instance) {
        return hw_error_set(error, "machine: no memory for '%s'", fixed->cls->table.name);
    }
    pci->fixed[index] = instance;
    if (hw_instance_realize(instance, error)) {
        unit = hw_pci_unit_new(instance, &ob_pci_port, place, HW_PCI_ON_ROOT | pci->make, error);
    }
    if (unit) {
        ob_pci_place_take(place, unit,
                          NULL); /* QEMU's have no list, and no pair of their own but this one */
        hw_pci_config_set(&unit->config, HW_PCI_INTERRUPT_PIN, 0, 1);
    }
    return unit != NULL;
}

/* Details of functions depend on the version of QEMU's machine. */
static uint32_t make_of(uint32_t version)
{
    return (version >= 800 ? HW_PCI_ERROR_MASKS : 0) | (version >= 802 ? HW_PCI_NO_LATENCY : 0) |
           (version >= 902 ? HW_PCI_EXTENDED_TAGS : 0);
}

/* By ACPI a bus of a bridge plugs in the same way, whatever the bridge is. */
static void acpi_plug_choose(ObPci *pci, const ObHostConfig *config)
{
    uint32_t version = pci->host->version;
    bool chosen = config->acpi_bridges.is_given ? config->acpi_bridges.is_on
                                                : version >= ACPI_PLUG_SINCE;

    pci->acpi_bridges = pci->board->acpi_bridges || (pci->board->acpi_ports && chosen);
    if (pci->acpi_bridges && version == ACPI_PLUG_SINCE) {
        pci->make |= HW_PCI_HIDES_PLUG;
    }
}

bool ob_pci_create(ObHost *host, const ObHostConfig *config, HwError *error)
{
    const ObPciBoard *board = host->machine->pci;
    bool is_low = config->low_ecam && board && board->low_ecam;
    HwInstance *instance;
    ObPci *pci;

    if (!board) {
        return true;
    }
    if (!ob_pci_classes_add(host, error)) {
        return false;
    }
    instance = hw_instance_new(&host->base.api,
                               board->has_ports ? &bridge_with_ports : &bridge_without_ports, NULL,
                               NULL);
    if (!instance) {
        return hw_error_set(error, "machine: no memory for the PCI host bridge");
    }
    pci = HW_DEVICE(ObPci, instance->dev);
    pci->host = host;
    pci->board = board;
    pci->make = make_of(host->version);
    acpi_plug_choose(pci, config);
    pci->buses = g_ptr_array_new_with_free_func(g_free);
    pci->root = ob_pci_bus_add(pci, NULL);
    ob_service_offer(host, HW_PCI, ob_pci_service());
    for (uint32_t i = 0; i < board->fixed_count; i++) {
        if (!fixed_add(pci, i, error)) {
            ob_pci_free(pci);
            hw_instance_free(instance);
            return false;
        }
    }
    host->pci = pci;
    pci->ecam = is_low ? board->low_ecam : board->ecam;
    pci->ecam_size = is_low ? board->low_ecam_size : board->ecam_size;
    pci->is_low = config->low_memory_bars;
    pci->has_smbase = config->smbase_smram.is_given ? config->smbase_smram.is_on
                                                    : host->version >= SMBASE_SINCE;
    pci->tseg_mbytes = config->tseg_mbytes.is_given  ? config->tseg_mbytes.value
                       : host->version >= TSEG_SINCE ? TSEG_MBYTES
                                                     : 0;
    if (!ob_host_add_part(host, instance, error) || !ob_pci_bridge_section_add(pci, error)) {
        return false;
    }
    ob_pci_map(pci);
    return true;
}

void ob_pci_free(ObPci *pci)
{
    if (pci) {
        g_clear_pointer(&pci->iommu, g_array_unref);
    }
    for (uint32_t i = 0; pci && i < OB_PCI_FIXED_MAX; i++) {
        if (pci->fixed[i]) {
            hw_pci_unit_free(pci->fixed[i]->pci);
            hw_instance_free(pci->fixed[i]);
            pci->fixed[i] = NULL;
        }
    }
    if (pci) {
        g_clear_pointer(&pci->buses, g_ptr_array_unref);
    }
}
