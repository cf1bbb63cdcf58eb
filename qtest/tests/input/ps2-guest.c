/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/input/ps2-guest.h"

#include "qtest/text/json.h"

/* A QEMU takes events only while its machine runs. */
ObClient *ps2_guest_start(const char *device)
{
    const char *more = g_getenv("OB_ARGUMENTS");
    const char *accelerator = g_getenv("OB_ACCELERATOR");
    g_autofree char *arguments = g_strdup_printf(
        "-M q35 -nodefaults %s -device %s,id=ps2,addr=0x%x,irq-line=%u", more ? more : "", device,
        (unsigned)PS2_GUEST_BASE, PS2_GUEST_IRQ);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = accelerator,
                            .halts = !g_str_equal(accelerator, "qtest"),
                            .arguments = arguments };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

void ps2_guest_send(ObClient *c, uint8_t byte)
{
    ob_client_writel(c, PS2_GUEST_BASE + PS2_DATA, byte);
}

void ps2_guest_expect(ObClient *c, const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        g_assert_cmphex(ob_client_readl(c, PS2_GUEST_BASE + PS2_DATA), ==,
                        bytes[i] | PS2_VALID | (count - i) << PS2_AVAILABLE_SHIFT);
    }
    g_assert_cmphex(ob_client_readl(c, PS2_GUEST_BASE + PS2_DATA), ==, 0);
}

uint32_t ps2_guest_drain(ObClient *c)
{
    uint32_t count = 0;

    while (ob_client_readl(c, PS2_GUEST_BASE + PS2_DATA)) {
        count++;
    }
    return count;
}

void ps2_guest_do(ObClient *c, const char *command, json_t *arguments)
{
    json_t *failed = NULL;
    json_t *answer = ob_client_qmp(c, command, arguments, &failed);

    if (!answer) {
        g_error("%s: %s", command, json_string_value(json_object_get(failed, "desc")));
    }
    json_decref(answer);
}

void ps2_guest_key(ObClient *c, const char *name, bool down)
{
    ps2_guest_do(c, "input-send-event",
                 json_pack("{s:[{s:s, s:{s:b, s:{s:s, s:o}}}]}", "events", "type", "key", "data",
                           "down", down, "key", "type", "qcode", "data", ob_json_text(name)));
}
