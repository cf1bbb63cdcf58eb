/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/crb/scripted-crb.h"

#include "hw-api/device/tpm2.h"

uint32_t scripted_read(ScriptedCrb *f, uint64_t offset)
{
    return (uint32_t)scripted_tpm_read(*f, offset, 4);
}

void scripted_write(ScriptedCrb *f, uint64_t offset, uint32_t value)
{
    scripted_tpm_write(*f, offset, value, 4);
}

void scripted_put_command(ScriptedCrb *f, uint32_t size)
{
    uint8_t header[12] = { 0 };

    hw_tpm2_header(header, TPM_ST_NO_SESSIONS, size, 0);
    for (guint i = 0; i < sizeof(header); i++) {
        scripted_tpm_write(*f, CRB_BUFFER + i, header[i], 1);
    }
}

void scripted_start(ScriptedCrb *f)
{
    scripted_write(f, CRB_LOC_CTRL, LOC_CTRL_REQUEST);
    scripted_write(f, CRB_CTRL_REQ, CTRL_REQ_COMMAND_READY);
    scripted_put_command(f, 12);
    scripted_write(f, CRB_CTRL_START, CTRL_START_START);
    g_assert_true((*f)->running);
    g_assert_cmpuint((*f)->locality, ==, 0);
}

const uint8_t scripted_response[12] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0, 0, 0xab, 0xcd };

const ScriptedForm form_pc = { { "tpmdev", "tpm0", NULL }, "tpm-crb" };
const ScriptedForm form_pc_strict = { { "tpmdev", "tpm0", "strict", "on", NULL }, "tpm-crb" };
const ScriptedForm form_device = { { "tpmdev", "tpm0", "addr", "0xfed40000", NULL },
                                   "tpm-crb-device" };
const ScriptedForm form_device_ppi = {
    { "tpmdev", "tpm0", "addr", "0xfed40000", "ppi", "on", NULL }, "tpm-crb-device"
};
const ScriptedForm form_device_strict = {
    { "tpmdev", "tpm0", "addr", "0xfed40000", "strict", "on", NULL }, "tpm-crb-device"
};

static void set_up(ScriptedCrb *f, gconstpointer data)
{
    const ScriptedForm *form = data;

    *f = scripted_tpm_new(form->name, form->properties);
}

static void tear_down(ScriptedCrb *f, gconstpointer data)
{
    (void)data;
    scripted_tpm_free(*f);
}

void scripted_tests_add(const ScriptedForm *form, const ScriptedTest *tests, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("/%s/%s", form->name, tests[i].path);

        g_test_add(path, ScriptedCrb, form, set_up, tests[i].function, tear_down);
    }
}
