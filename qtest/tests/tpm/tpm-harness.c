/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/tpm/tpm-harness.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void harness_wake(void *opaque)
{
    TpmHarness *h = opaque;

    g_assert_cmpint(eventfd_write(h->wake, 1), ==, 0);
}

static void harness_log(void *opaque, uint32_t level, const char *text)
{
    TpmHarness *h = opaque;

    g_test_message("log %u: %s", level, text);
    g_ptr_array_add(h->log, g_strdup(text));
}

static void harness_completed(HwDevice *dev, const uint8_t *response, uint32_t size)
{
    TpmHarness *h = bare_device_owner(dev);

    h->completions++;
    h->failures += !response;
    h->size = size;
    if (response) {
        memcpy(h->response, response, size);
    }
}

TpmHarness *tpm_harness_new(bool threaded)
{
    TpmHarness *h = g_new0(TpmHarness, 1);

    h->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    h->log = g_ptr_array_new_with_free_func(g_free);
    h->error = (HwError) { .text = h->error_text, .capacity = sizeof(h->error_text) };
    bare_device_init(&h->device, &h->host.api, h);
    h->executor = hw_executor_new(threaded ? harness_wake : NULL, h);
    h->host.tpms = hw_tpm_new(h->executor, harness_log, h);
    return h;
}

void tpm_harness_free(TpmHarness *h)
{
    hw_tpm_service()->close(h->backend);
    hw_tpm_free(h->host.tpms);
    hw_executor_free(h->executor);
    g_ptr_array_free(h->log, TRUE);
    close(h->wake);
    g_free(h);
}

bool tpm_add(TpmHarness *h, const char *type, const char *id, ...)
{
    HwTpmOption options[8];
    char *keys[8];
    uint32_t count = 0;
    const char *pair;
    va_list pairs;
    bool good;

    va_start(pairs, id);
    while ((pair = va_arg(pairs, const char *))) {
        const char *equals = strchr(pair, '=');

        keys[count] = g_strndup(pair, (gsize)(equals - pair));
        options[count] = (HwTpmOption) { keys[count], equals + 1 };
        count++;
    }
    va_end(pairs);
    h->error_text[0] = '\0';
    good = hw_tpm_add(h->host.tpms, type, id, options, count, &h->error);
    while (count > 0) {
        g_free(keys[--count]);
    }
    return good;
}

void tpm_attach(TpmHarness *h)
{
    h->backend = hw_tpm_service()->open(&h->device.dev, "tpm0", harness_completed, &h->error);
    g_assert_nonnull(h->backend);
    hw_tpm_service()->restart(h->backend, 3968);
}

void tpm_start_up(TpmHarness *h)
{
    tpm_attach(h);
    g_assert_cmphex(tpm_run(h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
}

void tpm_submit(TpmHarness *h, const char *hex)
{
    uint8_t command[4096];
    uint32_t size = (uint32_t)strlen(hex) / 2;

    for (uint32_t i = 0; i < size; i++) {
        command[i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) << 4 |
                               g_ascii_xdigit_value(hex[2 * i + 1]));
    }
    g_assert_true(hw_tpm_service()->submit(h->backend, 0, command, size, 3968));
}

uint32_t tpm_await(TpmHarness *h)
{
    gint64 deadline = g_get_monotonic_time() + 5 * G_TIME_SPAN_SECOND;
    unsigned before = h->completions;

    while (!(hw_executor_poll(h->executor), h->completions != before)) {
        struct pollfd wake = { .fd = h->wake, .events = POLLIN };
        gint64 left = (deadline - g_get_monotonic_time()) / 1000;
        eventfd_t count;

        g_assert_cmpint(poll(&wake, 1, left > 0 ? (int)left : 0), >, 0);
        eventfd_read(h->wake, &count);
    }
    g_assert_cmpuint(h->completions, ==, before + 1);
    return h->size ? hw_tpm2_code(h->response) : TPM_NO_RESPONSE;
}

uint32_t tpm_run(TpmHarness *h, const char *hex)
{
    tpm_submit(h, hex);
    return tpm_await(h);
}

void tpm_settle(TpmHarness *h)
{
    hw_tpm_service()->finish(h->backend);
}

void tpm_assert_logged(TpmHarness *h, const char *part)
{
    g_assert_cmpuint(h->log->len, ==, 1);
    g_assert_nonnull(strstr(h->log->pdata[0], part));
    g_ptr_array_set_size(h->log, 0);
}
