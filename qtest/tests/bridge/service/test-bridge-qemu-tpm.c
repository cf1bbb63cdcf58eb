/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device's TPM on QEMU's backends, without a QEMU: each answer that a backend may give. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/host/tpm/stir.h"
#include "plugins/qemu-bridge/service/qemu-tpm.h"
#include "qtest/tests/bridge/service/fake-tpm-backend.h"

static FakeDevice fake;

/* --------------------------------------------------------------------- the device */

static void completed(HwDevice *dev, const uint8_t *response, uint32_t size)
{
    tell("%s has %u 0x%x", dev->id, size, response ? hw_tpm2_code(response) : 0);
    g_assert_true(!response == !size);
}

static void updated(HwDevice *dev)
{
    tell("%s updates", dev->id);
}

static void next_completed(HwDevice *dev, const uint8_t *response, uint32_t size)
{
    tell("next");
    completed(dev, response, size);
}

/* -------------------------------------------------------------------------- tests */

static const HwTpmBackendService *const service = &bridge_qemu_tpm;

static void begin(void)
{
    fake_tpm.has_tpms = fake_tpm.is_here = true;
    fake_tpm.in_tree = 0;
    fake_tpm.init_error = NULL;
    fake_tpm.version = QEMU_TPM_VERSION_2_0;
    fake_tpm.start_answer = 0;
    fake_tpm.buffer_size = 4096;
    fake_tpm.incoming = fake_tpm.established = false;
    fake_tpm.answer_code = 0;
    fake_tpm.delivered = NULL;
    fake_device_begin(&fake);
    bare_device_watch(&fake.bare, updated);
}

static HwTpmBackend *open_tpm(void)
{
    HW_ERROR(error, 256);
    HwTpmBackend *tpm = service->open(&fake.bare.dev, "tpm0", completed, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(tpm);
    return tpm;
}

static HwTpmBackend *begin_with_tpm(void)
{
    begin();
    return open_tpm();
}

static void end(HwTpmBackend *tpm)
{
    service->close(tpm);
    EXPECT_TOLD("finish");
    fake_device_end(&fake);
}

static void submit(HwTpmBackend *tpm, uint32_t code, uint32_t capacity)
{
    uint8_t command[12] = { 0 };

    hw_tpm2_header(command, TPM_ST_NO_SESSIONS, sizeof(command), code);
    g_assert_true(service->submit(tpm, 3, command, sizeof(command), capacity));
}

static void test_refusals(void)
{
    HwDevice *dev = &fake.bare.dev;
    HwTpmBackend *tpm;

    begin();
    g_assert_true(bridge_qemu_tpm_exists("tpm0"));
    g_assert_false(bridge_qemu_tpm_exists("tpm1"));
    g_assert_false(bridge_qemu_tpm_exists(NULL));
    g_assert_false(bridge_qemu_tpm_owns(NULL));
    fake_tpm.has_tpms = false;
    g_assert_false(bridge_qemu_tpm_is_occupied());
    bridge_qemu_tpm_occupy();
    EXPECT_FAILURE(service->open(dev, "tpm0", completed, &error),
                   "dev0: tpmdev: 'tpm0' can't be used: this QEMU has no TPMs");
    fake_tpm.has_tpms = true;
    fake_tpm.init_error = "no client";
    EXPECT_FAILURE(service->open(dev, "tpm0", completed, &error), "dev0: tpmdev: no client");
    fake_tpm.init_error = "";
    EXPECT_FAILURE(service->open(dev, "tpm0", completed, &error),
                   "dev0: tpmdev: the backend can't be initialized");
    fake_tpm.init_error = NULL;
    fake_tpm.version = 1;
    EXPECT_FAILURE(service->open(dev, "tpm0", completed, &error),
                   "dev0: tpmdev: 'tpm0' is not a TPM 2.0");
    fake_tpm.version = QEMU_TPM_VERSION_2_0;
    tpm = open_tpm();
    EXPECT_FAILURE(service->open(dev, "tpm0", completed, &error),
                   "dev0: tpmdev: 'tpm0' can't be used: another device uses a backend");
    g_assert_true(bridge_qemu_tpm_owns(tpm));
    g_assert_false(bridge_qemu_tpm_owns((HwTpmBackend *)&fake));
    end(tpm);
    g_assert_false(bridge_qemu_tpm_owns(tpm));
}

static void test_facts(void)
{
    static const size_t sizes[] = { 4095, 4096, 4097 };
    HwTpmBackend *tpm;

    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        begin();
        fake_tpm.buffer_size = sizes[i];
        tpm = open_tpm();
        g_assert_cmpuint(service->buffer_size(tpm), ==, MIN(sizes[i], 4096));
        g_assert_cmpuint(service->version(tpm), ==, HW_TPM_VERSION_2_0);
        g_assert_cmpint(fake_tpm_client()->version(NULL), ==, QEMU_TPM_VERSION_2_0);
        g_assert_cmpint(fake_tpm_client()->model, ==, QEMU_TPM_MODEL_CRB);
        g_assert_false(service->established(tpm));
        fake_tpm.established = true;
        g_assert_true(service->established(tpm));
        fake_tpm.incoming = true; /* swtpm would answer with too few bytes */
        g_assert_false(service->established(tpm));
        end(tpm);
    }
}

/* The client keeps QEMU's own TPMs out while the machine is made. */
static void test_occupy(void)
{
    begin();
    g_assert_false(bridge_qemu_tpm_is_occupied());
    bridge_qemu_tpm_occupy();
    g_assert_true(bridge_qemu_tpm_is_occupied());
    bridge_qemu_tpm_occupy();
    EXPECT_TOLD("child outboard-tpm-client");
    fake_tpm.in_tree = 2;
    g_assert_true(bridge_qemu_tpm_is_occupied());
    fake_tpm.in_tree = 1;
    fake_tpm.when_done->notify(fake_tpm.when_done, NULL);
    EXPECT_TOLD("unparent");
    g_assert_false(bridge_qemu_tpm_is_occupied());
    fake_device_end(&fake);
}

static void test_command(void)
{
    static const struct {
        int result;
        uint32_t size, capacity;
        const char *told;
    } rows[] = {
        { 0, 10, 10, "dev0 has 10 0x101 dev0 updates" },
        { 0, 100, 100, "dev0 has 100 0x101 dev0 updates" },
        { 0, 4096, 4097, "dev0 has 4096 0x101 dev0 updates" },
        { 0, 9, 100,
          "log dev0 0 <the TPM backend failed: result 0, a response of 9 bytes> "
          "dev0 has 0 0x0 dev0 updates" },
        { 0, 101, 100,
          "log dev0 0 <the TPM backend failed: result 0, a response of 101 bytes> "
          "dev0 has 0 0x0 dev0 updates" },
        { -5, 10, 100,
          "log dev0 0 <the TPM backend failed: result -5, a response of 10 bytes> "
          "dev0 has 0 0x0 dev0 updates" },
    };
    static uint8_t large[4097];
    HwTpmBackend *tpm = begin_with_tpm();

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *told = g_strdup_printf("deliver 12/12 0x%x of 3 to %u", TPM_CC_GET_RANDOM,
                                                MIN(rows[i].capacity, 4096));

        g_test_message("row %zu", i);
        submit(tpm, TPM_CC_GET_RANDOM, rows[i].capacity);
        EXPECT_TOLD(told);
        g_assert_false(service->submit(tpm, 0, large, 10, 100)); /* one at a time */
        fake_tpm_answer(rows[i].result, rows[i].size, TPM_RC_FAILURE);
        EXPECT_TOLD(rows[i].told);
    }
    g_assert_false(service->submit(tpm, 0, large, 4097, 100));
    g_assert_true(service->submit(tpm, 0, large, 4096, 100));
    EXPECT_TOLD("deliver 4096/0 0x0 of 0 to 100");
    service->cancel(tpm);
    EXPECT_TOLD("cancel");
    fake_tpm_answer(0, 10, TPM_RC_CANCELED);
    EXPECT_TOLD("dev0 has 10 0x909 dev0 updates");
    fake_tpm_client()->completed(NULL, 0); /* nobody waits */
    end(tpm);
}

/* Entropy goes ahead of the next command, which comes from a bottom half. */
static void test_stir(void)
{
    HwTpmBackend *tpm = begin_with_tpm();

    service->stir(&fake.bare.dev, "12345678", 8);
    EXPECT_TOLD("");
    submit(tpm, TPM_CC_GET_RANDOM, 100);
    EXPECT_TOLD("deliver 20/20 0x146 of 0 to 64");
    fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
    EXPECT_TOLD("scheduled");
    fake_tpm.bottom_half(NULL);
    EXPECT_TOLD("deliver 12/12 0x17b of 3 to 100");
    fake_tpm.bottom_half(NULL);
    fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
    EXPECT_TOLD("dev0 has 10 0x0 dev0 updates");

    submit(tpm, TPM_CC_READ_CLOCK, 100); /* the entropy was for one */
    EXPECT_TOLD("deliver 12/12 0x181 of 3 to 100");
    fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
    EXPECT_TOLD("dev0 has 10 0x0 dev0 updates");
    end(tpm);

    service->stir(&fake.bare.dev, "12345678", 8); /* nobody takes it */
    tpm = begin_with_tpm();
    submit(tpm, TPM_CC_READ_CLOCK, 100);
    EXPECT_TOLD("deliver 12/12 0x181 of 3 to 100");
    fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
    EXPECT_TOLD("dev0 has 10 0x0 dev0 updates");
    end(tpm);
}

static void test_stir_refused(void)
{
    static const struct {
        int result;
        uint32_t code;
        const char *told;
    } rows[] = {
        { 0, TPM_RC_INITIALIZE, "scheduled" },
        { 0, TPM_RC_FAILURE,
          "log dev0 1 <the TPM refuses fresh entropy: result 0, response code 0x101, expected 0> "
          "scheduled" },
        { -5, TPM_RC_SUCCESS,
          "log dev0 1 <the TPM refuses fresh entropy: result -5, response code 0x0, expected 0> "
          "scheduled" },
    };
    HwTpmBackend *tpm = begin_with_tpm();

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        service->stir(&fake.bare.dev, "1", 1);
        submit(tpm, TPM_CC_READ_CLOCK, 100);
        EXPECT_TOLD("deliver 13/13 0x146 of 0 to 64");
        fake_tpm_answer(rows[i].result, 10, rows[i].code);
        EXPECT_TOLD(rows[i].told);
        fake_tpm.bottom_half(NULL);
        fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
        EXPECT_TOLD("deliver 12/12 0x181 of 3 to 100 dev0 has 10 0x0 dev0 updates");
    }
    end(tpm);
}

/* A command that has not begun is answered without the TPM. */
static void test_stir_cancelled(void)
{
    HwTpmBackend *tpm = begin_with_tpm();

    service->stir(&fake.bare.dev, "1", 1);
    submit(tpm, TPM_CC_READ_CLOCK, 100);
    service->cancel(tpm);
    fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
    EXPECT_TOLD("deliver 13/13 0x146 of 0 to 64 scheduled");
    fake_tpm.bottom_half(NULL);
    EXPECT_TOLD("dev0 has 10 0x909 dev0 updates");
    submit(tpm, TPM_CC_READ_CLOCK, 100); /* the next one is not cancelled */
    fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
    EXPECT_TOLD("deliver 12/12 0x181 of 3 to 100 dev0 has 10 0x0 dev0 updates");
    service->stir(&fake.bare.dev, "1", 1);
    submit(tpm, TPM_CC_READ_CLOCK, 100);
    fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
    fake_tpm.bottom_half(NULL);
    fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
    EXPECT_TOLD("deliver 13/13 0x146 of 0 to 64 scheduled deliver 12/12 0x181 of 3 to 100 "
                "dev0 has 10 0x0 dev0 updates");
    end(tpm);
}

/* The stream has no place for what waits, so it goes to the TPM before a save. */
static void test_finish(void)
{
    HwTpmBackend *tpm = begin_with_tpm();

    service->finish(tpm);
    EXPECT_TOLD("finish finish");
    service->stir(&fake.bare.dev, "1", 1);
    service->finish(tpm);
    EXPECT_TOLD("finish finish deliver 13/13 0x146 of 0 to 64 finish");
    service->finish(tpm);
    EXPECT_TOLD("finish finish");
    service->stir(&fake.bare.dev, "1", 1);
    submit(tpm, TPM_CC_READ_CLOCK, 100);
    service->stir(&fake.bare.dev, "12", 2);
    EXPECT_TOLD("deliver 13/13 0x146 of 0 to 64");
    service->finish(tpm);
    EXPECT_TOLD("finish scheduled deliver 12/12 0x181 of 3 to 100 finish "
                "dev0 has 10 0x0 dev0 updates deliver 14/14 0x146 of 0 to 64 finish");
    submit(tpm, TPM_CC_READ_CLOCK, 100);
    fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
    EXPECT_TOLD("deliver 12/12 0x181 of 3 to 100 dev0 has 10 0x0 dev0 updates");
    fake_tpm.bottom_half(NULL); /* that was scheduled */
    end(tpm);
}

/* A command that ends by the restart has no answer, and a TPM that starts needs no entropy. */
static void test_restart(void)
{
    HwTpmBackend *tpm = begin_with_tpm();

    for (int waits = 0; waits < 2; waits++) {
        if (waits) {
            service->stir(&fake.bare.dev, "1", 1);
        }
        submit(tpm, TPM_CC_READ_CLOCK, 100);
        service->stir(&fake.bare.dev, "1", 1);
        EXPECT_TOLD(waits ? "deliver 13/13 0x146 of 0 to 64" : "deliver 12/12 0x181 of 3 to 100");
        service->restart(tpm, 2048);
        EXPECT_TOLD("reset start 2048");
        fake_tpm.bottom_half(NULL);
        submit(tpm, TPM_CC_READ_CLOCK, 100);
        fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
        EXPECT_TOLD("deliver 12/12 0x181 of 3 to 100 dev0 has 10 0x0 dev0 updates");
    }
    end(tpm);
}

static void test_restart_fails(void)
{
    if (g_test_subprocess()) {
        HwTpmBackend *tpm = begin_with_tpm();

        fake_tpm.start_answer = -1;
        service->restart(tpm, 0);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("dev0: the TPM 'tpm0' can't be started: see swtpm's log\n");
}

static void test_close(void)
{
    HwTpmBackend *tpm = begin_with_tpm();

    submit(tpm, TPM_CC_READ_CLOCK, 100);
    service->close(tpm);
    EXPECT_TOLD("deliver 12/12 0x181 of 3 to 100 finish");
    tpm = open_tpm();
    service->stir(&fake.bare.dev, "1", 1);
    submit(tpm, TPM_CC_READ_CLOCK, 100);
    fake_tpm.is_here = false; /* QEMU ends, and has freed it */
    service->close(tpm);
    EXPECT_TOLD("deliver 13/13 0x146 of 0 to 64");
    fake_tpm.delivered = NULL;
    fake_tpm.is_here = true;
    tpm = open_tpm();
    submit(tpm, TPM_CC_READ_CLOCK, 100);
    fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
    EXPECT_TOLD("deliver 12/12 0x181 of 3 to 100 dev0 has 10 0x0 dev0 updates");
    end(tpm);
}

/* The next class has the TPM, which keeps its power. */
static void test_exchange(void)
{
    HwTpmBackend *tpm = begin_with_tpm();

    fake_device_exchange(&fake, true);
    service->close(tpm);
    g_assert_true(bridge_qemu_tpm_owns(tpm));
    g_assert_true(service->open(&fake.bare.dev, "tpm0", next_completed, NULL) == tpm);
    fake_device_exchange(&fake, false);
    submit(tpm, TPM_CC_READ_CLOCK, 100);
    fake_tpm_answer(0, 10, TPM_RC_SUCCESS);
    EXPECT_TOLD("deliver 12/12 0x181 of 3 to 100 next dev0 has 10 0x0 dev0 updates");
    fake_device_exchange(&fake, true);
    service->close(tpm);
    EXPECT_TOLD("");
    hw_shelf_clear(&fake.shelf);
    g_assert_false(bridge_qemu_tpm_owns(tpm));
    EXPECT_TOLD("finish");
    fake_device_end(&fake);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-qemu-tpm/refusals", test_refusals);
    g_test_add_func("/bridge-qemu-tpm/facts", test_facts);
    g_test_add_func("/bridge-qemu-tpm/occupy", test_occupy);
    g_test_add_func("/bridge-qemu-tpm/command", test_command);
    g_test_add_func("/bridge-qemu-tpm/stir/goes-ahead", test_stir);
    g_test_add_func("/bridge-qemu-tpm/stir/refused", test_stir_refused);
    g_test_add_func("/bridge-qemu-tpm/stir/cancelled", test_stir_cancelled);
    g_test_add_func("/bridge-qemu-tpm/finish", test_finish);
    g_test_add_func("/bridge-qemu-tpm/restart", test_restart);
    g_test_add_func("/bridge-qemu-tpm/restart-fails", test_restart_fails);
    g_test_add_func("/bridge-qemu-tpm/close", test_close);
    g_test_add_func("/bridge-qemu-tpm/exchange", test_exchange);
    return g_test_run();
}
