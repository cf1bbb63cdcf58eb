/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/codec/refusal.h"

#include <inttypes.h>
#include <stdio.h>

int ob_vm_refusal_format(const ObVmRefusal *refusal, char *text, size_t capacity)
{
    if (refusal->section[0]) {
        return snprintf(text, capacity, "%s (section '%s' %" PRIu32 ", %s, byte %" PRIu64 ")",
                        refusal->sentence, refusal->section, refusal->instance, refusal->field,
                        refusal->offset);
    }
    return snprintf(text, capacity, "%s (%s, byte %" PRIu64 ")", refusal->sentence, refusal->field,
                    refusal->offset);
}
