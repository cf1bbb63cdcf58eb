/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs are calls into a host in this process. */
#include "qtest/client/transport/in-process.h"

#include <string.h>

#include "hw-api/ext/draft/gpio.h"
#include "hw-api/host/run/crash/crash.h"
#include "qtest/client/client-internal.h"
#include "qtest/machine/core/host.h"
#include "qtest/machine/chardev/test-chardev.h"
#include "qtest/machine/net/test-net.h"

static uint64_t in_process_load(void *link, HwSpace space, uint64_t address, uint32_t size)
{
    return ob_host_load(((ObInProcess *)link)->host, space, address, size);
}

static void in_process_store(void *link, HwSpace space, uint64_t address, uint64_t value,
                             uint32_t size)
{
    ob_host_store(((ObInProcess *)link)->host, space, address, value, size);
}

static void in_process_read(void *link, uint64_t address, void *buffer, size_t size)
{
    ob_host_read(((ObInProcess *)link)->host, address, buffer, size);
}

static void in_process_write(void *link, uint64_t address, const void *buffer, size_t size)
{
    ob_host_write(((ObInProcess *)link)->host, address, buffer, size);
}

static void in_process_fill(void *link, uint64_t address, uint8_t byte, size_t size)
{
    g_autofree uint8_t *bytes = g_malloc(size);

    if (size > 0) {
        memset(bytes, byte, size);
        in_process_write(link, address, bytes, size);
    }
}

static bool in_process_big_endian(void *link)
{
    (void)link;
    return false;
}

static bool in_process_irq_intercept(void *link, const char *path, bool outputs, const char *name)
{
    (void)link, (void)path, (void)outputs, (void)name;
    return true;
}

static bool in_process_irq_get(void *link, uint32_t line)
{
    return ob_host_irq_level(((ObInProcess *)link)->host, line);
}

static bool in_process_irq_set(void *link, const char *path, const char *name, uint32_t line,
                               bool level)
{
    ObHost *host = ((ObInProcess *)link)->host;
    const char *slash = strrchr(path, '/');
    HwInstance *instance = ob_host_find_device(host, slash ? slash + 1 : path);
    const HwGpioLines *lines = instance ? ob_device_lines(instance->dev) : NULL;

    if (!instance) {
        return ob_host_irq_set(host, line, level);
    }
    if (!lines || g_strcmp0(name, lines->inputs) != 0 || line >= lines->input_count) {
        return false;
    }
    ob_device_input(instance->dev, line, level);
    return true;
}

static int64_t in_process_clock_set(void *link, int64_t now)
{
    ObHost *host = ((ObInProcess *)link)->host;

    ob_host_clock_set(host, now);
    return ob_host_clock_now(host);
}

static int64_t in_process_clock_step(void *link, int64_t nanoseconds)
{
    return in_process_clock_set(link, ob_host_clock_now(((ObInProcess *)link)->host) + nanoseconds);
}

static int64_t in_process_clock_step_next(void *link)
{
    int64_t next = ob_host_clock_next(((ObInProcess *)link)->host);

    return next < 0 ? -1 : in_process_clock_set(link, next);
}

static bool in_process_net_send(void *link, const char *netdev, const void *frame, size_t size)
{
    return ob_test_net_send(((ObInProcess *)link)->host, netdev, frame, size, NULL);
}

static uint8_t *in_process_net_receive(void *link, const char *netdev, size_t *size)
{
    HW_ERROR(error, 256);
    GBytes *frame = ob_test_net_take(((ObInProcess *)link)->host, netdev, &error);

    if (error.text[0]) {
        ob_client_fail(((ObInProcess *)link)->client, "%s", error.text);
    }
    return frame ? g_bytes_unref_to_data(frame, size) : NULL;
}

static bool in_process_chardev_send(void *link, const char *chardev, const void *bytes, size_t size)
{
    return ob_test_chardev_send(((ObInProcess *)link)->host, chardev, bytes, size, NULL);
}

static uint8_t *in_process_chardev_receive(void *link, const char *chardev, size_t *size)
{
    HW_ERROR(error, 256);
    GBytes *bytes = ob_test_chardev_take(((ObInProcess *)link)->host, chardev, &error);

    if (!bytes) {
        ob_client_fail(((ObInProcess *)link)->client, "%s", error.text);
        return NULL;
    }
    return g_bytes_unref_to_data(bytes, size);
}

static bool in_process_chardev_event(void *link, const char *chardev, const char *event)
{
    return ob_test_chardev_event(((ObInProcess *)link)->host, chardev, event, NULL);
}

static json_t *in_process_qmp(void *link, const char *text)
{
    ob_client_fail(((ObInProcess *)link)->client, "in process there is no QMP for: %.80s", text);
    return NULL;
}

static json_t *in_process_qmp_event(void *link, const char *name, uint32_t timeout_ms)
{
    (void)timeout_ms;
    return in_process_qmp(link, name);
}

static void in_process_reset(void *link)
{
    ob_host_reset(((ObInProcess *)link)->host);
}

static bool in_process_poll(void *link)
{
    return ob_host_poll(((ObInProcess *)link)->host);
}

static char *in_process_qtest(void *link, const char *line)
{
    (void)link, (void)line;
    return NULL;
}

static const HwRegister *in_process_register_at(void *link, HwSpace space, uint64_t address,
                                                const char **device)
{
    const HwInstance *instance;

    for (uint32_t i = 0; (instance = ob_host_device_at(((ObInProcess *)link)->host, i)); i++) {
        for (uint32_t r = 0; r < instance->region_count; r++) {
            const HwRegionState *region = &instance->regions[r];
            uint64_t word = (address - region->address) / 4;

            if (region->enabled && region->table->space == (uint32_t)space && region->by_word &&
                word < region->table->word_count && region->by_word[word]) {
                *device = instance->id;
                return region->by_word[word];
            }
        }
    }
    return NULL;
}

static struct ObHost *in_process_host(void *link)
{
    return ((ObInProcess *)link)->host;
}

static GPid in_process_pid(void *link)
{
    (void)link;
    return 0;
}

static bool in_process_quit(void *link, char **reason)
{
    (void)link, (void)reason;
    return true;
}

const ObTransport ob_transport_in_process = {
    .load = in_process_load,
    .store = in_process_store,
    .read = in_process_read,
    .write = in_process_write,
    .fill = in_process_fill,
    .big_endian = in_process_big_endian,
    .irq_intercept = in_process_irq_intercept,
    .irq_get = in_process_irq_get,
    .irq_set = in_process_irq_set,
    .clock_step = in_process_clock_step,
    .clock_step_next = in_process_clock_step_next,
    .clock_set = in_process_clock_set,
    .net_send = in_process_net_send,
    .net_receive = in_process_net_receive,
    .chardev_send = in_process_chardev_send,
    .chardev_receive = in_process_chardev_receive,
    .chardev_event = in_process_chardev_event,
    .qmp = in_process_qmp,
    .qmp_event = in_process_qmp_event,
    .reset = in_process_reset,
    .poll = in_process_poll,
    .qtest = in_process_qtest,
    .register_at = in_process_register_at,
    .host = in_process_host,
    .pid = in_process_pid,
    .quit = in_process_quit,
    .free = g_free,
};

void ob_in_process_report_crashes(void)
{
    const char *program = g_get_prgname();

    hw_crash_report(program ? program : "outboard", NULL);
    hw_crash_watch(HW_CRASH_WATCH_MS);
}

ObClient *ob_client_in_process(ObHost *host)
{
    ob_in_process_report_crashes();
    return ob_client_of_host(host);
}

ObClient *ob_client_of_host(ObHost *host)
{
    ObInProcess *link = g_new0(ObInProcess, 1);

    link->host = host;
    link->client = ob_client_new(&ob_transport_in_process, link);
    return link->client;
}
