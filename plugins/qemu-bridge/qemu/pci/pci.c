/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/pci/pci.h"

#include <malloc.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/learn.h"
#include "plugins/qemu-bridge/qemu/running.h"
#include "plugins/qemu-bridge/qemu/symbols.h"

#define SENTENCE       256

#define SUBSYSTEM      0x2c       /* in the configuration space */
#define QEMU_SUBSYSTEM 0x11001af4 /* each device has it after its parent's realize */

static bool symbols_are_there(HwError *error)
{
    const char *missing = qemu_symbol_missing(qemu_pci_symbols);

    return !missing || hw_error_set(error,
                                    "this emulator doesn't export what PCI functions need: %s is "
                                    "missing",
                                    missing);
}

bool qemu_pci_learn(HwError *error)
{
    static bool is_learned;

    is_learned = is_learned || (symbols_are_there(error) && qemu_running_learn_pci(error));
    return is_learned;
}

/* ------------------------------------------------------------- the structure */

uint8_t *qemu_pci_config(QemuObject *pci, HwError *error)
{
    uint32_t subsystem = 0;
    uint8_t *config;

    memcpy(&config, (const uint8_t *)pci + qemu_layout->pci.config, sizeof(config));
    if (config) {
        memcpy(&subsystem, config + SUBSYSTEM, sizeof(subsystem));
    }
    if (subsystem != QEMU_SUBSYSTEM ||
        pci_default_read_config(pci, SUBSYSTEM, sizeof(subsystem)) != subsystem) {
        hw_error_set(error,
                     "this emulator's layout of PCIDevice is not as learned: the subsystem ids "
                     "are not 1af4:1100 at config, %u",
                     qemu_layout->pci.config);
        return NULL;
    }
    return config;
}

typedef struct Accessors {
    QemuPciRead *read;
    QemuPciWrite *write;
} Accessors;

/* A device without functions of its own gets QEMU's usual ones, which are neighbours. */
bool qemu_pci_watch_config(QemuObject *pci, QemuPciRead *read, QemuPciWrite *write, HwError *error)
{
    const Accessors usual = { pci_default_read_config, pci_default_write_config };
    const Accessors ours = { read, write };
    size_t room = malloc_usable_size(pci);
    uint8_t *found = NULL;
    unsigned count = 0;

    for (size_t at = 0; at + sizeof(usual) <= room; at += sizeof(void *)) {
        if (memcmp((uint8_t *)pci + at, &usual, sizeof(usual)) == 0) {
            found = (uint8_t *)pci + at;
            count++;
        }
    }
    if (count != 1) {
        return hw_error_set(error,
                            "this emulator's layout of PCIDevice can't be learned: config_read and "
                            "config_write are at %u places, expected one",
                            count);
    }
    memcpy(found, &ours, sizeof(ours));
    return true;
}
