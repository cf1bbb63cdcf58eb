/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine in this process goes into a stream in memory, and comes from it. */
#ifndef OB_TESTS_LIB_HOST_STREAM_H
#define OB_TESTS_LIB_HOST_STREAM_H

#include <glib.h>
#include <string.h>

#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"

/* Appends to the GByteArray `opaque`. */
static inline bool host_stream_append(void *opaque, const uint8_t *bytes, size_t size)
{
    g_byte_array_append(opaque, bytes, (guint)size);
    return true;
}

/* The caller frees the stream. */
static inline GByteArray *host_stream_save(ObHost *host)
{
    GByteArray *stream = g_byte_array_new();
    HW_ERROR(error, 512);
    ObSave *save = ob_save_new(host, host_stream_append, stream, &error);

    if (!save || !ob_save_finish(save, "running", &error)) {
        g_error("%s", error.text);
    }
    ob_save_free(save);
    return stream;
}

/* Returns the refusal, or NULL if the host has taken the stream.  The caller frees it. */
static inline char *host_stream_refusal(ObHost *host, const GByteArray *stream)
{
    ObLoad *load = ob_load_new(host);
    char text[512] = "";

    ob_load_feed(load, stream->data, stream->len);
    if (!ob_load_finish(load)) {
        ob_load_explain(load, text, sizeof(text));
        g_assert_cmpstr(text, !=, "");
    }
    ob_load_free(load);
    return *text ? g_strdup(text) : NULL;
}

/* The host must take the stream. */
static inline void host_stream_load(ObHost *host, const GByteArray *stream)
{
    g_autofree char *refusal = host_stream_refusal(host, stream);

    g_assert_cmpstr(refusal, ==, NULL);
}

/* The host must refuse the stream with a sentence that has `part`. */
static inline void host_stream_refused(ObHost *host, const GByteArray *stream, const char *part)
{
    g_autofree char *refusal = host_stream_refusal(host, stream);

    if (!refusal || !strstr(refusal, part)) {
        g_error("says '%s', expected '%s'", refusal ? refusal : "", part);
    }
}

/* The place `follow` bytes behind the first such name. */
static inline uint8_t *host_stream_behind(const GByteArray *stream, const void *name, size_t size,
                                          size_t follow)
{
    uint8_t *place = memmem(stream->data, stream->len, name, size);

    g_assert_nonnull(place);
    return place + size + follow;
}

#endif
