/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/note.h"

#include <stdarg.h>
#include <stdio.h>

void hw_tpm_note(HwTpmNote *note, uint32_t level, const char *format, ...)
{
    va_list args;

    note->level = level;
    va_start(args, format);
    vsnprintf(note->text, sizeof(note->text), format, args);
    va_end(args);
}
