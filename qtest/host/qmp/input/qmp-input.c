/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QMP commands about keyboard and mouse. */
#include <string.h>

#include "qtest/host/qmp/input/keys.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/host/run/screens.h"
#include "qtest/machine/input/input.h"
#include "qtest/text/json.h"

#define PAUSE_MS      10 /* between keys, if the command does not say how long to hold them */
#define POINTER_KINDS (HW_BIT(HW_INPUT_RELATIVE) | HW_BIT(HW_INPUT_ABSOLUTE))

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* ----------------------------------------------------------------------- keys */

/* A KeyValue; 0: no key has this number. */
static uint16_t key_code(const json_t *key)
{
    const json_t *data = json_object_get(key, "data");
    uint16_t code = 0;

    if (json_is_integer(data)) {
        return ob_key_by_number(json_integer_value(data));
    }
    ob_key_by_name(json_string_value(data), strlen(json_string_value(data)), &code);
    return code;
}

/* A key without a code takes its time, as in QEMU. */
static void key_send(ObQmpCall *call, const json_t *key, bool down, uint32_t milliseconds)
{
    ob_input_key(call->system->host, key_code(key), down);
    ob_input_pause(call->system->host, milliseconds);
}

json_t *ob_qmp_send_key(ObQmpCall *call)
{
    const json_t *keys = json_object_get(call->arguments, "keys");
    uint32_t hold = (uint32_t)json_integer_value(json_object_get(call->arguments, "hold-time"));
    uint32_t milliseconds = hold ? hold : PAUSE_MS;
    size_t count = json_array_size(keys);

    for (size_t i = 0; i < count; i++) {
        key_send(call, json_array_get(keys, i), true, milliseconds);
    }
    while (count--) {
        key_send(call, json_array_get(keys, count), false, milliseconds);
    }
    return json_object();
}

/* --------------------------------------------------------------------- events */

static const char *const kinds[] = { [HW_INPUT_KEY] = "key",
                                     [HW_INPUT_BUTTON] = "btn",
                                     [HW_INPUT_RELATIVE] = "rel",
                                     [HW_INPUT_ABSOLUTE] = "abs" };

static uint16_t kind_of(const json_t *event)
{
    uint16_t kind = 0;

    while (strcmp(kinds[kind], text_of(event, "type")) != 0) {
        kind++;
    }
    return kind;
}

static const HwInputButtonName *button_of(const json_t *data)
{
    const HwInputButtonName *button = hw_input_buttons;

    while (strcmp(button->name, text_of(data, "button")) != 0) {
        button++;
    }
    return button;
}

static int32_t value_of(const json_t *data)
{
    json_int_t value = json_integer_value(json_object_get(data, "value"));

    return (int32_t)CLAMP(value, INT32_MIN, INT32_MAX);
}

static void event_send(ObHost *host, const json_t *event)
{
    const json_t *data = json_object_get(event, "data");
    bool down = json_is_true(json_object_get(data, "down"));
    HwInputEvent move = { .kind = kind_of(event) };

    switch (move.kind) {
    case HW_INPUT_KEY:
        ob_input_key(host, key_code(json_object_get(data, "key")), down);
        return;
    case HW_INPUT_BUTTON:
        ob_input_send_button(host, button_of(data), down);
        return;
    default:
        move.code = strcmp(text_of(data, "axis"), "x") == 0 ? HW_INPUT_X : HW_INPUT_Y;
        move.value = value_of(data);
        ob_input_send(host, &move);
    }
}

/* No device is bound to a screen, so that each one may get the event. */
static bool screen_check(ObQmpCall *call)
{
    const char *device = ob_qmp_string(call, "device");
    json_int_t head = json_integer_value(json_object_get(call->arguments, "head"));
    bool no_device;
    HW_ERROR(error, 512);

    if (!device || ob_screen_find(call->system->host, device, head, &no_device, &error)) {
        return true;
    }
    return ob_qmp_fail(call, no_device ? OB_QMP_NO_DEVICE : OB_QMP_GENERIC, "%s", error.text);
}

static bool takers_check(ObQmpCall *call, const json_t *events)
{
    size_t i;
    json_t *event;

    if (!ob_host_runs(call->system->host)) {
        return ob_qmp_fail(call, OB_QMP_GENERIC, "VM not running");
    }
    json_array_foreach(events, i, event)
    {
        if (!ob_input_takes(call->system->host, kind_of(event))) {
            return ob_qmp_fail(call, OB_QMP_GENERIC, "Input handler not found for event type %s",
                               text_of(event, "type"));
        }
    }
    return true;
}

json_t *ob_qmp_input_send_event(ObQmpCall *call)
{
    const json_t *events = json_object_get(call->arguments, "events");
    size_t i;
    json_t *event;

    if (!screen_check(call) || !takers_check(call, events)) {
        return NULL;
    }
    json_array_foreach(events, i, event)
    {
        event_send(call->system->host, event);
    }
    ob_input_sync(call->system->host);
    return json_object();
}

/* ----------------------------------------------------------------------- mice */

/* QEMU has the first one at the end. */
json_t *ob_qmp_query_mice(ObQmpCall *call)
{
    json_t *list = json_array();
    ObInputTaker taker;

    for (uint32_t i = 0; ob_input_taker_at(call->system->host, i, &taker); i++) {
        if (taker.kinds & POINTER_KINDS) {
            json_array_insert_new(list, 0,
                                  json_pack("{s:o, s:I, s:b, s:b}", "name",
                                            ob_json_text(taker.name), "index",
                                            (json_int_t)taker.number, "current",
                                            json_array_size(list) == 0, "absolute",
                                            (taker.kinds & HW_BIT(HW_INPUT_ABSOLUTE)) != 0));
        }
    }
    return list;
}
