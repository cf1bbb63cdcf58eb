/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of the main job.  Each step checks more than the response code. */
#include "qtest/client/jobs/main-job.h"

#include <string.h>

#define RANDOM_BYTES 32
#define PCR          16 /* the PCR for debugging: any software may change it */
#define MEASURED     "outboard main job"

G_GNUC_PRINTF(2, 3)
static bool job_fail(Job *job, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    job->failure = g_strdup_vprintf(format, args);
    va_end(args);
    return false;
}

G_GNUC_PRINTF(2, 3)
static bool job_found(Job *job, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    job->finding = g_strdup_vprintf(format, args);
    va_end(args);
    return true;
}

static bool job_did(Job *job, ObCrbResult result)
{
    return result == OB_CRB_OK || job_fail(job, "%s", ob_crb_result_text(result));
}

static bool job_execute(Job *job, TpmCommand command)
{
    TPM2_RC code;

    if (!job_did(job, crb_transfer(&job->crb, command.bytes, command.size, job->response,
                                   sizeof(job->response), &job->response_size))) {
        return false;
    }
    code = tpm_response_code(job->response, job->response_size);
    return code == TPM2_RC_SUCCESS ||
           job_fail(job, "the TPM answers code 0x%03x, expected 0x000", code);
}

static char *hex(const uint8_t *bytes, size_t size)
{
    GString *text = g_string_new(NULL);

    for (size_t i = 0; i < size; i++) {
        g_string_append_printf(text, "%02x", bytes[i]);
    }
    return g_string_free(text, FALSE);
}

/* ---------------------------------------------------------------------- the steps */

static bool step_locality(Job *job)
{
    return job_did(job, crb_request_locality(&job->crb));
}

static bool step_startup(Job *job)
{
    return job_execute(job, tpm_startup(TPM2_SU_CLEAR));
}

static bool step_self_test(Job *job)
{
    return job_execute(job, tpm_self_test());
}

static bool step_random(Job *job)
{
    static const TPM2B_DIGEST none;
    TPM2B_DIGEST earlier = job->random;
    g_autofree char *text = NULL;

    job->random = none;
    if (!job_execute(job, tpm_get_random(RANDOM_BYTES))) {
        return false;
    }
    if (!tpm_parse_random(job->response, job->response_size, &job->random) ||
        job->random.size != RANDOM_BYTES) {
        return job_fail(job, "the response does not have %d random bytes", RANDOM_BYTES);
    }
    if (!memcmp(earlier.buffer, job->random.buffer, RANDOM_BYTES)) {
        return job_fail(job, "the random bytes are the same as before");
    }
    text = hex(job->random.buffer, RANDOM_BYTES / 2);
    return job_found(job, "%s...", text);
}

static bool job_properties(Job *job, TPM2_PT first, uint32_t count, uint32_t *values)
{
    if (!job_execute(job, tpm_get_properties(first, count))) {
        return false;
    }
    return tpm_parse_properties(job->response, job->response_size, first, count, values) ||
           job_fail(job, "the response does not have property 0x%x", first);
}

static bool step_manufacturer(Job *job)
{
    uint32_t value;
    char name[5] = "";

    if (!job_properties(job, TPM2_PT_MANUFACTURER, 1, &value)) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        name[i] = (char)(value >> (24 - 8 * i));
        if (name[i] && !g_ascii_isprint(name[i])) {
            return job_fail(job, "the manufacturer is 0x%08x, expected four letters", value);
        }
    }
    return job_found(job, "'%s'", g_strchomp(name));
}

static bool step_firmware(Job *job)
{
    uint32_t version[2]; /* FIRMWARE_VERSION_1, FIRMWARE_VERSION_2 */

    return job_properties(job, TPM2_PT_FIRMWARE_VERSION_1, 2, version) &&
           job_found(job, "%08x %08x", version[0], version[1]);
}

static bool step_pcr_read(Job *job)
{
    g_autofree char *text = NULL;

    if (!job_execute(job, tpm_pcr_read(PCR))) {
        return false;
    }
    if (!tpm_parse_pcr(job->response, job->response_size, &job->pcr) ||
        job->pcr.size != TPM2_SHA256_DIGEST_SIZE) {
        return job_fail(job, "the response does not have the SHA-256 value of PCR %d", PCR);
    }
    text = hex(job->pcr.buffer, job->pcr.size / 2);
    return job_found(job, "%s...", text);
}

static void sha256(const void *first, size_t first_size, const void *second, size_t second_size,
                   uint8_t digest[TPM2_SHA256_DIGEST_SIZE])
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize size = TPM2_SHA256_DIGEST_SIZE;

    g_checksum_update(sum, first, (gssize)first_size);
    g_checksum_update(sum, second, (gssize)second_size);
    g_checksum_get_digest(sum, digest, &size);
}

static void measurement(uint8_t digest[TPM2_SHA256_DIGEST_SIZE])
{
    sha256(MEASURED, strlen(MEASURED), "", 0, digest);
}

static bool step_pcr_extend(Job *job)
{
    uint8_t digest[TPM2_SHA256_DIGEST_SIZE];

    measurement(digest);
    return job_execute(job, tpm_pcr_extend(PCR, digest)) &&
           job_found(job, "SHA-256 of '%s'", MEASURED);
}

/* TPM 2.0 Library part 1, section 17: the new value is the digest of the old value and the
 * extending digest. */
static bool step_pcr_check(Job *job)
{
    uint8_t digest[TPM2_SHA256_DIGEST_SIZE];
    uint8_t expected[TPM2_SHA256_DIGEST_SIZE];
    g_autofree char *value = NULL;

    measurement(digest);
    sha256(job->pcr.buffer, job->pcr.size, digest, sizeof(digest), expected);
    if (!step_pcr_read(job)) {
        return false;
    }
    if (memcmp(job->pcr.buffer, expected, sizeof(expected))) {
        value = hex(expected, sizeof(expected));
        return job_fail(job, "PCR %d is %s, expected %s", PCR, job->finding, value);
    }
    value = g_steal_pointer(&job->finding);
    return job_found(job, "%s as computed here", value);
}

static bool step_create_primary(Job *job)
{
    TPM2B_PUBLIC public_area;
    const TPM2B_ECC_PARAMETER *x = &public_area.publicArea.unique.ecc.x;
    g_autofree char *text = NULL;

    if (!job_execute(job, tpm_create_primary())) {
        return false;
    }
    if (!tpm_parse_primary(job->response, job->response_size, &job->primary, &public_area) ||
        public_area.publicArea.type != TPM2_ALG_ECC || x->size != 32) {
        return job_fail(job, "the response does not have a P-256 key");
    }
    text = hex(x->buffer, 8);
    return job_found(job, "handle 0x%08x, P-256, x %s...", job->primary, text);
}

static bool step_flush(Job *job)
{
    return job_execute(job, tpm_flush_context(job->primary));
}

static bool step_idle(Job *job)
{
    return job_did(job, crb_go_idle(&job->crb)) && job_did(job, crb_relinquish_locality(&job->crb));
}

const JobStep job_steps[] = {
    { "request locality 0", step_locality },
    { "TPM2_Startup, CLEAR", step_startup },
    { "TPM2_SelfTest, full", step_self_test },
    { "TPM2_GetRandom, 32 bytes", step_random },
    { "TPM2_GetRandom, again", step_random },
    { "TPM2_GetCapability, manufacturer", step_manufacturer },
    { "TPM2_GetCapability, firmware", step_firmware },
    { "TPM2_PCR_Read, PCR 16", step_pcr_read },
    { "TPM2_PCR_Extend, PCR 16", step_pcr_extend },
    { "TPM2_PCR_Read, PCR 16", step_pcr_check },
    { "TPM2_CreatePrimary, storage key", step_create_primary },
    { "TPM2_FlushContext", step_flush },
    { "go idle, relinquish", step_idle },
};
const size_t job_step_count = G_N_ELEMENTS(job_steps);
