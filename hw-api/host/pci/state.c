/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The function's part of its device's section, in QEMU's form. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/host/pci/unit-internal.h"

enum {
    STATE_VERSION = 2,
    VERSION_SIZE = 4,
    PINS = 4,
    PINS_SIZE = 4 * PINS,
    LOG_SIZE = 4, /* number of errors, and the most: no function has logged any */
    LOG_MAX = 8,
};

static uint32_t msix_size(const HwPciUnit *unit)
{
    return unit->msix.count ? hw_pci_msix_table_size(unit) + hw_pci_msix_pending_size(unit) : 0;
}

static uint32_t log_size(const HwPciUnit *unit)
{
    return unit->has_error_log ? LOG_SIZE : 0;
}

uint32_t hw_pci_unit_state_size(const HwPciUnit *unit)
{
    return VERSION_SIZE + unit->config.size + PINS_SIZE + log_size(unit) + msix_size(unit);
}

void hw_pci_unit_state_save(HwPciUnit *unit, uint8_t *bytes)
{
    uint8_t *pins = bytes + VERSION_SIZE + unit->config.size;

    hw_store_be32(bytes, STATE_VERSION);
    memcpy(bytes + VERSION_SIZE, unit->config.bytes, unit->config.size);
    memset(pins, 0, PINS_SIZE);
    hw_store_be32(pins, unit->pin);
    if (unit->has_error_log) {
        hw_store_be32(pins + PINS_SIZE, LOG_MAX);
    }
    if (unit->msix.count) {
        uint8_t *msix = pins + PINS_SIZE + log_size(unit);

        memcpy(msix, unit->msix.table, hw_pci_msix_table_size(unit));
        memcpy(msix + hw_pci_msix_table_size(unit), unit->msix.pending,
               hw_pci_msix_pending_size(unit));
    }
}

/* Bytes that identify the function, and that no guest can change. */
static bool config_check(const HwPciUnit *unit, const uint8_t *bytes, HwError *error)
{
    const HwPciConfig *config = &unit->config;

    for (uint32_t i = 0; i < config->size; i++) {
        uint8_t fixed = config->compared[i] & (uint8_t) ~(config->writable[i] | config->clears[i]);

        if ((bytes[i] ^ config->bytes[i]) & fixed) {
            return hw_error_set(error,
                                "%s: configuration space: byte 0x%x is 0x%02x, expected 0x%02x "
                                "in the bits 0x%02x",
                                unit->instance->id, i, bytes[i], config->bytes[i], fixed);
        }
    }
    return true;
}

/* QEMU's ports log errors that a user has injected. */
static bool log_check(const HwPciUnit *unit, const uint8_t *log, HwError *error)
{
    return !unit->has_error_log || hw_load_be32(log) == LOG_MAX ||
           hw_error_set(error, "%s: %u of at most %u errors are logged, expected 0 of at most %u",
                        unit->instance->id, hw_load_be32(log) >> 16, hw_load_be32(log) & 0xffff,
                        LOG_MAX);
}

bool hw_pci_unit_state_check(const HwPciUnit *unit, const uint8_t *bytes, HwError *error)
{
    uint32_t version = hw_load_be32(bytes);
    const uint8_t *pins = bytes + VERSION_SIZE + unit->config.size;

    if (version > STATE_VERSION) {
        return hw_error_set(error, "%s: PCI state has version %u, expected at most %u",
                            unit->instance->id, version, STATE_VERSION);
    }
    if (!config_check(unit, bytes + VERSION_SIZE, error)) {
        return false;
    }
    for (uint32_t i = 0; i < PINS; i++) {
        if (hw_load_be32(pins + 4 * i) > 1) {
            return hw_error_set(error, "%s: interrupt pin %u has level %u, expected 0 or 1",
                                unit->instance->id, i, hw_load_be32(pins + 4 * i));
        }
    }
    return log_check(unit, pins + PINS_SIZE, error);
}

void hw_pci_unit_state_load(HwPciUnit *unit, const uint8_t *bytes)
{
    const uint8_t *pins = bytes + VERSION_SIZE + unit->config.size;

    unit->adopting = true;
    memcpy(unit->config.bytes, bytes + VERSION_SIZE, unit->config.size);
    if (unit->msix.count) {
        const uint8_t *msix = pins + PINS_SIZE + log_size(unit);

        memcpy(unit->msix.table, msix, hw_pci_msix_table_size(unit));
        memcpy(unit->msix.pending, msix + hw_pci_msix_table_size(unit),
               hw_pci_msix_pending_size(unit));
        hw_pci_msix_loaded(unit);
    }
    hw_pci_bars_update(unit);
    if (unit->kind) {
        unit->kind->loaded(unit);
    }
    hw_pci_interrupts_update(unit);
}
