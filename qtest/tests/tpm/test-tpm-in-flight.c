/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events while a TPM command runs: devices/tpm-crb over a real libtpms.  The tests run in a
 * stepped host, where the command waits for a poll, and in a threaded host.
 */
#include <string.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/device/tpm2.h"
#include "qtest/tests/lib/gadget.h"

static const uint8_t startup[] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0 };

/* The command takes 20 ms, so that it still runs in a threaded host. */
static const uint8_t self_test[] = { 0x80, 0x01, 0, 0, 0, 11, 0, 0, 0x01, 0x43, 1 };

static HwInstance *crb_add(GadgetHost *f)
{
    return device_add(f, "tpm-crb", "id=crb,tpmdev=tpm0");
}

static void set_up(GadgetHost *f, gconstpointer data)
{
    const char *kind = data;

    if (strcmp(kind, "threaded") == 0) {
        gadget_set_up_threaded(f, NULL);
    } else {
        gadget_set_up(f, NULL);
    }
    g_assert_true(ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &f->error));
    g_assert_true(hw_tpm_add(ob_host_tpms(f->host), "libtpms", "tpm0", NULL, 0, &f->error));
    crb_add(f);
}

static uint32_t rd(GadgetHost *f, uint64_t offset)
{
    return readl(f, CRB_PC_ADDRESS + offset);
}

static void start(GadgetHost *f, const uint8_t *command, size_t size)
{
    writel(f, CRB_PC_ADDRESS + CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    writel(f, CRB_PC_ADDRESS + CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    ob_host_write(f->host, CRB_PC_ADDRESS + CRB_BUFFER, command, size);
    writel(f, CRB_PC_ADDRESS + CRB_CTRL_START, CTRL_START_START);
    g_assert_cmphex(rd(f, CRB_CTRL_START), ==, CTRL_START_START);
}

static uint32_t response_code(GadgetHost *f)
{
    uint8_t header[HW_TPM2_HEADER_SIZE];

    g_assert_cmphex(rd(f, CRB_CTRL_START), ==, 0);
    ob_host_read(f->host, CRB_PC_ADDRESS + CRB_BUFFER, header, sizeof(header));
    return hw_tpm2_code(header);
}

static uint32_t run(GadgetHost *f, const uint8_t *command, size_t size)
{
    start(f, command, size);
    ob_host_quiesce(f->host);
    return response_code(f);
}

#define RUN(f, command)   run(f, command, sizeof(command))
#define START(f, command) start(f, command, sizeof(command))

static void quiesce_finishes_it(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(RUN(f, startup), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(RUN(f, self_test), ==, TPM_RC_SUCCESS);
}

static void reset_drops_it(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(RUN(f, startup), ==, TPM_RC_SUCCESS);
    START(f, self_test);
    ob_host_reset(f->host);
    g_assert_cmphex(rd(f, CRB_CTRL_START), ==, 0);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, CTRL_STS_IDLE);
    ob_host_write(f->host, CRB_PC_ADDRESS + CRB_BUFFER, "untouched", 9);
    ob_host_quiesce(f->host);
    g_assert_cmphex(rd(f, CRB_BUFFER), ==, 0x6f746e75);
    /* The TPM was power-cycled too. */
    g_assert_cmphex(RUN(f, self_test), ==, TPM_RC_INITIALIZE);
    g_assert_cmphex(RUN(f, startup), ==, TPM_RC_SUCCESS);
}

static void unplug_drops_it(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(RUN(f, startup), ==, TPM_RC_SUCCESS);
    START(f, self_test);
    ob_host_remove_device(f->host, ob_host_find_device(f->host, "crb"));
    g_assert_cmphex(rd(f, CRB_CTRL_START), ==, 0);
    g_assert_cmphex(rd(f, CRB_INTF_ID), ==, 0);
    ob_host_quiesce(f->host);
    crb_add(f);
    g_assert_cmphex(RUN(f, startup), ==, TPM_RC_SUCCESS);
}

static void end_of_the_host_drops_it(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(RUN(f, startup), ==, TPM_RC_SUCCESS);
    START(f, self_test); /* the tear-down ends the host */
}

/* The cancel comes before the TPM has begun: in a stepped host it has not. */
static void cancel_ends_it(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(RUN(f, startup), ==, TPM_RC_SUCCESS);
    START(f, self_test);
    writel(f, CRB_PC_ADDRESS + CRB_CTRL_CANCEL, CTRL_CANCEL_CANCEL);
    ob_host_quiesce(f->host);
    g_assert_cmphex(response_code(f), ==, TPM_RC_CANCELED);
    g_assert_cmphex(rd(f, CRB_CTRL_STS), ==, 0);
    g_assert_cmphex(RUN(f, self_test), ==, TPM_RC_SUCCESS);
}

static void relinquish_does_not_end_it(GadgetHost *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(RUN(f, startup), ==, TPM_RC_SUCCESS);
    START(f, self_test);
    writel(f, CRB_PC_ADDRESS + CRB_LOC_CTRL, LOC_CTRL_RELINQUISH);
    ob_host_quiesce(f->host);
    g_assert_cmphex(response_code(f), ==, TPM_RC_SUCCESS);
}

static const struct {
    const char *name;
    void (*function)(GadgetHost *f, gconstpointer data);
    bool stepped_only;
} tests[] = {
    { "quiesce-finishes-it", quiesce_finishes_it, false },
    { "reset-drops-it", reset_drops_it, false },
    { "unplug-drops-it", unplug_drops_it, false },
    { "end-of-the-host-drops-it", end_of_the_host_drops_it, false },
    { "cancel-ends-it", cancel_ends_it, true },
    { "relinquish-does-not-end-it", relinquish_does_not_end_it, false },
};

static void add(const char *kind, guint index)
{
    g_autofree char *path = g_strdup_printf("/tpm-crb/in-flight/%s/%s", kind, tests[index].name);

    g_test_add(path, GadgetHost, kind, set_up, tests[index].function, gadget_tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
        add("stepped", i);
        if (!tests[i].stepped_only) {
            add("threaded", i);
        }
    }
    return g_test_run();
}
