/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/tpm-command.h"

#include <glib.h>
#include <string.h>
#include <tss2/tss2_mu.h>

#include "hw-api/device/tpm2.h"

/* ---------------------------------------------------------------------- commands */

/* Appends a value. */
/* clang-format off */
#define PUT(command, Type, ...)                                                   \
    g_assert_cmphex(Tss2_MU_##Type##_Marshal(__VA_ARGS__, (command)->bytes,       \
                                             TPM_COMMAND_MAX, &(command)->size), ==, 0)
/* clang-format on */

static void command_begin(TpmCommand *c, TPM2_ST tag, TPM2_CC code)
{
    c->size = 0;
    PUT(c, TPM2_ST, tag);
    PUT(c, UINT32, 0); /* the size; command_end() stores it */
    PUT(c, TPM2_CC, code);
}

static void command_end(TpmCommand *c)
{
    hw_store_be32(c->bytes + HW_TPM2_SIZE, (uint32_t)c->size);
}

/* The authorization area: one password session with the empty password. */
static void command_authorize(TpmCommand *c)
{
    const TPMS_AUTH_COMMAND password = { .sessionHandle = TPM2_RS_PW };
    size_t at = c->size;

    PUT(c, UINT32, 0);
    PUT(c, TPMS_AUTH_COMMAND, &password);
    hw_store_be32(c->bytes + at, (uint32_t)(c->size - at - sizeof(uint32_t)));
}

static TpmCommand command_with_type(TPM2_CC code, TPM2_SU type)
{
    TpmCommand c;

    command_begin(&c, TPM2_ST_NO_SESSIONS, code);
    PUT(&c, UINT16, type);
    command_end(&c);
    return c;
}

TpmCommand tpm_startup(TPM2_SU type)
{
    return command_with_type(TPM2_CC_Startup, type);
}

TpmCommand tpm_shutdown(TPM2_SU type)
{
    return command_with_type(TPM2_CC_Shutdown, type);
}

TpmCommand tpm_self_test(void)
{
    TpmCommand c;

    command_begin(&c, TPM2_ST_NO_SESSIONS, TPM2_CC_SelfTest);
    PUT(&c, UINT8, 1); /* fullTest */
    command_end(&c);
    return c;
}

TpmCommand tpm_get_random(uint16_t bytes)
{
    TpmCommand c;

    command_begin(&c, TPM2_ST_NO_SESSIONS, TPM2_CC_GetRandom);
    PUT(&c, UINT16, bytes);
    command_end(&c);
    return c;
}

TpmCommand tpm_get_properties(TPM2_PT first, uint32_t count)
{
    TpmCommand c;

    command_begin(&c, TPM2_ST_NO_SESSIONS, TPM2_CC_GetCapability);
    PUT(&c, UINT32, TPM2_CAP_TPM_PROPERTIES);
    PUT(&c, UINT32, first);
    PUT(&c, UINT32, count);
    command_end(&c);
    return c;
}

TpmCommand tpm_pcr_extend(TPM2_HANDLE pcr, const uint8_t digest[TPM2_SHA256_DIGEST_SIZE])
{
    TPML_DIGEST_VALUES values = { .count = 1, .digests = { { .hashAlg = TPM2_ALG_SHA256 } } };
    TpmCommand c;

    memcpy(values.digests[0].digest.sha256, digest, TPM2_SHA256_DIGEST_SIZE);
    command_begin(&c, TPM2_ST_SESSIONS, TPM2_CC_PCR_Extend);
    PUT(&c, UINT32, pcr);
    command_authorize(&c);
    PUT(&c, TPML_DIGEST_VALUES, &values);
    command_end(&c);
    return c;
}

TpmCommand tpm_pcr_read(uint32_t pcr)
{
    TPML_PCR_SELECTION selection = {
        .count = 1, .pcrSelections = { { .hash = TPM2_ALG_SHA256, .sizeofSelect = 3 } }
    };
    TpmCommand c;

    selection.pcrSelections[0].pcrSelect[pcr / 8] = (uint8_t)(1 << pcr % 8);
    command_begin(&c, TPM2_ST_NO_SESSIONS, TPM2_CC_PCR_Read);
    PUT(&c, TPML_PCR_SELECTION, &selection);
    command_end(&c);
    return c;
}

/* clang-format off */
#define STORAGE_KEY_ATTRIBUTES (TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | \
                                TPMA_OBJECT_SENSITIVEDATAORIGIN | TPMA_OBJECT_USERWITHAUTH | \
                                TPMA_OBJECT_NODA | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT)
#define STORAGE_KEY_SYMMETRIC { .algorithm = TPM2_ALG_AES, .keyBits.aes = 128, \
                                .mode.aes = TPM2_ALG_CFB }
/* clang-format on */

static TpmCommand create_primary(const TPM2B_PUBLIC *template)
{
    static const TPM2B_SENSITIVE_CREATE sensitive;
    static const TPM2B_DATA outside_info;
    static const TPML_PCR_SELECTION creation_pcr;
    TpmCommand c;

    command_begin(&c, TPM2_ST_SESSIONS, TPM2_CC_CreatePrimary);
    PUT(&c, UINT32, TPM2_RH_OWNER);
    command_authorize(&c);
    PUT(&c, TPM2B_SENSITIVE_CREATE, &sensitive);
    PUT(&c, TPM2B_PUBLIC, template);
    PUT(&c, TPM2B_DATA, &outside_info);
    PUT(&c, TPML_PCR_SELECTION, &creation_pcr);
    command_end(&c);
    return c;
}

TpmCommand tpm_create_primary(void)
{
    static const TPM2B_PUBLIC template = { .publicArea = {
        .type = TPM2_ALG_ECC,
        .nameAlg = TPM2_ALG_SHA256,
        .objectAttributes = STORAGE_KEY_ATTRIBUTES,
        .parameters.eccDetail = {
            .symmetric = STORAGE_KEY_SYMMETRIC,
            .scheme.scheme = TPM2_ALG_NULL,
            .curveID = TPM2_ECC_NIST_P256,
            .kdf.scheme = TPM2_ALG_NULL,
        },
    } };

    return create_primary(&template);
}

TpmCommand tpm_create_primary_rsa(void)
{
    static const TPM2B_PUBLIC template = { .publicArea = {
        .type = TPM2_ALG_RSA,
        .nameAlg = TPM2_ALG_SHA256,
        .objectAttributes = STORAGE_KEY_ATTRIBUTES,
        .parameters.rsaDetail = {
            .symmetric = STORAGE_KEY_SYMMETRIC,
            .scheme.scheme = TPM2_ALG_NULL,
            .keyBits = 2048,
        },
    } };

    return create_primary(&template);
}

TpmCommand tpm_flush_context(TPM2_HANDLE handle)
{
    TpmCommand c;

    command_begin(&c, TPM2_ST_NO_SESSIONS, TPM2_CC_FlushContext);
    PUT(&c, UINT32, handle);
    command_end(&c);
    return c;
}

/* --------------------------------------------------------------------- responses */

TPM2_RC tpm_response_code(const uint8_t *response, size_t size)
{
    if (size < HW_TPM2_HEADER_SIZE || hw_tpm2_size(response) != size) {
        return TPM2_RC_FAILURE;
    }
    return hw_tpm2_code(response);
}

bool tpm_parse_random(const uint8_t *response, size_t size, TPM2B_DIGEST *random)
{
    size_t at = HW_TPM2_HEADER_SIZE;

    return Tss2_MU_TPM2B_DIGEST_Unmarshal(response, size, &at, random) == 0 && at == size;
}

bool tpm_parse_properties(const uint8_t *response, size_t size, TPM2_PT first, uint32_t count,
                          uint32_t *values)
{
    TPMS_CAPABILITY_DATA data = { 0 };
    const TPML_TAGGED_TPM_PROPERTY *properties = &data.data.tpmProperties;
    size_t at = HW_TPM2_HEADER_SIZE + 1; /* after moreData */

    if (Tss2_MU_TPMS_CAPABILITY_DATA_Unmarshal(response, size, &at, &data) != 0 ||
        data.capability != TPM2_CAP_TPM_PROPERTIES || properties->count != count) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (properties->tpmProperty[i].property != first + i) {
            return false;
        }
        values[i] = properties->tpmProperty[i].value;
    }
    return true;
}

bool tpm_parse_pcr(const uint8_t *response, size_t size, TPM2B_DIGEST *value)
{
    TPML_PCR_SELECTION selection = { 0 };
    TPML_DIGEST digests = { 0 };
    size_t at = HW_TPM2_HEADER_SIZE + sizeof(uint32_t); /* after pcrUpdateCounter */

    if (Tss2_MU_TPML_PCR_SELECTION_Unmarshal(response, size, &at, &selection) != 0 ||
        Tss2_MU_TPML_DIGEST_Unmarshal(response, size, &at, &digests) != 0 || digests.count != 1) {
        return false;
    }
    *value = digests.digests[0];
    return true;
}

bool tpm_parse_primary(const uint8_t *response, size_t size, TPM2_HANDLE *handle,
                       TPM2B_PUBLIC *public_area)
{
    size_t at = HW_TPM2_HEADER_SIZE;
    uint32_t parameters;

    public_area->size = 0; /* tss2-mu refuses to fill a structure that is not empty */
    return Tss2_MU_UINT32_Unmarshal(response, size, &at, handle) == 0 &&
           Tss2_MU_UINT32_Unmarshal(response, size, &at, &parameters) == 0 &&
           Tss2_MU_TPM2B_PUBLIC_Unmarshal(response, size, &at, public_area) == 0;
}
