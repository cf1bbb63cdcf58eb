/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chunks through a TPM CRB to a real TPM, whose buffer is larger than the CRB's. */
#include <glib.h>
#include <string.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/host/host.h"

#define TPM_BUFFER 4096         /* libtpms's largest command */
#define TPM_CC_STARTUP 0x144
#define TPM_CC_GET_RANDOM 0x17b
#define TPM_RC_SIZE 0x095
#define TPM_RC_COMMAND_SIZE 0x142

static ObHost *host;

static void store(uint64_t offset, uint64_t value, uint32_t size)
{
    ob_host_store(host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + offset, value, size);
}

static uint32_t load(uint64_t offset)
{
    return (uint32_t)ob_host_load(host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + offset, 4);
}

/* The response code of a command that is followed by zeros up to its size. */
static uint32_t run(uint32_t size, uint32_t code)
{
    uint8_t command[2 * TPM_BUFFER] = { 0x80, 0x01 };

    hw_store_be32(command + 2, size);
    hw_store_be32(command + 6, code);
    for (uint32_t at = 0; at < size; at += CRB_BUFFER_SIZE) {
        uint32_t left = size - at;

        for (uint32_t i = 0; i < left && i < CRB_BUFFER_SIZE; i++) {
            store(CRB_BUFFER + i, command[at + i], 1);
        }
        store(CRB_CTRL_START, left > CRB_BUFFER_SIZE ? CTRL_START_NEXT_CHUNK : CTRL_START_START, 4);
    }
    ob_host_quiesce(host);
    g_assert_cmphex(load(CRB_CTRL_START), ==, 0);
    return GUINT32_SWAP_LE_BE(load(CRB_BUFFER + 6));
}

static void set_up(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    const ObOption options[] = { { "tpmdev", "tpm0" }, { "cap-chunk", "on" } };
    char sentence[256] = "";
    HwError error = { sentence, sizeof(sentence), 0 };

    host = ob_host_new(&config, &error);
    if (!host || !ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error) ||
        !hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, &error) ||
        !ob_host_add_device(host, "tpm-crb", options, G_N_ELEMENTS(options), &error)) {
        g_error("%s", sentence);
    }
    ob_host_reset(host);
    store(CRB_LOC_CTRL, LOC_CTRL_REQUEST, 4);
    store(CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY, 4);
    g_assert_cmphex(run(12, TPM_CC_STARTUP), ==, 0);
}

/* What follows the parameters is too much to the TPM, which so has seen it all: of a
 * command cut short it says TPM_RC_COMMAND_SIZE. */
static void test_tpm_sees_the_whole_command(void)
{
    set_up();
    g_assert_cmphex(run(12, TPM_CC_GET_RANDOM), ==, 0);
    g_assert_cmphex(run(TPM_BUFFER, TPM_CC_GET_RANDOM), ==, TPM_RC_SIZE);
    g_assert_cmphex(run(TPM_BUFFER + 1, TPM_CC_GET_RANDOM), ==, TPM_RC_COMMAND_SIZE);
    g_assert_cmphex(load(CRB_CTRL_STS), ==, 0);
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-crb/chunk-libtpms/tpm-sees-the-whole-command",
                    test_tpm_sees_the_whole_command);
    return g_test_run();
}
