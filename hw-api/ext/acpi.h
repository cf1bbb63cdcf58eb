/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.acpi/1 - what a device adds to the guest's ACPI tables, and how it notifies the
 * guest's operating system.
 *
 * The host calls a class's `build_acpi` hook whenever it builds the tables.  The hook
 * describes the device's part by the functions below; the host lays out, links and
 * delivers it through its loader script (QEMU's etc/table-loader), which firmware runs.
 * A call that the host can't honour (an offset outside of its table, a file that does not
 * exist) drops all that the device has described, with a message.
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

enum { HW_ACPI_HEADER_SIZE = 36 };      /* of each table (ACPI 6.4, 5.2.6) */

typedef enum HwAcpiZone {
    HW_ACPI_ZONE_HIGH = 1,      /* anywhere in RAM */
    HW_ACPI_ZONE_FSEG = 2,      /* 0xf0000 to 0xfffff on a PC */
} HwAcpiZone;

typedef enum HwAcpiEventKind {
    HW_ACPI_EVENT_GPE = 1,      /* a bit of general purpose event block 0: \_GPE._Exx */
    HW_ACPI_EVENT_GED = 2,      /* an interrupt of a Generic Event Device (ACPI 6.1, 5.6.9) */
} HwAcpiEventKind;

/* How this machine tells its guest. */
typedef struct HwAcpiEvent {
    uint32_t kind;              /* HwAcpiEventKind */
    uint32_t number;            /* GPE: the bit; GED: the global system interrupt, an edge */
} HwAcpiEvent;

typedef struct HwAcpi {
    HwAbi abi;

    /* These five only from inside `build_acpi`, with the `build` that it was given.
     * What they are given is copied. */

    /*
     * Adds a table.  The host makes its header, of which the signature has 4 characters
     * and the OEM table ID up to 8, NULL: the host's own; then come the `size` bytes of
     * `body`.  Returns the table's number for add_pointer.
     */
    uint32_t (*add_table)(HwAcpiBuild *build, const char *signature, uint32_t revision,
                          const char *oem_table_id, const void *body, uint32_t size);

    /* Adds AML terms at the root of the namespace, in the DSDT or a table of the host's. */
    void (*add_aml)(HwAcpiBuild *build, const void *aml, uint32_t size);

    /* ALLOCATE: firmware copies the fw_cfg file to memory, at a multiple of `alignment`,
     * a power of two.  `zone` is an HwAcpiZone. */
    void (*allocate)(HwAcpiBuild *build, const char *file, uint32_t alignment, uint32_t zone);

    /* ADD_POINTER: firmware adds the address of an allocated file to the little-endian
     * number of `size` bytes (1, 2, 4 or 8) at `offset` of the table, its header included. */
    void (*add_pointer)(HwAcpiBuild *build, uint32_t table, uint32_t offset, uint32_t size,
                        const char *file);

    /* WRITE_POINTER: firmware writes the address of the allocated file `source`, plus
     * `source_offset`, as `size` bytes at `offset` of the guest-writable file `file`; again
     * at each resume from S3. */
    void (*write_pointer)(HwAcpiBuild *build, const char *file, uint32_t offset, uint32_t size,
                          const char *source, uint32_t source_offset);

    /*
     * The event for a device that has bit `gpe` on a PC; the same for a device's whole
     * life.  False: this machine has no way to notify.  From realize on.
     */
    bool (*event)(HwDevice *dev, uint32_t gpe, HwAcpiEvent *event);

    /* Raises that event.  Between realize and unrealize, not in post_load, whose stream may
     * still be refused. */
    void (*raise)(HwDevice *dev, uint32_t gpe);
} HwAcpi;

static inline const HwAcpi *hw_acpi(HwDevice *dev)
{
    return (const HwAcpi *)dev->host->query(dev->host, HW_ACPI);
}

#ifdef __cplusplus
}
#endif

#endif
