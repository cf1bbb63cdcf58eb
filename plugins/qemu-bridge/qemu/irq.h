/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupt lines of the machine's main controller. */
#ifndef BRIDGE_IRQ_H
#define BRIDGE_IRQ_H

#include "hw-api/hw-api.h"

void bridge_irq_set(HwDevice *dev, uint32_t line, bool level);
void bridge_irq_pulse(HwDevice *dev, uint32_t line); /* an edge */

/* Forgets the lines' levels: a reset or a load may have changed the controller's inputs. */
void bridge_irq_forget(void);

#endif
