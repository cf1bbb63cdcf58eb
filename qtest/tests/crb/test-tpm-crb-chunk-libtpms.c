/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chunks through a TPM CRB to a real TPM, whose buffer is larger than the CRB's. */
#include <glib.h>
#include <string.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/device/tpm2.h"
#include "qtest/client/client.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

#define TPM_BUFFER 4096 /* libtpms's largest command */

static ObClient *client;

static void store(uint64_t offset, uint32_t value)
{
    ob_client_writel(client, CRB_PC_ADDRESS + offset, value);
}

static uint32_t load(uint64_t offset)
{
    return ob_client_readl(client, CRB_PC_ADDRESS + offset);
}

/* Returns the response code of a command that zeros fill up to its size. */
static uint32_t run(uint32_t size, uint32_t code)
{
    uint8_t command[2 * TPM_BUFFER] = { 0 };

    hw_tpm2_header(command, TPM_ST_NO_SESSIONS, size, code);
    for (uint32_t at = 0; at < size; at += CRB_BUFFER_SIZE) {
        uint32_t left = size - at;

        ob_client_memwrite(client, CRB_PC_ADDRESS + CRB_BUFFER, command + at,
                           MIN(left, CRB_BUFFER_SIZE));
        store(CRB_CTRL_START, left > CRB_BUFFER_SIZE ? CTRL_START_NEXT_CHUNK : CTRL_START_START);
    }
    while (load(CRB_CTRL_START)) {
        ob_client_poll(client);
    }
    return GUINT32_SWAP_LE_BE(load(CRB_BUFFER + HW_TPM2_CODE));
}

static ObHost *host_make(void *opaque, HwError *error)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    const ObOption options[] = { { "tpmdev", "tpm0" }, { "cap-chunk", "on" } };
    ObHost *host = ob_host_new(&config, error);

    (void)opaque;
    if (host && (!ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), error) ||
                 !hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, error) ||
                 !ob_host_add_device(host, "tpm-crb", options, G_N_ELEMENTS(options), error))) {
        g_clear_pointer(&host, ob_host_free);
    }
    return host;
}

static void set_up(void)
{
    HW_ERROR(error, 256);

    client = ob_client_in_hosts(&(ObHostMaker) { .make = host_make }, &error);
    if (!client) {
        g_error("%s", error.text);
    }
    ob_client_reset(client);
    store(CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    store(CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    g_assert_cmphex(run(12, TPM_CC_STARTUP), ==, 0);
}

/* The TPM complains about the bytes after the parameters, so it has seen the whole command.  To
 * a command that is cut short it answers TPM_RC_COMMAND_SIZE. */
static void test_tpm_sees_the_whole_command(void)
{
    set_up();
    g_assert_cmphex(run(12, TPM_CC_GET_RANDOM), ==, 0);
    g_assert_cmphex(run(TPM_BUFFER, TPM_CC_GET_RANDOM), ==, TPM_RC_SIZE);
    g_assert_cmphex(run(TPM_BUFFER + 1, TPM_CC_GET_RANDOM), ==, TPM_RC_COMMAND_SIZE);
    g_assert_cmphex(load(CRB_CTRL_STS), ==, 0);
    ob_client_free(client);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-crb/chunk-libtpms/tpm-sees-the-whole-command",
                    test_tpm_sees_the_whole_command);
    return g_test_run();
}
