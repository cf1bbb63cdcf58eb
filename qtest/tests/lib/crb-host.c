/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/lib/crb-host.h"

#include "qtest/client/drivers/tpm-command.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

struct CrbHost {
    ObClient *client;
    ObSwtpm *swtpm;   /* a stock QEMU's TPM */
    HwPluginSet *set; /* the plugin, loaded only for its tables */
};

bool crb_host_in_process(void)
{
    return !g_getenv("OB_PROGRAM");
}

const char *crb_host_missing(void)
{
    g_autofree char *swtpm = g_find_program_in_path("swtpm");

    if (!g_strcmp0(g_getenv("OB_PROGRAM"), "")) {
        return "QEMU is missing: apt-get install qemu-system-x86";
    }
    if (g_getenv("OB_ACCELERATOR") && !swtpm) {
        return "swtpm is missing: apt-get install swtpm";
    }
    return NULL;
}

static ObHost *host_make(void *opaque, HwError *error)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    const ObOption options[] = { { "tpmdev", "tpm0" } };
    ObHost *host = ob_host_new(&config, error);

    (void)opaque;
    if (host && (!ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), error) ||
                 !hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, error) ||
                 !ob_host_add_device(host, "tpm-crb", options, G_N_ELEMENTS(options), error))) {
        g_clear_pointer(&host, ob_host_free);
    }
    return host;
}

static void start_in_process(CrbHost *h, HwError *error)
{
    h->client = ob_client_in_hosts(&(ObHostMaker) { .make = host_make }, error);
}

/* QEMU's own CRB, or our CRB in the bridge. */
static char *qemu_device(void)
{
    const char *bridge = g_getenv("OUTBOARD_BRIDGE");

    return bridge ? g_strdup_printf("-plugin file=%s -device outboard-tpm-crb", bridge)
                  : g_strdup("-device tpm-crb");
}

static void start_program(CrbHost *h, HwError *error)
{
    ObStart start = { .program = g_getenv("OB_PROGRAM"),
                      .accelerator = g_getenv("OB_ACCELERATOR") };
    g_autofree char *arguments = NULL;

    if (start.accelerator) {
        g_autofree char *device = qemu_device();

        h->swtpm = ob_swtpm_start(error);
        g_assert_nonnull(h->swtpm);
        arguments = g_strdup_printf("-machine q35 -chardev socket,id=chr,path=%s "
                                    "-tpmdev emulator,id=tpm0,chardev=chr %s,tpmdev=tpm0",
                                    ob_swtpm_path(h->swtpm), device);
    } else {
        arguments = g_strdup_printf("-machine q35 -plugin-set %s -tpmdev libtpms,id=tpm0 "
                                    "-device tpm-crb,tpmdev=tpm0",
                                    g_getenv("OUTBOARD_SET"));
    }
    start.arguments = arguments;
    h->client = ob_client_start(&start, error);
}

CrbHost *crb_host_new(void)
{
    CrbHost *h = g_new0(CrbHost, 1);
    TpmCommand startup = tpm_startup(TPM2_SU_CLEAR);
    HW_ERROR(error, 4096);
    uint8_t response[64];
    size_t size;
    ObCrb crb;

    (crb_host_in_process() ? start_in_process : start_program)(h, &error);
    g_assert_cmpstr(error.text, ==, "");
    crb = crb_host_crb(h);
    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(&crb, startup.bytes, startup.size, response, sizeof(response),
                                 &size),
                    ==, OB_CRB_OK);
    g_assert_cmphex(tpm_response_code(response, size), ==, TPM2_RC_SUCCESS);
    g_assert_cmpint(crb_go_idle(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_relinquish_locality(&crb), ==, OB_CRB_OK);
    return h;
}

void crb_host_free(CrbHost *h)
{
    ob_client_quit(h->client);
    ob_swtpm_free(h->swtpm);
    hw_plugin_set_free(h->set);
    g_free(h);
}

ObClient *crb_host_client(const CrbHost *h)
{
    return h->client;
}

ObCrb crb_host_crb(const CrbHost *h)
{
    return crb_at_pc_address(h->client);
}

const HwClass *crb_host_class(CrbHost *h)
{
    HW_ERROR(error, 4096);

    if (!h->set) {
        h->set = hw_plugin_set_inspect(g_getenv("OUTBOARD_SET"), &error);
        g_assert_cmpstr(error.text, ==, "");
    }
    return hw_plugin_set_find(h->set, "tpm-crb");
}
