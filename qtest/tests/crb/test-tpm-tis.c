/* SPDX-License-Identifier: GPL-2.0-or-later */
/* devices/tpm/tpm-tis: registers, localities and properties, over a scripted backend. */
#include <glib.h>

#include "devices/tpm/tpm-ppi-regs.h"
#include "qtest/tests/crb/scripted-tis.h"

#define FREE      (ACCESS_VALID | ACCESS_ESTABLISHMENT) /* ACCESS at reset */
#define SOFTWARES (TIS_LOCALITIES - 1)                  /* localities that software may use */

/* -------------------------------------------------------------------- registers */

/* These values were read from the tpm-tis of QEMU 7.2. */
static void reset_values(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    for (unsigned i = 0; i < TIS_LOCALITIES; i++) {
        g_assert_cmphex(tis_access(f, i), ==, 0x81);
        g_assert_cmphex(tis_word(f, i, TIS_INT_ENABLE), ==, 0x8);
        g_assert_cmphex(tis_word(f, i, TIS_INT_VECTOR), ==, 5);
        g_assert_cmphex(tis_word(f, i, TIS_INT_STATUS), ==, 0);
        g_assert_cmphex(tis_word(f, i, TIS_INTF_CAPABILITY), ==, 0x30000697);
        g_assert_cmphex(tis_word(f, i, TIS_STS), ==, 0xffffffff);
        g_assert_cmphex(tis_word(f, i, TIS_DATA_FIFO), ==, 0xffffffff);
        g_assert_cmphex(tis_word(f, i, TIS_INTERFACE_ID), ==, 0x2100);
        g_assert_cmphex(tis_word(f, i, TIS_DID_VID), ==, 0x00011014);
        g_assert_cmphex(tis_word(f, i, TIS_RID), ==, 1);
        g_assert_cmphex(tis_word(f, i, 0x40), ==, 0xffffffff);
    }
}

static void bytes_select_lanes(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    g_assert_cmphex(scripted_tpm_read(*f, TIS_INTF_CAPABILITY + 1, 1), ==, 0x06);
    g_assert_cmphex(scripted_tpm_read(*f, TIS_DID_VID + 2, 2), ==, 0x0001);
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    scripted_tpm_write(*f, TIS_INT_ENABLE + 3, 0x80, 1);
    g_assert_cmphex(tis_word(f, 0, TIS_INT_ENABLE), ==, 0x80000008);
    scripted_tpm_write(*f, TIS_INT_ENABLE, 0x7f, 1);
    g_assert_cmphex(tis_word(f, 0, TIS_INT_ENABLE), ==, 0x8000001f);
}

static void interface_lock_is_for_all(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_word_set(f, 1, TIS_INTERFACE_ID, 0xffffffff);
    for (unsigned i = 0; i < TIS_LOCALITIES; i++) {
        g_assert_cmphex(tis_word(f, i, TIS_INTERFACE_ID), ==, 0x82100);
    }
    hw_instance_reset((*f)->instance);
    g_assert_cmphex(tis_word(f, 0, TIS_INTERFACE_ID), ==, 0x2100);
}

static void established_follows_the_backend(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    (*f)->established = true;
    g_assert_cmphex(tis_access(f, 3), ==, ACCESS_VALID);
}

static void readers_are_told_why_a_write_is_dropped(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_word_set(f, 0, TIS_DID_VID, 0);
    g_assert_cmpstr((*f)->log, ==, "write to DID_VID_0 at 0xf00 ignored: it can only be read");
    tis_word_set(f, 2, TIS_STS, STS_COMMAND_READY);
    g_assert_cmpstr((*f)->log, ==, "write to STS_2 at 0x2018 ignored: the locality is not active");
    tis_access_set(f, 4, ACCESS_REQUEST_USE);
    g_assert_cmpstr((*f)->log, ==,
                    "write to ACCESS_4 at 0x4000 ignored: locality 4 is the hardware's");
    g_assert_cmphex(tis_access(f, 4), ==, FREE);
    tis_word_set(f, 0, 0x40, 1);
    g_assert_cmpstr((*f)->log, ==, "write to no register at 0x40 ignored: it can only be read");
}

/* ------------------------------------------------------------------- localities */

static void request_is_granted_and_relinquished(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    for (unsigned i = 0; i < SOFTWARES; i++) {
        tis_access_set(f, i, ACCESS_REQUEST_USE);
        g_assert_cmphex(tis_access(f, i), ==, FREE | ACCESS_ACTIVE);
        tis_access_set(f, i, ACCESS_ACTIVE);
        g_assert_cmphex(tis_access(f, i), ==, FREE);
    }
}

static void request_waits_for_the_active_locality(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 1, ACCESS_REQUEST_USE);
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    tis_access_set(f, 3, ACCESS_REQUEST_USE);
    g_assert_cmphex(tis_access(f, 1), ==, FREE | ACCESS_ACTIVE | ACCESS_PENDING_REQUEST);
    g_assert_cmphex(tis_access(f, 3), ==, FREE | ACCESS_REQUEST_USE | ACCESS_PENDING_REQUEST);
    tis_access_set(f, 1, ACCESS_ACTIVE);
    g_assert_cmphex(tis_access(f, 1), ==, FREE | ACCESS_PENDING_REQUEST);
    g_assert_cmphex(tis_access(f, 3), ==, FREE | ACCESS_ACTIVE | ACCESS_PENDING_REQUEST);
    g_assert_cmphex(tis_access(f, 0), ==, FREE | ACCESS_REQUEST_USE);
}

static void request_is_withdrawn(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 1, ACCESS_REQUEST_USE);
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    tis_access_set(f, 0, ACCESS_ACTIVE);
    g_assert_cmphex(tis_access(f, 0), ==, FREE);
    g_assert_cmphex(tis_access(f, 1), ==, FREE | ACCESS_ACTIVE);
}

static void higher_locality_seizes(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 1, ACCESS_REQUEST_USE);
    tis_access_set(f, 0, ACCESS_SEIZE);
    tis_access_set(f, 1, ACCESS_SEIZE);
    g_assert_cmphex(tis_access(f, 1), ==, FREE | ACCESS_ACTIVE);
    tis_access_set(f, 2, ACCESS_SEIZE);
    g_assert_cmphex(tis_access(f, 2), ==, FREE | ACCESS_ACTIVE);
    g_assert_cmphex(tis_access(f, 1), ==, FREE | ACCESS_BEEN_SEIZED);
    tis_access_set(f, 1, ACCESS_BEEN_SEIZED);
    g_assert_cmphex(tis_access(f, 1), ==, FREE);
}

static void seizing_a_free_tpm_takes_it(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 2, ACCESS_SEIZE);
    g_assert_cmphex(tis_access(f, 2), ==, FREE | ACCESS_ACTIVE);
}

static void seizure_waits_for_the_command(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_start(f, 0);
    tis_access_set(f, 2, ACCESS_SEIZE);
    tis_access_set(f, 1, ACCESS_SEIZE); /* a lower one, which comes too late */
    g_assert_cmpuint((*f)->cancels, ==, 1);
    g_assert_cmphex(tis_access(f, 0), ==, FREE | ACCESS_ACTIVE);
    g_assert_cmphex(tis_access(f, 2), ==, FREE);
    tis_access_set(f, 3, ACCESS_SEIZE); /* a higher one */
    scripted_tpm_complete(*f, tis_response, sizeof(tis_response));
    g_assert_cmphex(tis_access(f, 3), ==, FREE | ACCESS_ACTIVE);
    g_assert_cmphex(tis_access(f, 2), ==, FREE);
    g_assert_cmphex(tis_access(f, 0), ==, FREE | ACCESS_BEEN_SEIZED);
}

/* ------------------------------------------------------------------- interrupts */

static void interrupt_on_a_change_of_locality(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 1, ACCESS_REQUEST_USE);
    tis_word_set(f, 1, TIS_INT_ENABLE, INT_GLOBAL_ENABLE | INT_LOCALITY_CHANGED);
    tis_access_set(f, 1, ACCESS_ACTIVE);
    g_assert_false((*f)->irq_level);
    tis_access_set(f, 1, ACCESS_REQUEST_USE);
    g_assert_cmphex(tis_word(f, 1, TIS_INT_STATUS), ==, INT_LOCALITY_CHANGED);
    g_assert_true((*f)->irq_level);
    g_assert_cmpuint((*f)->irq_line, ==, 5);
    tis_word_set(f, 1, TIS_INT_STATUS, INT_LOCALITY_CHANGED);
    g_assert_cmphex(tis_word(f, 1, TIS_INT_STATUS), ==, 0);
    g_assert_false((*f)->irq_level);
}

static void interrupt_needs_the_global_enable(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    tis_word_set(f, 0, TIS_INT_ENABLE, INT_COMMAND_READY);
    tis_word_set(f, 0, TIS_STS, STS_COMMAND_READY);
    g_assert_cmphex(tis_word(f, 0, TIS_INT_STATUS), ==, 0);
    g_assert_false((*f)->irq_level);
}

static void interrupt_ends_with_the_global_enable(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    tis_word_set(f, 0, TIS_INT_ENABLE, INT_GLOBAL_ENABLE | INT_COMMAND_READY);
    tis_word_set(f, 0, TIS_STS, STS_COMMAND_READY);
    g_assert_true((*f)->irq_level);
    tis_word_set(f, 0, TIS_INT_ENABLE, INT_COMMAND_READY);
    g_assert_false((*f)->irq_level);
}

static void interrupt_ends_with_a_reset(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    tis_access_set(f, 0, ACCESS_REQUEST_USE);
    tis_word_set(f, 0, TIS_INT_ENABLE, INT_GLOBAL_ENABLE | INT_COMMAND_READY);
    tis_word_set(f, 0, TIS_STS, STS_COMMAND_READY);
    hw_instance_reset((*f)->instance);
    g_assert_false((*f)->irq_level);
    g_assert_cmphex(tis_word(f, 0, TIS_INT_ENABLE), ==, 0x8);
}

/* ------------------------------------------------------------------- the platform */

static void memory_is_cleared_when_the_system_asked(ScriptedTis *f, gconstpointer data)
{
    (void)data;
    hw_instance_reset((*f)->instance);
    g_assert_cmpuint((*f)->clears, ==, 0);
    scripted_tpm_write(*f, PPI_OFFSET + PPI_MOVV, PPI_MOVV_CLEAR, 1);
    hw_instance_reset((*f)->instance);
    g_assert_cmpuint((*f)->clears, ==, 1);
}

static void assert_refused(const char *name, const char *key, const char *value,
                           const char *sentence)
{
    g_autofree char *refusal = scripted_tpm_refusal(name, (const char *[]) { key, value, NULL });

    g_assert_cmpstr(refusal, ==, sentence);
}

static void refusals(void)
{
    g_autofree char *unaligned = scripted_tpm_refusal("tpm-tis-device",
                                                      (const char *[]) { "tpmdev", "tpm0", "addr",
                                                                         "0xc000800", NULL });

    assert_refused("tpm-tis", NULL, NULL, "tpm-tis: tpmdev: not set, expected the id of a -tpmdev");
    assert_refused("tpm-tis", "tpmdev", "tmp0", "tpm-tis: no -tpmdev 'tmp0'");
    g_assert_cmpstr(
        unaligned, ==,
        "tpm-tis-device: addr: 0xc000800 is not aligned, expected a multiple of 0x1000");
}

static const TisTest tests[] = {
    { "reset/values", reset_values },
    { "registers/bytes-select-lanes", bytes_select_lanes },
    { "registers/interface-lock-is-for-all", interface_lock_is_for_all },
    { "registers/established-follows-the-backend", established_follows_the_backend },
    { "registers/dropped-writes-are-told", readers_are_told_why_a_write_is_dropped },
    { "locality/granted-and-relinquished", request_is_granted_and_relinquished },
    { "locality/request-waits-for-the-active", request_waits_for_the_active_locality },
    { "locality/request-is-withdrawn", request_is_withdrawn },
    { "locality/higher-seizes", higher_locality_seizes },
    { "locality/seizing-a-free-tpm-takes-it", seizing_a_free_tpm_takes_it },
    { "locality/seizure-waits-for-the-command", seizure_waits_for_the_command },
    { "interrupt/on-a-change-of-locality", interrupt_on_a_change_of_locality },
    { "interrupt/needs-the-global-enable", interrupt_needs_the_global_enable },
    { "interrupt/ends-with-the-global-enable", interrupt_ends_with_the_global_enable },
    { "interrupt/ends-with-a-reset", interrupt_ends_with_a_reset },
    { "ppi/memory-is-cleared-when-the-system-asked", memory_is_cleared_when_the_system_asked },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    tis_tests_add(tests, G_N_ELEMENTS(tests));
    g_test_add_func("/tpm-tis/refuses/properties", refusals);
    return g_test_run();
}
