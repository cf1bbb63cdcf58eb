/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loader scripts and machines that the firmware stand-in refuses, each with a sentence. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/board.h"
#include "qtest/tests/machine/firmware/stand-in-bench.h"

typedef struct Refusal {
    const char *name;
    void (*script)(Bench *b);
    const char *sentence;
} Refusal;

/* The bad command follows good commands, the last of which must be undone. */
#define SCRIPT(name_, ...)                  \
    static void name_(Bench *b)             \
    {                                       \
        allocate(b, 64, HW_ACPI_ZONE_HIGH); \
        write_back(b);                      \
        __VA_ARGS__;                        \
    }
#define S (&b->script)

static void endless_name(Bench *b, uint32_t place)
{
    memset(b->script.bytes + b->script.size - HW_LOADER_ENTRY_SIZE + place, 'x',
           HW_LOADER_NAME_SIZE);
}

SCRIPT(allocate_unknown, hw_loader_allocate(S, "etc/none", 64, 1))
SCRIPT(allocate_empty, hw_loader_allocate(S, "", 64, 1))
SCRIPT(allocate_endless, allocate(b, 64, 1); endless_name(b, HW_LOADER_FILE))
SCRIPT(allocate_twice, allocate(b, 64, 1))
SCRIPT(allocate_alignment_0, hw_loader_allocate(S, BENCH_POINTER, 0, 1))
SCRIPT(allocate_alignment_24, hw_loader_allocate(S, BENCH_POINTER, 24, 1))
SCRIPT(allocate_alignment_8192, hw_loader_allocate(S, BENCH_POINTER, 8192, 1))
SCRIPT(allocate_alignment_large, hw_loader_allocate(S, BENCH_POINTER, 0x80000000, 1))
SCRIPT(allocate_zone_0, hw_loader_allocate(S, BENCH_POINTER, 8, 0))
SCRIPT(allocate_zone_3, hw_loader_allocate(S, BENCH_POINTER, 8, 3))
SCRIPT(allocate_too_large, hw_loader_allocate(S, "etc/huge", 8, 1))
SCRIPT(allocate_too_large_for_segment, hw_loader_allocate(S, "etc/big", 8, 2))
SCRIPT(pointer_not_allocated, hw_loader_add_pointer(S, BENCH_POINTER, 0, 4, BENCH_BLOB))
SCRIPT(pointer_source_not_allocated, hw_loader_add_pointer(S, BENCH_BLOB, 0, 4, BENCH_POINTER))
SCRIPT(pointer_endless, hw_loader_add_pointer(S, BENCH_BLOB, 0, 4, BENCH_BLOB);
       endless_name(b, HW_LOADER_FILE))
SCRIPT(pointer_source_endless, hw_loader_add_pointer(S, BENCH_BLOB, 0, 4, BENCH_BLOB);
       endless_name(b, HW_LOADER_SOURCE))
SCRIPT(pointer_size_0, hw_loader_add_pointer(S, BENCH_BLOB, 0, 0, BENCH_BLOB))
SCRIPT(pointer_size_3, hw_loader_add_pointer(S, BENCH_BLOB, 0, 3, BENCH_BLOB))
SCRIPT(pointer_size_16, hw_loader_add_pointer(S, BENCH_BLOB, 0, 16, BENCH_BLOB))
SCRIPT(pointer_end, hw_loader_add_pointer(S, BENCH_BLOB, 0x1ffd, 4, BENCH_BLOB))
SCRIPT(pointer_wraps, hw_loader_add_pointer(S, BENCH_BLOB, UINT32_MAX, 4, BENCH_BLOB))
SCRIPT(pointer_value, hw_store_le(b->blob, 0x2000, 4);
       hw_loader_add_pointer(S, BENCH_BLOB, 0, 4, BENCH_BLOB))
SCRIPT(pointer_narrow, b->blob[0] = 0; hw_loader_add_pointer(S, BENCH_BLOB, 0, 1, BENCH_BLOB))
SCRIPT(checksum_not_allocated, hw_loader_add_checksum(S, BENCH_POINTER, 0, 0, 8))
SCRIPT(checksum_endless, hw_loader_add_checksum(S, BENCH_BLOB, 0, 0, 8);
       endless_name(b, HW_LOADER_FILE))
SCRIPT(checksum_place, hw_loader_add_checksum(S, BENCH_BLOB, 0x2000, 0, 8))
SCRIPT(checksum_start, hw_loader_add_checksum(S, BENCH_BLOB, 0, 0x2001, 0))
SCRIPT(checksum_length, hw_loader_add_checksum(S, BENCH_BLOB, 0, 1, 0x2000))
SCRIPT(checksum_wraps, hw_loader_add_checksum(S, BENCH_BLOB, 0, 0x10, UINT32_MAX))
SCRIPT(write_unknown, hw_loader_write_pointer(S, "etc/none", 0, 8, BENCH_BLOB, 0))
SCRIPT(write_endless, hw_loader_write_pointer(S, BENCH_POINTER, 0, 8, BENCH_BLOB, 0);
       endless_name(b, HW_LOADER_FILE))
SCRIPT(write_read_only, hw_loader_write_pointer(S, BENCH_BLOB, 0, 8, BENCH_BLOB, 0))
SCRIPT(write_not_allocated, hw_loader_write_pointer(S, BENCH_POINTER, 0, 8, BENCH_POINTER, 0))
SCRIPT(write_size_3, hw_loader_write_pointer(S, BENCH_POINTER, 0, 3, BENCH_BLOB, 0))
SCRIPT(write_end, hw_loader_write_pointer(S, BENCH_POINTER, 1, 8, BENCH_BLOB, 0))
SCRIPT(write_wraps, hw_loader_write_pointer(S, BENCH_POINTER, UINT32_MAX, 8, BENCH_BLOB, 0))
SCRIPT(write_source, hw_loader_write_pointer(S, BENCH_POINTER, 0, 8, BENCH_BLOB, 0x2000))
SCRIPT(write_narrow, hw_loader_write_pointer(S, BENCH_POINTER, 0, 2, BENCH_BLOB, 0))
SCRIPT(
    write_many, for (int i = 0; i < 64; i++) { write_back(b); })

#define COMMAND(number, text) "loader script: command " #number ", " text
#define OUTSIDE               "lie outside of file 'etc/blob', which has 0x2000"

static const Refusal refusals[] = {
    { "allocate/unknown-file", allocate_unknown,
      COMMAND(2, "ALLOCATE: there is no file 'etc/none'") },
    { "allocate/empty-name", allocate_empty, COMMAND(2, "ALLOCATE: there is no file ''") },
    { "allocate/name-without-end", allocate_endless,
      COMMAND(2, "ALLOCATE: a file's name has no end, expected at most 55 characters") },
    { "allocate/twice", allocate_twice,
      COMMAND(2, "ALLOCATE: file 'etc/blob' is already allocated") },
    { "allocate/alignment-0", allocate_alignment_0,
      COMMAND(2, "ALLOCATE: alignment is 0, expected a power of two up to 4096") },
    { "allocate/alignment-24", allocate_alignment_24,
      COMMAND(2, "ALLOCATE: alignment is 24, expected a power of two up to 4096") },
    { "allocate/alignment-over-a-page", allocate_alignment_8192,
      COMMAND(2, "ALLOCATE: alignment is 8192, expected a power of two up to 4096") },
    { "allocate/alignment-of-2-gib", allocate_alignment_large,
      COMMAND(2, "ALLOCATE: alignment is 2147483648, expected a power of two up to 4096") },
    { "allocate/zone-0", allocate_zone_0, COMMAND(2, "ALLOCATE: zone is 0, expected 1 or 2") },
    { "allocate/zone-3", allocate_zone_3, COMMAND(2, "ALLOCATE: zone is 3, expected 1 or 2") },
    { "allocate/file-larger-than-memory", allocate_too_large,
      COMMAND(2, "ALLOCATE: file 'etc/huge' has 0xffffffff bytes, for which there is no room") },
    { "allocate/file-larger-than-the-segment", allocate_too_large_for_segment,
      COMMAND(2, "ALLOCATE: file 'etc/big' has 0x20000 bytes, for which there is no room") },
    { "add-pointer/file-not-allocated", pointer_not_allocated,
      COMMAND(2, "ADD_POINTER: file 'etc/pointer' is not allocated") },
    { "add-pointer/source-not-allocated", pointer_source_not_allocated,
      COMMAND(2, "ADD_POINTER: file 'etc/pointer' is not allocated") },
    { "add-pointer/name-without-end", pointer_endless,
      COMMAND(2, "ADD_POINTER: a file's name has no end, expected at most 55 characters") },
    { "add-pointer/source-without-end", pointer_source_endless,
      COMMAND(2, "ADD_POINTER: a file's name has no end, expected at most 55 characters") },
    { "add-pointer/size-0", pointer_size_0,
      COMMAND(2, "ADD_POINTER: size is 0, expected 1, 2, 4 or 8") },
    { "add-pointer/size-3", pointer_size_3,
      COMMAND(2, "ADD_POINTER: size is 3, expected 1, 2, 4 or 8") },
    { "add-pointer/size-16", pointer_size_16,
      COMMAND(2, "ADD_POINTER: size is 16, expected 1, 2, 4 or 8") },
    { "add-pointer/past-the-end", pointer_end,
      COMMAND(2, "ADD_POINTER: pointer: 4 bytes at offset 0x1ffd " OUTSIDE) },
    { "add-pointer/offset-that-wraps", pointer_wraps,
      COMMAND(2, "ADD_POINTER: pointer: 4 bytes at offset 0xffffffff " OUTSIDE) },
    { "add-pointer/value-outside-of-the-source", pointer_value,
      COMMAND(2, "ADD_POINTER: pointee: 1 bytes at offset 0x2000 " OUTSIDE) },
    { "add-pointer/address-that-does-not-fit", pointer_narrow,
      COMMAND(2, "ADD_POINTER: address 0x7ffe000 does not fit in 1 bytes") },
    { "add-checksum/file-not-allocated", checksum_not_allocated,
      COMMAND(2, "ADD_CHECKSUM: file 'etc/pointer' is not allocated") },
    { "add-checksum/name-without-end", checksum_endless,
      COMMAND(2, "ADD_CHECKSUM: a file's name has no end, expected at most 55 characters") },
    { "add-checksum/place-past-the-end", checksum_place,
      COMMAND(2, "ADD_CHECKSUM: checksum: 1 bytes at offset 0x2000 " OUTSIDE) },
    { "add-checksum/start-past-the-end", checksum_start,
      COMMAND(2, "ADD_CHECKSUM: sum: 0 bytes at offset 0x2001 " OUTSIDE) },
    { "add-checksum/length-past-the-end", checksum_length,
      COMMAND(2, "ADD_CHECKSUM: sum: 8192 bytes at offset 0x1 " OUTSIDE) },
    { "add-checksum/length-that-wraps", checksum_wraps,
      COMMAND(2, "ADD_CHECKSUM: sum: 4294967295 bytes at offset 0x10 " OUTSIDE) },
    { "write-pointer/unknown-file", write_unknown,
      COMMAND(2, "WRITE_POINTER: there is no file 'etc/none'") },
    { "write-pointer/name-without-end", write_endless,
      COMMAND(2, "WRITE_POINTER: a file's name has no end, expected at most 55 characters") },
    { "write-pointer/read-only-file", write_read_only,
      COMMAND(2, "WRITE_POINTER: file 'etc/blob' can't be written") },
    { "write-pointer/source-not-allocated", write_not_allocated,
      COMMAND(2, "WRITE_POINTER: file 'etc/pointer' is not allocated") },
    { "write-pointer/size-3", write_size_3,
      COMMAND(2, "WRITE_POINTER: size is 3, expected 1, 2, 4 or 8") },
    { "write-pointer/past-the-end", write_end,
      COMMAND(2, "WRITE_POINTER: pointer: 8 bytes at offset 0x1 lie outside of file "
                 "'etc/pointer', which has 0x8") },
    { "write-pointer/offset-that-wraps", write_wraps,
      COMMAND(2, "WRITE_POINTER: pointer: 8 bytes at offset 0xffffffff lie outside of file "
                 "'etc/pointer', which has 0x8") },
    { "write-pointer/source-offset-past-the-end", write_source,
      COMMAND(2, "WRITE_POINTER: pointee: 1 bytes at offset 0x2000 " OUTSIDE) },
    { "write-pointer/address-that-does-not-fit", write_narrow,
      COMMAND(2, "WRITE_POINTER: address 0x7ffe000 does not fit in 2 bytes") },
    { "write-pointer/too-many", write_many,
      COMMAND(65, "WRITE_POINTER: too many pointers, expected at most 64") },
};

/* Nothing is left: the written-back pointer reads zero, and no record of the boot exists. */
static void test_refusal(gconstpointer data)
{
    const Refusal *refusal = data;
    Bench bench = { 0 };
    Bench *b = &bench;

    bench_set_up(b, "q35");
    bench_file_add(b, "etc/huge", NULL, UINT32_MAX, false);
    bench_file_add(b, "etc/big", NULL, 0x20000, false);
    refusal->script(b);
    g_assert_false(boot(b));
    g_assert_cmpstr(b->fixture.text, ==, refusal->sentence);
    g_assert_cmphex(blob_address(b), ==, 0);
    g_assert_cmphex(b->report.rsdp, ==, 0);
    resume_refused(b);
    bench_tear_down(b, NULL);
}

static void script_refused(Bench *b, const char *sentence)
{
    g_assert_false(boot(b));
    g_assert_cmpstr(b->fixture.text, ==, sentence);
}

static void test_script_cut(Bench *b, gconstpointer data)
{
    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    b->script.size--;
    script_refused(b, "fw_cfg: file 'etc/table-loader' has 127 bytes, expected a multiple of 128 "
                      "up to 1048576");
}

static void test_script_too_large(Bench *b, gconstpointer data)
{
    (void)data;
    hw_acpi_buffer_append(&b->script, NULL, (1u << 20) + HW_LOADER_ENTRY_SIZE);
    script_refused(b, "fw_cfg: file 'etc/table-loader' has 1048704 bytes, expected a multiple of "
                      "128 up to 1048576");
}

static void test_machine_without_fw_cfg(void)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "none",
                                  .ram_size = 16 * MIB };
    ObHost *host = ob_host_new(&config, NULL);
    HW_ERROR(error, 256);

    g_assert_false(ob_firmware_boot(host, NULL, &error));
    g_assert_cmpstr(error.text, ==,
                    "fw_cfg: there is no DMA register, expected a register that "
                    "reads 'QEMU CFG'");
    ob_host_free(host);
}

static void test_machine_with_little_memory(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .ram_size = MIB };
    ObHost *host = ob_host_new(&config, NULL);
    HW_ERROR(error, 256);

    g_assert_false(ob_firmware_boot(host, NULL, &error));
    g_assert_cmpstr(error.text, ==, "RAM: 1048576 bytes are too few, expected at least 2 MiB");
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strdup_printf("/firmware-stand-in/refused/%s", refusals[i].name);

        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    BENCH("refused/script/cut", "q35", test_script_cut);
    BENCH("refused/script/too-large", "q35", test_script_too_large);
    g_test_add_func("/firmware-stand-in/refused/machine-without-fw-cfg",
                    test_machine_without_fw_cfg);
    g_test_add_func("/firmware-stand-in/refused/machine-with-little-memory",
                    test_machine_with_little_memory);
    return g_test_run();
}
