/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/core/lines.h"

#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/gpio.h"

/* "out[3]" is 3. */
static bool output_parse(const HwClass *cls, const char *key, uint64_t *number)
{
    const HwGpioLines *lines = cls->table.gpio;
    size_t name = lines && lines->outputs ? strlen(lines->outputs) : 0;
    size_t length = strlen(key);

    return name > 0 && length > name + 2 && strncmp(key, lines->outputs, name) == 0 &&
           key[name] == '[' && key[length - 1] == ']' &&
           hw_gpio_number_parse(key + name + 1, length - name - 2, number);
}

bool ob_line_is_option(const HwClass *cls, const char *key)
{
    uint64_t number;

    return output_parse(cls, key, &number);
}

/* ----------------------------------------------------------------- connection */

typedef struct Output {
    ObDevice *device;
    const ObOption *option;
    uint32_t number;
} Output;

static bool output_refuse(const Output *output, HwError *error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static bool output_refuse(const Output *output, HwError *error, const char *format, ...)
{
    va_list values;
    g_autofree char *reason = NULL;

    va_start(values, format);
    reason = g_strdup_vprintf(format, values);
    va_end(values);
    return hw_error_set(error, "%s: %s: %s", output->device->instance->id, output->option->key,
                        reason);
}

static bool input_connect(const Output *output, ObDevice *to, uint64_t input, HwError *error)
{
    const HwGpioLines *lines = hw_gpio_lines(to->instance);
    const char *id = to->instance->id;
    const ObLine *taken;

    if (!lines || !lines->inputs) {
        return output_refuse(output, error, "device '%s' has no inputs", id);
    }
    if (input >= lines->input_count) {
        return output_refuse(output, error,
                             "input %" G_GUINT64_FORMAT " of '%s' is out of range, expected 0 to "
                             "%u",
                             input, id, lines->input_count - 1);
    }
    taken = &to->inputs[input];
    if (taken->device) {
        return output_refuse(output, error, "input %u of '%s' is taken by output %u of '%s'",
                             (uint32_t)input, id, taken->number, taken->device->instance->id);
    }
    to->inputs[input] = (ObLine) { output->device, output->number };
    output->device->outputs[output->number] = (ObLine) { to, (uint32_t)input };
    return true;
}

static bool output_connect(const Output *output, HwError *error)
{
    const char *value = output->option->value;
    uint64_t input;
    size_t length = hw_gpio_target_parse(value, &input);
    HwInstance *to;
    g_autofree char *id = NULL;

    if (!length) {
        return output_refuse(output, error, "'%s' is malformed, expected ID:NUMBER", value);
    }
    id = g_strndup(value, length);
    if (strcmp(id, output->device->instance->id) == 0) {
        return output_refuse(output, error, "'%s' is the device itself, expected another", id);
    }
    to = ob_host_find_device(output->device->host, id);
    if (!to) {
        return output_refuse(output, error, "device '%s' is unknown, expected one from before", id);
    }
    return input_connect(output, to->owner, input, error);
}

static bool option_connect(ObDevice *device, const ObOption *option, HwError *error)
{
    const HwGpioLines *lines = hw_gpio_lines(device->instance);
    Output output = { device, option, 0 };
    uint64_t number;

    if (!output_parse(device->instance->cls, option->key, &number)) {
        return true;
    }
    if (number >= lines->output_count) {
        return output_refuse(&output, error, "is out of range, expected 0 to %u",
                             lines->output_count - 1);
    }
    output.number = (uint32_t)number;
    if (device->outputs[number].device) {
        return output_refuse(&output, error, "is connected already, expected one input");
    }
    return output_connect(&output, error);
}

bool ob_lines_connect(ObDevice *device, const ObOption *options, uint32_t count, HwError *error)
{
    const HwGpioLines *lines = hw_gpio_lines(device->instance);

    if (!lines) {
        return true;
    }
    device->inputs = g_new0(ObLine, lines->input_count);
    device->outputs = g_new0(ObLine, lines->output_count);
    for (uint32_t i = 0; i < count; i++) {
        if (!option_connect(device, &options[i], error)) {
            return false;
        }
    }
    return true;
}

void ob_line_drive(const ObDevice *device, uint32_t output, bool level)
{
    const ObLine *line = device->outputs ? &device->outputs[output] : NULL;

    if (line && line->device) {
        hw_gpio_input(line->device->instance, line->number, level);
    }
}

void ob_lines_disconnect(ObDevice *device)
{
    const HwGpioLines *lines = hw_gpio_lines(device->instance);

    for (uint32_t i = 0; device->inputs && i < lines->input_count; i++) {
        const ObLine *from = &device->inputs[i];

        if (from->device) {
            from->device->outputs[from->number].device = NULL;
        }
    }
    for (uint32_t i = 0; device->outputs && i < lines->output_count; i++) {
        const ObLine *to = &device->outputs[i];

        if (to->device) {
            to->device->inputs[to->number].device = NULL;
        }
        if (hw_gpio_output(device->instance, i)) {
            ob_line_drive(device, i, false);
        }
    }
    g_clear_pointer(&device->inputs, g_free);
    g_clear_pointer(&device->outputs, g_free);
}
