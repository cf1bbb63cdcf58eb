/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interception of interrupts.  In QEMU a device is a part of a machine, with numbered
 * inputs and outputs.  Here there are two kinds: the machine's interrupt controller, with
 * the lines as its inputs; and devices, whose outputs have the numbers of their lines.  A device
 * with GPIOs also has named inputs and outputs.
 */
#include "qtest/host/qtest/internal.h"
#include "qtest/machine/pci/pci.h"

#include <string.h>

/* QEMU resolves a path's tail if it is unambiguous: "ioapic" is enough. */
static ObWord path_tail(ObWord path)
{
    const char *slash = path.length ? memrchr(path.text, '/', path.length) : NULL;

    if (slash) {
        path.length -= slash + 1 - path.text;
        path.text = slash + 1;
    }
    return path;
}

static bool is_controller(const ObQtestSession *s, ObWord path)
{
    const ObMachine *machine = ob_host_machine(s->host);

    return machine->irq_lines &&
           ob_word_is(path_tail(path), machine->has_io_ports ? "ioapic" : "gic");
}

static const HwDevice *find_device(const ObQtestSession *s, ObWord path)
{
    ObWord tail = path_tail(path);
    char *id = g_strndup(tail.text, tail.length);
    HwInstance *instance = ob_host_find_device(s->host, id);

    g_free(id);
    return instance ? instance->dev : NULL;
}

static bool irq_wanted(const ObQtestSession *s, uint32_t line)
{
    const ObQtestIntercept *intercept = &s->intercept;

    return intercept->inputs || ob_host_irq_driver(s->host, line) == intercept->device;
}

static void irq_tell(ObQtestSession *s, uint32_t line, bool level)
{
    if (level != s->intercept.told[line] && irq_wanted(s, line)) {
        s->intercept.told[line] = level;
        ob_qtest_text(s, "IRQ %s %u", level ? "raise" : "lower", line);
    }
}

static void irq_changed(void *opaque, uint32_t line, bool level)
{
    ObQtestSession *s = opaque;

    if (line >= OB_QTEST_IRQS) {
        return;
    }
    if (s->suspended || s->block_reply.active) {
        s->intercept.late = true;
        return;
    }
    irq_tell(s, line, level);
    if (!s->working) {
        ob_qtest_flush(s);
    }
}

/* ------------------------------------------------------------------ messages */

#define MESSAGES_LATE 1024 /* more are dropped: an interrupt controller drops some, too */

static void message_tell(ObQtestSession *s, const ObQtestMessage *message)
{
    ob_qtest_text(s, "IRQ message 0x%" G_GINT64_MODIFIER "x 0x%x", message->address, message->data);
}

static void message_sent(void *opaque, uint64_t address, uint32_t data)
{
    const ObQtestMessage message = { address, data };
    ObQtestSession *s = opaque;

    if (s->suspended || s->block_reply.active) {
        s->intercept.late = true;
        if (!s->intercept.messages) {
            s->intercept.messages = g_array_new(FALSE, FALSE, sizeof(ObQtestMessage));
        }
        if (s->intercept.messages->len < MESSAGES_LATE) {
            g_array_append_val(s->intercept.messages, message);
        }
        return;
    }
    message_tell(s, &message);
    if (!s->working) {
        ob_qtest_flush(s);
    }
}

static void messages_catch_up(ObQtestSession *s)
{
    GArray *messages = g_steal_pointer(&s->intercept.messages);

    for (guint i = 0; messages && i < messages->len; i++) {
        message_tell(s, &g_array_index(messages, ObQtestMessage, i));
    }
    g_clear_pointer(&messages, g_array_unref);
}

static void output_tell(ObQtestSession *s, uint32_t number, bool level)
{
    if (level != s->intercept.told[number]) {
        s->intercept.told[number] = level;
        ob_qtest_text(s, "IRQ %s %u", level ? "raise" : "lower", number);
    }
}

void ob_qtest_irq_catch_up(ObQtestSession *s)
{
    if (s->intercept.late) {
        s->intercept.late = false;
        messages_catch_up(s);
        for (uint32_t line = 0; line < OB_QTEST_IRQS; line++) {
            if (!s->intercept.has_outputs) {
                irq_tell(s, line, ob_host_irq_level(s->host, line));
            } else if (line < HW_GPIO_MAX) {
                output_tell(s, line, s->intercept.outputs[line]);
            }
        }
    }
}

/* A peer intercepts one device; a second call for the same device is fine. */
static void irq_intercept(ObQtestSession *s, bool inputs, const HwDevice *device)
{
    ObQtestIntercept *intercept = &s->intercept;

    if (intercept->installed) {
        if (intercept->inputs == inputs && intercept->device == device) {
            ob_qtest_ok(s);
        } else {
            ob_qtest_fail(s, NULL, "IRQ intercept already enabled");
        }
        return;
    }
    intercept->installed = true;
    intercept->inputs = inputs;
    intercept->device = device;
    ob_host_observe_irqs(s->host, irq_changed, s);
    if (inputs) {
        ob_host_observe_messages(s->host, message_sent, s);
    }
    ob_qtest_ok(s);
}

void ob_qtest_irq_intercept_in(ObQtestSession *s, const ObQtestCall *call)
{
    if (is_controller(s, call->words[0])) {
        irq_intercept(s, true, NULL);
    } else if (find_device(s, call->words[0])) {
        ob_qtest_fail(s, NULL, "No intercepts installed");
    } else {
        ob_qtest_fail(s, NULL, "Unknown device");
    }
}

/* QEMU's name for outputs of sysbus devices; the default everywhere. */
static bool is_output_name(const ObQtestCall *call)
{
    return call->count < 2 || ob_word_is(call->words[1], "sysbus-irq");
}

static bool is_gpio_name(const HwDevice *device, ObWord name)
{
    const HwGpioLines *lines = ob_device_lines(device);

    return lines && lines->outputs && ob_word_is(name, lines->outputs);
}

static void output_changed(void *opaque, const HwDevice *device, uint32_t number, bool level)
{
    ObQtestSession *s = opaque;

    if (device != s->intercept.device) {
        return;
    }
    s->intercept.outputs[number] = level;
    if (s->suspended || s->block_reply.active) {
        s->intercept.late = true;
        return;
    }
    output_tell(s, number, level);
    if (!s->working) {
        ob_qtest_flush(s);
    }
}

static void outputs_intercept(ObQtestSession *s, const HwDevice *device)
{
    ObQtestIntercept *intercept = &s->intercept;

    if (intercept->installed) {
        ob_qtest_fail(s, NULL, "IRQ intercept already enabled");
        return;
    }
    intercept->installed = true;
    intercept->device = device;
    intercept->has_outputs = true;
    ob_host_observe_outputs(s->host, output_changed, s);
    ob_qtest_ok(s);
}

void ob_qtest_irq_intercept_out(ObQtestSession *s, const ObQtestCall *call)
{
    const HwDevice *device = find_device(s, call->words[0]);

    if (device && is_output_name(call)) {
        irq_intercept(s, false, device);
    } else if (device && is_gpio_name(device, call->words[1])) {
        outputs_intercept(s, device);
    } else if (device || is_controller(s, call->words[0])) {
        ob_qtest_fail(s, NULL, "No intercepts installed");
    } else {
        ob_qtest_fail(s, NULL, "Unknown device");
    }
}

/* An input of a device. */
static void input_set(ObQtestSession *s, const ObQtestCall *call, const HwDevice *device)
{
    const HwGpioLines *lines = ob_device_lines(device);
    const char *name = "set_irq_in";
    char shown[OB_WORD_SHOWN];

    if (!lines || !lines->inputs) {
        ob_qtest_fail(s, name, "path: device has no inputs");
    } else if (!ob_word_is(call->words[1], lines->inputs)) {
        ob_qtest_fail(s, name, "name: '%s' is unknown, expected %s",
                      ob_word_show(call->words[1], shown), lines->inputs);
    } else if (call->numbers[2] >= lines->input_count) {
        ob_qtest_fail(s, name, "line: %u is out of range, expected 0 to %u",
                      (uint32_t)call->numbers[2], lines->input_count - 1);
    } else {
        ob_device_input(device, (uint32_t)call->numbers[2], call->numbers[3] != 0);
        ob_qtest_ok(s);
    }
}

void ob_qtest_set_irq_in(ObQtestSession *s, const ObQtestCall *call)
{
    const HwDevice *device = find_device(s, call->words[0]);
    const char *name = "set_irq_in";
    char shown[OB_WORD_SHOWN];

    if (!is_controller(s, call->words[0])) {
        if (device) {
            input_set(s, call, device);
        } else {
            ob_qtest_fail(s, NULL, "Unknown device");
        }
    } else if (!ob_word_is(call->words[1], "unnamed-gpio-in")) {
        ob_qtest_fail(s, name, "name: '%s' is unknown, expected unnamed-gpio-in",
                      ob_word_show(call->words[1], shown));
    } else if (!ob_host_irq_set(s->host, (uint32_t)call->numbers[2], call->numbers[3] != 0)) {
        ob_qtest_fail(s, name, "line: %u is out of range, expected 0 to %u",
                      (uint32_t)call->numbers[2], ob_host_machine(s->host)->irq_lines - 1);
    } else {
        ob_qtest_ok(s);
    }
}

void ob_qtest_irq_release(ObQtestSession *s)
{
    if (s->intercept.installed) {
        ob_host_observe_irqs(s->host, NULL, s);
        ob_host_observe_messages(s->host, NULL, NULL);
        ob_host_observe_outputs(s->host, NULL, NULL);
    }
    g_clear_pointer(&s->intercept.messages, g_array_unref);
    memset(&s->intercept, 0, sizeof(s->intercept));
}
