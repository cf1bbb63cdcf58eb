/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inputs of the machine's interrupt controller.  Under the device lock. */
#ifndef OB_IRQ_H
#define OB_IRQ_H

#include <glib.h>

#include "hw-api/hw-api.h"

typedef struct ObIrqLine {
    bool level;
    const HwDevice *driver; /* the device that set it last; NULL: none, or a test */
} ObIrqLine;

typedef struct ObIrqs {
    ObIrqLine *lines;
    uint32_t count;
    GArray *observers; /* IrqObserver; NULL: there was none yet */
} ObIrqs;

void ob_irqs_init(ObIrqs *irqs, uint32_t count);
void ob_irqs_clear(ObIrqs *irqs);

/* Adds an observer, replaces that of `opaque`, or ends it: `changed` is NULL. */
void ob_irqs_observe(ObIrqs *irqs, void (*changed)(void *opaque, uint32_t line, bool level),
                     void *opaque);

/* Calls the observers on a change.  Returns false if there is no such line. */
bool ob_irqs_set(ObIrqs *irqs, const HwDevice *driver, uint32_t line, bool level);
bool ob_irqs_level(const ObIrqs *irqs, uint32_t line);

/* The device that set the line last; NULL if no device did, or a test was last. */
const HwDevice *ob_irqs_driver(const ObIrqs *irqs, uint32_t line);

/* Lowers the lines that a device has left raised. */
void ob_irqs_release(ObIrqs *irqs, const HwDevice *driver);

#endif
