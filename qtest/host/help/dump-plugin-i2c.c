/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A class's I2C target, as text and as JSON. */
#include "hw-api/ext/draft/i2c.h"
#include "qtest/host/help/dump-plugin-internal.h"
#include "qtest/text/show.h"

static bool pointer_moves(const HwI2cTarget *target)
{
    return target->flags & HW_I2C_POINTER_MOVES;
}

void ob_dump_i2c(const HwDeviceClass *cls, FILE *out)
{
    const HwI2cTarget *target = cls->i2c;

    ob_text_fprintf(out, "  I2C target at 0x%02x", target->address);
    if (target->register_bytes) {
        ob_text_fprintf(out, ", registers of %u byte%s behind a pointer%s", target->register_bytes,
                        target->register_bytes > 1 ? "s" : "",
                        pointer_moves(target) ? " that moves" : "");
    }
    ob_text_fprintf(out, "\n");
}

json_t *ob_dump_i2c_json(const HwDeviceClass *cls)
{
    return json_pack("{s:i, s:i, s:b}", "address", (int)cls->i2c->address, "register-bytes",
                     (int)cls->i2c->register_bytes, "pointer-moves", pointer_moves(cls->i2c));
}
