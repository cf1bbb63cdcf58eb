/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "devices/vmclock-page.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "devices/random.h"
#include "devices/vmclock-regs.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

/* Values are random, not counted: two copies of a guest that count from the same value would get
 * the same value. */
uint64_t vmclock_fresh(HwDevice *dev, uint64_t old)
{
    uint64_t value;

    if (!random_fill(&value, sizeof(value))) {
        hw_log(dev, HW_LOG_ERROR, "the system has no random numbers");
        return old + 1;
    }
    return value == old ? old + 1 : value;
}

bool vmclock_counter_choose(HwDevice *dev, const char *text, uint64_t old, uint64_t *counter,
                            HwError *error)
{
    char *end;
    uint64_t value;

    if (!text || strcmp(text, "auto") == 0) {
        *counter = vmclock_fresh(dev, old);
        return true;
    }
    errno = 0;
    value = strtoull(text, &end, 0);
    if (errno || *end || text[0] < '0' || text[0] > '9') {
        return hw_error_set(error,
                            "%s: counter: invalid value '%.40s': expected a number up to "
                            "0xffffffffffffffff, or 'auto'",
                            dev->id, text);
    }
    *counter = value;
    return true;
}

bool vmclock_address_check(HwDevice *dev, uint64_t base, HwError *error)
{
    const char *expected = base % VMCLOCK_PAGE        ? "a multiple of 0x1000"
                           : base > VMCLOCK_LAST_PAGE ? "at most 0xffffffffff000"
                                                      : NULL;

    return !expected || hw_error_set(error, "%s: addr: invalid value '0x%" PRIx64 "': expected %s",
                                     dev->id, base, expected);
}

bool vmclock_address_stays(HwDevice *dev, uint64_t streams, uint64_t base, HwError *error)
{
    return streams == base ||
           hw_error_set(error,
                        "%s: the stream's page is at 0x%" PRIx64 ", expected 0x%" PRIx64
                        ": start this machine with addr=0x%" PRIx64,
                        dev->id, streams, base, streams);
}

/* ------------------------------------------------------------------------ page */

static void sequence_store(uint8_t *page, uint32_t sequence)
{
    uint8_t bytes[4];
    uint32_t word;

    hw_store_le(bytes, sequence, sizeof(bytes));
    memcpy(&word, bytes, sizeof(word));
    __atomic_store_n((uint32_t *)(void *)(page + VMCLOCK_SEQ_COUNT), word, __ATOMIC_RELAXED);
}

/* The fences keep the stores between both sequence numbers (VMClock 1.1, the header's seq_count). */
void vmclock_page_store(uint8_t *page, const VmClockValues *values, const VmClockTime *time,
                        bool notifies)
{
    uint32_t sequence = (uint32_t)hw_load_le(page + VMCLOCK_SEQ_COUNT, 4) | 1;
    uint64_t flags = VMCLOCK_FLAG_GENERATION_COUNTER | (notifies ? VMCLOCK_FLAG_NOTIFICATION : 0);

    sequence_store(page, sequence);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    flags |= vmclock_time_store(page, time);
    hw_store_le(page + VMCLOCK_MAGIC, VMCLOCK_MAGIC_VALUE, 4);
    hw_store_le(page + VMCLOCK_SIZE, VMCLOCK_PAGE, 4);
    hw_store_le(page + VMCLOCK_VERSION, 1, 2);
    page[VMCLOCK_TIME_TYPE] = 0;
    hw_store_le(page + VMCLOCK_DISRUPTION_MARKER, values->marker, 8);
    hw_store_le(page + VMCLOCK_FLAGS, flags, 8);
    hw_store_le(page + VMCLOCK_GENERATION_COUNTER, values->counter, 8);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    sequence_store(page, sequence + 1);
}

void vmclock_page_load(const uint8_t *page, VmClockValues *values)
{
    values->marker = hw_load_le(page + VMCLOCK_DISRUPTION_MARKER, 8);
    values->counter = hw_load_le(page + VMCLOCK_GENERATION_COUNTER, 8);
}

/* ---------------------------------------------------------------------- names */

static const struct {
    uint64_t offset;
    const char *name;
} fields[] = {
    { VMCLOCK_MAGIC, "magic" },
    { VMCLOCK_SIZE, "size" },
    { VMCLOCK_VERSION, "version" },
    { VMCLOCK_COUNTER_ID, "counter_id" },
    { VMCLOCK_TIME_TYPE, "time_type" },
    { VMCLOCK_SEQ_COUNT, "seq_count" },
    { VMCLOCK_DISRUPTION_MARKER, "disruption_marker" },
    { VMCLOCK_FLAGS, "flags" },
    { VMCLOCK_TIME_FIRST, "pad" },
    { VMCLOCK_CLOCK_STATUS, "clock_status" },
    { VMCLOCK_SMEARING_HINT, "leap_second_smearing_hint" },
    { VMCLOCK_TAI_OFFSET, "tai_offset_sec" },
    { VMCLOCK_LEAP_INDICATOR, "leap_indicator" },
    { VMCLOCK_PERIOD_SHIFT, "counter_period_shift" },
    { VMCLOCK_COUNTER_VALUE, "counter_value" },
    { VMCLOCK_PERIOD, "counter_period_frac_sec" },
    { VMCLOCK_PERIOD_ESTERROR, "counter_period_esterror_rate_frac_sec" },
    { VMCLOCK_PERIOD_MAXERROR, "counter_period_maxerror_rate_frac_sec" },
    { VMCLOCK_TIME_SEC, "time_sec" },
    { VMCLOCK_TIME_FRAC_SEC, "time_frac_sec" },
    { VMCLOCK_TIME_ESTERROR, "time_esterror_nanosec" },
    { VMCLOCK_TIME_MAXERROR, "time_maxerror_nanosec" },
    { VMCLOCK_GENERATION_COUNTER, "vm_generation_counter" },
    { VMCLOCK_ABI_SIZE, "no field" },
};

const char *vmclock_field_name(uint64_t offset)
{
    size_t i = sizeof(fields) / sizeof(fields[0]) - 1;

    while (fields[i].offset > offset) {
        i--;
    }
    return fields[i].name;
}
