/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TPM with certificates of its endorsement keys, as swtpm_setup makes it and Windows, keylime and
 * others ask for.  The commands are those of the README.
 */
#include <glib.h>
#include <glib/gstdio.h>

#include "qtest/client/process/process.h"
#include "qtest/client/process/scratch.h"

#define DEADLINE_MS 60000

static const char make[] =
    "mkdir tpm ca\n"
    "printf 'statedir = %s\\nsigningkey = %s/key.pem\\nissuercert = %s/cert.pem\\n"
    "certserial = %s/serial\\n' $PWD/ca $PWD/ca $PWD/ca $PWD/ca >ca.conf\n"
    "printf -- '--platform-manufacturer T\\n--platform-version 1\\n--platform-model T\\n' "
    ">options\n"
    "printf 'create_certs_tool = %s\\ncreate_certs_tool_config = %s\\n"
    "create_certs_tool_options = %s\\n' $(command -v swtpm_localca) $PWD/ca.conf $PWD/options "
    ">setup.conf\n"
    "swtpm_setup --tpm2 --tpmstate tpm --config setup.conf --create-ek-cert --lock-nvram >log\n"
    "cp tpm/tpm2-00.permall original\n";

/* 0x1c00002 is the index of the RSA 2048 certificate (TCG EK Credential Profile, 2.2.1.4). */
static const char use[] =
    "tpm2_getekcertificate -o rsa.der -o ecc.der\n"
    "tpm2_nvread -C o -o nv.der 0x1c00002 || tpm2_nvread -C 0x1c00002 -o nv.der 0x1c00002\n"
    "openssl x509 -inform der -in rsa.der -out rsa.pem\n"
    "openssl x509 -inform der -in nv.der -out nv.pem\n"
    "cmp rsa.pem nv.pem\n"
    "cat ca/swtpm-localca-rootca-cert.pem ca/cert.pem >chain.pem\n"
    "openssl verify -CAfile chain.pem rsa.pem\n"
    "tpm2_createek -Q -c ek.ctx -G rsa -u ek.pem -f pem\n"
    "openssl x509 -in rsa.pem -pubkey -noout | openssl pkey -pubin -outform der >from-cert\n"
    "openssl pkey -pubin -in ek.pem -outform der >from-tpm; cmp from-cert from-tpm\n"
    "cmp original tpm/tpm2-00.permall\n";

static void test_certificate(void)
{
    ObScratch *scratch = ob_scratch_new();
    const char *sanitizer = g_getenv("OB_SANITIZER"); /* the tools don't have it */
    g_autofree char *command = g_strdup_printf(
        "set -e; cd %s; exec >output 2>&1; %s"
        "export %s TPM2TOOLS_TCTI=%s:in-process,state=$PWD/tpm/tpm2-00.permall,set=%s\n%s",
        ob_scratch_path(scratch), make, sanitizer ? sanitizer : "", g_getenv("OB_TCTI"),
        g_getenv("OUTBOARD_SET"), use);
    ObProcess *tools = ob_process_start(command);
    g_autofree char *end = NULL;

    g_assert_true(ob_process_wait(tools, DEADLINE_MS));
    end = ob_process_describe(tools);
    if (!ob_process_succeeded(tools)) {
        g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "output", NULL);
        g_autofree char *output = NULL;

        g_file_get_contents(path, &output, NULL, NULL);
        g_test_message("the tools %s: %s", end, output ? output : "");
        g_test_fail();
    }
    ob_process_free(tools);
    ob_scratch_free(scratch);
}

static const char *missing(void)
{
    static const char *const programs[][2] = { { "swtpm_setup", "swtpm-tools" },
                                               { "swtpm_localca", "swtpm-tools" },
                                               { "tpm2_getekcertificate", "tpm2-tools" },
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
    return NULL;
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (missing()) {
        g_print("1..0 # SKIP %s\n", missing());
        return 0;
    }
    g_test_add_func("/tpm-provisioned/certificate-is-of-this-tpm", test_certificate);
    return g_test_run();
}
