/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/host/filter/filter-internal.h"
#include "qtest/host/io/fd-set.h"
#include "qtest/host/io/log.h"

#define ETHERNET 1 /* pcap's link type */

/* filter-dump: the frames in a file of the form pcap, as QEMU's. */
typedef struct Dump {
    const char *netdev;
    int fd;
    uint32_t longest; /* bytes of a frame that are stored */
} Dump;

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
static void bytes_write(Dump *dump, const uint8_t *bytes, size_t size)
{
    while (dump->fd >= 0 && size) {
        ssize_t count = TEMP_FAILURE_RETRY(write(dump->fd, bytes, size));

        if (count < 0) {
            ob_report_warning("filter-dump of netdev '%s' ends: can't write: %s", dump->netdev,
                              g_strerror(errno));
            close(dump->fd);
            dump->fd = -1;
            return;
        }
        bytes += count;
        size -= (size_t)count;
    }
}

static bool frame_dump(void *opaque, ObNetDirection direction, const uint8_t *frame, size_t size,
                       int64_t now)
{
    Dump *dump = ((ObFilter *)opaque)->own;
    const PcapFrame head = { .seconds = (uint32_t)(now / 1000000000),
                             .microseconds = (uint32_t)(now / 1000 % 1000000),
                             .stored = (uint32_t)MIN(size, dump->longest),
                             .size = (uint32_t)size };
    g_autoptr(GByteArray) record = g_byte_array_new();

    g_byte_array_append(record, (const guint8 *)&head, sizeof(head));
    g_byte_array_append(record, frame, head.stored);
    bytes_write(dump, record->data, record->len);
    (void)direction;
    return false;
}

static bool dump_open(ObFilter *filter, HwError *error)
{
    const char *file = ob_filter_text(filter, "file");
    uint64_t longest = ob_object_number(filter->object, filter->values, "maxlen");
    Dump *dump = filter->own = g_new0(Dump, 1);
    PcapFile head = { 0xa1b2c3d4, 2, 4, 0, 0, 0, ETHERNET };

    dump->netdev = ob_filter_netdev(filter);
    dump->longest = (uint32_t)MIN(longest, UINT32_MAX);
    dump->fd = ob_file_open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (dump->fd < 0) {
        return hw_error_set(error, "filter-dump: can't write '%s': %s", file, g_strerror(errno));
    }
    head.longest = dump->longest;
    bytes_write(dump, (const uint8_t *)&head, sizeof(head));
    return true;
}

static void dump_close(ObFilter *filter)
{
    Dump *dump = filter->own;

    if (dump->fd >= 0) {
        close(dump->fd);
    }
    g_free(dump);
}

const ObFilterType ob_filter_dump = {
    .name = "filter-dump",
    .open = dump_open,
    .close = dump_close,
    .frame = frame_dump,
};
