/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.acpi/1 - a device's part of the guest's ACPI tables, and its way to notify the guest's
 * operating system.
 *
 * The host calls a class's `build_acpi` hook whenever it builds the tables.  The hook
 * describes the device's part by the functions below.  The host lays out the part, links it
 * and delivers it by its loader script (QEMU's etc/table-loader), which firmware runs.
 * An invalid call (an offset outside of its table, a file that does not exist) drops the
 * device's whole part, with a message.
 *
 * hw-api/device/aml.h assembles AML.
 */
#ifndef HW_EXT_ACPI_H
#define HW_EXT_ACPI_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_ACPI "hw.acpi/1"

enum { HW_ACPI_HEADER_SIZE = 36 }; /* size of a table's header (ACPI 6.4, 5.2.6) */

typedef enum HwAcpiZone {
    HW_ACPI_ZONE_HIGH = 1, /* anywhere in RAM */
    HW_ACPI_ZONE_FSEG = 2, /* 0xf0000 to 0xfffff on a PC */
} HwAcpiZone;

typedef enum HwAcpiEventKind {
    HW_ACPI_EVENT_GPE = 1, /* a bit of general purpose event block 0: \_GPE._Exx */
    HW_ACPI_EVENT_GED = 2, /* an interrupt of a Generic Event Device (ACPI 6.1, 5.6.9) */
} HwAcpiEventKind;

/* This machine's way to notify its guest. */
typedef struct HwAcpiEvent {
    uint32_t kind;   /* HwAcpiEventKind */
    uint32_t number; /* GPE: the bit; GED: the global system interrupt, an edge */
} HwAcpiEvent;

typedef struct HwAcpi {
    HwAbi abi;

    /* The first five take the `build` of the hook, and copy their arguments. */

    /*
     * Adds a table.  The host makes its header, and the `size` bytes of `body` follow.  The
     * signature has 4 characters, the OEM table ID up to 8; NULL: the host's own ID.
     * Returns the table's number for add_pointer.  [device lock & build_acpi]
     */
    uint32_t (*add_table)(HwAcpiBuild *build, const char *signature, uint32_t revision,
                          const char *oem_table_id, const void *body, uint32_t size);

    /* Adds AML terms at the root of the namespace, in the DSDT or another table of the host.
     * [device lock & build_acpi] */
    void (*add_aml)(HwAcpiBuild *build, const void *aml, uint32_t size);

    /* ALLOCATE: firmware copies the fw_cfg file to memory, at a multiple of `alignment`,
     * a power of two.  `zone` is an HwAcpiZone.  [device lock & build_acpi] */
    void (*allocate)(HwAcpiBuild *build, const char *file, uint32_t alignment, uint32_t zone);

    /* ADD_POINTER: firmware adds the address of an allocated file to the little-endian
     * number of `size` bytes (1, 2, 4 or 8) at `offset` of the table, its header included.
     * [device lock & build_acpi] */
    void (*add_pointer)(HwAcpiBuild *build, uint32_t table, uint32_t offset, uint32_t size,
                        const char *file);

    /* WRITE_POINTER: firmware writes the address of the allocated file `source`, plus
     * `source_offset`, as `size` bytes at `offset` of the guest-writable file `file`.
     * Firmware does so again at each resume from S3.  [device lock & build_acpi] */
    void (*write_pointer)(HwAcpiBuild *build, const char *file, uint32_t offset, uint32_t size,
                          const char *source, uint32_t source_offset);

    /*
     * Stores the event of a device that has bit `gpe` on a PC.  The event is the same for the
     * device's whole life.  False: this machine can't notify its guest.
     * [device lock & alive]
     */
    bool (*event)(HwDevice *dev, uint32_t gpe, HwAcpiEvent *event);

    /* Raises that event.  Not in post_load: the stream may still be refused.
     * [device lock & realized] */
    void (*raise)(HwDevice *dev, uint32_t gpe);
} HwAcpi;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwAcpi *hw_acpi(HwDevice *dev)
{
    return (const HwAcpi *)dev->host->query(dev->host, HW_ACPI);
}

#ifdef __cplusplus
}
#endif

#endif
