/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A few commands of the TPM 2.0 Library, part 3, marshalled with tss2-mu, and parsers for their
 * responses: enough to see that a TPM works.
 */
#ifndef OB_TPM_COMMAND_H
#define OB_TPM_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <tss2/tss2_tpm2_types.h>

#define TPM_COMMAND_MAX 1024

typedef struct TpmCommand {
    uint8_t bytes[TPM_COMMAND_MAX];
    size_t size;
} TpmCommand;

TpmCommand tpm_startup(TPM2_SU type);
TpmCommand tpm_shutdown(TPM2_SU type);
TpmCommand tpm_self_test(void);
TpmCommand tpm_get_random(uint16_t bytes);

/* Asks for `count` successive properties of TPM2_CAP_TPM_PROPERTIES. */
TpmCommand tpm_get_properties(TPM2_PT first, uint32_t count);

/* Extends the SHA-256 bank, without an authorization value. */
TpmCommand tpm_pcr_extend(TPM2_HANDLE pcr, const uint8_t digest[TPM2_SHA256_DIGEST_SIZE]);
TpmCommand tpm_pcr_read(uint32_t pcr);

/* Creates a restricted decryption (storage) key on NIST P-256 in the owner hierarchy. */
TpmCommand tpm_create_primary(void);

/* Creates the same key with RSA of 2048 bits.  The TPM looks for primes, about 100 ms. */
TpmCommand tpm_create_primary_rsa(void);
TpmCommand tpm_flush_context(TPM2_HANDLE handle);

/* Returns the response code, or TPM2_RC_FAILURE if the bytes are not a response. */
TPM2_RC tpm_response_code(const uint8_t *response, size_t size);

/* Parse the parameters of a successful response.  Return false if they are malformed. */
bool tpm_parse_random(const uint8_t *response, size_t size, TPM2B_DIGEST *random);
bool tpm_parse_properties(const uint8_t *response, size_t size, TPM2_PT first, uint32_t count,
                          uint32_t *values);
bool tpm_parse_pcr(const uint8_t *response, size_t size, TPM2B_DIGEST *value);
bool tpm_parse_primary(const uint8_t *response, size_t size, TPM2_HANDLE *handle,
                       TPM2B_PUBLIC *public_area);

#endif
