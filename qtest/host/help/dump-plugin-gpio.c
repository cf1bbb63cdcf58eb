/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A class's lines, as text and as JSON. */
#include "hw-api/ext/draft/gpio.h"
#include "qtest/host/help/dump-plugin-internal.h"
#include "qtest/text/json.h"
#include "qtest/text/show.h"

static void lines_print(const char *kind, const char *name, uint32_t count, FILE *out)
{
    if (name) {
        ob_text_fprintf(out, "  %s: %u with the name %s\n", kind, count, name);
    }
}

void ob_dump_gpio(const HwDeviceClass *cls, FILE *out)
{
    lines_print("inputs", cls->gpio->inputs, cls->gpio->input_count, out);
    lines_print("outputs", cls->gpio->outputs, cls->gpio->output_count, out);
}

static json_t *lines_json(const char *name, uint32_t count)
{
    return name ? json_pack("{s:o, s:i}", "name", ob_json_text(name), "number", (int)count)
                : json_null();
}

json_t *ob_dump_gpio_json(const HwDeviceClass *cls)
{
    return json_pack("{s:o, s:o}", "inputs", lines_json(cls->gpio->inputs, cls->gpio->input_count),
                     "outputs", lines_json(cls->gpio->outputs, cls->gpio->output_count));
}
