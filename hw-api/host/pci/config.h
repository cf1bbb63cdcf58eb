/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A configuration space: its bytes, and which of them a guest's write may change (PCI 6.2).
 * Capabilities lie where QEMU puts them, so that one migration stream fits both.
 */
#ifndef HW_HOST_PCI_CONFIG_H
#define HW_HOST_PCI_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

/* Places in the header (PCI 6.1). */
enum {
    HW_PCI_VENDOR = 0x00,
    HW_PCI_DEVICE = 0x02,
    HW_PCI_COMMAND = 0x04,
    HW_PCI_STATUS = 0x06,
    HW_PCI_REVISION = 0x08,
    HW_PCI_CLASS = 0x09, /* 3 bytes */
    HW_PCI_CACHE_LINE = 0x0c,
    HW_PCI_HEADER_TYPE = 0x0e,
    HW_PCI_BAR_0 = 0x10,
    HW_PCI_BAR_END = 0x28,
    HW_PCI_SUBSYSTEM_VENDOR = 0x2c,
    HW_PCI_SUBSYSTEM = 0x2e,
    HW_PCI_CAPABILITIES = 0x34,
    HW_PCI_INTERRUPT_LINE = 0x3c,
    HW_PCI_INTERRUPT_PIN = 0x3d,

    /* The header of a bridge (PCI-to-PCI Bridge Architecture 1.2, 3.2). */
    HW_PCI_PRIMARY_BUS = 0x18,
    HW_PCI_SECONDARY_BUS = 0x19,
    HW_PCI_SUBORDINATE_BUS = 0x1a,
    HW_PCI_SECONDARY_LATENCY = 0x1b,
    HW_PCI_IO_BASE = 0x1c,
    HW_PCI_IO_LIMIT = 0x1d,
    HW_PCI_SECONDARY_STATUS = 0x1e,
    HW_PCI_MEMORY_BASE = 0x20,
    HW_PCI_MEMORY_LIMIT = 0x22,
    HW_PCI_PREFETCH_BASE = 0x24,
    HW_PCI_PREFETCH_LIMIT = 0x26,
    HW_PCI_PREFETCH_BASE_HIGH = 0x28,
    HW_PCI_PREFETCH_LIMIT_HIGH = 0x2c,
    HW_PCI_BRIDGE_CONTROL = 0x3e,
    HW_PCI_HEADER_SIZE = 0x40,
};

/* Bits of the command register, 6.2.2, and of the status register, 6.2.3. */
#define HW_PCI_COMMAND_IO       0x0001u
#define HW_PCI_COMMAND_MEMORY   0x0002u
#define HW_PCI_COMMAND_MASTER   0x0004u
#define HW_PCI_COMMAND_SERR     0x0100u
#define HW_PCI_COMMAND_NO_INTX  0x0400u
#define HW_PCI_STATUS_INTERRUPT 0x0008u
#define HW_PCI_STATUS_LIST      0x0010u
#define HW_PCI_STATUS_ERRORS    0xf900u /* cleared by writing ones */
#define HW_PCI_MULTIFUNCTION    0x80u   /* in the header type */
#define HW_PCI_HEADER_BRIDGE    0x01u
#define HW_PCI_BRIDGE_RESET     0x0040u /* in the bridge control register */

/* In `used`: the capability has no registers.  Others are the class's: 1 + its index. */
#define HW_PCI_USED 0xffu

typedef struct HwPciConfig {
    uint32_t size;     /* HW_PCI_SPACE or HW_PCI_EXPRESS_SPACE */
    uint8_t *bytes;    /* each array has `size` bytes */
    uint8_t *writable; /* bits that store the written value */
    uint8_t *clears;   /* bits that a written one clears */
    uint8_t *compared; /* bits that a stream must have as this function has them, unless
                        * a guest's write can change them */
    uint8_t *used;     /* not 0: the byte belongs to a capability */
} HwPciConfig;

/* Makes the space of a function with a type 0 header, and without capabilities.  Returns false
 * if memory runs out. */
bool hw_pci_config_init(HwPciConfig *config, uint32_t size);
void hw_pci_config_clear(HwPciConfig *config);

/* Accesses of 1, 2 or 4 bytes that end in the space.  Writes obey the masks. */
uint32_t hw_pci_config_read(const HwPciConfig *config, uint32_t offset, uint32_t size);
static inline void hw_pci_config_write(HwPciConfig *config, uint32_t offset, uint32_t value,
                                       uint32_t size)
{
    uint8_t *bytes = config->bytes + offset;
    const uint8_t *writable = config->writable + offset;
    const uint8_t *clears = config->clears + offset;

    for (uint32_t i = 0; i < size; i++, value >>= 8) {
        uint32_t stored = (bytes[i] & ~writable[i]) | (value & writable[i]);

        bytes[i] = (uint8_t)(stored & ~(value & clears[i]));
    }
}

/* Little-endian numbers of 1 to 8 bytes, past the masks. */
uint64_t hw_pci_config_get(const HwPciConfig *config, uint32_t offset, uint32_t size);
void hw_pci_config_set(HwPciConfig *config, uint32_t offset, uint64_t value, uint32_t size);

/*
 * Adds a capability of `size` bytes, header included, in front of the list.  Its other bytes
 * are zero and read-only.  `offset` 0: the first free place.  Returns its offset; 0 if there is
 * no room.
 */
uint32_t hw_pci_config_add(HwPciConfig *config, uint8_t id, uint32_t offset, uint32_t size);

/* Adds an extended capability behind the others (PCIe 7.9.1). */
uint32_t hw_pci_config_add_extended(HwPciConfig *config, uint16_t id, uint16_t version,
                                    uint32_t offset, uint32_t size);

/* The header's state after a reset: the guest's bits are off.  BARs are not touched. */
void hw_pci_config_reset(HwPciConfig *config);

#endif
