/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A transport carries a client's verbs to a host.  Only qtest/client and its tests include this. */
#ifndef OB_TRANSPORT_H
#define OB_TRANSPORT_H

#include "qtest/client/client.h"

/* `link` belongs to the transport.  client.h has the contracts of the verbs. */
typedef struct ObTransport {
    /* Called before each access, each read of an interrupt line and each step of the clock.  It
     * may fail the client.  NULL: not called. */
    void (*before)(void *link);
    uint64_t (*load)(void *link, HwSpace space, uint64_t address, uint32_t size);
    void (*store)(void *link, HwSpace space, uint64_t address, uint64_t value, uint32_t size);
    void (*read)(void *link, uint64_t address, void *buffer, size_t size);
    void (*write)(void *link, uint64_t address, const void *buffer, size_t size);
    void (*fill)(void *link, uint64_t address, uint8_t byte, size_t size);
    bool (*big_endian)(void *link);
    bool (*irq_intercept)(void *link, const char *path, bool outputs, const char *name);
    bool (*irq_get)(void *link, uint32_t line);
    bool (*irq_set)(void *link, const char *path, const char *name, uint32_t line, bool level);
    int64_t (*clock_step)(void *link, int64_t nanoseconds);
    int64_t (*clock_step_next)(void *link);
    int64_t (*clock_set)(void *link, int64_t now);
    bool (*net_send)(void *link, const char *netdev, const void *frame, size_t size);
    uint8_t *(*net_receive)(void *link, const char *netdev, size_t *size);
    bool (*chardev_send)(void *link, const char *chardev, const void *bytes, size_t size);
    uint8_t *(*chardev_receive)(void *link, const char *chardev, size_t *size);
    bool (*chardev_event)(void *link, const char *chardev, const char *event);
    json_t *(*qmp)(void *link, const char *text);
    json_t *(*qmp_event)(void *link, const char *name, uint32_t timeout_ms);
    void (*reset)(void *link);
    bool (*poll)(void *link);
    char *(*qtest)(void *link, const char *line);
    bool (*lines_send)(void *link, const char *lines, size_t size); /* NULL: it has no lines */
    bool (*lines_await)(void *link, size_t count, ObAnswered *answered, void *opaque);
    const HwRegister *(*register_at)(void *link, HwSpace space, uint64_t address,
                                     const char **device);
    struct ObHost *(*host)(void *link); /* NULL: the host is not in this process */
    GPid (*pid)(void *link);
    bool (*quit)(void *link, char **reason); /* false: it failed; g_free(reason) */
    void (*free)(void *link);
} ObTransport;

/* `link` may be NULL and be filled in once the transport has been made for this client. */
ObClient *ob_client_new(const ObTransport *transport, void *link);

/* The failure path.  `format` is printf-style and gives one sentence, or more lines. */
void ob_client_fail(ObClient *client, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The transport of a client that has failed. */
extern const ObTransport ob_transport_dead;

#endif
