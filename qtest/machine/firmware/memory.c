/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/firmware/stand-in-internal.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#include <inttypes.h>

#define GIB_4 UINT64_C(0x100000000)
#define MIB   UINT64_C(0x100000)

bool firmware_memory_init(Firmware *f, HwError *error)
{
    const ObMachine *machine = ob_host_machine(f->host);
    uint64_t base = machine->ram_base;
    uint64_t size = ob_host_ram_size(f->host);
    uint64_t low = ob_host_ram_low(f->host);
    uint64_t end = base + low; /* the end of the RAM next to the base */

    if (low < 2 * MIB) {
        return hw_error_set(error, "RAM: %" PRIu64 " bytes are too few, expected at least 2 MiB",
                            low);
    }
    f->scratch = base + FIRMWARE_SEGMENT + FIRMWARE_NOTE_SIZE;
    f->segment_next = f->scratch + FIRMWARE_SCRATCH_SIZE;
    f->segment_end = base + FIRMWARE_SEGMENT + FIRMWARE_SEGMENT_SIZE;
    f->low_floor = base + MIB;
    f->low_top = MIN(end, GIB_4);
    f->high_floor = GIB_4;
    f->high_top = low < size ? GIB_4 + (size - low) : MAX(end, GIB_4);
    return true;
}

uint64_t firmware_note_address(const Firmware *f)
{
    return ob_host_machine(f->host)->ram_base + FIRMWARE_SEGMENT;
}

/* Allocates from the top down.  Returns 0, with nothing changed, if the place is below the
 * floor. */
static uint64_t take(uint64_t floor, uint64_t *top, uint32_t size, uint32_t alignment)
{
    uint64_t address;

    if (*top - floor < size) {
        return 0;
    }
    address = (*top - size) & ~((uint64_t)alignment - 1);
    if (address < floor) {
        return 0;
    }
    *top = address;
    return address;
}

uint64_t firmware_allocate(Firmware *f, uint32_t size, uint32_t alignment, bool low)
{
    uint64_t address = low ? 0 : take(f->high_floor, &f->high_top, size, alignment);

    return address ? address : take(f->low_floor, &f->low_top, size, alignment);
}

uint64_t firmware_allocate_in_segment(Firmware *f, uint32_t size, uint32_t alignment)
{
    uint64_t address = (f->segment_next + alignment - 1) & ~((uint64_t)alignment - 1);

    if (address > f->segment_end || f->segment_end - address < size) {
        return 0;
    }
    f->segment_next = address + size;
    return address;
}

uint64_t firmware_load(const Firmware *f, uint64_t address, uint32_t size)
{
    uint8_t bytes[8];

    ob_host_read(f->host, address, bytes, size);
    return hw_load_le(bytes, size);
}

void firmware_store(Firmware *f, uint64_t address, uint64_t value, uint32_t size)
{
    uint8_t bytes[8];

    hw_store_le(bytes, value, size);
    ob_host_write(f->host, address, bytes, size);
}
