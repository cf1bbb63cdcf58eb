/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: a guest that drives tpm-tis, with libtpms in this process.  Each operation is 8
 * bytes: what, a place (2 bytes), a value (4), a width.  Streams bring numbers that no guest can make.
 */
#include <glib.h>

#include "devices/tpm/tpm-ppi-regs.h"
#include "devices/tpm/tpm-tis-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/fuzz/fuzz-host.h"
#include "qtest/machine/board.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Linked in, so that the fuzzer sees its branches; devices.h is for the plugin. */
extern const HwDeviceClass tpm_tis_class;

enum { OPERATION = 8 };

static ObHost *host;

static void store(uint32_t place, uint32_t value, uint32_t width)
{
    fuzz_access();
    ob_host_store(host, HW_SPACE_MEMORY, TPM_PC_ADDRESS + place, value, width);
}

static uint32_t load(uint32_t place, uint32_t width)
{
    fuzz_access();
    return (uint32_t)ob_host_load(host, HW_SPACE_MEMORY, TPM_PC_ADDRESS + place, width);
}

/* A driver's whole command with this size field, so that inputs soon get past the first checks. */
static void command_run(uint32_t page, uint32_t size, uint32_t code)
{
    store(page + TIS_ACCESS, ACCESS_REQUEST_USE, 1);
    store(page + TIS_STS, STS_COMMAND_READY, 1);
    store(page + TIS_DATA_FIFO, 0x00000180, 4);
    store(page + TIS_DATA_FIFO, GUINT32_SWAP_LE_BE(size) >> 16, 2);
    store(page + TIS_DATA_FIFO, 0x00000001u << 16 | (code & 0xff) << 24, 4);
    for (uint32_t i = 10; i < size; i += 4) {
        store(page + TIS_XDATA_FIFO, code, 4);
    }
    store(page + TIS_STS, STS_GO, 1);
}

static void fifo_read(uint32_t page, uint32_t count, uint32_t width)
{
    for (uint32_t i = 0; i < count; i++) {
        load(page + TIS_DATA_FIFO, width);
    }
}

static void seldom(uint32_t value)
{
    switch (value % 64) {
    case 0:
        fuzz_host_move(host, value >> 6);
        break;
    case 1:
        ob_host_reset(host);
        break;
    case 2:
    case 3:
        ob_host_quiesce(host);
        break;
    default:
        ob_host_poll(host);
        break;
    }
}

/* These must hold after each operation. */
static void assert_sound(void)
{
    unsigned active = 0;

    for (uint32_t page = 0; page < TIS_SIZE; page += TIS_PAGE_SIZE) {
        active += load(page + TIS_STS, 4) != UINT32_MAX;
    }
    g_assert_cmpuint(active, <=, 1);
    g_assert_cmphex(load(TIS_RID, 4), ==, 1);
}

static void operation(const uint8_t *bytes)
{
    static const uint32_t places[] = {
        TIS_ACCESS, TIS_ACCESS,     TIS_STS,        TIS_DATA_FIFO,
        TIS_STS,    TIS_INT_ENABLE, TIS_INT_STATUS, TIS_INTERFACE_ID
    };
    uint32_t place = (uint32_t)hw_load_le(bytes + 1, 2);
    uint32_t value = (uint32_t)hw_load_le(bytes + 3, 4);
    uint32_t width = 1u << bytes[7] % 4;
    uint32_t page = place % TIS_LOCALITIES * TIS_PAGE_SIZE;

    switch (bytes[0] % 16) {
    case 0:
        command_run(page, value % 5000, value >> 16);
        break;
    case 1:
        fifo_read(page, value % 5000, width);
        break;
    case 2:
        seldom(value);
        break;
    case 3:
        load(place % TIS_SIZE, width);
        break;
    case 4:
        store(place % TIS_SIZE, value, width);
        break;
    default:
        store(page + places[place / TIS_LOCALITIES % G_N_ELEMENTS(places)], value, width);
        break;
    }
    assert_sound();
}

static void host_start(void)
{
    const ObOption options[] = { { "tpmdev", "tpm0" } };
    HW_ERROR(error, 256);

    host = fuzz_host_new();
    if (!hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, &error)) {
        g_error("%s", error.text);
    }
    fuzz_host_add(host, &tpm_tis_class, options, G_N_ELEMENTS(options));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!host) {
        host_start();
    }
    ob_host_reset(host);
    for (; size >= OPERATION; data += OPERATION, size -= OPERATION) {
        operation(data);
    }
    ob_host_quiesce(host);
    return 0;
}
