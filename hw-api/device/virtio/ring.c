/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Split rings (VIRTIO 2.7).  Other CPUs write the driver's part at any time: each number is read
 * once, and the fences stand where the specification has barriers.
 */
#include <stdatomic.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/device/virtio/transport.h"

enum {
    DESCRIPTOR = 16, /* address, 8 bytes; size, 4; flags, 2; next, 2 */
    USED_ELEMENT = 8,
    RING_HEAD = 4, /* flags and index of the driver's and of the device's part */

    HAS_NEXT = 1,
    IS_WRITABLE = 2,
    IS_INDIRECT = 4,

    NO_INTERRUPT = 1, /* flag of the driver's part */
    INDIRECT_MOST = 0x10000,
};

static bool ram_read(HwVirtio *s, uint64_t address, void *to, uint64_t size)
{
    if (s->memory->read(&s->dev, address, to, size)) {
        return true;
    }
    hw_virtio_break(s, "0x%llx is not in RAM", (unsigned long long)address);
    return false;
}

static bool ram_write(HwVirtio *s, uint64_t address, const void *from, uint64_t size)
{
    if (s->memory->write(&s->dev, address, from, size)) {
        return true;
    }
    hw_virtio_break(s, "0x%llx is not in RAM", (unsigned long long)address);
    return false;
}

static bool read_u16(HwVirtio *s, uint64_t address, uint16_t *value)
{
    uint8_t bytes[2];
    bool good = ram_read(s, address, bytes, sizeof(bytes));

    *value = good ? (uint16_t)hw_load_le(bytes, 2) : 0;
    return good;
}

static bool write_u16(HwVirtio *s, uint64_t address, uint16_t value)
{
    uint8_t bytes[2];

    hw_store_le(bytes, value, sizeof(bytes));
    return ram_write(s, address, bytes, sizeof(bytes));
}

/* -------------------------------------------------------------------------- chains */

static bool descriptor_read(HwVirtio *s, uint64_t table, uint32_t index, HwVirtioBuffer *buffer,
                            uint32_t *flags, uint32_t *next)
{
    uint8_t bytes[DESCRIPTOR];

    if (!ram_read(s, table + (uint64_t)index * DESCRIPTOR, bytes, sizeof(bytes))) {
        return false;
    }
    buffer->address = hw_load_le(bytes, 8);
    buffer->size = hw_load_le(bytes + 8, 4);
    *flags = (uint32_t)hw_load_le(bytes + 12, 2);
    *next = (uint32_t)hw_load_le(bytes + 14, 2);
    return true;
}

static bool buffer_add(HwVirtio *s, HwVirtioChain *chain, HwVirtioBuffer buffer, bool is_writable)
{
    if (!is_writable && chain->writable) {
        hw_virtio_break(s, "chain %u: a buffer to read follows one to write", chain->head);
        return false;
    }
    if (buffer.address > UINT64_MAX - buffer.size) {
        hw_virtio_break(s, "chain %u: a buffer ends past all addresses", chain->head);
        return false;
    }
    if (chain->readable + chain->writable == HW_VIRTIO_QUEUE_MAX) {
        hw_virtio_break(s, "chain %u has more than %u buffers", chain->head, HW_VIRTIO_QUEUE_MAX);
        return false;
    }
    chain->buffers[chain->readable + chain->writable] = buffer;
    *(is_writable ? &chain->writable : &chain->readable) += 1;
    *(is_writable ? &chain->writable_bytes : &chain->readable_bytes) += buffer.size;
    return true;
}

/* A table of descriptors that a chain goes through. */
typedef struct Table {
    uint64_t address;
    uint32_t entries;
    bool is_indirect;
} Table;

/* An indirect table ends its chain (2.7.5.3.1). */
static bool table_enter(HwVirtio *s, const HwVirtioChain *chain, Table *table,
                        const HwVirtioBuffer *buffer, uint32_t flags)
{
    const char *wrong = !hw_virtio_has(s, HW_VIRTIO_INDIRECT) ? "was not negotiated"
                        : table->is_indirect                  ? "lies in another one"
                        : flags & HAS_NEXT                    ? "has a next descriptor"
                        : !buffer->size || buffer->size % DESCRIPTOR
                            ? "has no whole number of descriptors"
                            : NULL;

    if (wrong) {
        hw_virtio_break(s, "chain %u: its indirect table %s", chain->head, wrong);
        return false;
    }
    *table = (Table) { buffer->address, (uint32_t)(buffer->size / DESCRIPTOR), true };
    table->entries = table->entries < INDIRECT_MOST ? table->entries : INDIRECT_MOST;
    return true;
}

/* A cycle ends at the most buffers that a chain may have. */
static bool chain_walk(HwVirtio *s, const HwVirtioQueue *queue, HwVirtioChain *chain)
{
    Table table = { queue->descriptors, queue->size, false };
    uint32_t index = chain->head;
    uint32_t flags = HAS_NEXT;
    HwVirtioBuffer buffer;

    while (flags & HAS_NEXT) {
        if (index >= table.entries) {
            hw_virtio_break(s, "chain %u: descriptor %u does not exist, expected 0 to %u",
                            chain->head, index, table.entries - 1);
            return false;
        }
        if (!descriptor_read(s, table.address, index, &buffer, &flags, &index)) {
            return false;
        }
        if (flags & IS_INDIRECT) {
            if (!table_enter(s, chain, &table, &buffer, flags)) {
                return false;
            }
            index = 0;
            flags = HAS_NEXT;
        } else if (!buffer_add(s, chain, buffer, flags & IS_WRITABLE)) {
            return false;
        }
    }
    return true;
}

/* ---------------------------------------------------------------- the driver's part */

/* The driver has made at most `size` chains available that the device has not taken. */
static bool index_read(HwVirtio *s, uint32_t number)
{
    HwVirtioQueue *queue = &s->queues[number];
    uint16_t index;

    if (!read_u16(s, queue->driver + 2, &index)) {
        return false;
    }
    if ((uint16_t)(index - queue->next) > queue->size) {
        hw_virtio_break(s, "queue %u: index %u after %u, expected at most %u more", number, index,
                        queue->next, queue->size);
        return false;
    }
    queue->seen = index;
    atomic_thread_fence(memory_order_acquire);
    return index != queue->next;
}

/* Asks for a notification of the next chain, which may be there by now. */
static bool index_await(HwVirtio *s, uint32_t number)
{
    HwVirtioQueue *queue = &s->queues[number];

    if (!hw_virtio_has(s, HW_VIRTIO_EVENT_INDEX)) {
        return false; /* the device's flags are 0: each chain is notified */
    }
    if (!write_u16(s, queue->device + RING_HEAD + (uint64_t)queue->size * USED_ELEMENT,
                   queue->next)) {
        return false;
    }
    atomic_thread_fence(memory_order_seq_cst);
    return index_read(s, number);
}

/* QEMU's streams don't have the index in the device's part: memory has it.  Chains between it and
 * the next one never come back. */
static bool used_read(HwVirtio *s, uint32_t number)
{
    HwVirtioQueue *queue = &s->queues[number];

    if (!queue->lacks_used) {
        return true;
    }
    if (!read_u16(s, queue->device + 2, &queue->used)) {
        return false;
    }
    if ((uint16_t)(queue->next - queue->used) > queue->size) {
        hw_virtio_break(s, "queue %u: index %u after the used one, %u, expected at most %u more",
                        number, queue->next, queue->used, queue->size);
        return false;
    }
    queue->lacks_used = 0;
    return true;
}

bool hw_virtio_pop(HwVirtio *s, uint32_t number, HwVirtioChain *chain)
{
    HwVirtioQueue *queue = &s->queues[number];

    if (!hw_virtio_is_running(s, number) || !used_read(s, number) ||
        (queue->seen == queue->next && !index_read(s, number) && !index_await(s, number))) {
        return false;
    }
    chain->readable = chain->writable = 0;
    chain->readable_bytes = chain->writable_bytes = 0;
    if (!read_u16(s, queue->driver + RING_HEAD + 2u * (queue->next % queue->size), &chain->head) ||
        !chain_walk(s, queue, chain)) {
        return false;
    }
    queue->next++;
    queue->popped++;
    return true;
}

/* ---------------------------------------------------------------- the device's part */

void hw_virtio_push(HwVirtio *s, uint32_t number, uint16_t head, uint32_t written)
{
    HwVirtioQueue *queue = &s->queues[number];
    uint8_t element[USED_ELEMENT];

    if (!hw_virtio_is_running(s, number)) {
        return;
    }
    hw_store_le(element, head, 4);
    hw_store_le(element + 4, written, 4);
    if (ram_write(s, queue->device + RING_HEAD + USED_ELEMENT * (queue->used % queue->size),
                  element, sizeof(element))) {
        queue->used++;
        queue->pushed++;
    }
}

/* With the event index the driver names the element after which it wants an interrupt (2.7.7). */
static bool wants_interrupt(HwVirtio *s, HwVirtioQueue *queue)
{
    bool by_index = hw_virtio_has(s, HW_VIRTIO_EVENT_INDEX);
    uint16_t before = queue->told;
    bool is_first = !queue->has_told;
    uint16_t value;

    if (!read_u16(s, queue->driver + (by_index ? RING_HEAD + 2u * queue->size : 0), &value)) {
        return false;
    }
    queue->told = queue->used;
    queue->has_told = 1;
    return by_index
               ? is_first || (uint16_t)(queue->used - value - 1) < (uint16_t)(queue->used - before)
               : !(value & NO_INTERRUPT);
}

void hw_virtio_publish(HwVirtio *s, uint32_t number)
{
    HwVirtioQueue *queue = &s->queues[number];
    bool has_news = queue->pushed && hw_virtio_is_running(s, number);

    queue->popped = queue->pushed = 0;
    if (!has_news) {
        return;
    }
    atomic_thread_fence(memory_order_release);
    if (!write_u16(s, queue->device + 2, queue->used)) {
        return;
    }
    atomic_thread_fence(memory_order_seq_cst);
    if (wants_interrupt(s, queue)) {
        hw_virtio_interrupt(s, queue->vector, HW_VIRTIO_ISR_QUEUE);
    }
}

void hw_virtio_cancel(HwVirtio *s, uint32_t number)
{
    HwVirtioQueue *queue = &s->queues[number];

    queue->next = (uint16_t)(queue->next - queue->popped);
    queue->used = (uint16_t)(queue->used - queue->pushed);
    queue->popped = queue->pushed = 0;
}

/* ------------------------------------------------------------------- a chain's bytes */

/* `from` NULL: reads. */
static bool chain_copy(HwVirtio *s, const HwVirtioBuffer *buffers, uint32_t count, uint64_t offset,
                       uint8_t *to, const uint8_t *from, uint64_t size)
{
    for (uint32_t i = 0; i < count && size; i++) {
        uint64_t address = buffers[i].address + offset;
        uint64_t piece = buffers[i].size > offset ? buffers[i].size - offset : 0;

        offset = piece ? 0 : offset - buffers[i].size;
        piece = piece < size ? piece : size;
        if (piece &&
            !(from ? ram_write(s, address, from, piece) : ram_read(s, address, to, piece))) {
            return false;
        }
        size -= piece;
        to = to ? to + piece : NULL;
        from = from ? from + piece : NULL;
    }
    if (size) {
        hw_virtio_break(s, "a chain is %llu bytes too short", (unsigned long long)size);
    }
    return size == 0;
}

bool hw_virtio_read(HwVirtio *s, const HwVirtioChain *chain, uint64_t offset, void *to,
                    uint64_t size)
{
    return chain_copy(s, chain->buffers, chain->readable, offset, to, NULL, size);
}

bool hw_virtio_write(HwVirtio *s, const HwVirtioChain *chain, uint64_t offset, const void *from,
                     uint64_t size)
{
    return chain_copy(s, chain->buffers + chain->readable, chain->writable, offset, NULL, from,
                      size);
}
