/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * devices/tpm/tpm-tis in the bridge beside QEMU's own tpm-tis.  Each has a TPM of its own, and reads
 * the same after the same accesses.  devices/tpm/tpm-tis.rst has the differences, which no access here
 * shows.
 */
#include <string.h>

#include "devices/tpm/tpm-ppi-regs.h"
#include "devices/tpm/tpm-tis-regs.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/tests/bridge/bridge-machine.h"

#define OURS_VIRT   UINT64_C(0x0b000000) /* the bridge's address on virt */
#define THEIRS_VIRT UINT64_C(0x0c000000)
#define SEED        0x7151u
#define STEPS       600
#define POLLS       100000
#define HEADER      36 /* bytes of an ACPI table's head */
#define LOG_ADDRESS 68 /* in TPM2 */

typedef struct Side {
    ObClient *client;
    uint64_t base;
} Side;

typedef struct Pair {
    Side sides[2]; /* ours, theirs */
    ObSwtpm *swtpm;
} Pair;

static void set_up(Pair *f, gconstpointer data)
{
    bool is_pc = bridge_machine_is_pc();
    HW_ERROR(error, 4096);
    g_autofree char *theirs = NULL;

    (void)data;
    f->swtpm = ob_swtpm_start(&error);
    g_assert_cmpstr(error.text, ==, "");
    theirs = g_strdup_printf("-chardev socket,id=c,path=%s -tpmdev emulator,id=t,chardev=c "
                             "-device tpm-tis%s,tpmdev=t",
                             ob_swtpm_path(f->swtpm), is_pc ? "" : "-device");
    f->sides[1].client = bridge_machine_start_stock(theirs, &error);
    g_assert_cmpstr(error.text, ==, "");
    f->sides[1].base = is_pc ? TPM_PC_ADDRESS : THEIRS_VIRT;
    f->sides[0].client = bridge_machine_start(NULL,
                                              is_pc
                                                  ? "-device outboard-tpm-tis,tpmdev=tpm0"
                                                  : "-device outboard-tpm-tis-device,tpmdev=tpm0");
    f->sides[0].base = is_pc ? TPM_PC_ADDRESS : OURS_VIRT;
}

static void tear_down(Pair *f, gconstpointer data)
{
    (void)data;
    ob_client_quit(f->sides[0].client);
    ob_client_quit(f->sides[1].client);
    ob_swtpm_free(f->swtpm);
}

/* ---------------------------------------------------------------------- accesses */

static uint32_t side_read(const Side *side, uint32_t offset, unsigned size)
{
    uint64_t address = side->base + offset;

    return size == 1   ? ob_client_readb(side->client, address)
           : size == 2 ? ob_client_readw(side->client, address)
                       : ob_client_readl(side->client, address);
}

static void side_write(const Side *side, uint32_t offset, uint32_t value, unsigned size)
{
    uint64_t address = side->base + offset;

    if (size == 1) {
        ob_client_writeb(side->client, address, (uint8_t)value);
    } else if (size == 2) {
        ob_client_writew(side->client, address, (uint16_t)value);
    } else {
        ob_client_writel(side->client, address, value);
    }
}

static uint32_t both_read(Pair *f, uint32_t offset, unsigned size)
{
    uint32_t ours = side_read(&f->sides[0], offset, size);
    uint32_t theirs = side_read(&f->sides[1], offset, size);

    if (ours != theirs) {
        g_error("%u bytes at 0x%x: ours 0x%x, QEMU's 0x%x", size, offset, ours, theirs);
    }
    return ours;
}

static void both_write(Pair *f, uint32_t offset, uint32_t value, unsigned size)
{
    g_test_message("0x%x <- 0x%x (%u)", offset, value, size);
    side_write(&f->sides[0], offset, value, size);
    side_write(&f->sides[1], offset, value, size);
}

/* All but the FIFO, which a read changes. */
static void both_compare(Pair *f)
{
    static const uint32_t words[] = { TIS_ACCESS,         TIS_INT_ENABLE, TIS_INT_VECTOR,
                                      TIS_INT_STATUS,     0x14,           TIS_STS,
                                      TIS_INTERFACE_ID,   TIS_DID_VID,    TIS_RID,
                                      TIS_XDATA_FIFO_END, 0x40,           0xffc };

    for (unsigned locality = 0; locality < TIS_LOCALITIES; locality++) {
        for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
            both_read(f, locality * TIS_PAGE_SIZE + words[i], 4);
        }
    }
}

static void both_wait_for_response(Pair *f)
{
    for (int i = 0; i < 2; i++) {
        unsigned polls = 0;

        while (!(side_read(&f->sides[i], TIS_STS, 4) & STS_DATA_AVAILABLE)) {
            g_assert_cmpuint(polls++, <, POLLS);
        }
    }
}

/* -------------------------------------------------------------------------- tests */

static void test_at_reset(Pair *f, gconstpointer data)
{
    (void)data;
    both_compare(f);
    for (unsigned locality = 0; locality < TIS_LOCALITIES; locality++) {
        for (uint32_t offset = 0; offset < 0x100; offset++) {
            both_read(f, locality * TIS_PAGE_SIZE + offset, 1);
            both_read(f, locality * TIS_PAGE_SIZE + (offset & ~1u), 2);
        }
        for (uint32_t offset = 0x100; offset < TIS_PAGE_SIZE; offset += 0x20) {
            both_read(f, locality * TIS_PAGE_SIZE + offset, 4);
        }
    }
}

/* A driver's whole command, with a look at all registers after each step. */
static void both_transfer(Pair *f, const uint8_t *command, unsigned size, unsigned width)
{
    both_write(f, TIS_STS, STS_COMMAND_READY, 4);
    both_compare(f);
    for (unsigned i = 0; i < size; i += width) {
        uint32_t value = 0;

        memcpy(&value, command + i, width); /* little-endian, as all of our build machines */
        both_write(f, width == 1 ? TIS_DATA_FIFO : TIS_XDATA_FIFO, value, width);
        both_compare(f);
    }
    both_write(f, TIS_STS, STS_GO, 1);
    both_wait_for_response(f);
    both_compare(f);
}

static void both_receive(Pair *f, unsigned width)
{
    while (both_read(f, TIS_STS, 4) & STS_DATA_AVAILABLE) {
        both_read(f, TIS_DATA_FIFO, width);
        both_compare(f);
    }
    both_read(f, TIS_DATA_FIFO, 1);
}

static const uint8_t startup[12] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0 };
static const uint8_t self_test[12] = { 0x80, 0x01, 0, 0, 0, 11, 0, 0, 0x01, 0x43, 0 };

static void test_commands(Pair *f, gconstpointer data)
{
    (void)data;
    both_write(f, TIS_ACCESS, ACCESS_REQUEST_USE, 1);
    both_compare(f);
    both_transfer(f, startup, sizeof(startup), 1);
    both_receive(f, 1);
    both_write(f, TIS_STS, STS_RESPONSE_RETRY, 1);
    both_receive(f, 4);
    both_transfer(f, startup, sizeof(startup), 4); /* once too often: an error code */
    both_receive(f, 2);
    both_transfer(f, self_test, 11, 1);
    both_write(f, TIS_STS, STS_COMMAND_READY, 4); /* the response is dropped */
    both_compare(f);
    both_write(f, TIS_ACCESS, ACCESS_ACTIVE, 1);
    both_compare(f);
}

static void test_interrupts(Pair *f, gconstpointer data)
{
    (void)data;
    both_write(f, TIS_ACCESS, ACCESS_REQUEST_USE, 1);
    both_write(f, TIS_INT_ENABLE, INT_GLOBAL_ENABLE | INT_CAUSES, 4);
    both_transfer(f, startup, sizeof(startup), 4);
    both_receive(f, 1);
    both_write(f, TIS_INT_STATUS, INT_COMMAND_READY, 4);
    both_compare(f);
    both_write(f, TIS_INT_STATUS, 0xffffffff, 4);
    both_compare(f);
    both_write(f, TIS_PAGE_SIZE + TIS_ACCESS, ACCESS_REQUEST_USE, 1);
    both_write(f, TIS_ACCESS, ACCESS_ACTIVE, 1);
    both_write(f, TIS_INT_STATUS, 0xffffffff, 4);
    both_compare(f);
}

/* Localities contend for the TPM, at random. */
static void test_localities(Pair *f, gconstpointer data)
{
    static const uint8_t requests[] = { ACCESS_REQUEST_USE,
                                        ACCESS_REQUEST_USE,
                                        ACCESS_ACTIVE,
                                        ACCESS_SEIZE,
                                        ACCESS_BEEN_SEIZED,
                                        0x22,
                                        0x74 };
    g_autoptr(GRand) rand = g_rand_new_with_seed(SEED);

    (void)data;
    for (unsigned i = 0; i < STEPS / 4; i++) {
        uint32_t page = TIS_PAGE_SIZE * g_rand_int_range(rand, 0, TIS_LOCALITIES);
        uint8_t request = requests[g_rand_int_range(rand, 0, G_N_ELEMENTS(requests))];

        if (both_read(f, page + TIS_ACCESS, 1) & ACCESS_ACTIVE) {
            both_write(f, page + TIS_INT_ENABLE, g_rand_int(rand), 4);
        }
        both_write(f, page + TIS_ACCESS, request, 1);
        both_compare(f);
    }
}

/* The active locality does anything but start a command. */
static void test_random_steps(Pair *f, gconstpointer data)
{
    static const uint32_t places[] = { TIS_STS,        TIS_STS,        TIS_DATA_FIFO,
                                       TIS_DATA_FIFO,  TIS_XDATA_FIFO, TIS_INT_ENABLE,
                                       TIS_INT_STATUS, TIS_DID_VID,    TIS_INTERFACE_ID };
    static const uint8_t requests[] = { STS_COMMAND_READY, STS_RESPONSE_RETRY, 0xc2, 0x00, 0x48 };
    g_autoptr(GRand) rand = g_rand_new_with_seed(SEED);

    (void)data;
    both_write(f, TIS_ACCESS, ACCESS_REQUEST_USE, 1);
    for (unsigned i = 0; i < STEPS; i++) {
        uint32_t place = places[g_rand_int_range(rand, 0, G_N_ELEMENTS(places))];
        unsigned size = 1u << g_rand_int_range(rand, 0, 3);
        uint32_t lane = g_rand_int_range(rand, 0, 4) & ~(size - 1);
        uint32_t value = g_rand_int(rand);

        if (place == TIS_STS) {
            value = requests[g_rand_int_range(rand, 0, G_N_ELEMENTS(requests))];
            lane = 0;
        }
        if (g_rand_int_range(rand, 0, 3) == 0) {
            both_read(f, place + lane, size);
        } else {
            both_write(f, place + lane, value, size);
        }
        both_read(f, TIS_STS, size);
        both_read(f, TIS_INT_STATUS, 4);
        both_read(f, TIS_INT_ENABLE, 4);
    }
    both_compare(f);
}

/* Platform class, control area, start method and its parameters, and the log's size. */
static void test_tpm2_table(Pair *f, gconstpointer data)
{
    Firmware *firmware[2];
    const uint8_t *tables[2];

    (void)data;
    for (int i = 0; i < 2; i++) {
        unsigned count;

        firmware[i] = firmware_run(f->sides[i].client);
        tables[i] = firmware_table(firmware[i], "TPM2", NULL, &count);
        g_assert_cmpuint(count, ==, 1);
    }
    g_assert_cmpmem(tables[0] + HEADER, LOG_ADDRESS - HEADER, tables[1] + HEADER,
                    LOG_ADDRESS - HEADER);
    firmware_free(firmware[0]);
    firmware_free(firmware[1]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add("/bridge-tis/beside-qemus/at-reset", Pair, NULL, set_up, test_at_reset, tear_down);
    g_test_add("/bridge-tis/beside-qemus/commands", Pair, NULL, set_up, test_commands, tear_down);
    g_test_add("/bridge-tis/beside-qemus/interrupts", Pair, NULL, set_up, test_interrupts,
               tear_down);
    g_test_add("/bridge-tis/beside-qemus/localities-contend", Pair, NULL, set_up, test_localities,
               tear_down);
    g_test_add("/bridge-tis/beside-qemus/random-steps", Pair, NULL, set_up, test_random_steps,
               tear_down);
    g_test_add("/bridge-tis/beside-qemus/tpm2-table", Pair, NULL, set_up, test_tpm2_table,
               tear_down);
    return g_test_run();
}
