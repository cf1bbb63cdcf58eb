/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that a device loses, without a sanitizer: each repetition leaves more blocks. */
#include <inttypes.h>

#include "qtest/lab/allocations.h"
#include "qtest/lab/oracles.h"

enum { REPETITIONS = 4 };

static int64_t blocks_left(const ObLabJudge *judge, const ObLabStep *steps, size_t count)
{
    int64_t before = ob_lab_allocations();

    for (size_t i = 0; i < count; i++) {
        ob_lab_play(judge->target, &steps[i]);
    }
    ob_lab_restore(judge->target);
    return ob_lab_allocations() - before;
}

/* Other parts of the process keep memory too, but not each time. */
bool ob_lab_leaks(const ObLabJudge *judge, const ObLabStep *steps, size_t count,
                  ObLabFinding *finding)
{
    int64_t left = 0;

    ob_lab_restore(judge->target);
    for (uint32_t i = 0; i < REPETITIONS; i++) {
        left = blocks_left(judge, steps, count);
        if (left <= 0) {
            return false;
        }
    }
    finding->steps = count;
    return ob_lab_found(finding, OB_LAB_LEAK, "%" PRId64 " blocks of memory are lost each time",
                        left);
}
