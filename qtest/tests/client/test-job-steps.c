/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main job's steps with a TPM that answers what a test wants. */
#include <string.h>

#include "hw-api/device/tpm2.h"
#include "qtest/client/jobs/main-job.h"
#include "qtest/tests/client/recorded-host.h"

typedef struct Row {
    const char *path;
    const char *step;
    const char *body; /* the response in hexadecimal, behind its header */
    const char *finding, *failure;
    uint32_t code;
    uint64_t stuck; /* this register stays zero */
} Row;

#define BYTES_16 "00112233445566778899aabbccddeeff"
#define BYTES_31 BYTES_16 "102030405060708090a0b0c0d0e0f0"
#define BYTES_32 BYTES_31 "01"
#define RANDOM   "TPM2_GetRandom, 32 bytes"
#define MAKER    "TPM2_GetCapability, manufacturer"
#define FIRMWARE "TPM2_GetCapability, firmware"
#define PCR_READ "TPM2_PCR_Read, PCR 16"
#define PRIMARY  "TPM2_CreatePrimary, storage key"
#define MORE     "00" /* no more data, then the properties */
#define SELECTED \
    "00000014"   \
    "00000001"   \
    "000b"       \
    "03"         \
    "000001"
#define NO_BYTES "the response does not have 32 random bytes"
#define NO_PCR   "the response does not have the SHA-256 value of PCR 16"
#define NO_KEY   "the response does not have a P-256 key"
#define HANDLE \
    "80000002" \
    "00000000" /* and the parameters' size */
#define ECC    \
    "0023"     \
    "000b"     \
    "00030472" \
    "0000"     \
    "0006"     \
    "0080"     \
    "0043"     \
    "0010"     \
    "0003"     \
    "0010"

/* clang-format off */
static const Row rows[] = {
    { "locality/granted", "request locality 0", "" },
    { "locality/not-granted", "request locality 0", "", NULL, "locality 0 is not granted",
      .stuck = CRB_LOC_STS },
    { "startup/done", "TPM2_Startup, CLEAR", "" },
    { "startup/refused", "TPM2_Startup, CLEAR", "", NULL,
      "the TPM answers code 0x101, expected 0x000", 0x101 },
    { "startup/never-idle", "go idle, relinquish", "", NULL,
      "tpmIdle did not change after the request", .stuck = CRB_CTRL_STS },
    { "startup/shorter-than-a-header", "TPM2_Startup, CLEAR", NULL, NULL,
      "the response's size field is wrong" },
    { "self-test/refused", "TPM2_SelfTest, full", "", NULL,
      "the TPM answers code 0x922, expected 0x000", 0x922 },
    { "random/32-bytes", RANDOM, "0020" BYTES_32, BYTES_16 "..." },
    { "random/refused", RANDOM, "0020" BYTES_32, NULL,
      "the TPM answers code 0x001, expected 0x000", 1 },
    { "random/31-bytes", RANDOM, "001f" BYTES_31, NULL, NO_BYTES },
    { "random/33-bytes", RANDOM, "0021" BYTES_32 "ff", NULL, NO_BYTES },
    { "random/fewer-than-it-says", RANDOM, "0020" BYTES_31, NULL, NO_BYTES },
    { "random/more-than-it-says", RANDOM, "0020" BYTES_32 "ff", NULL, NO_BYTES },
    { "manufacturer/four-letters", MAKER, MORE "00000006" "00000001" "00000105" "4f757462", "'Outb'" },
    { "manufacturer/three-and-a-space", MAKER, MORE "00000006" "00000001" "00000105" "49424d20", "'IBM'" },
    { "manufacturer/three-and-nothing", MAKER, MORE "00000006" "00000001" "00000105" "49424d00", "'IBM'" },
    { "manufacturer/first-is-no-letter", MAKER, MORE "00000006" "00000001" "00000105" "01424d41", NULL,
      "the manufacturer is 0x01424d41, expected four letters" },
    { "manufacturer/last-is-no-letter", MAKER, MORE "00000006" "00000001" "00000105" "49424d07", NULL,
      "the manufacturer is 0x49424d07, expected four letters" },
    { "manufacturer/refused", MAKER, "", NULL, "the TPM answers code 0x005, expected 0x000", 5 },
    { "manufacturer/other-property", MAKER, MORE "00000006" "00000001" "00000106" "49424d00", NULL,
      "the response does not have property 0x105" },
    { "manufacturer/other-capability", MAKER, MORE "00000002" "00000001" "00000105" "00000000", NULL,
      "the response does not have property 0x105" },
    { "manufacturer/two-properties", MAKER,
      MORE "00000006" "00000002" "00000105" "49424d00" "00000106" "00000000", NULL,
      "the response does not have property 0x105" },
    { "manufacturer/nothing", MAKER, "", NULL, "the response does not have property 0x105" },
    { "firmware/two-numbers", FIRMWARE,
      MORE "00000006" "00000002" "0000010b" "20230102" "0000010c" "00012345", "20230102 00012345" },
    { "firmware/second-is-another", FIRMWARE,
      MORE "00000006" "00000002" "0000010b" "20230102" "0000010d" "00012345", NULL,
      "the response does not have property 0x10b" },
    { "pcr/value", PCR_READ, SELECTED "00000001" "0020" BYTES_32, BYTES_16 "..." },
    { "pcr/refused", PCR_READ, SELECTED "00000001" "0020" BYTES_32, NULL,
      "the TPM answers code 0x101, expected 0x000", 0x101 },
    { "pcr/no-value", PCR_READ, SELECTED "00000000", NULL, NO_PCR },
    { "pcr/two-values", PCR_READ, SELECTED "00000002" "0020" BYTES_32 "0020" BYTES_32, NULL, NO_PCR },
    { "pcr/shorter-value", PCR_READ, SELECTED "00000001" "001f" BYTES_31, NULL, NO_PCR },
    { "pcr/selection-alone", PCR_READ, SELECTED, NULL, NO_PCR },
    { "pcr/nothing", PCR_READ, "", NULL, NO_PCR },
    { "extend/done", "TPM2_PCR_Extend, PCR 16", "", "SHA-256 of 'outboard main job'" },
    { "extend/refused", "TPM2_PCR_Extend, PCR 16", "", NULL,
      "the TPM answers code 0x922, expected 0x000", 0x922 },
    { "primary/key", PRIMARY, HANDLE "005a" ECC "0020" BYTES_32 "0020" BYTES_32,
      "handle 0x80000002, P-256, x 0011223344556677..." },
    { "primary/refused", PRIMARY, HANDLE "005a" ECC "0020" BYTES_32 "0020" BYTES_32, NULL,
      "the TPM answers code 0x101, expected 0x000", 0x101 },
    { "primary/shorter-key", PRIMARY, HANDLE "0059" ECC "001f" BYTES_31 "0020" BYTES_32, NULL, NO_KEY },
    { "primary/other-type", PRIMARY,
      HANDLE "003a" "0001" "000b" "00030472" "0000" "0006" "0080" "0043" "0010" "0800" "00010001"
      "0020" BYTES_32, NULL, NO_KEY },
    { "primary/handle-alone", PRIMARY, "80000002", NULL, NO_KEY },
    { "primary/nothing", PRIMARY, "", NULL, NO_KEY },
    { "flush/done", "TPM2_FlushContext", "" },
    { "flush/refused", "TPM2_FlushContext", "", NULL,
      "the TPM answers code 0x1c4, expected 0x000", 0x1c4 },
    { "idle/done", "go idle, relinquish", "" },
};
/* clang-format on */

/* ---------------------------------------------------------------------------- TPM */

static size_t response_of(const Row *row, uint8_t *response)
{
    const char *body = row->body ? row->body : "";
    size_t size = HW_TPM2_HEADER_SIZE + strlen(body) / 2;

    hw_tpm2_header(response, TPM_ST_NO_SESSIONS, row->body ? (uint32_t)size : 9, row->code);
    for (size_t i = HW_TPM2_HEADER_SIZE; i < size; i++, body += 2) {
        response[i] = (uint8_t)(g_ascii_xdigit_value(body[0]) << 4 | g_ascii_xdigit_value(body[1]));
    }
    return size;
}

static void crb_put(RecordedHost *host, uint64_t offset, uint64_t value)
{
    recorded_put(host, HW_SPACE_MEMORY, CRB_PC_ADDRESS + offset, value, 4);
}

static void crb_stored(RecordedHost *host, HwSpace space, uint64_t address, uint64_t value)
{
    const Row *row = host->opaque;
    uint8_t response[512];

    (void)space;
    switch (address - CRB_PC_ADDRESS) {
    case CRB_LOC_CTRL:
        crb_put(host, CRB_LOC_STS, row->stuck == CRB_LOC_STS ? 0 : value & LOC_CTRL_REQUEST);
        break;
    case CRB_CTRL_REQ:
        crb_put(host, CRB_CTRL_STS, row->stuck == CRB_CTRL_STS ? 0 : value & CTRL_REQ_GO_IDLE);
        break;
    case CRB_CTRL_START:
        recorded_put_bytes(host, CRB_PC_ADDRESS + CRB_BUFFER, response, response_of(row, response));
        crb_put(host, CRB_CTRL_START, 0);
        break;
    default:
        break;
    }
}

static RecordedHost *crb_new(const Row *row, Job *job)
{
    RecordedHost *host = recorded_host_new();

    crb_put(host, CRB_CMD_SIZE, CRB_BUFFER_SIZE);
    crb_put(host, CRB_RSP_SIZE, CRB_BUFFER_SIZE);
    host->stored = crb_stored;
    host->opaque = (void *)row;
    *job = (Job) { .crb = crb_at_pc_address(host->client) };
    job->crb.timeout_ms = 0;
    return host;
}

/* -------------------------------------------------------------------------- tests */

static bool step_run(const char *name, Job *job, uint32_t index)
{
    for (size_t i = 0; i < job_step_count; i++) {
        if (!strcmp(job_steps[i].name, name) && index-- == 0) {
            return job_steps[i].run(job);
        }
    }
    g_assert_not_reached();
}

static void job_end(Job *job, RecordedHost *host)
{
    g_free(job->finding);
    g_free(job->failure);
    recorded_host_free(host);
}

static void test_row(gconstpointer data)
{
    const Row *row = data;
    Job job;
    RecordedHost *host = crb_new(row, &job);

    g_assert_cmpint(step_run(row->step, &job, 0), ==, !row->failure);
    g_assert_cmpstr(job.failure, ==, row->failure);
    g_assert_cmpstr(job.finding, ==, row->finding);
    job_end(&job, host);
}

/* The second bytes are the first. */
static void test_same_random(void)
{
    const Row row = { .body = "0020" BYTES_32 };
    Job job;
    RecordedHost *host = crb_new(&row, &job);

    g_assert_true(step_run(RANDOM, &job, 0));
    g_clear_pointer(&job.finding, g_free);
    g_assert_false(step_run("TPM2_GetRandom, again", &job, 0));
    g_assert_cmpstr(job.failure, ==, "the random bytes are the same as before");
    job_end(&job, host);
}

/* The PCR of zeros has its old value after it was extended. */
static void test_pcr_stays(void)
{
    const Row row = { .body = SELECTED "00000001"
                                       "0020" BYTES_32 };
    Job job;
    RecordedHost *host = crb_new(&row, &job);

    job.pcr.size = 32;
    g_assert_false(step_run(PCR_READ, &job, 1));
    g_assert_cmpstr(job.failure, ==,
                    "PCR 16 is " BYTES_16 "..., expected "
                    "06208d11aaeed1e74931ba888c58e4d645cc9c98e32432173da6e585d2ab3ad5");
    job_end(&job, host);
}

/* A read that fails says so itself. */
static void test_pcr_lost(void)
{
    const Row row = { .body = "" };
    Job job;
    RecordedHost *host = crb_new(&row, &job);

    job.pcr.size = 32;
    g_assert_false(step_run(PCR_READ, &job, 1));
    g_assert_cmpstr(job.failure, ==, NO_PCR);
    job_end(&job, host);
}

/* ----------------------------------------------------------------- commands, responses */

static TpmCommand startup_clear(void)
{
    return tpm_startup(TPM2_SU_CLEAR);
}

static TpmCommand shutdown_state(void)
{
    return tpm_shutdown(TPM2_SU_STATE);
}

static TpmCommand random_32(void)
{
    return tpm_get_random(32);
}

static TpmCommand two_properties(void)
{
    return tpm_get_properties(TPM2_PT_FIRMWARE_VERSION_1, 2);
}

static TpmCommand read_16(void)
{
    return tpm_pcr_read(16);
}

static TpmCommand read_7(void)
{
    return tpm_pcr_read(7);
}

static TpmCommand extend_16(void)
{
    uint8_t digest[32];

    memset(digest, 0xdd, sizeof(digest));
    return tpm_pcr_extend(16, digest);
}

static TpmCommand flush(void)
{
    return tpm_flush_context(0x80000001);
}

/* TPM 2.0 Library, part 3: tag, size and command code, handles, authorization, parameters. */
static const struct {
    const char *path;
    TpmCommand (*make)(void);
    const char *bytes;
} commands[] = {
    { "startup", startup_clear, "8001 0000000c 00000144 0000" },
    { "shutdown", shutdown_state, "8001 0000000c 00000145 0001" },
    { "self-test", tpm_self_test, "8001 0000000b 00000143 01" },
    { "get-random", random_32, "8001 0000000c 0000017b 0020" },
    { "get-capability", two_properties, "8001 00000016 0000017a 00000006 0000010b 00000002" },
    { "pcr-read-16", read_16, "8001 00000014 0000017e 00000001 000b 03 000001" },
    { "pcr-read-7", read_7, "8001 00000014 0000017e 00000001 000b 03 800000" },
    { "pcr-extend", extend_16,
      "8002 00000041 00000182 00000010 00000009 40000009 0000 00 0000 00000001 000b "
      "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd" },
    /* Part 2: fixedTPM, fixedParent, sensitiveDataOrigin, userWithAuth, noDA, restricted, decrypt. */
    { "create-primary-ecc", tpm_create_primary,
      "8002 00000043 00000131 40000001 00000009 40000009 0000 00 0000 0004 0000 0000 "
      "001a 0023 000b 00030472 0000 0006 0080 0043 0010 0003 0010 0000 0000 0000 00000000" },
    { "create-primary-rsa", tpm_create_primary_rsa,
      "8002 00000043 00000131 40000001 00000009 40000009 0000 00 0000 0004 0000 0000 "
      "001a 0001 000b 00030472 0000 0006 0080 0043 0010 0800 00000000 0000 0000 00000000" },
    { "flush-context", flush, "8001 0000000e 00000165 80000001" },
};

static void test_command(gconstpointer data)
{
    size_t row = GPOINTER_TO_SIZE(data);
    TpmCommand command = commands[row].make();
    GString *bytes = g_string_new(NULL), *expected = g_string_new(commands[row].bytes);

    for (size_t i = 0; i < command.size; i++) {
        g_string_append_printf(bytes, "%02x", command.bytes[i]);
    }
    g_string_replace(expected, " ", "", 0);
    g_assert_cmpstr(bytes->str, ==, expected->str);
    g_string_free(bytes, TRUE);
    g_string_free(expected, TRUE);
}

/* Other bytes than a response count as the code of a TPM that failed. */
static void test_response_code(void)
{
    static const struct {
        uint32_t in_header;
        size_t size;
        TPM2_RC code;
    } codes[] = {
        { 10, 10, 0x922 },         { 12, 12, 0x922 },           { 10, 9, TPM2_RC_FAILURE },
        { 9, 9, TPM2_RC_FAILURE }, { 11, 10, TPM2_RC_FAILURE }, { 10, 11, TPM2_RC_FAILURE },
        { 0, 0, TPM2_RC_FAILURE },
    };
    uint8_t response[16] = { 0 };

    for (size_t i = 0; i < G_N_ELEMENTS(codes); i++) {
        hw_tpm2_header(response, TPM_ST_NO_SESSIONS, codes[i].in_header, 0x922);
        g_assert_cmphex(tpm_response_code(response, codes[i].size), ==, codes[i].code);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/job-steps/", rows[i].path, NULL);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *path = g_strconcat("/job-steps/command/", commands[i].path, NULL);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_command);
    }
    g_test_add_func("/job-steps/response/code", test_response_code);
    g_test_add_func("/job-steps/random/same-as-before", test_same_random);
    g_test_add_func("/job-steps/pcr/not-extended", test_pcr_stays);
    g_test_add_func("/job-steps/pcr/lost", test_pcr_lost);
    return g_test_run();
}
