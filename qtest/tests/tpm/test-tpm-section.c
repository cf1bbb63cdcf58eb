/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Section tpm-emulator: to and from bytes, and sections from QEMU. */
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/lib/swtpm-process.h"
#include "qtest/tests/tpm/tpm-harness.h"

#include "hw-api/host/tpm/state/section.h"

#include <stdlib.h>
#include <string.h>

/* A state with blobs of 3, 0 and 1 bytes, and its payload. */
static uint8_t abc[] = "abc";
static uint8_t z[] = "z";
static const HwTpmState small = { { { 1, 3, abc }, { 2, 0, NULL }, { 0x80000000, 1, z } } };
static const uint8_t small_payload[] = {
    0, 0, 0, 1, 0, 0, 0, 3, 'a', 'b', 'c', 0, 0, 0, 2, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 1, 'z',
};

static void test_encode(void)
{
    size_t size;
    uint8_t *payload = hw_tpm_section_encode(&small, &size);

    g_assert_cmpmem(payload, size, small_payload, sizeof(small_payload));
    free(payload);
}

static void test_fields(void)
{
    HwTpmSectionField fields[HW_TPM_SECTION_FIELDS];

    hw_tpm_section_fields(&small, fields);
    g_assert_cmpstr(fields[1].name, ==, "state_blobs.permanent.size");
    g_assert_cmpstr(fields[1].type, ==, "uint32");
    g_assert_cmpmem(fields[1].bytes, fields[1].size, small_payload + 4, 4);
    g_assert_cmpstr(fields[2].name, ==, "state_blobs.permanent.buffer");
    g_assert_cmpstr(fields[2].type, ==, "buffer");
    g_assert_cmpmem(fields[2].bytes, fields[2].size, "abc", 3);
    g_assert_cmpuint(fields[5].size, ==, 0);
    g_assert_cmpstr(fields[6].name, ==, "state_blobs.savestate_flags");
}

static void test_decode(void)
{
    HwTpmState state;

    g_assert_true(hw_tpm_section_decode(&state, small_payload, sizeof(small_payload), NULL));
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        g_assert_cmphex(state.blobs[i].flags, ==, small.blobs[i].flags);
        g_assert_cmpmem(state.blobs[i].bytes, state.blobs[i].size, small.blobs[i].bytes,
                        small.blobs[i].size);
    }
    hw_tpm_state_clear(&state);
    hw_tpm_state_clear(&state);
}

typedef struct Cut {
    size_t size;
    const char *sentence;
} Cut;

/* The payload is cut off at every byte; only some sentences are compared. */
static void test_truncated(void)
{
    static const Cut cuts[] = {
        { 0, "tpm-emulator: state_blobs.permanent_flags at offset 0: truncated: 0 bytes, "
             "expected 4" },
        { 7, "tpm-emulator: state_blobs.permanent.size at offset 4: truncated: 3 bytes, "
             "expected 4" },
        { 10, "tpm-emulator: state_blobs.permanent.buffer at offset 8: truncated: 2 bytes, "
              "expected 3" },
        { 11, "tpm-emulator: state_blobs.volatil_flags at offset 11: truncated: 0 bytes, "
              "expected 4" },
        { 27, "tpm-emulator: state_blobs.savestate.buffer at offset 27: truncated: 0 bytes, "
              "expected 1" },
    };
    HW_ERROR(error, 256);

    for (size_t size = 0; size < sizeof(small_payload); size++) {
        uint8_t *exact = g_memdup2(small_payload, size);
        HwTpmState state;

        g_assert_false(hw_tpm_section_decode(&state, exact, size, &error));
        g_assert_null(state.blobs[HW_TPM_PERMANENT].bytes);
        for (gsize i = 0; i < G_N_ELEMENTS(cuts); i++) {
            if (cuts[i].size == size) {
                g_assert_cmpstr(error.text, ==, cuts[i].sentence);
            }
        }
        g_free(exact);
    }
}

static void test_too_long(void)
{
    uint8_t payload[sizeof(small_payload) + 2] = { 0 };
    HW_ERROR(error, 256);
    HwTpmState state;

    memcpy(payload, small_payload, sizeof(small_payload));
    g_assert_false(hw_tpm_section_decode(&state, payload, sizeof(payload), &error));
    g_assert_cmpstr(error.text, ==,
                    "tpm-emulator: bytes after state_blobs.savestate.buffer at "
                    "offset 28: 2, expected none");
}

static void test_too_large(void)
{
    static const uint8_t head[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1 };
    HW_ERROR(error, 256);
    HwTpmState state;
    size_t need;

    g_assert_false(hw_tpm_section_decode(&state, head, sizeof(head), &error));
    g_assert_cmpstr(error.text, ==,
                    "tpm-emulator: state_blobs.volatil.size at offset 12: too "
                    "large: 262145 bytes, expected at most 262144");
    g_assert_cmpint(hw_tpm_section_measure(head, sizeof(head), &need, NULL), ==,
                    HW_TPM_SECTION_REFUSED);
    g_assert_cmpuint(need, ==, 12);
}

/* Measures byte by byte, and with a footer behind the payload. */
static void test_measure(void)
{
    uint8_t payload[sizeof(small_payload) + 5] = { 0 };
    size_t need;

    memcpy(payload, small_payload, sizeof(small_payload));
    g_assert_cmpint(hw_tpm_section_measure(NULL, 0, &need, NULL), ==, HW_TPM_SECTION_MORE);
    for (size_t size = 0; size <= sizeof(payload); size++) {
        HwTpmSectionMeasure measure = hw_tpm_section_measure(payload, size, &need, NULL);

        if (size < sizeof(small_payload)) {
            g_assert_cmpint(measure, ==, HW_TPM_SECTION_MORE);
            g_assert_cmpuint(need, >, size);
            g_assert_cmpuint(need, <=, sizeof(small_payload));
        } else {
            g_assert_cmpint(measure, ==, HW_TPM_SECTION_MEASURED);
            g_assert_cmpuint(need, ==, sizeof(small_payload));
        }
    }
}

static ObVmMeasure measure_section(void *opaque, const ObVmSection *section, const uint8_t *bytes,
                                   size_t size, size_t *need, HwError *error)
{
    static const ObVmMeasure measures[] = {
        [HW_TPM_SECTION_MEASURED] = OB_VM_MEASURED,
        [HW_TPM_SECTION_MORE] = OB_VM_MORE,
        [HW_TPM_SECTION_REFUSED] = OB_VM_REFUSED,
    };

    (void)opaque;
    (void)section;
    return measures[hw_tpm_section_measure(bytes, size, need, error)];
}

static bool take_section(void *opaque, const ObVmSection *section, const uint8_t *payload,
                         size_t size, const json_t *description, HwError *error)
{
    (void)description;
    (void)error;
    if (strcmp(section->name, HW_TPM_SECTION_NAME) == 0) {
        g_assert_cmpuint(section->version, ==, HW_TPM_SECTION_VERSION);
        g_byte_array_append(opaque, payload, (guint)size);
    }
    return true;
}

/* Returns the section's payload in a QEMU stream. */
static GByteArray *qemu_payload(const char *name)
{
    static const ObVmEvents events = { .section = take_section };
    GByteArray *payload = g_byte_array_new();
    GByteArray *stream = stream_load(name);
    ObVmReader *reader = ob_vm_reader_new(&events, payload);

    ob_vm_reader_know(reader, HW_TPM_SECTION_NAME, 0, measure_section, NULL);
    g_assert_true(ob_vm_reader_feed(reader, stream->data, stream->len));
    g_assert_true(ob_vm_reader_finish(reader));
    g_assert_cmpuint(payload->len, >, 0);
    ob_vm_reader_free(reader);
    g_byte_array_free(stream, TRUE);
    return payload;
}

typedef struct Stream {
    const char *name;
    bool started; /* the guest had sent TPM2_Startup */
} Stream;

/* clang-format off */
static const Stream streams[] = {
    { "x86-crb-reset-7.2", false },
    { "x86-crb-locality-cmd-7.2", false },
    { "x86-crb-locality-cmd-10.0", false },
    { "x86-crb-startup-rsp-7.2", true },
    { "x86-crb-idle-relinq-7.2", true },
    { "x86-crb-ppi-noppi-7.2", true },
};
/* clang-format on */

/* The section that we write has the same bytes as QEMU's. */
static void test_qemu_round_trip(gconstpointer opaque)
{
    GByteArray *payload = qemu_payload(((const Stream *)opaque)->name);
    HwTpmState state;
    size_t size;
    uint8_t *again;

    g_assert_true(hw_tpm_section_decode(&state, payload->data, payload->len, NULL));
    again = hw_tpm_section_encode(&state, &size);
    g_assert_cmpmem(again, size, payload->data, payload->len);
    free(again);
    hw_tpm_state_clear(&state);
    g_byte_array_free(payload, TRUE);
}

static void assert_goes_on(const char *type, const char *option, const HwTpmState *state,
                           bool started)
{
    TpmHarness *h = tpm_harness_new(false);

    if (!tpm_add(h, type, "tpm0", option, NULL)) {
        g_error("%s", h->error_text);
    }
    tpm_attach(h);
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, TPM_RC_INITIALIZE);
    if (!hw_tpm_load(h->host.tpms, 0, state, &h->error)) {
        g_error("%s", h->error_text);
    }
    g_assert_cmphex(tpm_run(h, TPM_GET_RANDOM), ==, started ? TPM_RC_SUCCESS : TPM_RC_INITIALIZE);
    g_assert_cmphex(tpm_run(h, TPM_STARTUP), ==, started ? TPM_RC_INITIALIZE : TPM_RC_SUCCESS);
    tpm_harness_free(h);
}

static void test_qemu_loads(gconstpointer opaque)
{
    const Stream *stream = opaque;
    GByteArray *payload = qemu_payload(stream->name);
    SwtpmProcess swtpm;
    HwTpmState state;

    g_assert_true(hw_tpm_section_decode(&state, payload->data, payload->len, NULL));
    assert_goes_on("libtpms", NULL, &state, stream->started);
    swtpm_process_set_up(&swtpm);
    swtpm_process_start(&swtpm, "--tpm2", NULL);
    assert_goes_on("emulator", swtpm.option, &state, stream->started);
    swtpm_process_tear_down(&swtpm);
    hw_tpm_state_clear(&state);
    g_byte_array_free(payload, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-section/encode", test_encode);
    g_test_add_func("/tpm-section/fields-as-qemu-describes-them", test_fields);
    g_test_add_func("/tpm-section/decode", test_decode);
    g_test_add_func("/tpm-section/measure", test_measure);
    g_test_add_func("/tpm-section/refused/truncated", test_truncated);
    g_test_add_func("/tpm-section/refused/too-long", test_too_long);
    g_test_add_func("/tpm-section/refused/blob-too-large", test_too_large);
    for (gsize i = 0; i < G_N_ELEMENTS(streams); i++) {
        g_autofree char *same = g_strconcat("/tpm-section/of-qemu/written-alike/", streams[i].name,
                                            NULL);
        g_autofree char *loads = g_strconcat("/tpm-section/of-qemu/loads-into-both/",
                                             streams[i].name, NULL);

        g_test_add_data_func(same, &streams[i], test_qemu_round_trip);
        g_test_add_data_func(loads, &streams[i], test_qemu_loads);
    }
    return g_test_run();
}
