/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib.h>
#include <stdlib.h>

#include "qtest/tests/bridge/service/fake-device.h"

Bridge bridge;
int fake_errors;

static GString *told;

void tell(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_string_append_vprintf(told, format, args);
    va_end(args);
    g_string_append_c(told, ' ');
}

char *told_now(void)
{
    char *text = g_strdup(g_strchomp(told->str));

    g_string_truncate(told, 0);
    return text;
}

/* ------------------------------------------------------------------------ memory */

int fake_no_memory;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
    return fake_no_memory && --fake_no_memory == 0 ? NULL : __real_calloc(count, size);
}

/* ---------------------------------------------------------------- errors of QEMU */

void fake_error(QemuError **error, const char *text)
{
    *error = (QemuError *)g_strdup(text);
    fake_errors++;
}

const char *error_get_pretty(const QemuError *error)
{
    return (const char *)error;
}

void error_free(QemuError *error)
{
    fake_errors -= error != NULL;
    g_free(error);
}

void error_report(const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    tell("<%s>", text);
}

/* ------------------------------------------------------------------------ device */

static void device_log(HwDevice *dev, uint32_t level, const char *text)
{
    tell("log %s %u <%s>", dev->id, level, text);
}

/* Each service is there, for a device that only asks whether it is. */
static const void *host_query(const HwHost *its, const char *service)
{
    (void)service;
    return its;
}

static const HwHost host = {
    .abi = HW_ABI(HwHost), .name = "fake", .query = host_query, .log = device_log
};

void fake_device_begin(FakeDevice *fake)
{
    *fake = (FakeDevice) { .type.name = (char *)"fake" };
    bare_device_init(&fake->bare, &host, &fake->device);
    fake->bare.instance.phase = HW_PHASE_REALIZED;
    fake->bare.instance.id = (char *)"dev0";
    fake->type.cls = &fake->bare.cls;
    fake->executor = hw_executor_new(NULL, NULL);
    fake->device = (BridgeDevice) { .object = (QemuObject *)fake,
                                    .type = &fake->type,
                                    .instance = &fake->bare.instance,
                                    .mapped = true,
                                    .deferred = hw_deferred_new(fake->executor, &fake->bare.dev) };
    bridge = (Bridge) { .host = &host, .devices = &fake->device };
    told = g_string_new(NULL);
}

void fake_device_end(FakeDevice *fake)
{
    EXPECT_TOLD("");
    g_assert_cmpint(fake_errors, ==, 0);
    hw_deferred_free(fake->device.deferred);
    hw_executor_free(fake->executor);
    g_string_free(told, TRUE);
}

bool fake_device_poll(FakeDevice *fake)
{
    return hw_executor_poll(fake->executor);
}

void fake_device_exchange(FakeDevice *fake, bool begins)
{
    fake->bare.instance.shelf = begins ? &fake->shelf : NULL;
}
