/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.pci/1 - functions on PCI and PCI Express (PCI Local Bus Specification 3.0, "PCI"; PCI
 * Express Base Specification 4.0, "PCIe").  A draft: it may change or go.
 *
 * A class describes its function in a table.  The host keeps the configuration space, decodes
 * it and saves it.  Regions of space HW_SPACE_BAR answer at the address that the guest gave
 * their base address register (BAR).
 *
 *     static const HwPciFunction lamp_pci = {
 *         .vendor = 0x1234, .device = 0x11e8, .class_code = 0x00ff00, .revision = 0x10,
 *         .interrupt_pin = HW_PCI_INTA, .msi_vectors = 1,
 *     };
 *     .pci = &lamp_pci,
 *     .regions = HW_ROWS(HwRegion,
 *         { .name = "regs", .kind = HW_REGION_REGISTERS, .space = HW_SPACE_BAR, .bar = 0, ... }),
 *
 * A class with this table is a PCI device.  Its regions have space HW_SPACE_BAR or
 * HW_SPACE_NONE.  A host without hw.pci/1 refuses its devices before realize.
 *
 * Interrupts  hw_irq_set() drives the function's own interrupts, so `update` derives them.
 *             With MSI-X or MSI on, a rising edge of line n sends message n.  Else the pin is
 *             the or of all lines.  With MSI, a guest may allow fewer messages than the
 *             function has: then line n sends message n modulo the number allowed.  After a
 *             load the host takes the levels over, and sends nothing again.
 * DMA         hw.guest-memory's addresses are the bus's: the machine's IOMMU translates them.
 *             An access fails while the guest has not set the bus master bit, and where the
 *             IOMMU refuses it.  A range that an IOMMU cuts may be copied in part.
 * Reset       The reset hook is called at a system reset, at a reset of the secondary bus, at
 *             a function-level reset and after hot plug.
 * Hot plug    An instance may be made and ended while the machine runs.
 *
 * A host has no Single Root I/O Virtualization: one instance is one function.
 */
#ifndef HW_EXT_DRAFT_PCI_H
#define HW_EXT_DRAFT_PCI_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_PCI               "hw.pci/1"

#define HW_PCI_BARS          6u
#define HW_PCI_MSI_MAX       32u   /* vectors: PCI 6.8.1.3 */
#define HW_PCI_MSIX_MAX      2048u /* vectors: PCI 6.8.2.3 */
#define HW_PCI_SPACE         256u  /* bytes of configuration space */
#define HW_PCI_EXPRESS_SPACE 4096u

typedef enum HwPciPin {
    HW_PCI_NO_PIN = 0,
    HW_PCI_INTA = 1,
} HwPciPin;

typedef enum HwPciFlags {
    /* An endpoint with 4096 bytes of configuration space: it sits on a PCI Express bus alone.
     * Without this flag a conventional function, on a bus of either kind. */
    HW_PCI_EXPRESS = 1 << 0,
    /* hw_irq_set() drives the pin alone, and the device sends its messages by message(). */
    HW_PCI_MESSAGE_BY_EVENT = 1 << 1,
} HwPciFlags;

typedef enum HwPciBarFlags {
    HW_PCI_BAR_IO = 1 << 0,
    HW_PCI_BAR_64 = 1 << 1, /* takes the next number too */
    HW_PCI_BAR_PREFETCH = 1 << 2,
} HwPciBarFlags;

/*
 * A base address register (PCI 6.2.5.1).  A BAR that has regions and no entry here is a 32-bit
 * memory BAR, as large as its regions need.
 */
typedef struct HwPciBar {
    uint32_t number; /* 0 to 5; with HW_PCI_BAR_64 at most 4 */
    uint32_t flags;  /* HwPciBarFlags */
    uint64_t size;   /* a power of two, memory at least 16, I/O 4 to 256 bytes; 0: the least
                      * that holds the regions */
} HwPciBar;
HW_TABLE_TYPE(HwPciBars, HwPciBar);

/*
 * A capability (PCI 6.7) or, in a PCI Express function, an extended capability (PCIe 7.9).
 * `words` and `registers` are as in HwRegion: byte 0 of the capability is byte 0 of word 0.
 * The host owns the header and keeps a guest's writes from it.  The header is the low 16 bits of
 * word 0; in an extended capability it is all of word 0.  The words are state as far as the class saves them.
 */
typedef struct HwPciCapability {
    const char *name;          /* for traces: "vendor" */
    uint16_t id;               /* 0x09 vendor-specific, 0x01 power management, ...; extended:
                                * 0x0003 device serial number, 0x000b vendor-specific, ... */
    uint16_t offset;           /* 0x40 to 0xfc, extended 0x100 to 0xffc; a multiple of 4; 0: the
                                * host chooses */
    uint16_t extended_version; /* 0: not extended; else the version in the header, 1 to 15 */
    uint16_t reserved;
    uint32_t words; /* place of uint32_t[word_count] in the instance */
    uint32_t word_count;
    HwRegisters registers;
} HwPciCapability;
HW_TABLE_TYPE(HwPciCapabilities, HwPciCapability);

/* The function.  The struct has no HwAbi: its class's minor version tells its size. */
struct HwPciFunction {
    uint16_t vendor; /* not 0xffff */
    uint16_t device;
    uint16_t subsystem_vendor; /* both 0: the host's own pair, 1af4:1100 */
    uint16_t subsystem;
    uint32_t class_code; /* 24 bits: base class, sub-class, interface (PCI 6.2.1) */
    uint8_t revision;
    uint8_t interrupt_pin; /* HwPciPin */
    uint8_t msix_bar;      /* with msix_vectors: the BAR with table and pending bits; it has no
                            * regions and no entry in `bars` */
    uint8_t reserved;
    uint16_t msi_vectors;  /* 0: none; else a power of two up to HW_PCI_MSI_MAX */
    uint16_t msix_vectors; /* 0: none; else up to HW_PCI_MSIX_MAX */
    uint32_t flags;        /* HwPciFlags */
    HwPciBars bars;
    HwPciCapabilities capabilities;
};

typedef enum HwPciInterrupts {
    HW_PCI_PIN = 0, /* or none: nothing is on */
    HW_PCI_MSI = 1,
    HW_PCI_MSIX = 2,
} HwPciInterrupts;

/* All that tables and hw-api.h don't do. */
typedef struct HwPci {
    HwAbi abi;

    /* The kind of interrupts that the guest has switched on, an HwPciInterrupts.
     * [device lock & realized] */
    uint32_t (*interrupts)(HwDevice *dev);

    /* Sends message `vector` once; does nothing while the pin is used.  A class with
     * HW_PCI_MESSAGE_BY_EVENT calls it once for each event.  With MSI, `vector` is taken modulo
     * the number allowed; with MSI-X, the host ignores a vector that the function lacks.
     * [device lock & realized] */
    void (*message)(HwDevice *dev, uint32_t vector);

    /* Bus << 8 | device << 3 | function, as the guest numbered the buses; for traces.
     * [device lock & realized] */
    uint32_t (*address)(HwDevice *dev);
} HwPci;

/* NULL on a host without PCI.  [device lock & alive] */
static inline const HwPci *hw_pci(HwDevice *dev)
{
    return (const HwPci *)dev->host->query(dev->host, HW_PCI);
}

#ifdef __cplusplus
}
#endif

#endif
