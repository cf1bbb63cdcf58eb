/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/core/irq.h"

#include <glib.h>

void ob_irqs_init(ObIrqs *irqs, uint32_t count)
{
    *irqs = (ObIrqs) { .lines = g_new0(ObIrqLine, count), .count = count };
}

void ob_irqs_clear(ObIrqs *irqs)
{
    g_free(irqs->lines);
    *irqs = (ObIrqs) { .count = 0 };
}

bool ob_irqs_set(ObIrqs *irqs, const HwDevice *driver, uint32_t line, bool level)
{
    if (line >= irqs->count) {
        return false;
    }
    irqs->lines[line].driver = driver;
    if (irqs->lines[line].level != level) {
        irqs->lines[line].level = level;
        if (irqs->changed) {
            irqs->changed(irqs->opaque, line, level);
        }
    }
    return true;
}

bool ob_irqs_level(const ObIrqs *irqs, uint32_t line)
{
    return line < irqs->count && irqs->lines[line].level;
}

const HwDevice *ob_irqs_driver(const ObIrqs *irqs, uint32_t line)
{
    return line < irqs->count ? irqs->lines[line].driver : NULL;
}

void ob_irqs_release(ObIrqs *irqs, const HwDevice *driver)
{
    for (uint32_t i = 0; i < irqs->count; i++) {
        if (irqs->lines[i].driver == driver) {
            ob_irqs_set(irqs, NULL, i, false);
        }
    }
}
