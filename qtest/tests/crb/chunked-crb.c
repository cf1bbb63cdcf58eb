/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/crb/chunked-crb.h"

#include <glib.h>
#include <string.h>

#include "hw-api/device/tpm2.h"

static void start(ChunkedCrb *f, uint32_t buffer_size)
{
    bool is_device = g_str_equal(f->class_name, "tpm-crb-device");
    const char *properties[] = { "tpmdev",
                                 "tpm0",
                                 "cap-chunk",
                                 f->option ? "on" : "off",
                                 "strict",
                                 g_strcmp0(f->option, "strict") == 0 ? "on" : "off",
                                 is_device ? "addr" : NULL,
                                 "0xfed40000",
                                 NULL };

    f->tpm = scripted_tpm_new_sized(f->class_name, properties, buffer_size);
    chunked_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    chunked_write(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
}

void chunked_crb_set_up(ChunkedCrb *f, const char *class_name, const char *option)
{
    f->class_name = class_name;
    f->option = option;
    start(f, CHUNKED_MAX);
    for (guint i = 0; i < sizeof(f->bytes); i++) {
        f->bytes[i] = (uint8_t)(i * 31 + i / 251 + 1);
    }
    hw_store_be16(f->bytes + HW_TPM2_TAG, TPM_ST_NO_SESSIONS);
}

void chunked_crb_resize(ChunkedCrb *f, uint32_t buffer_size)
{
    chunked_crb_tear_down(f);
    start(f, buffer_size);
}

void chunked_crb_tear_down(ChunkedCrb *f)
{
    scripted_tpm_free(f->tpm);
}

uint32_t chunked_read(ChunkedCrb *f, uint64_t offset)
{
    return (uint32_t)scripted_tpm_read(f->tpm, offset, 4);
}

void chunked_write(ChunkedCrb *f, uint64_t offset, uint32_t value)
{
    scripted_tpm_write(f->tpm, offset, value, 4);
}

void chunked_put(ChunkedCrb *f, uint32_t size, uint32_t offset)
{
    for (guint i = 0; i < CHUNK && offset + i < size; i++) {
        scripted_tpm_write(f->tpm, CRB_BUFFER + i, f->bytes[offset + i], 1);
    }
}

void chunked_expect(ChunkedCrb *f, uint32_t size, uint32_t offset)
{
    for (guint i = 0; i < CHUNK; i++) {
        uint8_t expected = offset + i < size ? f->bytes[offset + i] : 0;

        g_assert_cmphex(scripted_tpm_read(f->tpm, CRB_BUFFER + i, 1), ==, expected);
    }
}

void chunked_size(ChunkedCrb *f, uint32_t size)
{
    hw_store_be32(f->bytes + HW_TPM2_SIZE, size);
}

void chunked_send(ChunkedCrb *f, uint32_t size)
{
    uint32_t offset = 0;

    chunked_size(f, size);
    for (; size - offset > CHUNK; offset += CHUNK) {
        chunked_put(f, size, offset);
        chunked_write(f, CRB_CTRL_START, CTRL_START_NEXT_CHUNK);
        g_assert_cmphex(chunked_read(f, CRB_CTRL_START), ==, 0);
        g_assert_false(f->tpm->running);
    }
    chunked_put(f, size, offset);
    chunked_write(f, CRB_CTRL_START, CTRL_START_START);
}

void chunked_respond(ChunkedCrb *f, uint32_t size)
{
    chunked_send(f, 12);
    g_assert_true(f->tpm->running);
    chunked_size(f, size);
    scripted_tpm_complete(f->tpm, f->bytes, size);
}

void chunked_expect_bad_size(ChunkedCrb *f)
{
    g_assert_false(f->tpm->running);
    g_assert_cmphex(chunked_read(f, CRB_CTRL_START), ==, 0);
    g_assert_cmphex(chunked_read(f, CRB_BUFFER), ==, 0x00000180);
    g_assert_cmphex(chunked_read(f, CRB_BUFFER + 4), ==, 0x00000a00);
    g_assert_cmphex(chunked_read(f, CRB_BUFFER + 8), ==, 0x00004201);
}
