/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupt lines of the machine's main controller: ISA on PCs, SPIs of virt's GIC. */
#include "plugins/qemu-bridge/qemu/irq.h"

#include <dlfcn.h>

#include "plugins/qemu-bridge/qemu/machine-api.h"

#define MAX_LINES   1024 /* no machine has more */
#define ISA_LINES   16
#define GIC_PRIVATE 32 /* private interrupts, which "num-irq" counts too */

typedef QemuIrq *IsaIrqOfDevice(QemuObject *device, unsigned line);
typedef QemuIrq *IsaIrqOfBus(QemuObject *bus, unsigned line);

/* Releases up to 7.x assume one bus, later releases take the bus as an argument. */
static QemuIrq *isa_line(QemuObject *bus, uint32_t line)
{
    IsaIrqOfBus *of_bus = (IsaIrqOfBus *)dlsym(RTLD_DEFAULT, "isa_bus_get_irq");
    IsaIrqOfDevice *of_device = (IsaIrqOfDevice *)dlsym(RTLD_DEFAULT, "isa_get_irq");

    if (line >= ISA_LINES) {
        return NULL;
    }
    if (of_bus) {
        return of_bus(bus, line);
    }
    return of_device ? of_device(NULL, line) : NULL;
}

static QemuIrq *gic_line(QemuObject *gic, uint32_t line)
{
    uint64_t lines = object_property_get_uint(gic, "num-irq", NULL);

    if ((uint64_t)line + GIC_PRIVATE >= lines) {
        return NULL;
    }
    return qdev_get_gpio_in(gic, (int)line);
}

static const struct {
    const char *type;
    QemuIrq *(*line)(QemuObject *controller, uint32_t line);
} controllers[] = {
    { "ISA", isa_line },
    { "arm-gicv3-common", gic_line },
    { "arm_gic_common", gic_line },
};

static QemuIrq *line_find(uint32_t line)
{
    for (size_t i = 0; i < sizeof(controllers) / sizeof(controllers[0]); i++) {
        QemuObject *found = NULL;

        if (object_class_by_name(controllers[i].type)) {
            found = object_resolve_path_type("", controllers[i].type, NULL);
        }
        if (found) {
            return controllers[i].line(found, line);
        }
    }
    return NULL;
}

typedef enum Level { UNKNOWN, LOW, HIGH } Level;

static struct {
    QemuIrq *irq;
    bool missing;       /* the machine lacks the line, and the user was told */
    uint8_t level;      /* Level */
} lines[MAX_LINES + 1]; /* the last entry stands for all higher lines */

/* Returns NULL if the machine has no such line, and reports this once. */
static QemuIrq *line_irq(HwDevice *dev, uint32_t line)
{
    uint32_t slot = line < MAX_LINES ? line : MAX_LINES;

    if (!lines[slot].irq && !lines[slot].missing) {
        lines[slot].irq = line_find(line);
        lines[slot].missing = !lines[slot].irq;
        if (lines[slot].missing) {
            error_report("%s: this machine has no interrupt line %u", dev->id, line);
        }
    }
    return lines[slot].irq;
}

void bridge_irq_set(HwDevice *dev, uint32_t line, bool level)
{
    QemuIrq *irq = line_irq(dev, line);

    if (irq && lines[line].level != (level ? HIGH : LOW)) {
        lines[line].level = level ? HIGH : LOW;
        qemu_set_irq(irq, level);
    }
}

void bridge_irq_pulse(HwDevice *dev, uint32_t line)
{
    QemuIrq *irq = line_irq(dev, line);

    if (irq) {
        qemu_set_irq(irq, 1);
        qemu_set_irq(irq, 0);
    }
}

void bridge_irq_forget(void)
{
    for (uint32_t i = 0; i < MAX_LINES; i++) {
        lines[i].level = UNKNOWN;
    }
}
