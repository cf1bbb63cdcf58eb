/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "devices/vmclock-page.h"

#include <string.h>

#include "devices/vmclock-regs.h"
#include "hw-api/device/bytes.h"

static void sequence_store(uint8_t *page, uint32_t sequence)
{
    uint8_t bytes[4];
    uint32_t word;

    hw_store_le(bytes, sequence, sizeof(bytes));
    memcpy(&word, bytes, sizeof(word));
    __atomic_store_n((uint32_t *)(void *)(page + VMCLOCK_SEQ_COUNT), word, __ATOMIC_RELAXED);
}

/* The fences keep the stores between both sequence numbers (VMClock 1.1, the header's seq_count). */
void vmclock_page_store(uint8_t *page, const VmClockValues *values, bool notifies)
{
    uint32_t sequence = (uint32_t)hw_load_le(page + VMCLOCK_SEQ_COUNT, 4) | 1;
    uint64_t flags = VMCLOCK_FLAG_GENERATION_COUNTER | (notifies ? VMCLOCK_FLAG_NOTIFICATION : 0);

    sequence_store(page, sequence);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    hw_store_le(page + VMCLOCK_MAGIC, VMCLOCK_MAGIC_VALUE, 4);
    hw_store_le(page + VMCLOCK_SIZE, VMCLOCK_PAGE, 4);
    hw_store_le(page + VMCLOCK_VERSION, 1, 2);
    page[VMCLOCK_COUNTER_ID] = VMCLOCK_COUNTER_INVALID;
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
