/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hw.interrupt-lines/1 - how firmware's tables name an interrupt line of the machine.  A draft: it
 * may change or go.
 */
#ifndef HW_EXT_DRAFT_INTERRUPT_LINES_H
#define HW_EXT_DRAFT_INTERRUPT_LINES_H

#include "hw-api/hw-api.h"

#ifdef __cplusplus
extern "C" {
#endif

#define HW_INTERRUPT_LINES "hw.interrupt-lines/1"

typedef struct HwInterruptLines {
    HwAbi abi;

    /* Stores the global system interrupt (ACPI 6.4, 5.2.12) of hw_irq_set()'s `line`.  The line is
     * active high.  False: this machine has no ACPI tables, or no such line.
     * [device lock & alive] */
    bool (*gsi)(HwDevice *dev, uint32_t line, uint32_t *gsi);
} HwInterruptLines;

/* NULL where the host lacks the service and the class does not require it.
 * [device lock & alive] */
static inline const HwInterruptLines *hw_interrupt_lines(HwDevice *dev)
{
    return (const HwInterruptLines *)dev->host->query(dev->host, HW_INTERRUPT_LINES);
}

#ifdef __cplusplus
}
#endif

#endif
