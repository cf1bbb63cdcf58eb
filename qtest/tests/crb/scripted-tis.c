/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/crb/scripted-tis.h"

#include "hw-api/device/tpm2.h"

#define BURST HW_MASK(23, 8)

const uint8_t tis_command[12] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0x01, 0x44, 0, 0 };
const uint8_t tis_response[12] = { 0x80, 0x01, 0, 0, 0, 12, 0, 0, 0, 0, 0xab, 0xcd };

static uint64_t place(unsigned locality, uint32_t offset)
{
    return (uint64_t)locality * TIS_PAGE_SIZE + offset;
}

uint8_t tis_access(ScriptedTis *f, unsigned locality)
{
    return (uint8_t)scripted_tpm_read(*f, place(locality, TIS_ACCESS), 1);
}

void tis_access_set(ScriptedTis *f, unsigned locality, uint8_t value)
{
    scripted_tpm_write(*f, place(locality, TIS_ACCESS), value, 1);
}

uint32_t tis_word(ScriptedTis *f, unsigned locality, uint32_t offset)
{
    return (uint32_t)scripted_tpm_read(*f, place(locality, offset), 4);
}

void tis_word_set(ScriptedTis *f, unsigned locality, uint32_t offset, uint32_t value)
{
    scripted_tpm_write(*f, place(locality, offset), value, 4);
}

uint32_t tis_status(ScriptedTis *f, unsigned locality)
{
    return tis_word(f, locality, TIS_STS) & ~BURST;
}

uint32_t tis_burst(ScriptedTis *f, unsigned locality)
{
    return (tis_word(f, locality, TIS_STS) & BURST) >> STS_BURST_COUNT_SHIFT;
}

void tis_send(ScriptedTis *f, unsigned locality, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        scripted_tpm_write(*f, place(locality, TIS_DATA_FIFO), ((const uint8_t *)bytes)[i], 1);
    }
}

void tis_receive(ScriptedTis *f, unsigned locality, uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)scripted_tpm_read(*f, place(locality, TIS_DATA_FIFO), 1);
    }
}

void tis_start(ScriptedTis *f, unsigned locality)
{
    tis_access_set(f, locality, ACCESS_REQUEST_USE);
    tis_word_set(f, locality, TIS_STS, STS_COMMAND_READY);
    tis_send(f, locality, tis_command, sizeof(tis_command));
    tis_word_set(f, locality, TIS_STS, STS_GO);
    g_assert_true((*f)->running);
}

/* -------------------------------------------------------------------------- forms */

static const struct {
    const char *name;
    const char *properties[9];
} forms[] = {
    { "tpm-tis", { "tpmdev", "tpm0", NULL } },
    { "tpm-tis-device",
      { "tpmdev", "tpm0", "addr", "0xfed40000", "ppi", "on", "irq-line", "5", NULL } },
};

static void set_up(ScriptedTis *f, gconstpointer data)
{
    unsigned form = GPOINTER_TO_UINT(data);

    *f = scripted_tpm_new(forms[form].name, forms[form].properties);
}

static void tear_down(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    scripted_tpm_free(*f);
}

void tis_tests_add(const TisTest *tests, guint count)
{
    for (guint form = 0; form < G_N_ELEMENTS(forms); form++) {
        for (guint i = 0; i < count; i++) {
            g_autofree char *path = g_strdup_printf("/%s/%s", forms[form].name, tests[i].path);

            g_test_add(path, ScriptedTis, GUINT_TO_POINTER(form), set_up, tests[i].function,
                       tear_down);
        }
    }
}
