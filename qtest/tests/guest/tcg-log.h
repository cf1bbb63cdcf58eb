/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware's log of its measurements into a TPM. */
#ifndef OB_TESTS_GUEST_TCG_LOG_H
#define OB_TESTS_GUEST_TCG_LOG_H

#include <stddef.h>
#include <stdint.h>

#define TCG_PCRS        8 /* 0 to 7 are the firmware's: PC Client Platform Firmware 3.3.4 */
#define TCG_SHA256_SIZE 32

typedef uint8_t TcgDigest[TCG_SHA256_SIZE];

/* Extends the PCRs, which are zeros at first, by the log's events, and returns the events' number.
 * A malformed log fails the test. */
uint32_t tcg_log_replay(const uint8_t *bytes, size_t size, TcgDigest pcrs[TCG_PCRS]);

#endif
