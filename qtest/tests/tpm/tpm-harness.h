/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host with TPM backends and one device that uses one of them. */
#ifndef OB_TESTS_TPM_TPM_HARNESS_H
#define OB_TESTS_TPM_TPM_HARNESS_H

#include "hw-api/device/tpm2.h"
#include "hw-api/host/run/host-base.h"
#include "hw-api/host/tpm/tpm.h"
#include "qtest/tests/lib/bare-device.h"

#include <glib.h>

#define TPM_NO_RESPONSE UINT32_MAX /* tpm_run(): the backend failed */

/* Commands, as hexadecimal digits. */
#define TPM_STARTUP    "80010000000c000001440000"
#define TPM_GET_RANDOM "80010000000c0000017b0010"
#define TPM_PCR_READ   "8001000000140000017e00000001000b03000001" /* PCR 16 */
/* RSA 2048 in the null hierarchy: takes some 50 ms, and can be cancelled. */
#define TPM_CREATE_PRIMARY                                                         \
    "800200000043000001314000000700000009400000090000000000000400000000001a000100" \
    "0b00030472000000060080004300100800000000000000000000000000"

typedef struct TpmHarness {
    HwHostBase host;
    BareDevice device;
    HwExecutor *executor;
    HwTpmBackend *backend;
    int wake;       /* eventfd */
    GPtrArray *log; /* lines of the log */
    char error_text[512];
    HwError error;
    unsigned completions;
    unsigned failures; /* number of completions without a response */
    uint8_t response[4096];
    uint32_t size;
} TpmHarness;

TpmHarness *tpm_harness_new(bool threaded);
void tpm_harness_free(TpmHarness *h);

/* Adds a backend with "key=value" options, NULL at the end.  Returns false and sets error_text on
 * failure. */
bool tpm_add(TpmHarness *h, const char *type, const char *id, ...) G_GNUC_NULL_TERMINATED;

/* Opens the backend "tpm0" and restarts it. */
void tpm_attach(TpmHarness *h);

/* Opens the backend, power-cycles it and sends TPM2_Startup. */
void tpm_start_up(TpmHarness *h);

void tpm_submit(TpmHarness *h, const char *hex);

/* Waits for the completion, 5 s at most.  Returns the response code. */
uint32_t tpm_await(TpmHarness *h);

/* Submits a command and waits.  Returns the response code. */
uint32_t tpm_run(TpmHarness *h, const char *hex);

/* Polls until no work is left. */
void tpm_settle(TpmHarness *h);

/* Checks that the log has one line, which contains `part`, and clears the log. */
void tpm_assert_logged(TpmHarness *h, const char *part);

#endif
