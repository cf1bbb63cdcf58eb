/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ACPI of the machine: its tables in fw_cfg, the registers that they name, and the events
 * that its devices raise.  acpi.rst describes what a machine offers.  Under the device
 * lock.
 */
#ifndef OB_ACPI_H
#define OB_ACPI_H

#include "qtest/machine/core/host.h"

#define OB_ACPI_TABLES "etc/acpi/tables"
#define OB_ACPI_RSDP   "etc/acpi/rsdp"
#define OB_ACPI_LOADER "etc/table-loader"

typedef struct ObAcpi ObAcpi;

/* The ACPI hardware of a kind of machine. */
typedef struct ObAcpiPlatform {
    const HwClass *pm;    /* the fixed hardware; NULL: hardware-reduced ACPI */
    uint32_t gpe_ports;   /* fixed hardware: general purpose event block 0 */
    uint32_t gpe_size;    /* bytes; half of them are status */
    uint32_t event_gsi;   /* hardware-reduced: the interrupt of event 0, edge-triggered */
    uint32_t event_count; /* events that devices can have */
} ObAcpiPlatform;

extern const ObAcpiPlatform ob_acpi_pc;
extern const ObAcpiPlatform ob_acpi_q35;
extern const ObAcpiPlatform ob_acpi_virt;

/* The service hw.acpi/1, for a host that has it. */
const struct HwAcpi *ob_acpi_service(void);
extern const struct HwInterruptLines ob_interrupt_lines;

/* Adds registers and files, if the machine has ACPI.  Returns false and sets `error` on failure. */
bool ob_acpi_create(ObHost *host, const ObBoot *boot, HwError *error);
void ob_acpi_free(ObAcpi *acpi); /* NULL is allowed */

/* Tells the guest of a slot of the machine's own PCI bus: a function came, or is to leave.  Returns
 * false if this machine has no registers for it. */
void ob_acpi_slot_changed(ObHost *host, uint32_t bus, uint32_t slot, bool leaves);

/* Takes other whole tables (ObBoot.tables); NULL: none.  The files have them after
 * ob_acpi_outdate(). */
void ob_acpi_set_given(ObHost *host, const GPtrArray *tables);

/* The tables are built again before somebody sees them.  Call after a device was added or removed,
 * and at each reset. */
void ob_acpi_outdate(ObHost *host);

/*
 * Sleep.  A guest asks for it by an ACPI register.  The one observer decides: it is called
 * inside the access and must not reset or remove anything there.  Returns false if this
 * machine has no such register.
 */
typedef enum ObSleep {
    OB_SLEEP_SUSPEND, /* S3: RAM is kept */
    OB_SLEEP_TO_DISK, /* S4: the guest has saved itself; else the same as S5 */
    OB_SLEEP_OFF,     /* S5 */
} ObSleep;
bool ob_acpi_observe_sleep(ObHost *host, void (*asked)(void *opaque, ObSleep sleep), void *opaque);

/* True if the machine has such a register. */
bool ob_acpi_can_sleep(const ObHost *host);

/* Wakes up from S3: resets all devices and sets the wake status.  RAM and the status of
 * events stay. */
void ob_acpi_wake(ObHost *host);

#endif
