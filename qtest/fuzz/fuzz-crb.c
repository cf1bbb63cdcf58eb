/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: a hostile guest's accesses to the TPM CRB, with libtpms in this process.  The
 * input is a list of 12-byte steps; see step().
 */
#include <glib.h>
#include <stdint.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

#define STEP_SIZE 12 /* operation, width, offset (2), value (8) */

/* The CRB's page, the addresses after it, and the PPI's memory. */
#define REACH 0x6000

static const char *on_off(const char *variable)
{
    return g_getenv(variable) ? "on" : "off";
}

static ObHost *host_new(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    const ObOption options[] = { { "tpmdev", "tpm0" },
                                 { "strict", on_off("OUTBOARD_STRICT") },
                                 { "cap-chunk", on_off("OUTBOARD_CHUNK") } };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);

    if (!host || !ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error) ||
        !hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, &error) ||
        !ob_host_add_device(host, "tpm-crb", options, G_N_ELEMENTS(options), &error)) {
        g_error("%s", error.text);
    }
    return host;
}

static void step(ObHost *host, const uint8_t *bytes)
{
    uint32_t width = 1u << (bytes[1] & 3);
    uint64_t address = CRB_PC_ADDRESS + hw_load_le(bytes + 2, 2) % REACH;
    uint64_t value = hw_load_le(bytes + 4, 8);
    HwInstance *crb = ob_host_device_at(host, 0);

    switch (bytes[0] % 16) {
    case 0:
        ob_host_poll(host);
        break;
    case 1:
        ob_host_reset(host);
        break;
    case 2:
        ob_host_quiesce(host);
        break;
    case 3: /* a driver's steps, so that inputs soon get past the first checks */
        ob_host_store(host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + CRB_LOC_CTRL, 1, 4);
        ob_host_store(host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + CRB_CTRL_REQ, 1, 4);
        break;
    case 4:
        ob_host_store(host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + CRB_CTRL_START, 1, 4);
        break;
    case 5:
        ob_host_load(host, HW_SPACE_MEMORY, address, width);
        break;
    default:
        ob_host_store(host, HW_SPACE_MEMORY, address, value, width);
        break;
    }
    /* These must hold after each input. */
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + CRB_INTF_ID, 4), ==,
                    crb->regions[0].words[CRB_INTF_ID / 4]);
    g_assert_cmphex(crb->regions[0].words[CRB_CTRL_START / 4] & ~CTRL_START_START, ==, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ObHost *host;

    if (!host) {
        host = host_new();
    }
    ob_host_reset(host);
    for (; size >= STEP_SIZE; data += STEP_SIZE, size -= STEP_SIZE) {
        step(host, data);
    }
    ob_host_quiesce(host);
    return 0;
}
