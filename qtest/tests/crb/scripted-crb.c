/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/crb/scripted-crb.h"

#include "hw-api/device/bytes.h"

uint32_t rd(Fixture *f, uint64_t offset)
{
    return (uint32_t)scripted_tpm_read(*f, offset, 4);
}

void wr(Fixture *f, uint64_t offset, uint32_t value)
{
    scripted_tpm_write(*f, offset, value, 4);
}

void put_command(Fixture *f, uint32_t size)
{
    uint8_t header[12] = { 0x80, 0x01 };

    hw_store_be32(header + 2, size);
    for (guint i = 0; i < sizeof(header); i++) {
        scripted_tpm_write(*f, CRB_BUFFER + i, header[i], 1);
    }
}

void start(Fixture *f)
{
    wr(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    wr(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    put_command(f, 12);
    wr(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_true((*f)->running);
}

const uint8_t response[12] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0, 0, 0xab, 0xcd };

const Form form_pc = { { "tpmdev", "tpm0", NULL }, "tpm-crb" };
const Form form_pc_strict = { { "tpmdev", "tpm0", "strict", "on", NULL }, "tpm-crb" };
const Form form_device = { { "tpmdev", "tpm0", "addr", "0xfed40000", NULL }, "tpm-crb-device" };
const Form form_device_ppi = {
    { "tpmdev", "tpm0", "addr", "0xfed40000", "ppi", "on", NULL }, "tpm-crb-device"
};
const Form form_device_strict = {
    { "tpmdev", "tpm0", "addr", "0xfed40000", "strict", "on", NULL }, "tpm-crb-device"
};

static void set_up(Fixture *f, gconstpointer data)
{
    const Form *form = data;

    *f = scripted_tpm_new(form->name, form->properties);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    scripted_tpm_free(*f);
}

void tests_add(const Form *form, const Test *tests, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("/%s/%s", form->name, tests[i].path);

        g_test_add(path, Fixture, form, set_up, tests[i].function, tear_down);
    }
}
