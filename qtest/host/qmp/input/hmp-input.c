/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMP's commands about keyboard and mouse. */
#include <stdlib.h>
#include <string.h>

#include "qtest/host/qmp/hmp-internal.h"
#include "qtest/host/qmp/input/keys.h"
#include "qtest/machine/input/input.h"
#include "qtest/text/json.h"

/* ------------------------------------------------------------------------ keys */

/* "0x1e" is a key's number. */
static json_t *number_parse(const char *name)
{
    char *end;
    long number = strtol(name, &end, 16);

    return *end || number != (int)number ? NULL
                                         : json_pack("{s:o, s:I}", "type", ob_json_text("number"),
                                                     "data", (json_int_t)number);
}

/* A KeyValue; NULL: no key has this name.  "<" is an old name of the key "less". */
static json_t *key_parse(const char *name)
{
    const char *known = strcmp(name, "<") == 0 ? "less" : name;
    uint16_t code;

    if (g_str_has_prefix(name, "0x")) {
        return number_parse(name);
    }
    return ob_key_by_name(known, strlen(known), &code)
               ? json_pack("{s:o, s:o}", "type", ob_json_text("qcode"), "data", ob_json_text(known))
               : NULL;
}

void ob_hmp_sendkey(ObHmpCall *call)
{
    g_auto(GStrv) names = g_strsplit(ob_hmp_string(call, "keys"), "-", -1);
    json_t *keys = json_array();
    json_t *arguments = json_pack("{s:o}", "keys", keys);
    json_t *hold = json_object_get(call->arguments, "hold-time");

    for (size_t i = 0; names[i]; i++) {
        json_t *key = key_parse(names[i]);

        if (!key) {
            ob_hmp_print(call, "invalid parameter: %s\n", names[i]);
            json_decref(arguments);
            return;
        }
        json_array_append_new(keys, key);
    }
    if (hold) {
        json_object_set(arguments, "hold-time", hold);
    }
    json_decref(ob_hmp_call_qmp(call, "send-key", arguments));
}

/* ----------------------------------------------------------------------- mouse */

static const HwInputButtonName *button_find(const char *name)
{
    const HwInputButtonName *button = hw_input_buttons;

    while (strcmp(button->name, name) != 0) {
        button++;
    }
    return button;
}

static void axis_send(ObHmpCall *call, uint16_t axis, const char *steps)
{
    const HwInputEvent event = { HW_INPUT_RELATIVE, axis, (int32_t)strtol(steps, NULL, 0) };

    ob_input_send(call->system->host, &event);
}

/* The wheel moves a step, whatever the number. */
static void wheel_send(ObHmpCall *call, long steps)
{
    if (steps) {
        ob_input_send_button(call->system->host, button_find(steps > 0 ? "wheel-up" : "wheel-down"),
                             true);
    }
}

void ob_hmp_mouse_move(ObHmpCall *call)
{
    const char *wheel = ob_hmp_string(call, "dz_str");

    axis_send(call, HW_INPUT_X, ob_hmp_string(call, "dx_str"));
    axis_send(call, HW_INPUT_Y, ob_hmp_string(call, "dy_str"));
    if (wheel) {
        wheel_send(call, strtol(wheel, NULL, 0));
    }
    ob_input_sync(call->system->host);
}

/* Only changes are sent. */
void ob_hmp_mouse_button(ObHmpCall *call)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } buttons[] = { { "left", 1 }, { "middle", 4 }, { "right", 2 } };
    uint32_t now = (uint32_t)ob_hmp_number(call, "button_state");
    uint32_t changed = now ^ call->system->mouse_buttons;

    for (size_t i = 0; i < G_N_ELEMENTS(buttons); i++) {
        if (changed & buttons[i].bit) {
            ob_input_send_button(call->system->host, button_find(buttons[i].name),
                                 now & buttons[i].bit);
        }
    }
    ob_input_sync(call->system->host);
    call->system->mouse_buttons = now;
}

void ob_hmp_mouse_set(ObHmpCall *call)
{
    int index = (int)ob_hmp_number(call, "index");

    if (!ob_input_prefer_pointer(call->system->host, (uint32_t)index)) {
        ob_hmp_print(call, "Error: Mouse at index '%d' not found\n", index);
    }
}

void ob_hmp_info_mice(ObHmpCall *call)
{
    json_t *mice = ob_hmp_call_qmp(call, "query-mice", NULL);
    json_t *mouse;
    size_t i;

    if (!json_array_size(mice)) {
        ob_hmp_print(call, "No mouse devices connected\n");
    }
    json_array_foreach(mice, i, mouse)
    {
        ob_hmp_print(call, "%c Mouse #%d: %s%s\n",
                     json_is_true(json_object_get(mouse, "current")) ? '*' : ' ',
                     (int)json_integer_value(json_object_get(mouse, "index")),
                     json_string_value(json_object_get(mouse, "name")),
                     json_is_true(json_object_get(mouse, "absolute")) ? " (absolute)" : "");
    }
    json_decref(mice);
}
