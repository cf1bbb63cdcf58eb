/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/io/file-read.h"

#include "hw-api/device/error.h"
#include "qtest/host/io/fd-set.h"
#include "qtest/host/io/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_MAX_READ (1u << 20) /* a device or a FIFO may have no end */

struct ObFileRead {
    ObStream *stream;
    GByteArray *text;
    ObFileReadDone *done;
    void *opaque;
};

void ob_file_read_free(ObFileRead *read)
{
    if (read) {
        ob_stream_free(read->stream);
        g_byte_array_unref(read->text);
        g_free(read);
    }
}

/* The file is closed first: after the answer to `done`, the next writer of a FIFO must not find this reader. */
static void read_end(ObFileRead *read, const char *error)
{
    ob_stream_free(read->stream);
    read->stream = NULL;
    g_byte_array_append(read->text, (const guint8 *)"", 1);
    read->text->len--;
    read->done(read->opaque, error ? NULL : read->text, error);
    ob_file_read_free(read);
}

static void read_input(void *opaque, const char *bytes, size_t count)
{
    ObFileRead *read = opaque;

    g_byte_array_append(read->text, (const guint8 *)bytes, (guint)count);
    if (read->text->len > SIZE_MAX_READ) {
        g_autofree char *error = g_strdup_printf("larger than %u bytes", SIZE_MAX_READ);

        read_end(read, error);
    }
}

static void read_closed(void *opaque)
{
    read_end(opaque, NULL);
}

static const ObStreamHandler read_handler = { .input = read_input, .closed = read_closed };

ObFileRead *ob_file_read_new(ObLoop *loop, const char *path, ObFileReadDone *done, void *opaque,
                             HwError *error)
{
    int fd = ob_file_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat status;
    ObFileRead *read;

    if (fd < 0) {
        hw_error_set(error, "%s", g_strerror(errno));
        return NULL;
    }
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(fd);
        hw_error_set(error, "%s", g_strerror(EISDIR));
        return NULL;
    }
    read = g_new0(ObFileRead, 1);
    read->text = g_byte_array_new();
    read->done = done;
    read->opaque = opaque;
    read->stream = ob_stream_new(loop, fd, fd, &read_handler, read);
    return read;
}
