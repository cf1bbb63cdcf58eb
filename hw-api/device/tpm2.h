/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TPM 2.0 commands and responses: the header that each begins with (TPM 2.0 Library
 * part 1, 18) and the codes that hosts, devices and tests use.  All is big-endian.
 */
#ifndef HW_DEVICE_TPM2_H
#define HW_DEVICE_TPM2_H

#include <stdint.h>

#include "hw-api/device/bytes.h"

#define HW_TPM2_HEADER_SIZE 10
#define HW_TPM2_TAG         0 /* u16: TPM_ST */
#define HW_TPM2_SIZE        2 /* u32: of the whole command or response */
#define HW_TPM2_CODE        6 /* u32: TPM_CC of a command, TPM_RC of a response */

/* Tags: part 2, 6.9. */
#define TPM_ST_NO_SESSIONS 0x8001
#define TPM_ST_SESSIONS    0x8002

/* Command codes: part 2, 6.5.2. */
#define TPM_CC_STARTUP         0x144
#define TPM_CC_SHUTDOWN        0x145
#define TPM_CC_STIR_RANDOM     0x146
#define TPM_CC_GET_CAPABILITY  0x17a
#define TPM_CC_GET_RANDOM      0x17b
#define TPM_CC_GET_TEST_RESULT 0x17c
#define TPM_CC_PCR_READ        0x17e
#define TPM_CC_READ_CLOCK      0x181

/* The argument of TPM2_Startup and TPM2_Shutdown: part 2, 6.10. */
#define TPM_SU_CLEAR 0
#define TPM_SU_STATE 1

/* Response codes: part 2, 6.6.3. */
#define TPM_RC_SUCCESS      0x000
#define TPM_RC_SIZE         0x095
#define TPM_RC_INITIALIZE   0x100
#define TPM_RC_FAILURE      0x101
#define TPM_RC_COMMAND_SIZE 0x142
#define TPM_RC_COMMAND_CODE 0x143
#define TPM_RC_HANDLE_1     0x18b /* TPM_RC_HANDLE, of the first handle */
#define TPM_RC_LOCALITY     0x907
#define TPM_RC_CANCELED     0x909
#define TPM_RC_RETRY        0x922

static inline uint16_t hw_tpm2_tag(const uint8_t *bytes)
{
    return hw_load_be16(bytes + HW_TPM2_TAG);
}

static inline uint32_t hw_tpm2_size(const uint8_t *bytes)
{
    return hw_load_be32(bytes + HW_TPM2_SIZE);
}

static inline uint32_t hw_tpm2_code(const uint8_t *bytes)
{
    return hw_load_be32(bytes + HW_TPM2_CODE);
}

static inline void hw_tpm2_header(uint8_t *bytes, uint16_t tag, uint32_t size, uint32_t code)
{
    hw_store_be16(bytes + HW_TPM2_TAG, tag);
    hw_store_be32(bytes + HW_TPM2_SIZE, size);
    hw_store_be32(bytes + HW_TPM2_CODE, code);
}

/* Stores a response without parameters, and returns its size.  An error has no other
 * form, whatever tag its command had (part 2, 6.9). */
static inline uint32_t hw_tpm2_answer(uint8_t bytes[HW_TPM2_HEADER_SIZE], uint32_t code)
{
    hw_tpm2_header(bytes, TPM_ST_NO_SESSIONS, HW_TPM2_HEADER_SIZE, code);
    return HW_TPM2_HEADER_SIZE;
}

#endif
