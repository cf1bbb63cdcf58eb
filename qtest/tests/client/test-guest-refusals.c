/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The drivers of guest profiles with a CRB that tells what a test wants: each step has its error. */
#include "devices/tpm-crb-regs.h"
#include "qtest/client/drivers/profiles.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"

#define BASE UINT64_C(0xfed10000)
#define CRB  1 /* the type of the interface */

enum { WORDS = (CRB_BUFFER + 12) / 4, COMMAND = 12 };

typedef struct Told {
    HwDevice dev;
    uint64_t addr;
    uint32_t words[WORDS];
} Told;

typedef struct Word {
    uint32_t offset, value;
} Word;

typedef struct Row {
    const char *path;
    ObCrbResult result;
    Word words[2]; /* other than a CRB has that works */
    size_t capacity;
    bool stays_ready, stays_assigned;
} Row;

static const Row *row;

static void request_written(HwDevice *dev, uint32_t value)
{
    HW_DEVICE(Told, dev)->words[CRB_CTRL_STS / 4] |= value & CTRL_REQ_GO_IDLE && !row->stays_ready
                                                         ? CTRL_STS_IDLE
                                                         : 0;
}

static void locality_written(HwDevice *dev, uint32_t value)
{
    if (value & LOC_CTRL_RELINQUISH && !row->stays_assigned) {
        HW_DEVICE(Told, dev)->words[CRB_LOC_STATE / 4] = LOC_STATE_VALID;
    }
}

/* clang-format off */
static const HwRegister registers[] = {
    { "LOC_STATE", CRB_LOC_STATE },
    { "LOC_CTRL", CRB_LOC_CTRL, .write_only = LOC_CTRL_RELINQUISH | LOC_CTRL_REQUEST,
      .written = locality_written },
    { "INTF_ID", CRB_INTF_ID }, { "INTF_ID2", CRB_INTF_ID2 },
    { "CTRL_REQ", CRB_CTRL_REQ, .write_only = CTRL_REQ_GO_IDLE, .written = request_written },
    { "CTRL_STS", CRB_CTRL_STS }, { "CTRL_START", CRB_CTRL_START },
    { "CMD_SIZE", CRB_CMD_SIZE }, { "CMD_LADDR", CRB_CMD_LADDR },
    { "RSP_SIZE", CRB_RSP_SIZE }, { "RSP_LADDR", CRB_RSP_LADDR }, { "RSP_HADDR", CRB_RSP_HADDR },
    { "BUFFER_0", CRB_BUFFER }, { "BUFFER_4", CRB_BUFFER + 4 }, { "BUFFER_8", CRB_BUFFER + 8 },
};
/* clang-format on */

static const Word working[] = {
    { CRB_LOC_STATE, LOC_STATE_ASSIGNED | LOC_STATE_VALID },
    { CRB_INTF_ID, CRB },
    { CRB_CMD_SIZE, COMMAND },
    { CRB_CMD_LADDR, BASE + CRB_BUFFER },
    { CRB_RSP_SIZE, 10 },
    { CRB_RSP_LADDR, BASE + CRB_BUFFER },
    { CRB_BUFFER, 0x00000180 }, /* big endian: tag 0x8001, 10 bytes */
    { CRB_BUFFER + 4, 0x00000a00 },
};

static void words_store(Told *s, const Word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        s->words[words[i].offset / 4] = words[i].value;
    }
}

static void told_reset(HwDevice *dev)
{
    Told *s = HW_DEVICE(Told, dev);

    words_store(s, working, G_N_ELEMENTS(working));
    for (size_t i = 0; i < G_N_ELEMENTS(row->words); i++) {
        if (row->words[i].offset || row->words[i].value) {
            words_store(s, &row->words[i], 1);
        }
    }
}

static const HwRegion regions[] = {
    { .name = "mmio",
      .kind = HW_REGION_REGISTERS,
      .size = 0x100,
      .base = HW_MEMBER(Told, addr, uint64_t),
      .words = offsetof(Told, words),
      .word_count = WORDS,
      .registers = HW_TABLE(registers) },
};

static const HwProperty properties[] = {
    HW_PROP_ADDRESS("addr", Told, addr, BASE, "of the registers"),
};

static HwClass told_class = { .table = { .abi = HW_ABI(HwDeviceClass),
                                         .name = "told",
                                         .instance_size = sizeof(Told),
                                         .regions = HW_TABLE(regions),
                                         .properties = HW_TABLE(properties),
                                         .reset = told_reset } };

/* clang-format off */
static const Row rows[] = {
    { "none", OB_CRB_OK, { { 0 } }, 10 },
    { "interface-is-no-crb", OB_CRB_NOT_READY, { { CRB_INTF_ID, 0 } }, 10 },
    { "response-elsewhere", OB_CRB_NOT_READY, { { CRB_RSP_LADDR, BASE } }, 10 },
    { "response-above-4-gib", OB_CRB_NOT_READY, { { CRB_RSP_HADDR, 1 } }, 10 },
    { "command-elsewhere", OB_CRB_NOT_READY, { { CRB_CMD_LADDR, BASE } }, 10 },
    { "locality-not-assigned", OB_CRB_NO_LOCALITY, { { CRB_LOC_STATE, LOC_STATE_VALID } }, 10 },
    { "locality-not-valid", OB_CRB_NO_LOCALITY, { { CRB_LOC_STATE, LOC_STATE_ASSIGNED } }, 10 },
    { "request-stays", OB_CRB_NOT_READY, { { CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY } }, 10 },
    { "idle-stays", OB_CRB_NOT_READY, { { CRB_CTRL_STS, CTRL_STS_IDLE } }, 10 },
    { "command-too-large", OB_CRB_COMMAND_TOO_LARGE, { { CRB_CMD_SIZE, COMMAND - 1 } }, 10 },
    { "command-runs", OB_CRB_TIMEOUT, { { CRB_CTRL_START, CTRL_START_START } }, 10 },
    { "fatal", OB_CRB_FATAL, { { CRB_CTRL_STS, CTRL_STS_FATAL } }, 10 },
    { "no-room-for-a-header", OB_CRB_RESPONSE_TOO_LARGE, { { 0 } }, 9 },
    { "response-below-a-header", OB_CRB_BAD_RESPONSE, { { CRB_BUFFER + 4, 0x00000900 } }, 10 },
    { "response-beyond-the-buffer", OB_CRB_BAD_RESPONSE, { { CRB_RSP_SIZE, 9 } }, 10 },
    { "no-room-for-the-response", OB_CRB_RESPONSE_TOO_LARGE,
      { { CRB_BUFFER + 4, 0x00000b00 }, { CRB_RSP_SIZE, 11 } }, 10 },
    { "longer-response", OB_CRB_OK, { { CRB_BUFFER + 4, 0x00000b00 }, { CRB_RSP_SIZE, 11 } }, 11 },
    { "ready-stays", OB_CRB_NOT_READY, { { 0 } }, 10, .stays_ready = true },
    { "locality-stays", OB_CRB_NO_LOCALITY, { { 0 } }, 10, .stays_assigned = true },
};
/* clang-format on */

static void test_row(gconstpointer data)
{
    static const uint8_t command[COMMAND];
    const ObHostConfig config = { .architecture = "x86_64" };
    const ObGuestProfile *profile;
    HW_ERROR(error, 400);
    ObHost *host = ob_host_new(&config, &error);
    ObClient *client;
    ObCrb crb;

    row = data;
    g_assert_true(ob_host_add_class(host, &told_class, &error));
    g_assert_true(ob_host_add_device(host, "told", NULL, 0, &error));
    client = ob_client_in_process(host);
    crb = (ObCrb) { .client = client, .base = BASE, .timeout_ms = 1 };
    for (uint32_t i = 0; (profile = ob_guest_profile_at(i)); i++) {
        uint8_t response[16];
        size_t size = 0;

        ob_host_reset(host);
        g_test_message("%s", profile->name);
        g_assert_cmpstr(ob_crb_result_text(ob_guest_transfer(&crb, profile, command, COMMAND,
                                                             response, row->capacity, &size)),
                        ==, ob_crb_result_text(row->result));
    }
    ob_client_free(client);
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/guest-refusals/", rows[i].path, NULL);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    return g_test_run();
}
