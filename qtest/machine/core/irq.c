/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/core/irq.h"

typedef struct IrqObserver {
    void (*changed)(void *opaque, uint32_t line, bool level);
    void *opaque;
} IrqObserver;

void ob_irqs_init(ObIrqs *irqs, uint32_t count)
{
    *irqs = (ObIrqs) { .lines = g_new0(ObIrqLine, count), .count = count };
}

void ob_irqs_clear(ObIrqs *irqs)
{
    g_free(irqs->lines);
    g_clear_pointer(&irqs->observers, g_array_unref);
    *irqs = (ObIrqs) { .count = 0 };
}

void ob_irqs_observe(ObIrqs *irqs, void (*changed)(void *opaque, uint32_t line, bool level),
                     void *opaque)
{
    IrqObserver observer = { changed, opaque };

    if (!irqs->observers) {
        irqs->observers = g_array_new(FALSE, FALSE, sizeof(observer));
    }
    for (guint i = irqs->observers->len; i-- > 0;) {
        if (g_array_index(irqs->observers, IrqObserver, i).opaque == opaque) {
            g_array_remove_index(irqs->observers, i);
        }
    }
    if (changed) {
        g_array_append_val(irqs->observers, observer);
    }
}

static void observers_call(const ObIrqs *irqs, uint32_t line, bool level)
{
    for (guint i = 0; irqs->observers && i < irqs->observers->len; i++) {
        const IrqObserver *observer = &g_array_index(irqs->observers, IrqObserver, i);

        observer->changed(observer->opaque, line, level);
    }
}

bool ob_irqs_set(ObIrqs *irqs, const HwDevice *driver, uint32_t line, bool level)
{
    if (line >= irqs->count) {
        return false;
    }
    irqs->lines[line].driver = driver;
    if (irqs->lines[line].level != level) {
        irqs->lines[line].level = level;
        observers_call(irqs, line, level);
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
