/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/tpm/tpm-guest.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw-api/host/tpm/state/section.h"

/* Commands, as hexadecimal digits.  The index has 8 bytes; the key is an ECC P-256 key in the null
 * hierarchy. */
#define NV_DEFINE                                                                      \
    "80020000002d0000012a40000001000000094000000900000000000000000e01000001000b020400" \
    "0400000008"
#define NV_WRITE                                                                       \
    "80020000002b000001370100000101000001000000094000000900000000000008636f6e74656e74" \
    "730000"
#define CREATE_PRIMARY                                                                 \
    "800200000043000001314000000700000009400000090000000000000400000000001a0023000b00" \
    "030072000000060080004300100003001000000000000000000000"
#define START_POLICY                                                                   \
    "80010000002b00000176400000074000000700101111111111111111111111111111111100000100" \
    "10000b"
#define POLICY_COMMAND_CODE "8001000000120000016c030000000000017b"
#define POLICY_GET_DIGEST   "80010000000e0000018903000000"

static const char *const guest[] = {
    TPM_PCR_EXTEND, NV_DEFINE, NV_WRITE, CREATE_PRIMARY, START_POLICY, POLICY_COMMAND_CODE,
};

/* The answers to these commands change if the TPM loses state of the guest. */
static const char *const probes[] = { TPM_PCR_READ, TPM_NV_READ, TPM_READ_PUBLIC,
                                      POLICY_GET_DIGEST };

void tpm_open(Tpm *s, const char *type, const char *first, const char *second)
{
    *s = (Tpm) { .h = tpm_harness_new(false) };
    if (strcmp(type, "emulator") == 0) {
        swtpm_process_set_up(&s->swtpm);
        swtpm_process_start(&s->swtpm, "--tpm2", first, second, NULL);
        first = s->swtpm.option;
    }
    if (!tpm_add(s->h, type, "tpm0", first, NULL)) {
        g_error("%s", s->h->error_text);
    }
    tpm_attach(s->h);
}

void tpm_close(Tpm *s)
{
    tpm_harness_free(s->h);
    if (s->swtpm.directory) {
        swtpm_process_tear_down(&s->swtpm);
    }
}

void tpm_be_guest(Tpm *s)
{
    g_assert_cmphex(tpm_run(s->h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    for (gsize i = 0; i < G_N_ELEMENTS(guest); i++) {
        g_assert_cmphex(tpm_run(s->h, guest[i]), ==, TPM_RC_SUCCESS);
    }
}

GBytes *tpm_ask(Tpm *s, const char *hex)
{
    tpm_run(s->h, hex);
    return g_bytes_new(s->h->response, s->h->size);
}

/* Returns the answers to all probes, which must succeed. */
GBytes *tpm_probe(Tpm *s)
{
    GByteArray *answers = g_byte_array_new();

    for (gsize i = 0; i < G_N_ELEMENTS(probes); i++) {
        g_assert_cmphex(tpm_run(s->h, probes[i]), ==, TPM_RC_SUCCESS);
        g_byte_array_append(answers, s->h->response, s->h->size);
    }
    return g_byte_array_free_to_bytes(answers);
}

void assert_same(GBytes *left, GBytes *right)
{
    g_assert_cmpmem(g_bytes_get_data(left, NULL), g_bytes_get_size(left),
                    g_bytes_get_data(right, NULL), g_bytes_get_size(right));
    g_bytes_unref(right);
}

void tpm_assert_probe(Tpm *s, GBytes *want)
{
    assert_same(want, tpm_probe(s));
}

void tpm_save(Tpm *s, HwTpmState *state)
{
    if (!hw_tpm_save(s->h->host.tpms, 0, state, &s->h->error)) {
        g_error("%s", s->h->error_text);
    }
}

void tpm_load(Tpm *s, const HwTpmState *state)
{
    if (!hw_tpm_load(s->h->host.tpms, 0, state, &s->h->error)) {
        g_error("%s", s->h->error_text);
    }
}

void tpm_assert_refused(Tpm *s, const HwTpmState *state, const char *part)
{
    s->h->error_text[0] = '\0';
    g_assert_false(hw_tpm_load(s->h->host.tpms, 0, state, &s->h->error));
    g_test_message("%s", s->h->error_text);
    g_assert_nonnull(strstr(s->h->error_text, part));
    g_assert_true(g_str_has_prefix(s->h->error_text, "tpm0: "));
}

void state_copy(HwTpmState *to, const HwTpmState *from)
{
    for (int i = 0; i < HW_TPM_BLOBS; i++) {
        to->blobs[i].flags = from->blobs[i].flags;
        if (hw_tpm_blob_allocate(&to->blobs[i], from->blobs[i].size)) {
            memcpy(to->blobs[i].bytes, from->blobs[i].bytes, from->blobs[i].size);
        }
    }
}

void write_all(int fd, const void *bytes, gsize size)
{
    g_assert_cmpint(write(fd, bytes, size), ==, size);
}

/* libtpms has one TPM in a process, so a child makes the state.  It sends the state in the form of
 * a stream, and the answers that the guest got. */
void make_elsewhere(const char *type, HwTpmState *state, GBytes **answers)
{
    GByteArray *all = g_byte_array_new();
    uint8_t buffer[65536];
    int ends[2];
    pid_t child;
    ssize_t n;
    uint32_t size;
    int status;

    g_assert_cmpint(pipe(ends), ==, 0);
    child = fork();
    if (child == 0) {
        Tpm tpm;
        size_t section_size;
        uint8_t *section;

        tpm_open(&tpm, type, NULL, NULL);
        tpm_be_guest(&tpm);
        *answers = tpm_probe(&tpm);
        tpm_save(&tpm, state);
        section = hw_tpm_section_encode(state, &section_size);
        size = (uint32_t)section_size;
        write_all(ends[1], &size, sizeof(size));
        write_all(ends[1], section, section_size);
        write_all(ends[1], g_bytes_get_data(*answers, NULL), g_bytes_get_size(*answers));
        tpm_close(&tpm);
        free(section);
        hw_tpm_state_clear(state);
        g_bytes_unref(*answers);
        _exit(0);
    }
    close(ends[1]);
    while ((n = read(ends[0], buffer, sizeof(buffer))) > 0) {
        g_byte_array_append(all, buffer, (guint)n);
    }
    close(ends[0]);
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
    memcpy(&size, all->data, sizeof(size));
    g_assert_true(hw_tpm_section_decode(state, all->data + 4, size, NULL));
    *answers = g_bytes_new(all->data + 4 + size, all->len - 4 - size);
    g_byte_array_free(all, TRUE);
}
