/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/low-ram.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/log.h"

#include <inttypes.h>

#define MIB  (UINT64_C(1) << 20)
#define GIB  (UINT64_C(1) << 30)
#define PAGE 4096u

uint64_t ob_low_ram_most(const ObOptions *options, const ObMachine *machine)
{
    return machine->has_io_ports ? options->ram_below_4g : 0;
}

/* QEMU's words. */
static void slowness_warn(const ObMachine *machine, uint64_t size, uint64_t most)
{
    uint64_t low = ob_machine_ram_low(machine, size, most);

    if (low % GIB == 0 || size < most) {
        return;
    }
    if (machine->ram_low_moves) {
        ob_report_warning("Large machine and max_ram_below_4g (%" PRIu64
                          ") not a multiple of 1G; possible bad performance.",
                          most);
    } else if (low == most && size - low > low) {
        ob_report_warning("There is possibly poor performance as the ram size  (0x%" PRIx64
                          ") is more then twice the size of max-ram-below-4g (%" PRIu64
                          ") and max-ram-below-4g is not a multiple of 1G.",
                          size, most);
    }
}

bool ob_low_ram_check(const ObOptions *options, const ObMachine *machine, HwError *error)
{
    uint64_t most = ob_low_ram_most(options, machine);

    if (most % PAGE) {
        return hw_error_set(error,
                            "-machine: max-ram-below-4g: %" PRIu64
                            " bytes, expected a multiple of %u",
                            most, PAGE);
    }
    if (options->has_ram_below_4g && machine->has_io_ports && most < MIB) {
        ob_report_warning("Only %" PRIu64 " bytes of RAM below the 4GiB boundary,"
                          "BIOS may not work with less than 1MiB",
                          most);
    }
    if (most) {
        slowness_warn(machine, options->ram_size ? options->ram_size : machine->ram_size, most);
    }
    return true;
}
