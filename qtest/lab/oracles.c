/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/lab/oracles.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "qtest/machine/core/host-internal.h"

const ObLabOracleRow ob_lab_oracle_rows[OB_LAB_ORACLES] = {
    [OB_LAB_CRASH] = { "crash", "no signal, and no report of a sanitizer", true },
    [OB_LAB_HANG] = { "hang", "each step ends", true },
    [OB_LAB_MOVED] = { "moved", "a machine that was saved and loaded goes on as the other" },
    [OB_LAB_SAVED] = { "saved", "saved, loaded and saved again: the same bytes" },
    [OB_LAB_AGAIN] = { "again", "the same steps have the same answers", true },
    [OB_LAB_BYTES] = { "bytes", "a register has the same bytes, one by one and as a word" },
    [OB_LAB_LINES] = { "lines", "reads of registers change no interrupt line" },
    [OB_LAB_FIELDS] = { "fields", "bits outside the named fields stay as reset has set them" },
    [OB_LAB_ROM] = { "rom", "the memory of a ROM device has its registers" },
    [OB_LAB_W1C] = { "w1c", "a bit that a one clears is clear afterwards" },
    [OB_LAB_LEAK] = { "leak", "the process does not grow", true },
};

ObLabOracle ob_lab_oracle_find(const char *name)
{
    ObLabOracle oracle = 0;

    while (oracle < OB_LAB_ORACLES && strcmp(ob_lab_oracle_rows[oracle].name, name) != 0) {
        oracle++;
    }
    return oracle;
}

bool ob_lab_found(ObLabFinding *finding, ObLabOracle oracle, const char *format, ...)
{
    va_list arguments;

    finding->oracle = oracle;
    va_start(arguments, format);
    vsnprintf(finding->text, sizeof(finding->text), format, arguments);
    va_end(arguments);
    return true;
}

bool ob_lab_found_in(ObLabFinding *finding, ObLabOracle oracle, const ObLabStep *check,
                     uint64_t seen, uint64_t expected)
{
    finding->oracle = oracle;
    finding->has_check = true;
    finding->check = *check;
    finding->seen = seen;
    finding->expected = expected;
    return true;
}

bool ob_lab_found_line(ObLabFinding *finding, ObLabOracle oracle, const ObLabTarget *target,
                       uint64_t expected)
{
    uint64_t difference = target->lines ^ expected;

    finding->oracle = oracle;
    for (uint32_t i = 0; i < target->host->irqs.count; i++) {
        if (ob_lab_line_bits(i) == difference) {
            finding->has_level = true;
            finding->line = i;
            finding->level = ob_host_irq_level(target->host, i);
        }
    }
    return true;
}
