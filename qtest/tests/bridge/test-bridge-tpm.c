/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two TPMs in one machine, ours and QEMU's, and a swtpm that can't start. */
#include <string.h>

#include "hw-api/device/tpm2.h"
#include "qtest/client/drivers/crb.h"
#include "qtest/tests/bridge/bridge-machine.h"
#include "qtest/tests/lib/fake-swtpm.h"

#define CMD_INIT 2

typedef struct Pair {
    const char *name;
    const char *machine;
    const char *ours;
    const char *theirs;
    const char *globals; /* for QEMU's */
} Pair;

static const Pair pc_pairs[] = {
    { "q35/crb-and-tis", "q35", "outboard-tpm-crb", "tpm-tis", "" },
    { "q35/crb-and-crb", "q35", "outboard-tpm-crb", "tpm-crb", "" },
    { "q35/crb-and-tis-without-ppi", "q35", "outboard-tpm-crb", "tpm-tis",
      "-global tpm-tis.ppi=off" },
    { "q35/crb-device-and-tis-without-ppi", "q35", "tpm-crb-device,addr=0xfef80000", "tpm-tis",
      "-global tpm-tis.ppi=off" },
    { "q35/tis-and-tis", "q35", "outboard-tpm-tis", "tpm-tis", "" },
    { "pc/crb-and-tis", "pc", "outboard-tpm-crb", "tpm-tis", "" },
    { "pc/crb-and-crb-without-ppi", "pc", "outboard-tpm-crb", "tpm-crb",
      "-global tpm-crb.ppi=off" },
    { 0 },
};

static const Pair virt_pairs[] = {
    { "virt/crb-device-and-tis", "virt", "tpm-crb-device", "tpm-tis-device", "" },
    { "virt/tis-and-tis", "virt", "outboard-tpm-tis-device", "tpm-tis-device", "" },
    { 0 },
};

static void assert_ends(const char *machine, const char *arguments, const char *sentence)
{
    bridge_machine_assert_refused(machine, arguments, sentence);
    bridge_machine_assert_refused(machine, arguments, "ended with status 1\n");
}

static FakeSwtpm *swtpm_new(void)
{
    FakeSwtpm *swtpm = fake_swtpm_new();

    swtpm->keeps_volatile = true;
    return swtpm;
}

static char *with_swtpm(const FakeSwtpm *swtpm, const char *rest)
{
    return g_strdup_printf("-chardev socket,id=c,path=%s -tpmdev emulator,id=t0,chardev=c %s",
                           swtpm->path, rest);
}

static void test_ours_first(gconstpointer data)
{
    const Pair *pair = data;
    FakeSwtpm *swtpm = swtpm_new();
    g_autofree char *devices = g_strdup_printf("%s -device %s,tpmdev=tpm0 -device %s,tpmdev=t0",
                                               pair->globals, pair->ours, pair->theirs);
    g_autofree char *arguments = with_swtpm(swtpm, devices);

    assert_ends(pair->machine, arguments, ": at most one TPM device is permitted");
    fake_swtpm_free(swtpm);
}

static void test_theirs_first(gconstpointer data)
{
    const Pair *pair = data;
    FakeSwtpm *swtpm = swtpm_new();
    g_autofree char *devices = g_strdup_printf("%s -device %s,tpmdev=t0 -device %s,tpmdev=tpm0",
                                               pair->globals, pair->theirs, pair->ours);
    g_autofree char *arguments = with_swtpm(swtpm, devices);

    assert_ends(pair->machine, arguments, ": the machine already has a TPM, expected at most one");
    fake_swtpm_free(swtpm);
}

static const char *our_crb(void)
{
    return bridge_machine_is_pc() ? "outboard-tpm-crb" : "tpm-crb-device";
}

/* The object that keeps QEMU's TPMs out would be described to the guest. */
static void test_machine_is_free(void)
{
    g_autofree char *arguments = g_strdup_printf("-device %s,tpmdev=tpm0", our_crb());
    ObClient *c = bridge_machine_start(NULL, arguments);
    json_t *list = ob_client_qmp(c, "qom-list", json_pack("{s:s}", "path", "/machine"), NULL);
    json_t *entry;
    size_t i;

    json_array_foreach(list, i, entry)
    {
        g_assert_null(strstr(json_string_value(json_object_get(entry, "type")), "tpm"));
    }
    json_decref(list);
    ob_client_quit(c);
}

/* QEMU's own devices end QEMU, too. */
static void test_init_fails(void)
{
    FakeSwtpm *swtpm = swtpm_new();
    g_autofree char *devices = g_strdup_printf("-device %s,id=crb,tpmdev=t0", our_crb());
    g_autofree char *arguments = with_swtpm(swtpm, devices);

    fake_swtpm_will_reply(swtpm, CMD_INIT, FAKE_REPLY_ERROR);
    bridge_machine_assert_refused(NULL, arguments,
                                  "outboard-qemu: crb: the TPM 't0' can't be started: see swtpm's "
                                  "log");
    fake_swtpm_will_reply(swtpm, CMD_INIT, FAKE_REPLY_ERROR);
    bridge_machine_assert_refused(NULL, arguments, "ended with status 1\n");
    fake_swtpm_free(swtpm);
}

/* The client ends the process when QEMU ends: a process of its own. */
static void reset_until_the_end(void)
{
    FakeSwtpm *swtpm = swtpm_new();
    g_autofree char *devices = g_strdup_printf("-device %s,id=crb,tpmdev=t0", our_crb());
    g_autofree char *arguments = with_swtpm(swtpm, devices);
    ObClient *c = bridge_machine_start(NULL, arguments);

    fake_swtpm_will_reply(swtpm, CMD_INIT, FAKE_REPLY_ERROR);
    json_decref(ob_client_qmp(c, "system_reset", NULL, NULL));
    ob_client_reset(c);
}

/* A reset starts the TPM again. */
static void test_init_fails_later(void)
{
    if (g_test_subprocess()) {
        reset_until_the_end();
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*it ended with status 1*the TPM 't0' can't be started*");
}

/* Releases from 11.0 on have no such property. */
/* TCG PC Client Platform Reset Attack Mitigation: the guest asks firmware for it by this bit. */
static void test_overwrite(void)
{
    const uint64_t movv = 0xfed45000 + 0x15a; /* QEMU's docs/specs/tpm.rst */
    const uint32_t places[] = { 0x1000, 0x100000, 0x7fffff0 };
    ObClient *c = bridge_machine_start("q35", "-m 128 -device outboard-tpm-crb,tpmdev=tpm0");

    for (int on = 0; on < 2; on++) {
        for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
            ob_client_writel(c, places[i], 0x11111111 + places[i]);
        }
        ob_client_writeb(c, movv, (uint8_t)on);
        ob_client_reset(c);
        for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
            g_assert_cmphex(ob_client_readl(c, places[i]), ==, on ? 0 : 0x11111111 + places[i]);
        }
    }
    ob_client_quit(c);
}

/* ------------------------------------------------------------------------ answers */

typedef struct Answer {
    const char *path;
    FakeAnswer answer;
    ObCrbResult result;
    uint32_t code;
} Answer;

/* clang-format off */
static const Answer answers[] = {
    { "good", FAKE_GOOD, OB_CRB_OK, TPM_RC_SUCCESS },
    { "cancelled", FAKE_WHEN_CANCELLED, OB_CRB_OK, TPM_RC_CANCELED },
    { "too-small", FAKE_SIZE_TOO_SMALL, OB_CRB_FATAL, 0 },
};
/* clang-format on */

static const uint8_t get_random[] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x7b, 0, 8 };

/* The second command is answered like the first. */
static void test_answer(gconstpointer data)
{
    const Answer *answer = data;
    FakeSwtpm *swtpm = swtpm_new();
    g_autofree char *devices = g_strdup_printf("-device %s,id=crb,tpmdev=t0", our_crb());
    g_autofree char *arguments = with_swtpm(swtpm, devices);
    ObClient *c = bridge_machine_start(NULL, arguments);
    ObCrb crb = { .client = c, .timeout_ms = 10000 };
    uint8_t response[64];
    size_t size = 0;

    crb.base = bridge_machine_is_pc() ? CRB_PC_ADDRESS : 0x0b000000;
    swtpm->may_cancel = answer->answer == FAKE_WHEN_CANCELLED;
    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    for (unsigned count = 1; count <= (answer->result == OB_CRB_OK ? 2 : 1); count++) {
        fake_swtpm_will_answer(swtpm, answer->answer);
        g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
        g_assert_cmpint(crb_write_command(&crb, get_random, sizeof(get_random)), ==, OB_CRB_OK);
        crb_start(&crb);
        fake_swtpm_await_command(swtpm, count);
        if (swtpm->may_cancel) {
            g_assert_true(crb_is_running(&crb));
            crb_cancel(&crb);
        }
        g_assert_cmpint(crb_wait(&crb, 10000), ==, answer->result);
    }
    if (answer->result == OB_CRB_OK) {
        g_assert_cmpint(crb_read_response(&crb, response, sizeof(response), &size), ==, OB_CRB_OK);
        g_assert_cmphex(hw_tpm2_code(response), ==, answer->code);
    }
    ob_client_quit(c);
    fake_swtpm_free(swtpm);
}

static bool tpms_have_ppi(void)
{
    return g_ascii_strtod(g_getenv("OB_QEMU_RELEASE"), NULL) < 11;
}

static void pair_add(const Pair *pair)
{
    g_autofree char *ours = g_strdup_printf("/bridge-tpm/two/%s/qemu-s-is-refused", pair->name);
    g_autofree char *theirs = g_strdup_printf("/bridge-tpm/two/%s/ours-is-refused", pair->name);

    g_test_add_data_func(ours, pair, test_ours_first);
    g_test_add_data_func(theirs, pair, test_theirs_first);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    for (const Pair *p = bridge_machine_is_pc() ? pc_pairs : virt_pairs; p->name; p++) {
        if (!p->globals[0] || tpms_have_ppi()) {
            pair_add(p);
        }
    }
    g_test_add_func("/bridge-tpm/two/none-is-left-in-the-tree", test_machine_is_free);
    if (bridge_machine_is_pc()) {
        g_test_add_func("/bridge-tpm/memory-overwrite/at-the-reset-that-follows", test_overwrite);
    }
    g_test_add_func("/bridge-tpm/init/that-fails-ends-qemu", test_init_fails);
    g_test_add_func("/bridge-tpm/init/that-fails-at-a-reset-ends-qemu", test_init_fails_later);
    for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
        g_autofree char *path = g_strconcat("/bridge-tpm/answer/", answers[i].path, NULL);

        g_test_add_data_func(path, &answers[i], test_answer);
    }
    return g_test_run();
}
