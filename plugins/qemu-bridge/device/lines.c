/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections of outputs by options of -device: "out[3]=card:5", as our host has them.  An output's
 * option is a text until realize, and from then on it is QEMU's link of the same name.
 *
 * A link alone would keep a line whose device is gone, and QEMU would call that device's function.
 * QEMU tells nobody that a device leaves.  So a connection keeps its target alive, and each change
 * of the output first looks whether the machine still has the target.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/gpio.h"
#include "plugins/qemu-bridge/device/device.h"
#include "plugins/qemu-bridge/qemu/learn-api.h"
#include "plugins/qemu-bridge/qemu/log.h"

#define NAME 64 /* "out[63]", "unnamed-gpio-in[63]" */

static const char *output_name(const BridgeDevice *device, uint32_t number, char name[NAME])
{
    snprintf(name, NAME, "%s[%u]", hw_gpio_lines(device->instance)->outputs, number);
    return name;
}

static BridgeDevice *device_with(const QemuObject *object)
{
    BridgeDevice *device = bridge.devices;

    while (device && device->object != object) {
        device = device->next;
    }
    return device;
}

/* The device that -device or device_add made with this id. */
static QemuObject *object_with_id(const char *id)
{
    QemuObject *list = object_resolve_path_component(qdev_get_machine(), "peripheral");

    return list ? object_resolve_path_component(list, id) : NULL;
}

/* ------------------------------------------------------------------------- options */

static void option_set(QemuObject *object, QemuVisitor *visitor, const char *name, void *opaque,
                       QemuError **errp)
{
    BridgeDevice *device = bridge_device_of(object);
    BridgeLine *line = device ? device->lines + (uintptr_t)opaque : NULL;
    char *text = NULL;

    if (!line) {
        bridge_fail(errp, "out of memory");
    } else if (visit_type_str(visitor, name, &text, errp)) {
        free(line->text);
        line->text = text;
    }
}

static void option_get(QemuObject *object, QemuVisitor *visitor, const char *name, void *opaque,
                       QemuError **errp)
{
    const BridgeDevice *device = device_with(object);
    const char *given = device ? device->lines[(uintptr_t)opaque].text : NULL;
    char none[] = "";
    char *text = given ? (char *)(uintptr_t)given : none;

    visit_type_str(visitor, name, &text, errp);
}

void bridge_lines_offer(QemuObject *object)
{
    const HwGpioLines *lines = bridge_type_of(object)->cls->table.gpio;
    char name[NAME];

    for (uint32_t i = 0; lines && i < lines->output_count; i++) {
        snprintf(name, sizeof(name), "%s[%u]", lines->outputs, i);
        object_property_add(object, name, "str", option_get, option_set, NULL,
                            (void *)(uintptr_t)i);
        object_property_set_description(object, name, "input of another device, as ID:NUMBER");
    }
}

bool bridge_lines_new(BridgeDevice *device)
{
    const HwGpioLines *lines = hw_gpio_lines(device->instance);

    device->lines = lines ? calloc(lines->output_count + 1, sizeof(*device->lines)) : NULL;
    return !lines || device->lines;
}

/* ---------------------------------------------------------------------- connections */

static void line_cut(const BridgeDevice *device, uint32_t number)
{
    BridgeLine *line = &device->lines[number];
    QemuObject *target = line->target;
    char name[NAME];

    if (target) {
        line->target = NULL;
        object_property_set_link(device->object, output_name(device, number, name), NULL, NULL);
        object_unref(target);
    }
}

void bridge_line_check(const BridgeDevice *device, uint32_t number)
{
    const BridgeLine *line = &device->lines[number];

    if (line->target && object_with_id(line->target_id) != line->target) {
        line_cut(device, number);
    }
}

static uint32_t inputs_of(QemuObject *target, const char **name)
{
    const BridgeDevice *ours = device_with(target);
    const HwGpioLines *lines = ours ? hw_gpio_lines(ours->instance) : NULL;
    uint32_t count = 0;
    char property[NAME];

    *name = lines ? lines->inputs : NULL;
    if (ours) {
        return lines && lines->inputs ? lines->input_count : 0;
    }
    do { /* QEMU's own devices: those without a name */
        snprintf(property, sizeof(property), "unnamed-gpio-in[%u]", count);
    } while (object_property_find(target, property) && ++count < HW_GPIO_MAX);
    return count;
}

/* The output that an option has connected with this input. */
static const BridgeDevice *source_of(const QemuObject *target, uint32_t input, uint32_t *number)
{
    for (const BridgeDevice *device = bridge.devices; device; device = device->next) {
        const HwGpioLines *lines = hw_gpio_lines(device->instance);

        for (uint32_t i = 0; lines && i < lines->output_count; i++) {
            bridge_line_check(device, i);
            if (device->lines[i].target == target && device->lines[i].input == input) {
                *number = i;
                return device;
            }
        }
    }
    return NULL;
}

/* The target of "ID:NUMBER", and the number.  NULL: `why` is what our host says, too. */
static QemuObject *target_find(const BridgeDevice *device, BridgeLine *line, HwError *why)
{
    uint64_t input;
    size_t length = hw_gpio_target_parse(line->text, &input);
    QemuObject *target;

    if (!length) {
        hw_error_set(why, "'%s' is malformed, expected ID:NUMBER", line->text);
        return NULL;
    }
    free(line->target_id);
    line->target_id = strndup(line->text, length);
    target = line->target_id ? object_with_id(line->target_id) : NULL;
    if (!target) {
        hw_error_set(why, "device '%.*s' is unknown, expected one from before", (int)length,
                     line->text);
    } else if (target == device->object) {
        hw_error_set(why, "'%s' is the device itself, expected another", line->target_id);
        target = NULL;
    }
    line->input = input > UINT32_MAX ? UINT32_MAX : (uint32_t)input;
    return target;
}

static bool input_is_free(const BridgeLine *line, QemuObject *target, HwError *why)
{
    const char *name, *colon = strrchr(line->text, ':');
    uint32_t number, count = inputs_of(target, &name);
    const BridgeDevice *source;

    if (!count) {
        return hw_error_set(why, "device '%s' has no inputs", line->target_id);
    }
    if (line->input >= count) {
        return hw_error_set(why, "input %s of '%s' is out of range, expected 0 to %u", colon + 1,
                            line->target_id, count - 1);
    }
    source = source_of(target, line->input, &number);
    if (source) {
        return hw_error_set(why, "input %u of '%s' is taken by output %u of '%s'", line->input,
                            line->target_id, number, source->instance->id);
    }
    return true;
}

static bool line_connect(const BridgeDevice *device, uint32_t number, HwError *why)
{
    BridgeLine *line = &device->lines[number];
    QemuObject *target = target_find(device, line, why);
    const char *name;

    if (!target || !input_is_free(line, target, why)) {
        return false;
    }
    line->target = target;
    object_ref(target);
    inputs_of(target, &name);
    qdev_connect_gpio_out_named(device->object, hw_gpio_lines(device->instance)->outputs,
                                (int)number,
                                qdev_get_gpio_in_named(target, name, (int)line->input));
    return true;
}

bool bridge_lines_connect(const BridgeDevice *device, HwError *error)
{
    const HwGpioLines *lines = hw_gpio_lines(device->instance);
    HW_ERROR(why, 256);
    char name[NAME];

    for (uint32_t i = 0; lines && i < lines->output_count; i++) {
        if (device->lines[i].text && !line_connect(device, i, &why)) {
            return hw_error_set(error, "%s: %s: %s", device->instance->id,
                                output_name(device, i, name), why.text);
        }
    }
    return true;
}

void bridge_lines_withdraw(const BridgeDevice *device)
{
    const HwGpioLines *lines = hw_gpio_lines(device->instance);
    char name[NAME];

    for (uint32_t i = 0; lines && i < lines->output_count; i++) {
        object_property_del(device->object, output_name(device, i, name));
    }
}

static void target_leaves(const QemuObject *target)
{
    for (const BridgeDevice *device = bridge.devices; device; device = device->next) {
        const HwGpioLines *lines = hw_gpio_lines(device->instance);

        for (uint32_t i = 0; lines && i < lines->output_count; i++) {
            if (device->lines[i].target == target) {
                line_cut(device, i);
            }
        }
    }
}

void bridge_lines_disconnect(const BridgeDevice *device)
{
    const HwGpioLines *lines = hw_gpio_lines(device->instance);

    target_leaves(device->object);
    for (uint32_t i = 0; lines && i < lines->output_count; i++) {
        bridge_line_check(device, i);
        if (device->lines[i].target && hw_gpio_output(device->instance, i)) {
            qemu_set_irq(device->outputs[i], 0);
        }
        line_cut(device, i);
    }
}

void bridge_lines_free(const BridgeDevice *device)
{
    const HwGpioLines *lines = device->lines ? hw_gpio_lines(device->instance) : NULL;

    for (uint32_t i = 0; lines && i < lines->output_count; i++) {
        free(device->lines[i].text);
        free(device->lines[i].target_id);
    }
    free(device->lines);
}
