/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one place that knows where RAM has its hole below 4 GiB. */
#include "qtest/machine/core/host-internal.h"

/* The rules of QEMU's pc and q35.  On pc the user's size moves the limit; on q35 it is one more limit. */
uint64_t ob_machine_ram_low(const ObMachine *machine, uint64_t size, uint64_t most)
{
    bool moves = most && machine->ram_low_moves;
    uint64_t limit = moves ? most : machine->ram_low_limit;
    uint64_t low = size >= limit ? MIN(limit, machine->ram_low_size) : limit;

    if (!machine->ram_low_limit) {
        return size;
    }
    if (most && !moves) {
        low = MIN(low, most);
    }
    return MIN(low, size);
}

uint64_t ob_host_ram_low(const ObHost *host)
{
    return ob_machine_ram_low(host->machine, host->ram_size, host->ram_low_most);
}
