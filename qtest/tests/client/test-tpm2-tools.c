/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tpm2-tools through our TCTI module; each tool is a process.  The TPM is libtpms in the tool's
 * process, with a state file.  With OB_PROGRAM, the module connects to this program's qtest
 * socket.  With OB_ACCELERATOR, too, the program is a stock QEMU with its own CRB on swtpm, or with
 * our CRB if OUTBOARD_BRIDGE is set.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qtest/client/process/process.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/client/transport/qmp.h"

#define DEADLINE_MS 60000

/*
 * A shell script, which runs in an empty directory; its status is the result.  The tools use the
 * TPM without a resource manager, so `flush` makes room for the next tools' objects.
 */
typedef struct ToolTest {
    const char *path;
    const char *script;
    bool unsanitized;    /* a tool with ASan preloaded hangs at exit after strerror() */
    bool slow;           /* only with -m slow, which leaves out the others */
    const char *program; /* that not every computer has; NULL: tpm2-tools are enough */
    const char *other_program;
} ToolTest;

/* tpm2_ptool runs several tools, and makes no room between them. */
/* clang-format off */
static const ToolTest tests[] = {
    { "/tpm2-tools/getrandom/two-draws-differ",
      "tpm2_getrandom -o a 32; tpm2_getrandom -o b 32\n"
      "test $(stat -c %s a) = 32; ! cmp -s a b" },
    { "/tpm2-tools/pcrread/shows-what-was-extended",
      "digest=$(printf measured | sha256sum | cut -d' ' -f1)\n"
      "tpm2_pcrextend 10:sha256=$digest\n"
      "expected=$({ head -c 32 /dev/zero; printf measured | openssl dgst -sha256 -binary; } |\n"
      "           sha256sum | cut -d' ' -f1)\n"
      "tpm2_pcrread sha256:10 | tr A-F a-f | grep -q 0x$expected" },
    { "/tpm2-tools/createprimary/key-is-p256",
      "tpm2_createprimary -G ecc256 -c primary.ctx | grep -q 'NIST p256'" },
    { "/tpm2-tools/sign/signature-verifies-outside-the-tpm",
      "echo text >text; tpm2_createprimary -Q -C o -c primary.ctx; flush\n"
      "tpm2_create -Q -G ecc -C primary.ctx -u key.pub -r key.priv; flush\n"
      "tpm2_load -Q -C primary.ctx -u key.pub -r key.priv -c key.ctx; flush\n"
      "tpm2_sign -Q -c key.ctx -g sha256 -f plain -o signature text; flush\n"
      "tpm2_readpublic -Q -c key.ctx -f pem -o key.pem\n"
      "openssl dgst -sha256 -verify key.pem -signature signature text" },
    { "/tpm2-tools/quote/is-accepted-by-checkquote",
      "tpm2_createek -Q -G ecc -c ek.ctx -u ek.pub; flush\n"
      "tpm2_createak -Q -C ek.ctx -G ecc -g sha256 -s ecdsa -c ak.ctx -u ak.pub -f pem; flush\n"
      "tpm2_quote -Q -c ak.ctx -l sha256:0,10 -q 0123abcd -m message -s signature -o pcrs\n"
      "tpm2_checkquote -u ak.pub -m message -s signature -f pcrs -g sha256 -q 0123abcd\n"
      "! tpm2_checkquote -u ak.pub -m message -s signature -f pcrs -g sha256 -q 0123abce" },
    { "/tpm2-tools/nv/2000-bytes-read-back",
      "head -c 2000 /dev/urandom >in\n"
      "tpm2_nvdefine -Q -C o -s 2000 -a 'ownerread|ownerwrite' 0x1500001\n"
      "tpm2_nvwrite -Q -C o -i in 0x1500001\n"
      "tpm2_nvread -C o -s 2000 -o out 0x1500001; cmp in out\n"
      "tpm2_nvundefine -C o 0x1500001; ! tpm2_nvread -C o 0x1500001" },
    { "/tpm2-tools/seal/only-the-right-password-unseals",
      "printf secret >in; tpm2_createprimary -Q -c primary.ctx; flush\n"
      "tpm2_create -Q -C primary.ctx -i in -p right -u seal.pub -r seal.priv -c seal.ctx; flush\n"
      "tpm2_unseal -c seal.ctx -p right -o out; flush; cmp in out\n"
      "! tpm2_unseal -c seal.ctx -p wrong" },
    { "/tpm2-tools/session/survives-between-processes",
      "tpm2_startauthsession --policy-session -S session.ctx\n"
      "tpm2_policypcr -Q -S session.ctx -l sha256:0 -L policy\n"
      "tpm2_flushcontext session.ctx; test -s policy" },
    { "/tpm2-tools/evictcontrol/persistent-key-signs",
      "echo text >text; tpm2_createprimary -Q -c primary.ctx; flush\n"
      "tpm2_create -Q -G rsa2048 -C primary.ctx -c key.ctx; flush\n"
      "tpm2_evictcontrol -Q -C o -c key.ctx 0x81000001; flush\n"
      "tpm2_sign -Q -c 0x81000001 -g sha256 -o signature text\n"
      "tpm2_verifysignature -c 0x81000001 -g sha256 -m text -s signature" },
    { "/tpm2-tools/startup/done-already-is-accepted", "tpm2_startup -c" },
    { "/tpm2-tools/systemd-creds/sealed-secret-comes-back",
      "echo secret | systemd-creds encrypt --with-key=tpm2 --tpm2-device=outboard:$CONFIGURATION \\\n"
      "    - credential\n"
      "systemd-creds decrypt --tpm2-device=outboard:$CONFIGURATION credential - | grep -qx secret",
      .unsanitized = true, .program = "systemd-creds" },
    { "/tpm2-tools/systemd-cryptenroll/volume-is-enrolled",
      "PATH=$PATH:/sbin:/usr/sbin; truncate -s 20M disk; printf pw >pw\n"
      "cryptsetup luksFormat -q --pbkdf argon2id --pbkdf-force-iterations 4 --pbkdf-memory 32 \\\n"
      "    disk pw\n"
      "PASSWORD=pw systemd-cryptenroll --tpm2-device=outboard:$CONFIGURATION --tpm2-pcrs=7 disk\n"
      "systemd-cryptenroll disk | grep -q tpm2",
      .unsanitized = true, .program = "systemd-cryptenroll", .other_program = "cryptsetup" },
    { "/tpm2-tools/tpm2-pkcs11/three-tokens-sign",
      "export TPM2_PKCS11_STORE=$PWD TPM2_PKCS11_TCTI=outboard:$CONFIGURATION; echo data >data\n"
      "mkdir bin; for tool in createprimary create load sign import evictcontrol; do\n"
      "printf '#!/bin/sh\\ntpm2_flushcontext -t\\nexec %s \"$@\"' $(command -v tpm2_$tool) >bin/tpm2_$tool\n"
      "chmod +x bin/tpm2_$tool; done; case $CONFIGURATION in qtest=*) PATH=$PWD/bin:$PATH;; esac\n"
      "tpm2_ptool init; for t in a b c; do\n"
      "tpm2_ptool addtoken --pid=1 --label=$t --sopin=so --userpin=pin$t\n"
      "tpm2_ptool addkey --label=$t --userpin=pin$t --algorithm=ecc256; done; flush\n"
      "for t in a b c; do pkcs11-tool --module libtpm2_pkcs11.so.1 --token-label $t --login \\\n"
      "    --pin pin$t --sign --mechanism ECDSA-SHA256 -i data -o $t; test -s $t; flush; done",
      .unsanitized = true, .program = "tpm2_ptool", .other_program = "pkcs11-tool", .slow = true },
    { "/tpm2-tools/clevis/tpm2-pin-comes-back",
      "echo secret | clevis encrypt tpm2 '{\"pcr_ids\":\"7\"}' >jwe; flush\n"
      "clevis decrypt <jwe | grep -qx secret",
      .unsanitized = true, .program = "clevis-encrypt-tpm2", .slow = true },
    { "/tpm2-tools/clevis/sss-pin-comes-back",
      "echo secret | clevis encrypt sss '{\"t\":1,\"pins\":{\"tpm2\":{\"pcr_ids\":\"7\"}}}' >jwe; flush\n"
      "clevis decrypt <jwe | grep -qx secret",
      .unsanitized = true, .program = "clevis-encrypt-tpm2", .slow = true },
    { "/tpm2-tools/configuration/plugin-is-beside-what-a-link-leads-to",
      "ln -s $MODULE libtss2-tcti-outboard.so.0\n"
      "tpm2_getrandom -T $PWD/libtss2-tcti-outboard.so.0:in-process 8 -o out; test -s out" },
    { "/tpm2-tools/configuration/two-processes-share-the-tpm",
      "for i in 1 2 3 4 5 6; do tpm2_getrandom -o a$i 8 & p1=$!; tpm2_getrandom -o b$i 8 & p2=$!\n"
      "wait $p1; wait $p2; done; test $(cat a? b? | wc -c) = 96" },
    { "/tpm2-tools/configuration/unknown-option-is-named",
      "! tpm2_getrandom -T \"$TPM2TOOLS_TCTI,colour=red\" 8 2>errors\n"
      "grep -q \"tcti-outboard: unknown option 'colour=red', expected qtest=SOCKET\" errors" },
    { "/tpm2-tools/configuration/no-host-is-refused",
      "! tpm2_getrandom -T \"$MODULE:startup=on\" 8 2>errors\n"
      "grep -q \"tcti-outboard: 'startup=on' does not name one host\" errors" },
    { "/tpm2-tools/configuration/missing-socket-is-named",
      "! tpm2_getrandom -T \"$MODULE:qtest=$PWD/none\" 8 2>errors\n"
      "grep -q \"$PWD/none: can't connect to the qtest socket: No such file\" errors",
      .unsanitized = true },
};
/* clang-format on */

/* --------------------------------------------------------------------- the host */

typedef struct Host {
    ObScratch *scratch;
    const char *directory;
    char *configuration; /* the TCTI's */
    ObProcess *program;
    ObSwtpm *swtpm;
} Host;

/* Waits for QMP: a program opens its qtest socket before it answers QMP. */
static void await_program(int listener)
{
    ObQmp qmp;

    ob_qmp_init(&qmp, accept(listener, NULL, NULL));
    g_assert_cmpint(ob_qmp_negotiate(&qmp, DEADLINE_MS), ==, OB_WIRE_OK);
    ob_qmp_clear(&qmp);
}

static char *program_tpm(Host *host)
{
    HW_ERROR(error, 1024);

    if (!g_getenv("OB_ACCELERATOR")) {
        return g_strdup_printf("-plugin-set %s -tpmdev libtpms,id=tpm0", g_getenv("OUTBOARD_SET"));
    }
    host->swtpm = ob_swtpm_start(&error);
    g_assert_cmpstr(error.text, ==, "");
    return g_strdup_printf("-accel %s -S -chardev socket,id=chr,path=%s "
                           "-tpmdev emulator,id=tpm0,chardev=chr",
                           g_getenv("OB_ACCELERATOR"), ob_swtpm_path(host->swtpm));
}

static char *program_crb(void)
{
    const char *bridge = g_getenv("OUTBOARD_BRIDGE");

    return bridge ? g_strdup_printf("-plugin file=%s -device outboard-tpm-crb", bridge)
                  : g_strdup("-device tpm-crb");
}

static void start_program(Host *host)
{
    g_autofree char *socket = g_build_filename(host->directory, "qtest", NULL);
    g_autofree char *qmp = g_build_filename(host->directory, "qmp", NULL);
    int listener = ob_unix_listen(qmp);
    g_autofree char *tpm = program_tpm(host);
    g_autofree char *crb = program_crb();
    g_autofree char *command = g_strdup_printf(
        "exec %s -machine q35 -display none %s %s,tpmdev=tpm0 "
        "-qtest unix:%s,server=on,wait=off -qtest-log /dev/null "
        "-chardev socket,id=mon0,path=%s -mon chardev=mon0,mode=control",
        g_getenv("OB_PROGRAM"), tpm, crb, socket, qmp);

    host->program = ob_process_start(command);
    g_assert_nonnull(host->program);
    await_program(listener);
    close(listener);
    g_unlink(qmp);
    host->configuration = g_strdup_printf("qtest=%s", socket);
}

static void host_set_up(Host *host, gconstpointer data)
{
    (void)data;
    host->scratch = ob_scratch_new();
    g_assert_nonnull(host->scratch);
    host->directory = ob_scratch_path(host->scratch);
    if (g_getenv("OB_PROGRAM")) {
        start_program(host);
    } else {
        host->configuration = g_strdup_printf("in-process,state=%s/tpm,set=%s", host->directory,
                                              g_getenv("OUTBOARD_SET"));
    }
}

static void host_tear_down(Host *host, gconstpointer data)
{
    (void)data;
    if (host->program) {
        ob_process_signal(host->program, SIGTERM);
        g_assert_true(ob_process_wait(host->program, DEADLINE_MS));
        g_assert_true(ob_process_succeeded(host->program));
    }
    ob_process_free(host->program);
    ob_swtpm_free(host->swtpm);
    ob_scratch_free(host->scratch);
    g_free(host->configuration);
}

/* -------------------------------------------------------------------- the tools */

/* Skips the test if the program is not there. */
static bool lacks(const char *program)
{
    g_autofree char *path = program ? g_find_program_in_path(program) : NULL;
    g_autofree char *sbin = program ? g_strconcat("/usr/sbin/", program, NULL) : NULL;
    g_autofree char *reason = g_strdup_printf("%s is missing", program);

    if (!program || path || g_file_test(sbin, G_FILE_TEST_IS_EXECUTABLE)) {
        return false;
    }
    g_test_skip(reason);
    return true;
}

static void test_tools(Host *host, gconstpointer data)
{
    const ToolTest *test = data;
    const char *module = g_getenv("OB_TCTI");
    const char *sanitizer = g_getenv("OB_SANITIZER"); /* the tools don't have it */
    g_autofree char *command = g_strdup_printf(
        "set -e; mkdir %s/work; cd %s/work; export MODULE=%s TPM2TOOLS_TCTI=%s:%s %s\n"
        "CONFIGURATION=${TPM2TOOLS_TCTI#*:}; export LD_LIBRARY_PATH=${MODULE%%/*}\n"
        "flush() { tpm2_flushcontext -t; }\nexec >output; %s",
        host->directory, host->directory, module, module, host->configuration,
        sanitizer ? sanitizer : "", test->script);
    g_autofree char *end = NULL;
    ObProcess *tools;

    if (lacks(test->program) || lacks(test->other_program)) {
        return;
    }
    tools = ob_process_start(command);
    g_assert_true(ob_process_wait(tools, DEADLINE_MS));
    end = ob_process_describe(tools);
    if (!ob_process_succeeded(tools)) {
        g_test_message("the tools %s", end);
        g_test_fail();
    }
    ob_process_free(tools);
}

static const char *missing(void)
{
    static const char *const programs[][2] = { { "tpm2_getrandom", "tpm2-tools" },
                                               { "openssl", "openssl" } };
    static char text[128];

    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
        g_autofree char *path = g_find_program_in_path(programs[i][0]);

        if (!path) {
            g_snprintf(text, sizeof(text), "%s is missing: apt-get install %s", programs[i][0],
                       programs[i][1]);
            return text;
        }
    }
    if (!g_strcmp0(g_getenv("OB_PROGRAM"), "")) {
        return "QEMU is missing: apt-get install qemu-system-x86";
    }
    return NULL;
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (missing()) {
        g_print("1..0 # SKIP %s\n", missing());
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        if ((g_getenv("OB_SANITIZER") && tests[i].unsanitized) || tests[i].slow != g_test_slow()) {
            continue;
        }
        g_test_add(tests[i].path, Host, &tests[i], host_set_up, test_tools, host_tear_down);
    }
    return g_test_run();
}
