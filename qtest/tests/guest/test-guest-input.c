/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux's stock drivers altera_ps2, atkbd and psmouse on Arm's virt, which they find in the device tree.  Each key that QEMU
 * sends by name is Linux's key of that name.
 */
#include <linux/input-event-codes.h>
#include <string.h>

#include "qtest/guest/guest.h"
#include "qtest/text/json.h"

#define KERNEL    "arm64-6.12"
#define INITRAMFS "OB_GUEST_LOOK_INPUT_ARM64"
#define MODULES   "module=/altera_ps2.ko.xz:/evdev.ko.xz "
#define LAST      "ctrl" /* KEY_LEFTCTRL */

/* clang-format off */
static const struct {
    const char *name;
    int code;
} keys[] = {
    { "shift", KEY_LEFTSHIFT }, { "shift_r", KEY_RIGHTSHIFT }, { "alt", KEY_LEFTALT },
    { "alt_r", KEY_RIGHTALT }, { "ctrl", KEY_LEFTCTRL }, { "ctrl_r", KEY_RIGHTCTRL },
    { "esc", KEY_ESC }, { "1", KEY_1 }, { "2", KEY_2 }, { "3", KEY_3 }, { "4", KEY_4 },
    { "5", KEY_5 }, { "6", KEY_6 }, { "7", KEY_7 }, { "8", KEY_8 }, { "9", KEY_9 },
    { "0", KEY_0 }, { "minus", KEY_MINUS }, { "equal", KEY_EQUAL },
    { "backspace", KEY_BACKSPACE }, { "tab", KEY_TAB }, { "q", KEY_Q }, { "w", KEY_W },
    { "e", KEY_E }, { "r", KEY_R }, { "t", KEY_T }, { "y", KEY_Y }, { "u", KEY_U },
    { "i", KEY_I }, { "o", KEY_O }, { "p", KEY_P }, { "bracket_left", KEY_LEFTBRACE },
    { "bracket_right", KEY_RIGHTBRACE }, { "ret", KEY_ENTER }, { "a", KEY_A }, { "s", KEY_S },
    { "d", KEY_D }, { "f", KEY_F }, { "g", KEY_G }, { "h", KEY_H }, { "j", KEY_J },
    { "k", KEY_K }, { "l", KEY_L }, { "semicolon", KEY_SEMICOLON },
    { "apostrophe", KEY_APOSTROPHE }, { "grave_accent", KEY_GRAVE },
    { "backslash", KEY_BACKSLASH }, { "z", KEY_Z }, { "x", KEY_X }, { "c", KEY_C },
    { "v", KEY_V }, { "b", KEY_B }, { "n", KEY_N }, { "m", KEY_M }, { "comma", KEY_COMMA },
    { "dot", KEY_DOT }, { "slash", KEY_SLASH }, { "spc", KEY_SPACE },
    { "caps_lock", KEY_CAPSLOCK }, { "f1", KEY_F1 }, { "f2", KEY_F2 }, { "f3", KEY_F3 },
    { "f4", KEY_F4 }, { "f5", KEY_F5 }, { "f6", KEY_F6 }, { "f7", KEY_F7 }, { "f8", KEY_F8 },
    { "f9", KEY_F9 }, { "f10", KEY_F10 }, { "num_lock", KEY_NUMLOCK },
    { "scroll_lock", KEY_SCROLLLOCK }, { "kp_divide", KEY_KPSLASH },
    { "kp_multiply", KEY_KPASTERISK }, { "kp_subtract", KEY_KPMINUS }, { "kp_add", KEY_KPPLUS },
    { "kp_enter", KEY_KPENTER }, { "kp_decimal", KEY_KPDOT }, { "sysrq", KEY_SYSRQ },
    { "kp_0", KEY_KP0 }, { "kp_1", KEY_KP1 }, { "kp_2", KEY_KP2 }, { "kp_3", KEY_KP3 },
    { "kp_4", KEY_KP4 }, { "kp_5", KEY_KP5 }, { "kp_6", KEY_KP6 }, { "kp_7", KEY_KP7 },
    { "kp_8", KEY_KP8 }, { "kp_9", KEY_KP9 }, { "less", KEY_102ND }, { "f11", KEY_F11 },
    { "f12", KEY_F12 }, { "home", KEY_HOME }, { "pgup", KEY_PAGEUP }, { "pgdn", KEY_PAGEDOWN },
    { "end", KEY_END }, { "left", KEY_LEFT }, { "up", KEY_UP }, { "down", KEY_DOWN },
    { "right", KEY_RIGHT }, { "insert", KEY_INSERT }, { "delete", KEY_DELETE },
    { "stop", KEY_STOP }, { "meta_l", KEY_LEFTMETA }, { "meta_r", KEY_RIGHTMETA },
    { "compose", KEY_COMPOSE }, { "pause", KEY_PAUSE }, { "ro", KEY_RO },
    { "hiragana", KEY_HIRAGANA }, { "henkan", KEY_HENKAN }, { "yen", KEY_YEN },
    { "muhenkan", KEY_MUHENKAN }, { "katakanahiragana", KEY_KATAKANAHIRAGANA },
    { "kp_comma", KEY_KPCOMMA }, { "kp_equals", KEY_KPEQUAL }, { "power", KEY_POWER },
    { "sleep", KEY_SLEEP }, { "wake", KEY_WAKEUP }, { "audionext", KEY_NEXTSONG },
    { "audioprev", KEY_PREVIOUSSONG }, { "audiostop", KEY_STOPCD },
    { "audioplay", KEY_PLAYPAUSE }, { "audiomute", KEY_MUTE }, { "volumeup", KEY_VOLUMEUP },
    { "volumedown", KEY_VOLUMEDOWN }, { "mediaselect", KEY_MEDIA }, { "mail", KEY_MAIL },
    { "calculator", KEY_CALC }, { "computer", KEY_COMPUTER }, { "ac_home", KEY_HOMEPAGE },
    { "ac_back", KEY_BACK }, { "ac_forward", KEY_FORWARD }, { "ac_refresh", KEY_REFRESH },
    { "ac_bookmarks", KEY_BOOKMARKS },
};
/* clang-format on */

static HwError error = { (char[8192]) { "" }, 8192, 0 };

static void good(bool result)
{
    g_assert_cmpstr(error.text, ==, "");
    g_assert_true(result);
}

static void command(ObGuest *guest, const char *name, json_t *arguments)
{
    json_t *failed = NULL;
    json_t *answer = ob_client_qmp(ob_guest_client(guest), name, arguments, &failed);

    if (!answer) {
        g_error("%s: %s", name, json_string_value(json_object_get(failed, "desc")));
    }
    json_decref(answer);
}

static void key_send(ObGuest *guest, const char *name)
{
    command(guest, "send-key",
            json_pack("{s:[{s:s, s:o}], s:i}", "keys", "type", "qcode", "data", ob_json_text(name),
                      "hold-time", 1));
}

static void key_expect(ObGuest *guest, int code)
{
    g_autofree char *down = g_strdup_printf("key %d 1\n", code);
    g_autofree char *up = g_strdup_printf("key %d 0\n", code);

    good(ob_guest_expect(guest, down, &error));
    good(ob_guest_expect(guest, up, &error));
}

static void keys_type(ObGuest *guest)
{
    good(ob_guest_expect(guest, "listening\n", &error));
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (strcmp(keys[i].name, LAST) != 0) {
            key_send(guest, keys[i].name);
            key_expect(guest, keys[i].code);
        }
    }
    key_send(guest, LAST);
    key_expect(guest, KEY_LEFTCTRL);
}

static void events_send(ObGuest *guest, const char *events)
{
    g_autofree char *quoted = g_strdup(events);

    command(guest, "input-send-event",
            json_pack("{s:o}", "events", json_loads(g_strdelimit(quoted, "'", '"'), 0, NULL)));
}

#define MOVE(axis, steps)   "{'type': 'rel', 'data': {'axis': '" axis "', 'value': " #steps "}}"
#define PRESS(button, down) "{'type': 'btn', 'data': {'button': '" button "', 'down': " #down "}}"

static void mouse_drive(ObGuest *guest)
{
    good(ob_guest_expect(guest, "listening\n", &error));
    events_send(guest, "[" MOVE("x", 300) ", " MOVE("y", -3) "]");
    good(ob_guest_expect(guest, "rel 0 255\nrel 1 -3\nrel 0 45\n", &error));
    events_send(guest, "[" PRESS("wheel-up", true) ", " PRESS("side", true) "]");
    good(ob_guest_expect(guest, "rel 8 1\n", &error));
    good(ob_guest_expect(guest, "key 275 1\n", &error)); /* BTN_SIDE */
    events_send(guest, "[" PRESS("left", true) ", " PRESS("left", false) "]");
    good(ob_guest_expect(guest, "key 272 1\nkey 272 0\n", &error)); /* BTN_LEFT */
}

static void run(const char *devices, const char *words, void (*drive)(ObGuest *guest))
{
    g_autofree char *arguments = g_strdup_printf(
        "-plugin file=%s -machine virt -cpu cortex-a57 -m 256 %s", g_getenv("OUTBOARD_BRIDGE"),
        devices);
    const ObGuestBoot boot = { .kernel = KERNEL,
                               .initramfs = g_getenv(INITRAMFS),
                               .words = words,
                               .arguments = arguments,
                               .limit_s = 200 };
    g_autofree char *missing = ob_guest_missing(&boot);
    g_autofree char *said = NULL;
    ObGuest *guest;

    if (missing) {
        g_test_skip(missing);
        return;
    }
    guest = ob_guest_start(&boot, &error);
    good(guest);
    drive(guest);
    said = ob_guest_finish(guest, &error);
    ob_guest_free(guest);
    good(said);
}

static void test_keys(void)
{
    run("-device altera-ps2-keyboard,irq-line=100", MODULES "run=/drive-input,AT,29 ", keys_type);
}

static void test_mouse(void)
{
    run("-device altera-ps2-mouse,irq-line=100", MODULES "run=/drive-input,Mouse,272 ",
        mouse_drive);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/guest-input/virt/each-key-is-linuxs-key-of-its-name", test_keys);
    g_test_add_func("/guest-input/virt/mouse-with-wheel-and-five-buttons", test_mouse);
    return g_test_run();
}
