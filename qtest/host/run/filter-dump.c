/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/filter-dump.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/fd-set.h"
#include "qtest/host/io/log.h"
#include "qtest/machine/net/net.h"

#define ETHERNET 1 /* pcap's link type */

struct ObFilterDump {
    ObHost *host;
    const char *netdev;
    int fd;
    uint32_t longest; /* bytes of a frame that are stored */
};

/* Both in the byte order of this computer: the magic number tells it. */
typedef struct PcapFile {
    uint32_t magic;
    uint16_t major, minor;
    int32_t zone;
    uint32_t accuracy, longest, link_type;
} PcapFile;

typedef struct PcapFrame {
    uint32_t seconds, microseconds;
    uint32_t stored, size;
} PcapFrame;

/* A frame as a whole or not at all, so that the file stays readable.  A full disk ends the dump. */
static void bytes_write(ObFilterDump *dump, const uint8_t *bytes, size_t size)
{
    if (dump->fd >= 0 && write(dump->fd, bytes, size) != (ssize_t)size) {
        ob_report_warning("filter-dump of netdev '%s' ends: can't write: %s", dump->netdev,
                          g_strerror(errno));
        close(dump->fd);
        dump->fd = -1;
    }
}

static void frame_dump(void *opaque, const uint8_t *frame, size_t size, int64_t now)
{
    ObFilterDump *dump = opaque;
    const PcapFrame head = { .seconds = (uint32_t)(now / 1000000000),
                             .microseconds = (uint32_t)(now / 1000 % 1000000),
                             .stored = (uint32_t)MIN(size, dump->longest),
                             .size = (uint32_t)size };
    g_autoptr(GByteArray) record = g_byte_array_new();

    g_byte_array_append(record, (const guint8 *)&head, sizeof(head));
    g_byte_array_append(record, frame, head.stored);
    bytes_write(dump, record->data, record->len);
}

static ObNetdev *netdev_of(ObHost *host, const char *id, HwError *error)
{
    ObNetdev *netdev = ob_netdev_find(host, id);

    if (!netdev) {
        hw_error_set(error, "filter-dump: netdev '%s' does not exist", id);
    }
    return netdev;
}

ObFilterDump *ob_filter_dump_new(ObHost *host, const ObObjectType *type, const ObKeyval *values,
                                 HwError *error)
{
    const char *file = ob_object_text(type, values, "file");
    const char *id = ob_object_text(type, values, "netdev");
    ObNetdev *netdev = netdev_of(host, id, error);
    ObFilterDump *dump = netdev ? g_new0(ObFilterDump, 1) : NULL;
    PcapFile head = { 0xa1b2c3d4, 2, 4, 0, 0, 0, ETHERNET };

    if (!dump) {
        return NULL;
    }
    dump->host = host;
    dump->netdev = id;
    dump->longest = (uint32_t)MIN(ob_object_number(type, values, "maxlen"), UINT32_MAX);
    dump->fd = -1;
    if (!ob_netdev_set_tap(netdev, frame_dump, dump)) {
        g_free(dump);
        hw_error_set(error, "filter-dump: netdev '%s' has another filter, expected one", id);
        return NULL;
    }
    dump->fd = ob_file_open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (dump->fd < 0) {
        hw_error_set(error, "filter-dump: can't write '%s': %s", file, g_strerror(errno));
        ob_filter_dump_free(dump);
        return NULL;
    }
    head.longest = dump->longest;
    bytes_write(dump, (const uint8_t *)&head, sizeof(head));
    return dump;
}

void ob_filter_dump_free(ObFilterDump *dump)
{
    if (dump) {
        ob_netdev_clear_tap(dump->host, dump);
        if (dump->fd >= 0) {
            close(dump->fd);
        }
        g_free(dump);
    }
}
