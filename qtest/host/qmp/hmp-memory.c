/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMP's accesses to guest memory and I/O ports. */
#include "qtest/host/qmp/hmp-internal.h"

#include <inttypes.h>

#define DUMP_MAX (1u << 20) /* bytes; the answer is several times as long */

/* ------------------------------------------------------------------------ xp */

typedef struct Dump {
    char format;
    uint32_t size; /* an item's bytes */
} Dump;

/* The columns of an item, by its bits. */
static void item_print(ObHmpCall *call, const Dump *dump, uint64_t value)
{
    int bits = (int)dump->size * 8;

    switch (dump->format) {
    case 'o':
        ob_hmp_print(call, " 0%0*" PRIo64, (bits + 2) / 3, value);
        break;
    case 'u':
        ob_hmp_print(call, " %*" PRIu64, (bits * 10 + 32) / 33, value);
        break;
    case 'd':
        ob_hmp_print(call, " %*" PRId64, (bits * 10 + 32) / 33,
                     (int64_t)(value << (64 - bits)) >> (64 - bits));
        break;
    case 'c':
        ob_hmp_print(call, value >= 0x20 && value < 0x7f ? " '%c'" : " '\\x%02x'", (unsigned)value);
        break;
    default:
        ob_hmp_print(call, " 0x%0*" PRIx64, bits / 4, value);
    }
}

/* Reads memory only: a dump must not change a device, as a read of its registers may. */
static bool item_read(ObHmpCall *call, uint64_t address, uint32_t size, uint64_t *value)
{
    ObHost *host = call->system->host;
    uint8_t bytes[8] = { 0 };

    if (!ob_host_ram_pointer(host, address, size)) {
        return false;
    }
    ob_host_read(host, address, bytes, size);
    *value = 0;
    for (uint32_t i = size; i > 0; i--) {
        *value = *value << 8 | bytes[i - 1];
    }
    return true;
}

static bool line_print(ObHmpCall *call, const Dump *dump, uint64_t address, uint64_t count)
{
    uint64_t value;

    ob_hmp_print(call, "%016" PRIx64 ":", address);
    for (uint64_t i = 0; i < count; i++) {
        if (!item_read(call, address + i * dump->size, dump->size, &value)) {
            ob_hmp_print(call, " Cannot access memory\n");
            return false;
        }
        item_print(call, dump, value);
    }
    ob_hmp_print(call, "\n");
    return true;
}

void ob_hmp_xp(ObHmpCall *call)
{
    const Dump dump = { ob_hmp_string(call, "format")[0], (uint32_t)ob_hmp_number(call, "size") };
    uint64_t left = ob_hmp_number(call, "count");
    uint64_t address = ob_hmp_number(call, "addr");
    uint64_t per_line = (dump.size == 1 ? 8 : 16) / dump.size;

    if (dump.format == 'i') {
        ob_hmp_print(call, "Can not dump without CPU\n");
        return;
    }
    if (left * dump.size > DUMP_MAX) {
        ob_hmp_print(call, "Error: %" PRIu64 " bytes, expected at most %u\n", left * dump.size,
                     DUMP_MAX);
        return;
    }
    while (left) {
        uint64_t count = MIN(left, per_line);

        if (!line_print(call, &dump, address, count)) {
            return;
        }
        address += count * dump.size;
        left -= count;
    }
}

/* BSD's checksum. */
void ob_hmp_sum(ObHmpCall *call)
{
    uint64_t start = ob_hmp_number(call, "start");
    uint64_t size = ob_hmp_number(call, "size");
    const uint8_t *bytes = ob_host_ram_pointer(call->system->host, start, size);
    uint16_t sum = 0;

    if (!bytes) {
        ob_hmp_print(call, "Error: Cannot access memory\n");
        return;
    }
    for (uint64_t i = 0; i < size; i++) {
        sum = (uint16_t)((sum >> 1 | sum << 15) + bytes[i]);
    }
    ob_hmp_print(call, "%05d\n", sum);
}

/* ----------------------------------------------------------------- I/O ports */

/* Returns 1, 2 or 4; the letter is that of the instruction. */
static uint32_t port_size(const ObHmpCall *call, char *letter)
{
    uint32_t size = MIN((uint32_t)ob_hmp_number(call, "size"), 4);

    *letter = size == 1 ? 'b' : size == 2 ? 'w' : 'l';
    return size;
}

void ob_hmp_in(ObHmpCall *call)
{
    char letter;
    uint32_t size = port_size(call, &letter);
    unsigned port = ob_hmp_number(call, "addr") & 0xffff;

    ob_hmp_print(call, "port%c[0x%04x] = 0x%0*" PRIx64 "\n", letter, port, (int)size * 2,
                 ob_host_load(call->system->host, HW_SPACE_IO, port, size));
}

void ob_hmp_out(ObHmpCall *call)
{
    char letter;
    uint32_t size = port_size(call, &letter);

    ob_host_store(call->system->host, HW_SPACE_IO, ob_hmp_number(call, "addr") & 0xffff,
                  ob_hmp_number(call, "val"), size);
}
