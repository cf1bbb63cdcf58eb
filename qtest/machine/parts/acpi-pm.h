/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fixed hardware of a PC's ACPI (ACPI 6.4, section 4.8), at the ports where QEMU's
 * firmware puts PIIX4's and ICH9's.  A part of the machine.
 */
#ifndef OB_ACPI_PM_H
#define OB_ACPI_PM_H

#include "qtest/machine/core/host.h"

enum {
    OB_PM_PORTS = 0x600,
    OB_PM1_EVENT = OB_PM_PORTS,       /* status, then enable, 2 bytes each */
    OB_PM1_CONTROL = OB_PM_PORTS + 4, /* 2 bytes */
    OB_PM_TIMER = OB_PM_PORTS + 8,    /* 4 bytes: 24 bits at 3.579545 MHz */
    OB_PIIX4_GPE0 = 0xafe0,           /* 2 bytes each */
    OB_PIIX4_GPE0_SIZE = 4,
    OB_ICH9_GPE0 = 0x620, /* 8 bytes each */
    OB_ICH9_GPE0_SIZE = 16,
    OB_SCI = 9, /* the ISA line */
};

#define OB_PM1_WAKE_STATUS HW_BIT(15)
#define OB_PM1_SCI_ENABLE  HW_BIT(0)
#define OB_PM1_SLEEP_TYPE  HW_MASK(12, 10)
#define OB_PM1_SLEEP       HW_BIT(13)

/* Values of the sleep type; _Sx in the DSDT names them. */
enum { OB_SLEEP_TYPE_S5 = 0, OB_SLEEP_TYPE_S3 = 1, OB_SLEEP_TYPE_S4 = 2 };

extern const HwClass ob_acpi_piix4;
extern const HwClass ob_acpi_ich9;

/* Raises a bit of the event block.  Returns false if the block does not have the bit. */
bool ob_acpi_pm_raise(HwInstance *pm, uint32_t bit);

/* The status bits of the event block. */
uint64_t ob_acpi_pm_raised(const HwInstance *pm);

/* The system has woken up: `events` are still pending for the guest. */
void ob_acpi_pm_wake(HwInstance *pm, uint64_t events);

#endif
