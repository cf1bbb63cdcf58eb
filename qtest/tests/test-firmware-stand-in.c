/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firmware stand-in, in process: scripts of the test's own over files of its own. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/ext/acpi.h"
#include "hw-api/host/acpi/tables.h"
#include "qtest/host/acpi.h"
#include "qtest/host/firmware-stand-in.h"
#include "qtest/host/fw-cfg.h"
#include "qtest/tests/gadget.h"

#define BLOB      "etc/blob"            /* 0x2000 bytes */
#define POINTER   "etc/pointer"         /* 8 bytes, guest-writable */
#define BLOB_SIZE 0x2000u
#define NOTE      0xf0000u              /* where the stand-in keeps what a resume needs */
#define GIB       (1024 * MIB)

typedef struct Bench {
    Fixture fixture;
    HwAcpiBuffer script;
    uint8_t blob[BLOB_SIZE];
    uint8_t pointer[8];
    ObFirmwareReport report;
    GString *writes;            /* "0+8 " for each by the guest */
} Bench;

static void pointer_written(void *opaque, uint32_t offset, uint32_t length)
{
    g_string_append_printf(opaque, "%u+%u ", offset, length);
}

static void file_add(Bench *b, const char *name, uint8_t *bytes, uint32_t size, bool writable)
{
    const ObFwCfgFile file = { .name = name, .bytes = bytes, .size = size,
                               .guest_writable = writable, .written = pointer_written,
                               .opaque = b->writes };

    if (!ob_fw_cfg_add(ob_host_fw_cfg(b->fixture.host), &file, &b->fixture.error)) {
        g_error("%s", b->fixture.text);
    }
}

static void bench_set_up(Bench *b, gconstpointer machine)
{
    fixture_set_up(&b->fixture, machine);
    b->writes = g_string_new(NULL);
    for (uint32_t i = 0; i < BLOB_SIZE; i++) {
        b->blob[i] = (uint8_t)(i * 7);
    }
    file_add(b, BLOB, b->blob, BLOB_SIZE, false);
    file_add(b, POINTER, b->pointer, sizeof(b->pointer), true);
}

static void bench_tear_down(Bench *b, gconstpointer data)
{
    fixture_tear_down(&b->fixture, data);
    hw_acpi_buffer_clear(&b->script);
    g_string_free(b->writes, TRUE);
}

static bool boot(Bench *b)
{
    ob_fw_cfg_replace(ob_host_fw_cfg(b->fixture.host), OB_ACPI_LOADER, b->script.bytes,
                      b->script.size);
    return ob_firmware_boot(b->fixture.host, &b->report, &b->fixture.error);
}

static void boot_well(Bench *b)
{
    if (!boot(b)) {
        g_error("%s", b->fixture.text);
    }
}

static void resume_well(Bench *b)
{
    if (!ob_firmware_resume(b->fixture.host, &b->report, &b->fixture.error)) {
        g_error("%s", b->fixture.text);
    }
}

static void allocate(Bench *b, uint32_t alignment, uint32_t zone)
{
    hw_loader_allocate(&b->script, BLOB, alignment, zone);
}

/* Where the blob is, by its address written back. */
static uint64_t blob_address(Bench *b)
{
    return hw_load_le(b->pointer, 8);
}

static void write_back(Bench *b)
{
    hw_loader_write_pointer(&b->script, POINTER, 0, 8, BLOB, 0);
}

static uint64_t guest_load(Bench *b, uint64_t address, uint32_t size)
{
    return ob_host_load(b->fixture.host, HW_SPACE_MEMORY, address, size);
}

/* ---------------------------------------------------------------------- what it does */

static void test_copies_file(Bench *b, gconstpointer data)
{
    g_autofree uint8_t *bytes = g_malloc(BLOB_SIZE);

    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    write_back(b);
    boot_well(b);
    ob_host_read(b->fixture.host, blob_address(b), bytes, BLOB_SIZE);
    g_assert_cmpmem(bytes, BLOB_SIZE, b->blob, BLOB_SIZE);
    g_assert_cmphex(blob_address(b), >=, ob_host_ram_size(b->fixture.host) - MIB);
}

static void test_aligns(Bench *b, gconstpointer data)
{
    uint8_t odd[3] = { 0 };

    (void)data;
    file_add(b, "etc/odd", odd, sizeof(odd), false);
    hw_loader_allocate(&b->script, "etc/odd", 1, HW_ACPI_ZONE_HIGH);
    allocate(b, 4096, HW_ACPI_ZONE_HIGH);
    write_back(b);
    boot_well(b);
    g_assert_cmphex(blob_address(b) % 4096, ==, 0);
}

static void test_segment(Bench *b, gconstpointer data)
{
    (void)data;
    allocate(b, 16, HW_ACPI_ZONE_FSEG);
    write_back(b);
    boot_well(b);
    g_assert_cmphex(blob_address(b), >=, 0xf0000);
    g_assert_cmphex(blob_address(b), <=, 0x100000 - BLOB_SIZE);
    g_assert_cmphex(blob_address(b) % 16, ==, 0);
}

static void test_adds_pointer(Bench *b, gconstpointer data)
{
    (void)data;
    hw_store_le(b->blob + 0x10, 0x123, 4);
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_add_pointer(&b->script, BLOB, 0x10, 4, BLOB);
    write_back(b);
    boot_well(b);
    g_assert_cmphex(guest_load(b, blob_address(b) + 0x10, 4), ==, blob_address(b) + 0x123);
    g_assert_cmphex(guest_load(b, blob_address(b) + 0x14, 1), ==, b->blob[0x14]);
}

static void test_adds_checksum(Bench *b, gconstpointer data)
{
    uint8_t bytes[0x40];
    uint8_t sum = 0;

    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_add_checksum(&b->script, BLOB, 0x29, 0x20, sizeof(bytes));
    write_back(b);
    boot_well(b);
    ob_host_read(b->fixture.host, blob_address(b) + 0x20, bytes, sizeof(bytes));
    for (uint32_t i = 0; i < sizeof(bytes); i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    g_assert_cmphex(sum, ==, 0);        /* whatever was there before, as SeaBIOS has it */
}

static void test_writes_back(Bench *b, gconstpointer data)
{
    uint64_t address;

    (void)data;
    memset(b->pointer, 0xff, sizeof(b->pointer));
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_write_pointer(&b->script, POINTER, 4, 4, BLOB, 0x28);
    boot_well(b);
    address = hw_load_le(b->pointer + 4, 4);
    g_assert_cmphex(address % 64, ==, 0x28);
    g_assert_cmphex(guest_load(b, address, 1), ==, b->blob[0x28]);
    g_assert_cmphex(hw_load_le(b->pointer, 4), ==, 0xffffffff);
    g_assert_cmpstr(b->writes->str, ==, "4+4 ");
}

static void test_skips_unknown(Bench *b, gconstpointer data)
{
    static const uint32_t commands[] = { 0, 5, 0x80000001, UINT32_MAX };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        uint8_t *entry = hw_acpi_buffer_append(&b->script, NULL, HW_LOADER_ENTRY_SIZE);

        memset(entry, 0xff, HW_LOADER_ENTRY_SIZE);
        hw_store_le(entry, commands[i], 4);
    }
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    boot_well(b);
    g_assert_cmpuint(b->report.skipped, ==, 4);
    g_assert_cmpuint(b->report.files, ==, 1);
}

/* A table needs a length that fits and a checksum that is right. */
static void test_opaque(Bench *b, gconstpointer data)
{
    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_store_le(b->blob + 0x10, 0x100, 4);
    hw_loader_add_pointer(&b->script, BLOB, 0x10, 4, BLOB);
    boot_well(b);
    g_assert_cmpuint(b->report.opaque_files, ==, 1);
}

static void test_table_is_not_opaque(Bench *b, gconstpointer data)
{
    (void)data;
    hw_acpi_header_store(b->blob + 0x100, "SSDT", 1, NULL, 0x40);
    hw_store_le(b->blob + 0x10, 0x100, 4);
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_add_pointer(&b->script, BLOB, 0x10, 4, BLOB);
    hw_loader_add_checksum(&b->script, BLOB, 0x109, 0x100, 0x40);
    boot_well(b);
    g_assert_cmpuint(b->report.opaque_files, ==, 0);
}

/* OVMF's rule: what only long pointers lead to may be anywhere. */
static void high_memory(uint32_t pointer_size, bool above)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35",
                                  .ram_size = 4 * GIB };
    ObHost *host = ob_host_new(&config, NULL);
    HwAcpiBuffer script = { 0 };
    uint8_t bytes[64] = { 0 }, pointer[8] = { 0 };
    const ObFwCfgFile blob = { .name = BLOB, .bytes = bytes, .size = sizeof(bytes) };
    const ObFwCfgFile back = { .name = POINTER, .bytes = pointer, .size = 8,
                               .guest_writable = true };

    ob_fw_cfg_add(ob_host_fw_cfg(host), &blob, NULL);
    ob_fw_cfg_add(ob_host_fw_cfg(host), &back, NULL);
    hw_loader_allocate(&script, BLOB, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_add_pointer(&script, BLOB, 0, pointer_size, BLOB);
    hw_loader_write_pointer(&script, POINTER, 0, 8, BLOB, 0);
    ob_fw_cfg_replace(ob_host_fw_cfg(host), OB_ACPI_LOADER, script.bytes, script.size);
    g_assert_true(ob_firmware_boot(host, NULL, NULL));
    g_assert_cmpint(hw_load_le(pointer, 8) >= 4 * GIB, ==, above);
    ob_host_free(host);
    hw_acpi_buffer_clear(&script);
}

static void test_long_pointers_allow_high_memory(void)
{
    high_memory(8, true);
}

static void test_short_pointers_need_low_memory(void)
{
    high_memory(4, false);
}

/* -------------------------------------------------------------------------- resume */

static void test_resume_writes_again(Bench *b, gconstpointer data)
{
    uint64_t address;

    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_write_pointer(&b->script, POINTER, 0, 8, BLOB, 0x28);
    boot_well(b);
    address = blob_address(b);
    memset(b->pointer, 0, sizeof(b->pointer));
    resume_well(b);
    g_assert_cmphex(blob_address(b), ==, address);
    g_assert_cmpuint(b->report.written_back, ==, 1);
    g_assert_cmpstr(b->writes->str, ==, "0+8 0+8 ");
}

/* All but firmware's own segment is the sleeping system's. */
static void test_resume_leaves_memory(Bench *b, gconstpointer data)
{
    const uint64_t size = ob_host_ram_size(b->fixture.host);
    g_autofree uint8_t *before = g_malloc(size);
    g_autofree uint8_t *after = g_malloc(size);

    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    write_back(b);
    boot_well(b);
    ob_host_read(b->fixture.host, 0, before, size);
    resume_well(b);
    ob_host_read(b->fixture.host, 0, after, size);
    g_assert_true(memcmp(before, after, 0xf0000) == 0);
    g_assert_true(memcmp(before + MIB, after + MIB, size - MIB) == 0);
}

static void test_resume_without_pointers(Bench *b, gconstpointer data)
{
    (void)data;
    boot_well(b);
    resume_well(b);
    g_assert_cmpuint(b->report.written_back, ==, 0);
}

/* A guest that is half-way through the pointer when it falls asleep. */
static void test_resume_after_partial_write(Bench *b, gconstpointer data)
{
    ObFwCfg *fw_cfg = ob_host_fw_cfg(b->fixture.host);
    uint64_t address;

    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    write_back(b);
    boot_well(b);
    address = blob_address(b);
    g_assert_true(ob_fw_cfg_write(fw_cfg, ob_fw_cfg_key(fw_cfg, POINTER), 4, "\1\2\3\4", 4));
    g_assert_cmphex(blob_address(b), !=, address);
    resume_well(b);
    g_assert_cmphex(blob_address(b), ==, address);
}

static void resume_refused(Bench *b)
{
    memset(b->pointer, 0, sizeof(b->pointer));
    g_assert_false(ob_firmware_resume(b->fixture.host, &b->report, &b->fixture.error));
    g_assert_cmphex(blob_address(b), ==, 0);
}

static void test_resume_without_boot(Bench *b, gconstpointer data)
{
    (void)data;
    resume_refused(b);
    g_assert_cmpstr(b->fixture.text, ==,
                    "the note of the last boot, at 0xf0000, is missing or damaged");
}

/* The pointers of the boot before it are no longer good. */
static void test_resume_after_refused_boot(Bench *b, gconstpointer data)
{
    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    write_back(b);
    boot_well(b);
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    g_assert_false(boot(b));
    resume_refused(b);
}

/* Each byte of the note counts. */
static void test_resume_with_damaged_note(Bench *b, gconstpointer data)
{
    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    write_back(b);
    boot_well(b);
    for (uint32_t i = 0; i < 32; i++) {
        uint8_t byte = (uint8_t)guest_load(b, NOTE + i, 1);

        ob_host_store(b->fixture.host, HW_SPACE_MEMORY, NOTE + i, byte ^ 0x40, 1);
        resume_refused(b);
        ob_host_store(b->fixture.host, HW_SPACE_MEMORY, NOTE + i, byte, 1);
    }
    resume_well(b);
}

static void note_forge(Bench *b, uint32_t length, uint16_t key, uint8_t size, uint32_t offset)
{
    uint8_t note[32] = "OB S3   ";
    uint8_t sum = 0;

    hw_store_le(note + 8, length, 4);
    hw_store_le(note + 16, key, 2);
    note[18] = size;
    hw_store_le(note + 20, offset, 4);
    hw_store_le(note + 24, 0x1122334455667788, 8);
    for (uint32_t i = 0; i < sizeof(note); i++) {
        sum = (uint8_t)(sum + note[i]);
    }
    note[12] = (uint8_t)-sum;
    ob_host_write(b->fixture.host, NOTE, note, sizeof(note));
}

static void test_resume_with_forged_size(Bench *b, gconstpointer data)
{
    (void)data;
    note_forge(b, 32, ob_fw_cfg_key(ob_host_fw_cfg(b->fixture.host), POINTER), 3, 0);
    resume_refused(b);
}

static void test_resume_with_forged_length(Bench *b, gconstpointer data)
{
    static const uint32_t lengths[] = { 0, 15, 31, 0x801, 0x7fffffff, UINT32_MAX };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        note_forge(b, lengths[i], 0x20, 8, 0);
        resume_refused(b);
    }
}

static void test_resume_with_forged_offset(Bench *b, gconstpointer data)
{
    (void)data;
    note_forge(b, 32, ob_fw_cfg_key(ob_host_fw_cfg(b->fixture.host), POINTER), 8, UINT32_MAX);
    resume_refused(b);
    g_assert_nonnull(strstr(b->fixture.text, "can't be written"));
}

static void test_resume_with_forged_key(Bench *b, gconstpointer data)
{
    static const uint16_t keys[] = { 0x0, 0x19, 0x3fff, 0xffff };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        note_forge(b, 32, keys[i], 8, 0);
        resume_refused(b);
    }
}

/* ------------------------------------------------------------------------ refusals */

typedef struct Refusal {
    const char *name;
    void (*script)(Bench *b);
    const char *sentence;
} Refusal;

/* Behind a good start, the last of which must be undone. */
#define SCRIPT(name_, ...)                        \
    static void name_(Bench *b)                   \
    {                                             \
        allocate(b, 64, HW_ACPI_ZONE_HIGH);       \
        write_back(b);                            \
        __VA_ARGS__;                              \
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
SCRIPT(allocate_alignment_0, hw_loader_allocate(S, POINTER, 0, 1))
SCRIPT(allocate_alignment_24, hw_loader_allocate(S, POINTER, 24, 1))
SCRIPT(allocate_alignment_8192, hw_loader_allocate(S, POINTER, 8192, 1))
SCRIPT(allocate_alignment_large, hw_loader_allocate(S, POINTER, 0x80000000, 1))
SCRIPT(allocate_zone_0, hw_loader_allocate(S, POINTER, 8, 0))
SCRIPT(allocate_zone_3, hw_loader_allocate(S, POINTER, 8, 3))
SCRIPT(allocate_too_large, hw_loader_allocate(S, "etc/huge", 8, 1))
SCRIPT(allocate_too_large_for_segment, hw_loader_allocate(S, "etc/big", 8, 2))
SCRIPT(pointer_not_allocated, hw_loader_add_pointer(S, POINTER, 0, 4, BLOB))
SCRIPT(pointer_source_not_allocated, hw_loader_add_pointer(S, BLOB, 0, 4, POINTER))
SCRIPT(pointer_endless, hw_loader_add_pointer(S, BLOB, 0, 4, BLOB);
       endless_name(b, HW_LOADER_FILE))
SCRIPT(pointer_source_endless, hw_loader_add_pointer(S, BLOB, 0, 4, BLOB);
       endless_name(b, HW_LOADER_SOURCE))
SCRIPT(pointer_size_0, hw_loader_add_pointer(S, BLOB, 0, 0, BLOB))
SCRIPT(pointer_size_3, hw_loader_add_pointer(S, BLOB, 0, 3, BLOB))
SCRIPT(pointer_size_16, hw_loader_add_pointer(S, BLOB, 0, 16, BLOB))
SCRIPT(pointer_end, hw_loader_add_pointer(S, BLOB, 0x1ffd, 4, BLOB))
SCRIPT(pointer_wraps, hw_loader_add_pointer(S, BLOB, UINT32_MAX, 4, BLOB))
SCRIPT(pointer_value, hw_store_le(b->blob, 0x2000, 4);
       hw_loader_add_pointer(S, BLOB, 0, 4, BLOB))
SCRIPT(pointer_narrow, b->blob[0] = 0; hw_loader_add_pointer(S, BLOB, 0, 1, BLOB))
SCRIPT(checksum_not_allocated, hw_loader_add_checksum(S, POINTER, 0, 0, 8))
SCRIPT(checksum_endless, hw_loader_add_checksum(S, BLOB, 0, 0, 8);
       endless_name(b, HW_LOADER_FILE))
SCRIPT(checksum_place, hw_loader_add_checksum(S, BLOB, 0x2000, 0, 8))
SCRIPT(checksum_start, hw_loader_add_checksum(S, BLOB, 0, 0x2001, 0))
SCRIPT(checksum_length, hw_loader_add_checksum(S, BLOB, 0, 1, 0x2000))
SCRIPT(checksum_wraps, hw_loader_add_checksum(S, BLOB, 0, 0x10, UINT32_MAX))
SCRIPT(write_unknown, hw_loader_write_pointer(S, "etc/none", 0, 8, BLOB, 0))
SCRIPT(write_endless, hw_loader_write_pointer(S, POINTER, 0, 8, BLOB, 0);
       endless_name(b, HW_LOADER_FILE))
SCRIPT(write_read_only, hw_loader_write_pointer(S, BLOB, 0, 8, BLOB, 0))
SCRIPT(write_not_allocated, hw_loader_write_pointer(S, POINTER, 0, 8, POINTER, 0))
SCRIPT(write_size_3, hw_loader_write_pointer(S, POINTER, 0, 3, BLOB, 0))
SCRIPT(write_end, hw_loader_write_pointer(S, POINTER, 1, 8, BLOB, 0))
SCRIPT(write_wraps, hw_loader_write_pointer(S, POINTER, UINT32_MAX, 8, BLOB, 0))
SCRIPT(write_source, hw_loader_write_pointer(S, POINTER, 0, 8, BLOB, 0x2000))
SCRIPT(write_narrow, hw_loader_write_pointer(S, POINTER, 0, 2, BLOB, 0))
SCRIPT(write_many, for (int i = 0; i < 64; i++) { write_back(b); })

#define COMMAND(number, text) "loader script: command " #number ", " text
#define OUTSIDE "lie outside of file 'etc/blob', which has 0x2000"

static const Refusal refusals[] = {
    { "allocate/unknown-file", allocate_unknown,
      COMMAND(2, "ALLOCATE: there is no file 'etc/none'") },
    { "allocate/empty-name", allocate_empty, COMMAND(2, "ALLOCATE: there is no file ''") },
    { "allocate/name-without-end", allocate_endless,
      COMMAND(2, "ALLOCATE: a file's name has no end, expected at most 55 characters") },
    { "allocate/twice", allocate_twice,
      COMMAND(2, "ALLOCATE: file 'etc/blob' is allocated already") },
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

/* Nothing is left: the pointer that was written back reads zero, no note of it is there. */
static void test_refusal(gconstpointer data)
{
    const Refusal *refusal = data;
    Bench bench = { 0 };
    Bench *b = &bench;

    bench_set_up(b, "q35");
    file_add(b, "etc/huge", NULL, UINT32_MAX, false);
    file_add(b, "etc/big", NULL, 0x20000, false);
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

static void test_script_empty(Bench *b, gconstpointer data)
{
    (void)data;
    boot_well(b);
    g_assert_cmpuint(b->report.files, ==, 0);
    g_assert_cmphex(b->report.rsdp, ==, 0);
}

static void test_machine_without_fw_cfg(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "none",
                                  .ram_size = 16 * MIB };
    ObHost *host = ob_host_new(&config, NULL);
    char text[256];
    HwError error = { text, sizeof(text), 0 };

    g_assert_false(ob_firmware_boot(host, NULL, &error));
    g_assert_cmpstr(text, ==, "fw_cfg: there is no DMA register, expected one that reads "
                    "'QEMU CFG'");
    ob_host_free(host);
}

static void test_machine_with_little_memory(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35",
                                  .ram_size = MIB };
    ObHost *host = ob_host_new(&config, NULL);
    char text[256];
    HwError error = { text, sizeof(text), 0 };

    g_assert_false(ob_firmware_boot(host, NULL, &error));
    g_assert_cmpstr(text, ==, "RAM: 1048576 bytes are too few, expected 2 MiB or more");
    ob_host_free(host);
}

#define BENCH(path, machine, function) \
    g_test_add("/firmware-stand-in/" path, Bench, machine, bench_set_up, function, \
               bench_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    BENCH("allocate/copies-the-file-to-the-top-of-memory", "q35", test_copies_file);
    BENCH("allocate/aligns", "q35", test_aligns);
    BENCH("allocate/has-a-segment-below-1-mib", "q35", test_segment);
    g_test_add_func("/firmware-stand-in/allocate/long-pointers-allow-memory-above-4-gib",
                    test_long_pointers_allow_high_memory);
    g_test_add_func("/firmware-stand-in/allocate/short-pointers-need-memory-below-4-gib",
                    test_short_pointers_need_low_memory);
    BENCH("add-pointer/adds-the-address", "q35", test_adds_pointer);
    BENCH("add-checksum/makes-the-sum-zero", "q35", test_adds_checksum);
    BENCH("write-pointer/writes-to-fw-cfg", "q35", test_writes_back);
    BENCH("unknown-commands-are-skipped", "q35", test_skips_unknown);
    BENCH("opaque/what-is-no-table", "q35", test_opaque);
    BENCH("opaque/not-a-table", "q35", test_table_is_not_opaque);
    BENCH("resume/writes-back-again", "q35", test_resume_writes_again);
    BENCH("resume/leaves-memory-alone", "q35", test_resume_leaves_memory);
    BENCH("resume/of-a-boot-without-pointers", "q35", test_resume_without_pointers);
    BENCH("resume/refused/without-a-boot", "q35", test_resume_without_boot);
    BENCH("resume/after-a-partial-write", "q35", test_resume_after_partial_write);
    BENCH("resume/refused/after-a-refused-boot", "q35", test_resume_after_refused_boot);
    BENCH("resume/refused/damaged-note", "q35", test_resume_with_damaged_note);
    BENCH("resume/refused/forged-size", "q35", test_resume_with_forged_size);
    BENCH("resume/refused/forged-length", "q35", test_resume_with_forged_length);
    BENCH("resume/refused/forged-offset", "q35", test_resume_with_forged_offset);
    BENCH("resume/refused/forged-key", "q35", test_resume_with_forged_key);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strdup_printf("/firmware-stand-in/refused/%s",
                                                refusals[i].name);

        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    BENCH("refused/script/cut", "q35", test_script_cut);
    BENCH("refused/script/too-large", "q35", test_script_too_large);
    BENCH("script/empty", "q35", test_script_empty);
    g_test_add_func("/firmware-stand-in/refused/machine-without-fw-cfg",
                    test_machine_without_fw_cfg);
    g_test_add_func("/firmware-stand-in/refused/machine-with-little-memory",
                    test_machine_with_little_memory);
    return g_test_run();
}
