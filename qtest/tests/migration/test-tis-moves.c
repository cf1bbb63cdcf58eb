/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with a TPM TIS moves between a stock QEMU and our program, each with its own tpm-tis.  It
 * moves in the middle of a command and of its response.  Each program has a swtpm; the TPM's state moves
 * too.
 */
#include "devices/tpm/tpm-ppi-regs.h"
#include "devices/tpm/tpm-tis-regs.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/tests/lib/machine-move.h"

#define POLLS 100000

typedef struct Side {
    ObSwtpm *swtpm[4]; /* each ends with its program */
    unsigned count;
    bool ours;
} Side;

static const uint8_t startup[12] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0 };

static ObClient *side_start(void *opaque, const char *more)
{
    Side *side = opaque;
    ObStart options = { .program = g_getenv(side->ours ? "OB_HOST_PROGRAM" : "OB_PROGRAM"),
                        .accelerator = side->ours ? NULL : "tcg",
                        .halts = !side->ours };
    g_autofree char *arguments = NULL;
    HW_ERROR(error, 4096);
    ObSwtpm *swtpm = ob_swtpm_start(&error);
    ObClient *c;

    g_assert_cmpstr(error.text, ==, "");
    side->swtpm[side->count++] = swtpm;
    arguments = g_strdup_printf("-M pc-q35-7.2 -m 64 -nodefaults -chardev socket,id=c,path=%s "
                                "-tpmdev emulator,id=t,chardev=c -device tpm-tis,tpmdev=t %s",
                                ob_swtpm_path(swtpm), more);
    options.arguments = arguments;
    c = ob_client_start(&options, &error);
    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static ObClient *side_move(ObClient *c, Side *side)
{
    side->ours = !side->ours;
    return machine_move(c, side_start, side);
}

static void send(ObClient *c, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        ob_client_writeb(c, TPM_PC_ADDRESS + TIS_DATA_FIFO, startup[i]);
    }
}

static void status_expect(ObClient *c, uint32_t status)
{
    g_assert_cmphex(ob_client_readl(c, TPM_PC_ADDRESS + TIS_STS), ==, status);
}

static void response_await(ObClient *c)
{
    unsigned polls = 0;

    ob_client_writel(c, TPM_PC_ADDRESS + TIS_STS, STS_GO);
    while (!(ob_client_readl(c, TPM_PC_ADDRESS + TIS_STS) & STS_DATA_AVAILABLE)) {
        g_assert_cmpuint(polls++, <, POLLS);
    }
}

static void test_to_and_fro(gconstpointer data)
{
    Side side = { .ours = GPOINTER_TO_INT(data) };
    ObClient *c = side_start(&side, "");

    ob_client_writeb(c, TPM_PC_ADDRESS + TIS_PAGE_SIZE + TIS_ACCESS, ACCESS_REQUEST_USE);
    ob_client_writeb(c, TPM_PC_ADDRESS + TIS_ACCESS, ACCESS_REQUEST_USE);
    ob_client_writeb(c, TPM_PC_ADDRESS + TIS_PAGE_SIZE + TIS_ACCESS, ACCESS_ACTIVE);
    ob_client_writel(c, TPM_PC_ADDRESS + TIS_INT_ENABLE, INT_GLOBAL_ENABLE | INT_CAUSES);
    ob_client_writel(c, TPM_PC_ADDRESS + TIS_STS, STS_COMMAND_READY);
    send(c, 0, 7);
    c = side_move(c, &side);
    g_assert_cmphex(ob_client_readl(c, TPM_PC_ADDRESS + TIS_ACCESS), ==, 0xa1);
    g_assert_cmphex(ob_client_readl(c, TPM_PC_ADDRESS + TIS_INT_STATUS), ==, INT_COMMAND_READY);
    status_expect(c, 0x040ff988);
    send(c, 7, sizeof(startup));
    response_await(c);
    status_expect(c, 0x04000a90);
    g_assert_cmphex(ob_client_readl(c, TPM_PC_ADDRESS + TIS_DATA_FIFO), ==, 0x00000180);
    c = side_move(c, &side);
    status_expect(c, 0x04000690);
    g_assert_cmphex(ob_client_readl(c, TPM_PC_ADDRESS + TIS_DATA_FIFO), ==, 0x00000a00);
    g_assert_cmphex(ob_client_readw(c, TPM_PC_ADDRESS + TIS_DATA_FIFO), ==, 0);
    status_expect(c, 0x04100080 - 0xa00); /* the room behind the place in the buffer */
    /* The TPM has moved too: it was started, so a second start fails. */
    ob_client_writel(c, TPM_PC_ADDRESS + TIS_STS, STS_COMMAND_READY);
    send(c, 0, sizeof(startup));
    response_await(c);
    for (unsigned i = 0; i < 6; i++) {
        ob_client_readb(c, TPM_PC_ADDRESS + TIS_DATA_FIFO);
    }
    g_assert_cmphex(ob_client_readl(c, TPM_PC_ADDRESS + TIS_DATA_FIFO), ==, 0x00010000);
    ob_client_quit(c);
    for (unsigned i = 0; i < side.count; i++) {
        ob_swtpm_free(side.swtpm[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/tis-moves/from-qemu-and-back", GINT_TO_POINTER(false), test_to_and_fro);
    g_test_add_data_func("/tis-moves/to-qemu-and-back", GINT_TO_POINTER(true), test_to_and_fro);
    return g_test_run();
}
