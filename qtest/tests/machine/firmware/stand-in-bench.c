/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/machine/firmware/stand-in-bench.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/parts/fw-cfg.h"

static void pointer_written(void *opaque, uint32_t offset, uint32_t length)
{
    g_string_append_printf(opaque, "%u+%u ", offset, length);
}

void bench_file_add(Bench *b, const char *name, uint8_t *bytes, uint32_t size, bool writable)
{
    const ObFwCfgFile file = { .name = name,
                               .bytes = bytes,
                               .size = size,
                               .guest_writable = writable,
                               .written = pointer_written,
                               .opaque = b->writes };

    if (!ob_fw_cfg_add(ob_host_fw_cfg(b->fixture.host), &file, &b->fixture.error)) {
        g_error("%s", b->fixture.text);
    }
}

void bench_set_up(Bench *b, gconstpointer machine)
{
    gadget_set_up(&b->fixture, machine);
    b->writes = g_string_new(NULL);
    for (uint32_t i = 0; i < BENCH_BLOB_SIZE; i++) {
        b->blob[i] = (uint8_t)(i * 7);
    }
    bench_file_add(b, BENCH_BLOB, b->blob, BENCH_BLOB_SIZE, false);
    bench_file_add(b, BENCH_POINTER, b->pointer, sizeof(b->pointer), true);
}

void bench_tear_down(Bench *b, gconstpointer data)
{
    gadget_tear_down(&b->fixture, data);
    hw_acpi_buffer_clear(&b->script);
    g_string_free(b->writes, TRUE);
}

bool boot(Bench *b)
{
    ob_fw_cfg_replace(ob_host_fw_cfg(b->fixture.host), OB_ACPI_LOADER, b->script.bytes,
                      b->script.size);
    return ob_firmware_boot(b->fixture.host, &b->report, &b->fixture.error);
}

void boot_well(Bench *b)
{
    if (!boot(b)) {
        g_error("%s", b->fixture.text);
    }
}

void allocate(Bench *b, uint32_t alignment, uint32_t zone)
{
    hw_loader_allocate(&b->script, BENCH_BLOB, alignment, zone);
}

uint64_t blob_address(Bench *b)
{
    return hw_load_le(b->pointer, 8);
}

void write_back(Bench *b)
{
    hw_loader_write_pointer(&b->script, BENCH_POINTER, 0, 8, BENCH_BLOB, 0);
}

uint64_t guest_load(Bench *b, uint64_t address, uint32_t size)
{
    return ob_host_load(b->fixture.host, HW_SPACE_MEMORY, address, size);
}

void resume_refused(Bench *b)
{
    memset(b->pointer, 0, sizeof(b->pointer));
    g_assert_false(ob_firmware_resume(b->fixture.host, &b->report, &b->fixture.error));
    g_assert_cmphex(blob_address(b), ==, 0);
}
