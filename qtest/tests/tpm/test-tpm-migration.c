/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TPM's state goes from one TPM to another, of either type. */
#include "qtest/tests/tpm/tpm-guest.h"

#include "hw-api/host/tpm/state/section.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct Way {
    const char *from;
    const char *to;
} Way;

static const Way ways[] = {
    { "libtpms", "libtpms" },
    { "emulator", "emulator" },
    { "libtpms", "emulator" },
    { "emulator", "libtpms" },
};

static void test_survives(gconstpointer opaque)
{
    const Way *way = opaque;
    HwTpmState state;
    GBytes *answers;
    Tpm to;

    make_elsewhere(way->from, &state, &answers);
    tpm_open(&to, way->to, NULL, NULL);
    g_assert_true(hw_tpm_state_check(to.h->host.tpms, 0, &state, NULL));
    tpm_load(&to, &state);
    tpm_assert_probe(&to, answers);
    g_assert_cmpuint(to.h->log->len, ==, 0);
    tpm_close(&to);
    g_bytes_unref(answers);
    hw_tpm_state_clear(&state);
}

/* The state goes there and back: each type accepts everything that the other adds. */
static void test_survives_a_chain(void)
{
    HwTpmState state;
    GBytes *answers;

    make_elsewhere("emulator", &state, &answers);
    for (int i = 0; i < 4; i++) {
        Tpm tpm;

        tpm_open(&tpm, i % 2 ? "emulator" : "libtpms", NULL, NULL);
        tpm_load(&tpm, &state);
        hw_tpm_state_clear(&state);
        tpm_assert_probe(&tpm, answers);
        tpm_save(&tpm, &state);
        tpm_close(&tpm);
    }
    g_bytes_unref(answers);
    hw_tpm_state_clear(&state);
}

static void test_save_disturbs_nothing(gconstpointer type)
{
    HwTpmState state;
    GBytes *answers;
    Tpm s;

    tpm_open(&s, type, NULL, NULL);
    tpm_be_guest(&s);
    answers = tpm_probe(&s);
    for (int i = 0; i < 2; i++) {
        tpm_save(&s, &state);
        hw_tpm_state_clear(&state);
        tpm_assert_probe(&s, answers);
    }
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_EXTEND), ==, TPM_RC_SUCCESS);
    g_assert_cmpuint(s.h->log->len, ==, 0);
    g_bytes_unref(answers);
    tpm_close(&s);
}

/* The saved state has the command's effect on the PCRs, so the save waited for the command. */
static void test_save_awaits_the_command(gconstpointer type)
{
    HwTpmState state;
    GBytes *pcr;
    Tpm s;

    tpm_open(&s, type, NULL, NULL);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    tpm_submit(s.h, TPM_PCR_EXTEND);
    tpm_save(&s, &state);
    g_assert_cmpuint(s.h->completions, ==, 2);
    pcr = tpm_ask(&s, TPM_PCR_READ);
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_EXTEND), ==, TPM_RC_SUCCESS);
    tpm_load(&s, &state);
    assert_same(pcr, tpm_ask(&s, TPM_PCR_READ));
    g_bytes_unref(pcr);
    hw_tpm_state_clear(&state);
    tpm_close(&s);
}

/* The guest must still send TPM2_Startup after the load, and it succeeds. */
static void test_before_startup(gconstpointer opaque)
{
    const Way *way = opaque;
    HwTpmState state;
    Tpm from;
    Tpm to;

    tpm_open(&from, way->from, NULL, NULL);
    tpm_save(&from, &state);
    tpm_close(&from);
    tpm_open(&to, way->to, NULL, NULL);
    g_assert_cmphex(tpm_run(to.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    tpm_load(&to, &state);
    g_assert_cmphex(tpm_run(to.h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    g_assert_cmphex(tpm_run(to.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    tpm_close(&to);
    hw_tpm_state_clear(&state);
}

/* A stream may come from a TPM that was off. */
static void test_without_volatile_state(gconstpointer type)
{
    HwTpmState state;
    GBytes *answers;
    Tpm s;

    make_elsewhere(type, &state, &answers);
    free(state.blobs[HW_TPM_VOLATILE].bytes);
    state.blobs[HW_TPM_VOLATILE] = (HwTpmBlob) { 0 };
    tpm_open(&s, type, NULL, NULL);
    tpm_load(&s, &state);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, TPM_NV_READ), ==, TPM_RC_SUCCESS);
    g_bytes_unref(answers);
    tpm_close(&s);
    hw_tpm_state_clear(&state);
}

/* After a load that resumed the TPM, a reset of the machine is still a power cycle. */
static void test_restart_after_load(gconstpointer type)
{
    HwTpmState state;
    GBytes *answers;
    Tpm s;

    make_elsewhere(type, &state, &answers);
    tpm_open(&s, type, NULL, NULL);
    tpm_load(&s, &state);
    hw_tpm_service()->restart(s.h->backend, 3968);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, TPM_READ_PUBLIC), !=, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, TPM_NV_READ), ==, TPM_RC_SUCCESS);
    g_bytes_unref(answers);
    tpm_close(&s);
    hw_tpm_state_clear(&state);
}

/* The comment at hw_tpm_load() warns of this: the clones' random numbers are the same. */
static void test_loaded_twice(void)
{
    HwTpmState state;
    GBytes *answers;
    GBytes *random;
    Tpm libtpms;
    Tpm swtpm;

    make_elsewhere("emulator", &state, &answers);
    tpm_open(&libtpms, "libtpms", NULL, NULL);
    tpm_open(&swtpm, "emulator", NULL, NULL);
    tpm_load(&libtpms, &state);
    tpm_load(&swtpm, &state);
    tpm_assert_probe(&libtpms, answers);
    tpm_assert_probe(&swtpm, answers);
    random = tpm_ask(&libtpms, TPM_GET_RANDOM);
    assert_same(random, tpm_ask(&swtpm, TPM_GET_RANDOM));
    g_bytes_unref(random);
    g_bytes_unref(answers);
    tpm_close(&libtpms);
    tpm_close(&swtpm);
    hw_tpm_state_clear(&state);
}

/* The offsets below are in libtpms's bytes, which follow 22 bytes of swtpm's. */
typedef struct Damage {
    const char *name;
    HwTpmBlobKind kind;
    uint32_t at;  /* offset of a byte to change */
    int32_t size; /* number of bytes to add */
    const char *sentence;
    bool after_check; /* only the TPM can detect it */
} Damage;

static const Damage damages[] = {
    { "version-of-the-wrapper", HW_TPM_PERMANENT, 0, 0, "unknown version of swtpm's header: 253" },
    { "oldest-reader", HW_TPM_VOLATILE, 1, 0, "(254 or later reads it), expected 2" },
    { "size-of-the-header", HW_TPM_PERMANENT, 2, 0, "a header of 65290 bytes, expected 10 to" },
    { "size-in-the-header", HW_TPM_VOLATILE, 9, 0, "volatile state: truncated or extended" },
    { "truncated", HW_TPM_PERMANENT, 0, -1, "permanent state: truncated or extended" },
    { "extended", HW_TPM_VOLATILE, 0, 1, "volatile state: truncated or extended" },
    { "only-a-byte", HW_TPM_PERMANENT, 0, -100000, "truncated: 1 bytes, expected a header" },
    { "tag-of-the-part", HW_TPM_PERMANENT, 10, 0, "no complete part 4 or 5" },
    { "size-of-the-part", HW_TPM_PERMANENT, 15, 0, "no complete part 4 or 5" },
    { "tag-of-the-inner-part", HW_TPM_VOLATILE, 16, 0, "no complete part 1 or 2" },
    { "size-of-the-inner-part", HW_TPM_VOLATILE, 18, 0, "no complete part 1 or 2" },
    { "magic-number", HW_TPM_PERMANENT, 24, 0,
      "not the state of a TPM 2.0: magic number 0x54364723" },
    { "content-of-the-volatile", HW_TPM_VOLATILE, 522, 0,
      "0x83, expected 0: damaged, its checksum differs", true },
    { "oldest-reader-of-the-permanent", HW_TPM_PERMANENT, 28, 0,
      "0x2e, expected 0: made by a newer libtpms", true },
};

static void damage_do(const Damage *damage, HwTpmState *state)
{
    HwTpmBlob *blob = &state->blobs[damage->kind];

    if (damage->size == 0) {
        blob->bytes[damage->at] ^= 0xff;
        return;
    }
    blob->size = damage->size < -100 ? 1 : blob->size + (uint32_t)damage->size;
    blob->bytes = realloc(blob->bytes, blob->size);
    if (damage->size > 0) {
        blob->bytes[blob->size - 1] = 0;
    }
}

static void test_damaged(gconstpointer opaque, const char *type)
{
    const Damage *damage = opaque;
    HwTpmState state = { 0 };
    HwTpmState bad = { 0 };
    GBytes *answers;
    Tpm s;

    tpm_open(&s, type, NULL, NULL);
    tpm_be_guest(&s);
    answers = tpm_probe(&s);
    tpm_save(&s, &state);
    state_copy(&bad, &state);
    damage_do(damage, &bad);
    g_assert_true(hw_tpm_state_check(s.h->host.tpms, 0, &bad, NULL) == damage->after_check);
    tpm_assert_refused(&s, &bad, damage->sentence);
    tpm_assert_probe(&s, answers);
    tpm_load(&s, &state);
    tpm_assert_probe(&s, answers);
    g_bytes_unref(answers);
    hw_tpm_state_clear(&bad);
    hw_tpm_state_clear(&state);
    tpm_close(&s);
}

static void test_damaged_libtpms(gconstpointer damage)
{
    test_damaged(damage, "libtpms");
}

static void test_damaged_swtpm(gconstpointer damage)
{
    test_damaged(damage, "emulator");
}

/* Both blobs are whole, but they come from two TPMs. */
static void test_mixed(gconstpointer type)
{
    HwTpmState states[2];
    HwTpmState mixed;
    GBytes *answers[2];
    Tpm s;

    make_elsewhere(type, &states[0], &answers[0]);
    make_elsewhere(type, &states[1], &answers[1]);
    tpm_open(&s, type, NULL, NULL);
    tpm_load(&s, &states[0]);
    mixed = (HwTpmState) { { states[0].blobs[0], states[1].blobs[1] } };
    tpm_assert_refused(&s, &mixed, "0x84, expected 0: a bad value, or parts of two states");
    mixed = (HwTpmState) { { states[1].blobs[0], states[0].blobs[1] } };
    tpm_assert_refused(&s, &mixed, "0x84, expected 0: a bad value, or parts of two states");
    tpm_assert_probe(&s, answers[0]);
    tpm_close(&s);
    for (int i = 0; i < 2; i++) {
        hw_tpm_state_clear(&states[i]);
        g_bytes_unref(answers[i]);
    }
}

static void test_implausible(void)
{
    static uint8_t large[HW_TPM_BLOB_MAX + 1] = { 2, 1, 0, 10 };
    HwTpmState state;
    HwTpmState bad;
    GBytes *answers;
    Tpm s;

    make_elsewhere("libtpms", &state, &answers);
    tpm_open(&s, "libtpms", NULL, NULL);

    bad = state;
    bad.blobs[HW_TPM_PERMANENT] = (HwTpmBlob) { 0 };
    tpm_assert_refused(&s, &bad, "permanent state: does not exist");
    bad = state;
    bad.blobs[HW_TPM_VOLATILE].flags = 4;
    tpm_assert_refused(&s, &bad, "volatile state: unknown flags: 0x4, expected no more than 0x3");
    bad = state;
    bad.blobs[HW_TPM_SAVESTATE] = (HwTpmBlob) { 0, 1, large };
    tpm_assert_refused(&s, &bad, "savestate state: too large: 1 bytes, expected at most 0");
    bad = state;
    bad.blobs[HW_TPM_VOLATILE] = (HwTpmBlob) { 0, sizeof(large), large };
    tpm_assert_refused(&s, &bad, "volatile state: too large: 262145 bytes");
    bad = state;
    bad.blobs[HW_TPM_VOLATILE] = state.blobs[HW_TPM_PERMANENT];
    tpm_assert_refused(&s, &bad, "volatile state: not the state of a TPM 2.0");

    g_bytes_unref(answers);
    hw_tpm_state_clear(&state);
    tpm_close(&s);
}

static void test_with_a_key(gconstpointer option)
{
    g_autofree char *keyfile = NULL;
    g_autofree char *key = NULL;
    HwTpmState state;
    GBytes *answers;
    bool moves = strcmp(option, "--key") == 0;
    Tpm from;
    Tpm libtpms;
    Tpm to;
    int fd = g_file_open_tmp("tpm-key-XXXXXX", &keyfile, NULL);

    write_all(fd, "secret", 6);
    close(fd);
    key = g_strdup_printf("pwdfile=%s,mode=aes-256-cbc", keyfile);
    tpm_open(&from, "emulator", option, key);
    tpm_be_guest(&from);
    answers = tpm_probe(&from);
    tpm_save(&from, &state);
    tpm_open(&to, "emulator", option, key);
    tpm_load(&to, &state);
    tpm_assert_probe(&to, answers);
    tpm_open(&libtpms, "libtpms", NULL, NULL);
    if (moves) {
        tpm_load(&libtpms, &state);
        tpm_assert_probe(&libtpms, answers);
    } else {
        tpm_assert_refused(&libtpms, &state,
                           "permanent state: encrypted by swtpm's "
                           "--migration-key, expected a TPM of type emulator with that key");
    }
    g_bytes_unref(answers);
    hw_tpm_state_clear(&state);
    tpm_close(&libtpms);
    tpm_close(&from);
    tpm_close(&to);
    g_remove(keyfile);
}

/* swtpm reads its file for each request, and does not notice that the file is missing. */
static void test_lost_permanent(void)
{
    HwTpmState state;
    Tpm s;

    tpm_open(&s, "emulator", NULL, NULL);
    tpm_be_guest(&s);
    {
        g_autofree char *path = g_build_filename(s.swtpm.directory, "tpm2-00.permall", NULL);

        g_assert_cmpint(g_remove(path), ==, 0);
    }
    g_assert_false(hw_tpm_save(s.h->host.tpms, 0, &state, &s.h->error));
    g_assert_cmpstr(s.h->error_text, ==, "tpm0: permanent state: does not exist");
    g_assert_null(state.blobs[HW_TPM_VOLATILE].bytes);
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    tpm_close(&s);
}

int main(int argc, char **argv)
{
    static const char *const types[] = { "libtpms", "emulator" };

    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autofree char *path = g_strdup_printf("/tpm-migration/survives/%s-to-%s", ways[i].from,
                                                ways[i].to);
        g_autofree char *off = g_strdup_printf("/tpm-migration/before-startup/%s-to-%s",
                                               ways[i].from, ways[i].to);

        g_test_add_data_func(path, &ways[i], test_survives);
        g_test_add_data_func(off, &ways[i], test_before_startup);
    }
    g_test_add_func("/tpm-migration/survives/a-chain-of-both", test_survives_a_chain);
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        const struct {
            const char *name;
            GTestDataFunc function;
        } tests[] = {
            { "save-disturbs-nothing", test_save_disturbs_nothing },
            { "save-awaits-the-command", test_save_awaits_the_command },
            { "without-volatile-state-the-tpm-is-off", test_without_volatile_state },
            { "restart-after-load-is-a-power-cycle", test_restart_after_load },
            { "refused-and-as-before/blobs-of-two-tpms", test_mixed },
        };

        for (gsize j = 0; j < G_N_ELEMENTS(tests); j++) {
            g_autofree char *path = g_strdup_printf("/tpm-migration/%s/%s", types[i],
                                                    tests[j].name);

            g_test_add_data_func(path, types[i], tests[j].function);
        }
        for (gsize j = 0; j < G_N_ELEMENTS(damages); j++) {
            g_autofree char *path = g_strdup_printf("/tpm-migration/%s/refused-and-as-before/%s",
                                                    types[i], damages[j].name);

            g_test_add_data_func(path, &damages[j], i ? test_damaged_swtpm : test_damaged_libtpms);
        }
    }
    g_test_add_func("/tpm-migration/implausible-refused", test_implausible);
    g_test_add_func("/tpm-migration/lost-permanent-state-is-not-sent", test_lost_permanent);
    g_test_add_func("/tpm-migration/loaded-twice-answers-alike", test_loaded_twice);
    g_test_add_data_func("/tpm-migration/key-is-undone", "--key", test_with_a_key);
    g_test_add_data_func("/tpm-migration/migration-key-stays-with-swtpm", "--migration-key",
                         test_with_a_key);
    return g_test_run();
}
