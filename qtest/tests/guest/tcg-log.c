/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/guest/tcg-log.h"

#include <glib.h>

#define ALG_SHA256   0x000b
#define EV_NO_ACTION 3

/* TCG PC Client Platform Firmware Profile, 10: little-endian, packed. */
typedef struct Log {
    const uint8_t *at, *end;
} Log;

static const uint8_t *log_take(Log *log, size_t size)
{
    const uint8_t *taken = log->at;

    g_assert_cmpuint(size, <=, (size_t)(log->end - log->at));
    log->at += size;
    return taken;
}

static uint32_t log_number(Log *log, size_t size)
{
    const uint8_t *bytes = log_take(log, size);
    uint32_t number = 0;

    for (size_t i = size; i > 0; i--) {
        number = number << 8 | bytes[i - 1];
    }
    return number;
}

/* Reads TCG_EfiSpecIdEvent in a TCG_PCR_EVENT, and stores the digests' sizes by algorithm. */
static void log_header(Log *log, uint16_t sizes[UINT16_MAX + 1])
{
    Log event;
    uint32_t count, size;

    log_take(log, 4 + 4 + 20);
    size = log_number(log, 4);
    event.at = log_take(log, size);
    event.end = event.at + size;
    g_assert_cmpmem(log_take(&event, 16), 16, "Spec ID Event03", 16);
    log_take(&event, 4 + 4);
    count = log_number(&event, 4);
    while (count-- > 0) {
        uint32_t algorithm = log_number(&event, 2);

        sizes[algorithm] = (uint16_t)log_number(&event, 2);
    }
}

static void pcr_extend(TcgDigest pcr, const uint8_t *digest)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize size = TCG_SHA256_SIZE;

    g_checksum_update(sum, pcr, TCG_SHA256_SIZE);
    g_checksum_update(sum, digest, TCG_SHA256_SIZE);
    g_checksum_get_digest(sum, pcr, &size);
}

/* Replays a TCG_PCR_EVENT2 on the PCRs. */
static void log_replay_event(Log *log, const uint16_t *sizes, TcgDigest pcrs[TCG_PCRS])
{
    uint32_t pcr = log_number(log, 4);
    uint32_t type = log_number(log, 4);
    uint32_t count = log_number(log, 4);

    while (count-- > 0) {
        uint32_t algorithm = log_number(log, 2);
        const uint8_t *digest = log_take(log, sizes[algorithm]);

        if (algorithm == ALG_SHA256 && type != EV_NO_ACTION && pcr < TCG_PCRS) {
            pcr_extend(pcrs[pcr], digest);
        }
    }
    log_take(log, log_number(log, 4));
}

uint32_t tcg_log_replay(const uint8_t *bytes, size_t size, TcgDigest pcrs[TCG_PCRS])
{
    g_autofree uint16_t *sizes = g_new0(uint16_t, UINT16_MAX + 1);
    Log log = { bytes, bytes + size };
    uint32_t events = 0;

    log_header(&log, sizes);
    for (; log.at < log.end; events++) {
        log_replay_event(&log, sizes, pcrs);
    }
    return events;
}
