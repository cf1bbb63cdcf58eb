/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hex and base64 (RFC 4648 section 4) at several gigabytes a second, so that a socket's
 * speed bounds block transfers.  GLib's base64 reaches a tenth of this speed.  Pure
 * functions: any thread, nothing is kept, buffers must not overlap.
 */
#ifndef OB_HOST_QTEST_CODEC_H
#define OB_HOST_QTEST_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ObCodec {
    const char *name;        /* "scalar", "ssse3" */
    bool (*supported)(void); /* by this processor */

    /* Stores 2 * count lower-case digits. */
    void (*hex_encode)(char *text, const uint8_t *bytes, size_t count);

    /* Reads up to 2 * count digits of either case.  Returns the number of bytes that were
     * well-formed and stored, `count` if all. */
    size_t (*hex_decode)(uint8_t *bytes, const char *text, size_t count);

    /* Stores 4 * triples characters for 3 * triples bytes. */
    void (*base64_encode)(char *text, const uint8_t *bytes, size_t triples);

    /* Reads up to 4 * quads characters without padding.  Returns the number of quads that
     * were well-formed and stored. */
    size_t (*base64_decode)(uint8_t *bytes, const char *text, size_t quads);
} ObCodec;

/* Each codec that was built in, scalar first; NULL after the last. */
const ObCodec *ob_codec_at(uint32_t index);

/* The fastest codec that this processor supports. */
const ObCodec *ob_codec(void);

/* Encodes any number of bytes, with padding.  Returns the number of characters stored. */
size_t ob_base64_encode(char *text, const uint8_t *bytes, size_t count);

/*
 * Decodes the last quad, which may be padded.  Returns 1 to 3 bytes stored, 0 if the quad
 * is malformed.  Bits that padding makes superfluous must be zero.
 */
size_t ob_base64_decode_last(uint8_t *bytes, const char *text);

/* The codecs themselves. */
extern const ObCodec ob_codec_scalar;
#ifdef __x86_64__
extern const ObCodec ob_codec_ssse3;
#endif

#endif
