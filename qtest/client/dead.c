/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The transport of a client that has failed: it does nothing and answers zero. */
#include "qtest/client/transport.h"

#include <string.h>

static uint64_t dead_load(void *link, HwSpace space, uint64_t address, uint32_t size)
{
    (void)link, (void)space, (void)address, (void)size;
    return 0;
}

static void dead_store(void *link, HwSpace space, uint64_t address, uint64_t value, uint32_t size)
{
    (void)link, (void)space, (void)address, (void)value, (void)size;
}

static void dead_read(void *link, uint64_t address, void *buffer, size_t size)
{
    (void)link, (void)address;
    if (size) {
        memset(buffer, 0, size);
    }
}

static void dead_write(void *link, uint64_t address, const void *buffer, size_t size)
{
    (void)link, (void)address, (void)buffer, (void)size;
}

static void dead_fill(void *link, uint64_t address, uint8_t byte, size_t size)
{
    (void)link, (void)address, (void)byte, (void)size;
}

static bool dead_big_endian(void *link)
{
    (void)link;
    return false;
}

static bool dead_irq_intercept(void *link, const char *path, bool outputs, const char *name)
{
    (void)link, (void)path, (void)outputs, (void)name;
    return false;
}

static bool dead_irq_get(void *link, uint32_t line)
{
    (void)link, (void)line;
    return false;
}

static bool dead_irq_set(void *link, const char *path, const char *name, uint32_t line, bool level)
{
    (void)link, (void)path, (void)name, (void)line, (void)level;
    return false;
}

static int64_t dead_clock(void *link, int64_t time)
{
    (void)link, (void)time;
    return 0;
}

static int64_t dead_clock_step_next(void *link)
{
    (void)link;
    return 0;
}

static bool dead_net_send(void *link, const char *netdev, const void *frame, size_t size)
{
    (void)link, (void)netdev, (void)frame, (void)size;
    return false;
}

static uint8_t *dead_net_receive(void *link, const char *netdev, size_t *size)
{
    (void)link, (void)netdev, (void)size;
    return NULL;
}

static bool dead_chardev_event(void *link, const char *chardev, const char *event)
{
    (void)link, (void)chardev, (void)event;
    return false;
}

static json_t *dead_qmp(void *link, const char *text)
{
    (void)link, (void)text;
    return NULL;
}

static json_t *dead_qmp_event(void *link, const char *name, uint32_t timeout_ms)
{
    (void)link, (void)name, (void)timeout_ms;
    return NULL;
}

static void dead_reset(void *link)
{
    (void)link;
}

static bool dead_poll(void *link)
{
    (void)link;
    return false;
}

static char *dead_qtest(void *link, const char *line)
{
    (void)link, (void)line;
    return NULL;
}

static const HwRegister *dead_register_at(void *link, HwSpace space, uint64_t address,
                                          const char **device)
{
    (void)link, (void)space, (void)address, (void)device;
    return NULL;
}

static GPid dead_pid(void *link)
{
    (void)link;
    return 0;
}

static bool dead_quit(void *link, char **reason)
{
    (void)link, (void)reason;
    return true;
}

static void dead_free(void *link)
{
    (void)link;
}

const ObTransport ob_transport_dead = {
    .load = dead_load,
    .store = dead_store,
    .read = dead_read,
    .write = dead_write,
    .fill = dead_fill,
    .big_endian = dead_big_endian,
    .irq_intercept = dead_irq_intercept,
    .irq_get = dead_irq_get,
    .irq_set = dead_irq_set,
    .clock_step = dead_clock,
    .clock_step_next = dead_clock_step_next,
    .clock_set = dead_clock,
    .net_send = dead_net_send,
    .net_receive = dead_net_receive,
    .chardev_send = dead_net_send,
    .chardev_receive = dead_net_receive,
    .chardev_event = dead_chardev_event,
    .qmp = dead_qmp,
    .qmp_event = dead_qmp_event,
    .reset = dead_reset,
    .poll = dead_poll,
    .qtest = dead_qtest,
    .register_at = dead_register_at,
    .pid = dead_pid,
    .quit = dead_quit,
    .free = dead_free,
};
