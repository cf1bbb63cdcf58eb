/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The firmware stand-in when a machine resumes: it writes the last boot's pointers back again. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/machine/parts/fw-cfg.h"
#include "qtest/machine/pci/pci.h"
#include "qtest/tests/machine/firmware/stand-in-bench.h"

#define NOTE 0xf0000u /* the place of the stand-in's record of a boot, for a resume */

static void resume_well(Bench *b)
{
    if (!ob_firmware_resume(b->fixture.host, &b->report, &b->fixture.error)) {
        g_error("%s", b->fixture.text);
    }
}

static void test_resume_writes_again(Bench *b, gconstpointer data)
{
    uint64_t address;

    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    hw_loader_write_pointer(&b->script, BENCH_POINTER, 0, 8, BENCH_BLOB, 0x28);
    boot_well(b);
    address = blob_address(b);
    memset(b->pointer, 0, sizeof(b->pointer));
    resume_well(b);
    g_assert_cmphex(blob_address(b), ==, address);
    g_assert_cmpuint(b->report.written_back, ==, 1);
    g_assert_cmpstr(b->writes->str, ==, "0+8 0+8 ");
}

/* All memory except firmware's own segment belongs to the sleeping system. */
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

/* The guest has written only half of the pointer when it falls asleep. */
static void test_resume_after_partial_write(Bench *b, gconstpointer data)
{
    ObFwCfg *fw_cfg = ob_host_fw_cfg(b->fixture.host);
    uint64_t address;

    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    write_back(b);
    boot_well(b);
    address = blob_address(b);
    g_assert_true(ob_fw_cfg_write(fw_cfg, ob_fw_cfg_key(fw_cfg, BENCH_POINTER), 4, "\1\2\3\4", 4));
    g_assert_cmphex(blob_address(b), !=, address);
    resume_well(b);
    g_assert_cmphex(blob_address(b), ==, address);
}

static void test_resume_without_boot(Bench *b, gconstpointer data)
{
    (void)data;
    resume_refused(b);
    g_assert_cmpstr(b->fixture.text, ==,
                    "the note of the last boot, at 0xf0000, is missing or damaged");
}

/* The pointers of the earlier boot are no longer valid. */
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

/* A change of any byte in the record is found. */
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
    ob_pci_show_ram(ob_host_pci(b->fixture.host));
    ob_host_write(b->fixture.host, NOTE, note, sizeof(note));
}

static void test_resume_with_forged_size(Bench *b, gconstpointer data)
{
    (void)data;
    note_forge(b, 32, ob_fw_cfg_key(ob_host_fw_cfg(b->fixture.host), BENCH_POINTER), 3, 0);
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
    note_forge(b, 32, ob_fw_cfg_key(ob_host_fw_cfg(b->fixture.host), BENCH_POINTER), 8, UINT32_MAX);
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

/* The second pointer can't be written, so the first must be undone. */
static void test_refused_resume_takes_back(Bench *b, gconstpointer data)
{
    const uint64_t key = NOTE + 32, checksum = NOTE + 12;
    uint64_t sum;

    (void)data;
    allocate(b, 64, HW_ACPI_ZONE_HIGH);
    write_back(b);
    write_back(b);
    boot_well(b);
    sum = guest_load(b, checksum, 1) + guest_load(b, key, 1) - 0x19;
    ob_host_store(b->fixture.host, HW_SPACE_MEMORY, key, 0x19, 1);
    ob_host_store(b->fixture.host, HW_SPACE_MEMORY, checksum, sum & 0xff, 1);
    resume_refused(b);
    g_assert_cmpstr(b->fixture.text, ==, "resume: item 0x19 can't be written");
    g_assert_cmphex(blob_address(b), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
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
    BENCH("resume/refused/takes-back-what-it-wrote", "q35", test_refused_resume_takes_back);
    return g_test_run();
}
