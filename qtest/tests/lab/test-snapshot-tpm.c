/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine with a TPM is put back: the TPM's state comes back, and a command under way is dropped. */
#include <string.h>

#include <glib.h>

#include "devices/tpm-crb-regs.h"
#include "qtest/machine/snapshot/snapshot.h"
#include "qtest/machine/board.h"

#define PAGE          UINT64_C(0xfed40000)
#define RESPONSE_SIZE 28 /* TPM2_GetRandom with 16 bytes */

typedef struct Fixture {
    ObHost *host;
    ObSnapshot *snapshot;
} Fixture;

static const uint8_t startup[] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0 };
static const uint8_t get_random[] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x7b, 0, 16 };

static void poke(Fixture *f, uint64_t offset, uint32_t value)
{
    ob_host_store(f->host, HW_SPACE_MEMORY, PAGE + offset, value, 4);
}

static uint32_t peek(Fixture *f, uint64_t offset)
{
    return (uint32_t)ob_host_load(f->host, HW_SPACE_MEMORY, PAGE + offset, 4);
}

static void command_begin(Fixture *f, const uint8_t *command)
{
    poke(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    ob_host_write(f->host, PAGE + CRB_BUFFER, command, sizeof(startup));
    poke(f, CRB_CTRL_START, CTRL_START_START);
}

static void command_end(Fixture *f, uint8_t *response)
{
    while (ob_host_poll(f->host)) {}
    g_assert_cmphex(peek(f, CRB_CTRL_START), ==, 0);
    ob_host_read(f->host, PAGE + CRB_BUFFER, response, RESPONSE_SIZE);
    g_assert_cmphex(response[9], ==, 0); /* the last byte of TPM_RC_SUCCESS */
}

static void command(Fixture *f, const uint8_t *bytes, uint8_t *response)
{
    command_begin(f, bytes);
    command_end(f, response);
}

static void put_back(Fixture *f)
{
    HW_ERROR(error, 400);

    ob_snapshot_restore(f->snapshot, &error);
    g_assert_cmpstr(error.text, ==, "");
}

/* The TPM has been started: TPM2_Startup would mix in random numbers of the system. */
static void set_up(Fixture *f, gconstpointer data)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .ram_size = 4 << 20 };
    const ObOption tpm = { "tpmdev", "tpm0" };
    uint8_t response[RESPONSE_SIZE];
    HW_ERROR(error, 400);

    (void)data;
    f->host = ob_host_new(&config, &error);
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &error));
    g_assert_true(hw_tpm_add(ob_host_tpms(f->host), "libtpms", "tpm0", NULL, 0, &error));
    g_assert_nonnull(ob_host_add_device(f->host, "tpm-crb", &tpm, 1, &error));
    poke(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    command(f, startup, response);
    f->snapshot = ob_snapshot_new(f->host, &error);
    g_assert_cmpstr(error.text, ==, "");
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    ob_snapshot_free(f->snapshot);
    ob_host_free(f->host);
}

static void test_state(Fixture *f, gconstpointer data)
{
    uint8_t first[RESPONSE_SIZE], next[RESPONSE_SIZE], again[RESPONSE_SIZE];

    (void)data;
    command(f, get_random, first);
    command(f, get_random, next);
    g_assert_cmpint(memcmp(first, next, RESPONSE_SIZE), !=, 0);
    put_back(f);
    command(f, get_random, again);
    g_assert_cmpmem(first, RESPONSE_SIZE, again, RESPONSE_SIZE);
}

static void test_command_under_way(Fixture *f, gconstpointer data)
{
    uint8_t first[RESPONSE_SIZE], again[RESPONSE_SIZE];

    (void)data;
    command(f, get_random, first);
    put_back(f);
    command_begin(f, get_random);
    put_back(f);
    g_assert_false(ob_host_poll(f->host));
    g_assert_cmphex(peek(f, CRB_CTRL_START), ==, 0);
    command(f, get_random, again);
    g_assert_cmpmem(first, RESPONSE_SIZE, again, RESPONSE_SIZE);
}

/* A reset cuts the TPM's power, when its work runs. */
static void test_power_cycle(Fixture *f, gconstpointer data)
{
    uint8_t first[RESPONSE_SIZE], again[RESPONSE_SIZE];

    (void)data;
    command(f, get_random, first);
    put_back(f);
    ob_host_reset(f->host);
    put_back(f);
    while (ob_host_poll(f->host)) {}
    ob_host_reset(f->host);
    while (ob_host_poll(f->host)) {}
    put_back(f);
    command(f, get_random, again);
    g_assert_cmpmem(first, RESPONSE_SIZE, again, RESPONSE_SIZE);
}

#define TPM_TEST(path, function) g_test_add(path, Fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TPM_TEST("/snapshot/tpm/state-comes-back", test_state);
    TPM_TEST("/snapshot/tpm/command-under-way-is-dropped", test_command_under_way);
    TPM_TEST("/snapshot/tpm/power-cycle-is-undone", test_power_cycle);
    return g_test_run();
}
