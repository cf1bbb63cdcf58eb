/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recordings of devices in process, and their replay. */
#include <stdio.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/device/error.h"
#include "hw-api/host/recording/entries.h"
#include "hw-api/host/run/property.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/tests/replay/lantern.h"
#include "qtest/tests/replay/recorded.h"

static void lantern_record(Recorded *r)
{
    recorded_begin(r, "OB_LANTERN");
    recorded_lantern(r);
    recorded_end(r);
}

static void test_same(void)
{
    Recorded r;
    ObReplayResult result;

    lantern_record(&r);
    g_assert_cmpint(recorded_replay(&r, "OB_LANTERN", &result), ==, OB_REPLAY_SAME);
    g_assert_cmpstr(result.text, ==, "");
    g_assert_cmpstr(result.note, ==, "");
    g_assert_cmpuint(result.reads, ==, 4);
    g_assert_cmpuint(result.writes, ==, 5);
    recorded_clear(&r);
}

/* ---------------------------------------------------------------- planted faults */

typedef struct Planted {
    const char *path;
    uint32_t fault;
    const char *words;
} Planted;

static const Planted planted[] = {
    { "/replay/differs/answer", LANTERN_ANSWERS,
      "lantern OIL -> 0x12340010; in the recording lantern OIL -> 0x12340000" },
    { "/replay/differs/bytes-stored", LANTERN_STORES_OTHER_BYTES,
      "lantern stores to memory 0x10008: byte 0x2 is 0x60, 0x61 in the recording" },
    { "/replay/differs/address-stored-to", LANTERN_STORES_ELSEWHERE,
      "lantern stores to memory 0x10010; in the recording lantern stores to memory 0x10008" },
    { "/replay/differs/call-missing", LANTERN_READS_NOTHING,
      "lantern stores to memory 0x10008; in the recording lantern loads from memory 0x10000 0x8" },
    { "/replay/differs/memory", LANTERN_BURNS_MORE,
      "lantern changes its memory wick+0x20: byte 0x0 is 0x79, 0x78 in the recording" },
    { "/replay/differs/deadline", LANTERN_IS_LATE,
      "lantern sets timer 0x0 0x3e9; in the recording lantern sets timer 0x0 0x3e8" },
    { "/replay/differs/line-missing", LANTERN_IS_QUIET,
      "lantern returns; in the recording lantern sets interrupt line 0x5 0x1" },
    { "/replay/differs/line-too-many", LANTERN_IS_LOUD,
      "lantern sets interrupt line 0x6 0x0; in the recording lantern returns" },
    { "/replay/differs/result-of-a-property", LANTERN_REFUSES,
      "lantern: 'has a property set' has the result 0, in the recording 1" },
};

static char *set_of(uint32_t fault)
{
    return g_strdup_printf("%s-%u.so", g_getenv("OB_LANTERNS"), fault);
}

static void test_planted(gconstpointer data)
{
    const Planted *row = data;
    g_autofree char *set = set_of(row->fault);
    Recorded r;

    lantern_record(&r);
    recorded_assert(&r, set, OB_REPLAY_DIFFERS, row->words);
    recorded_clear(&r);
}

/* An access of eight bytes that differs is told as it was made. */
static void test_entry_has_a_number(void)
{
    g_autofree char *set = set_of(LANTERN_ANSWERS);
    Recorded r;

    lantern_record(&r);
    recorded_assert(&r, set, OB_REPLAY_DIFFERS, "entry ");
    recorded_clear(&r);
}

/* ---------------------------------------------------------------------- refusals */

static void test_other_plugin(void)
{
    Recorded r;

    lantern_record(&r);
    recorded_assert(&r, "OUTBOARD_SET", OB_REPLAY_TROUBLE,
                    "the recording is of the plugin 'lantern', expected 'outboard-devices'");
    recorded_clear(&r);
}

static void test_other_version(void)
{
    Recorded r;
    ObReplayResult result;

    lantern_record(&r);
    g_assert_cmpint(recorded_replay(&r, "OB_LANTERN_NEXT", &result), ==, OB_REPLAY_SAME);
    g_assert_cmpstr(result.note, ==, "the recording is of version 1.0 of the plugin, this is 1.1");
    recorded_clear(&r);
}

static void test_other_size(void)
{
    Recorded r;

    lantern_record(&r);
    recorded_assert(&r, "OB_LANTERN_LARGE", OB_REPLAY_TROUBLE,
                    "'lantern' has no region 'mmio' of 4096 bytes there");
    recorded_clear(&r);
}

static void test_other_property(void)
{
    g_autofree char *set = set_of(LANTERN_HAS_NO_COLOUR);
    Recorded r;

    lantern_record(&r);
    recorded_assert(&r, set, OB_REPLAY_TROUBLE, "no property 'colour'");
    recorded_clear(&r);
}

static void test_foreign(void)
{
    Recorded r;

    lantern_record(&r);
    g_assert_true(g_file_set_contents(r.path, "# lab: script 1\n", -1, NULL));
    recorded_assert(&r, "OB_LANTERN", OB_REPLAY_TROUBLE,
                    "not a recording, expected a file of record=FILE");
    recorded_store(&r, (const uint8_t *)"outboard recording 2\n", 21);
    recorded_assert(&r, "OB_LANTERN", OB_REPLAY_TROUBLE,
                    "the recording has another version of the format, expected 1");
    recorded_clear(&r);
}

static void test_not_there(void)
{
    Recorded r = { .path = (char *)"/not-there/r.rec" };

    recorded_assert(&r, "OB_LANTERN", OB_REPLAY_TROUBLE, "No such file or directory");
    ob_replay_set_free(r.set);
}

/* Without the sync of g_file_set_contents(), which would take seconds in a loop. */
static void file_store(const Recorded *r, const char *bytes, size_t size)
{
    FILE *file;

    g_unlink(r->path); /* ext4 syncs a file that is cut to nothing and written again */
    file = fopen(r->path, "wb");
    g_assert_nonnull(file);
    g_assert_cmpuint(fwrite(bytes, 1, size, file), ==, size);
    g_assert_cmpint(fclose(file), ==, 0);
}

/* The file has each shorter length, packed and unpacked.  No part is played. */
static void test_truncated(void)
{
    g_autofree char *packed = NULL;
    g_autofree uint8_t *bytes = NULL;
    size_t size, packed_size;
    Recorded r;

    lantern_record(&r);
    g_assert_true(g_file_get_contents(r.path, &packed, &packed_size, NULL));
    bytes = recorded_bytes(&r, &size);
    for (size_t i = 21; i < size; i++) {
        recorded_store(&r, bytes, i);
        recorded_assert(&r, "OB_LANTERN", OB_REPLAY_TROUBLE, "truncated after entry ");
    }
    for (size_t i = 64; i < packed_size; i++) {
        file_store(&r, packed, i);
        recorded_assert(&r, "OB_LANTERN", OB_REPLAY_TROUBLE,
                        i > packed_size / 2 ? "truncated after entry " : "");
    }
    recorded_clear(&r);
}

static void test_longer(void)
{
    g_autofree uint8_t *bytes = NULL;
    size_t size;
    Recorded r;

    lantern_record(&r);
    bytes = recorded_bytes(&r, &size);
    bytes[size] = 1;
    recorded_store(&r, bytes, size + 1);
    recorded_assert(&r, "OB_LANTERN", OB_REPLAY_TROUBLE,
                    "the recording has bytes after its end, or entries are missing");
    recorded_clear(&r);
}

/* Each byte, with some other values: whatever is said, the process lives. */
static void test_damaged(void)
{
    static const uint8_t others[] = { 0x01, 0x80, 0xff };
    g_autofree uint8_t *bytes = NULL;
    size_t size, worse = 0;
    Recorded r;

    lantern_record(&r);
    bytes = recorded_bytes(&r, &size);
    for (size_t i = 21; i < size; i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(others); j++) {
            ObReplayResult result;

            bytes[i] ^= others[j];
            recorded_store(&r, bytes, size);
            worse += recorded_replay(&r, "OB_LANTERN", &result) != OB_REPLAY_SAME;
            bytes[i] ^= others[j];
        }
    }
    g_assert_cmpuint(worse, >, size); /* names of the host and of services are half of the file */
    recorded_clear(&r);
}

/* ----------------------------------------------------------------- our devices */

static void crb_store(const Recorded *r, uint64_t offset, uint64_t value)
{
    ob_host_store(r->host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + offset, value, 4);
}

/* TPM2_Startup and two TPM2_GetRandom, with a second host's entropy in the answers. */
static void crb_work(const Recorded *r)
{
    static const uint8_t startup[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x44, 0, 0 };
    static const uint8_t random[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x7b, 0, 32 };

    crb_store(r, 0x08, 1); /* requestAccess */
    for (uint32_t i = 0; i < 3; i++) {
        crb_store(r, 0x40, 1); /* cmdReady */
        ob_host_write(r->host, CRB_PC_ADDRESS + 0x80, i ? random : startup, 12);
        crb_store(r, 0x4c, 1); /* start */
        while (ob_host_poll(r->host)) {}
        ob_host_load(r->host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + 0x4c, 4);
        ob_host_load(r->host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + 0x44, 4);
    }
    crb_store(r, 0x40, 2); /* goIdle */
}

static void test_crb(void)
{
    static const ObOption options[] = { { "tpmdev", "tpm0" }, { "id", "crb" } };
    Recorded r;
    ObReplayResult result;

    recorded_begin(&r, "OUTBOARD_SET");
    recorded_add(&r, "tpm-crb", options, G_N_ELEMENTS(options));
    crb_work(&r);
    ob_host_reset(r.host);
    crb_work(&r);
    ob_host_quiesce(r.host);
    recorded_end(&r);
    recorded_replay(&r, "OUTBOARD_SET", &result);
    g_assert_cmpstr(result.text, ==, "");
    g_assert_cmpuint(result.responses, ==, 6);
    recorded_clear(&r);
}

/* A GUID by chance is in the recording as if it were given. */
static void test_vmgenid(void)
{
    static const ObOption options[] = { { "guid", "auto" } };
    Recorded r;
    HW_ERROR(error, 400);
    HwInstance *vmgenid;
    ObReplayResult result;

    recorded_begin(&r, "OUTBOARD_SET");
    vmgenid = recorded_add(&r, "vmgenid", options, G_N_ELEMENTS(options));
    g_assert_true(ob_firmware_boot(r.host, NULL, &error));
    g_assert_true(hw_instance_set(vmgenid, "guid", "12345678-1234-1234-1234-123456789abc", &error));
    recorded_end(&r);
    g_assert_cmpint(recorded_replay(&r, "OUTBOARD_SET", &result), ==, OB_REPLAY_SAME);
    g_assert_cmpuint(result.calls, >, 3);
    recorded_clear(&r);
}

/* A kind that no entry has, in the place of the last entry. */
static void test_unknown_entry(void)
{
    g_autofree uint8_t *bytes = NULL;
    size_t size;
    Recorded r;

    lantern_record(&r);
    bytes = recorded_bytes(&r, &size);
    bytes[size - 3] = 0xff;
    recorded_store(&r, bytes, size);
    recorded_assert(&r, "OB_LANTERN", OB_REPLAY_TROUBLE,
                    "the recording is damaged: an entry is not valid");
    recorded_clear(&r);
}

/* The last entries say that the device went, and how many entries there are. */
static void test_ends(void)
{
    g_autofree uint8_t *bytes = NULL;
    size_t size;
    Recorded r;

    lantern_record(&r);
    bytes = recorded_bytes(&r, &size);
    g_assert_cmpuint(bytes[size - 5], ==, HW_ENTRY_GONE);
    g_assert_cmpuint(bytes[size - 4], ==, 1);
    g_assert_cmpuint(bytes[size - 3], ==, HW_ENTRY_CLOSE);
    recorded_clear(&r);
}

static void test_nothing(void)
{
    Recorded r;

    recorded_begin(&r, "OB_LANTERN");
    recorded_end(&r);
    recorded_assert(&r, "OB_LANTERN", OB_REPLAY_TROUBLE, "the recording has no device");
    recorded_clear(&r);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/replay/same/all-that-a-device-can-do", test_same);
    for (size_t i = 0; i < G_N_ELEMENTS(planted); i++) {
        g_test_add_data_func(planted[i].path, &planted[i], test_planted);
    }
    g_test_add_func("/replay/differs/with-the-number-of-the-entry", test_entry_has_a_number);
    g_test_add_func("/replay/refused/other-plugin", test_other_plugin);
    g_test_add_func("/replay/same/other-version-with-a-note", test_other_version);
    g_test_add_func("/replay/refused/region-of-another-size", test_other_size);
    g_test_add_func("/replay/refused/property-that-is-gone", test_other_property);
    g_test_add_func("/replay/refused/foreign-files", test_foreign);
    g_test_add_func("/replay/refused/file-is-not-there", test_not_there);
    g_test_add_func("/replay/refused/truncated-anywhere", test_truncated);
    g_test_add_func("/replay/refused/longer", test_longer);
    g_test_add_func("/replay/refused/unknown-entry", test_unknown_entry);
    g_test_add_func("/replay/refused/no-device", test_nothing);
    g_test_add_func("/replay/ends-with-the-device", test_ends);
    g_test_add_func("/replay/survives/damage-anywhere", test_damaged);
    g_test_add_func("/replay/same/tpm-crb-without-a-tpm", test_crb);
    g_test_add_func("/replay/same/vmgenid-with-a-guid-by-chance", test_vmgenid);
    return g_test_run();
}
