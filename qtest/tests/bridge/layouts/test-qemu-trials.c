/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The trials of what the bridge has learned, on a QEMU of another layout. */
#include <glib.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/trial.h"
#include "plugins/qemu-bridge/qemu/versions.h"
#include "qtest/tests/bridge/layouts/fake-memory.h"
#include "qtest/tests/bridge/layouts/fake-vmstate.h"

#define NOT_SAVED  "a state on trial is not saved as described"
#define NOT_LOADED "a state on trial is not loaded as described"

static HW_ERROR(error, 512);

static const struct {
    unsigned major;
    unsigned minor;
} releases[] = { { 7, 2 }, { 10, 0 }, { 11, 1 } };

/* Runs the trial with these two places exchanged in what was learned. */
static bool state_passes(size_t release, size_t one, size_t other)
{
    static QemuLayout learned;
    uint8_t *places = (uint8_t *)&learned;
    uint32_t at_one;
    uint32_t at_other;

    fake_layout = *qemu_version_find(releases[release].major, releases[release].minor);
    learned = fake_layout;
    memcpy(&at_one, places + one, sizeof(at_one));
    memcpy(&at_other, places + other, sizeof(at_other));
    memcpy(places + one, &at_other, sizeof(at_other));
    memcpy(places + other, &at_one, sizeof(at_one));
    qemu_layout = &learned;
    error.text[0] = '\0';
    return qemu_trial_state(&error);
}

static void test_state(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(releases); i++) {
        g_assert_true(state_passes(i, 0, 0));
    }
}

typedef struct Exchange {
    const char *path; /* the test's */
    size_t one;
    size_t other;
    const char *sentence;
} Exchange;

#define DESCRIPTION(member) offsetof(QemuLayout, description.member)
#define FIELD(member)       offsetof(QemuLayout, field.member)

/* clang-format off */
static const Exchange exchanges[] = {
    { "versions", DESCRIPTION(version_id), DESCRIPTION(minimum_version_id), NOT_SAVED },
    { "pre-load-and-post-load", DESCRIPTION(pre_load), DESCRIPTION(post_load), NOT_LOADED },
    { "pre-load-and-pre-save", DESCRIPTION(pre_load), DESCRIPTION(pre_save), NOT_SAVED },
    { "pre-save-and-needed", DESCRIPTION(pre_save), DESCRIPTION(needed), NOT_SAVED },
    { "offset-and-size", FIELD(offset), FIELD(element_size), NOT_SAVED },
    { "count-and-version", FIELD(count), FIELD(version_id), NOT_SAVED },
    { "flags-and-version", FIELD(flags), FIELD(version_id), NOT_SAVED },
};
/* clang-format on */

static void test_exchanged(gconstpointer data)
{
    const Exchange *exchange = data;

    for (size_t i = 0; i < G_N_ELEMENTS(releases); i++) {
        g_assert_false(state_passes(i, exchange->one, exchange->other));
        g_assert_nonnull(strstr(error.text, "layout of VMStateDescription is not as learned: "));
        g_assert_nonnull(strstr(error.text, exchange->sentence));
    }
}

static void test_loads(void)
{
    uint32_t load_setup;

    fake_cleanup_places[0] = 0x80;
    fake_cleanup_places[1] = 0;
    g_assert_true(qemu_trial_loads(&load_setup, &error));
    g_assert_cmphex(load_setup, ==, 0x78);
}

static void test_loads_refused(void)
{
    uint32_t load_setup;

    fake_cleanup_places[0] = 0;
    g_assert_false(qemu_trial_loads(&load_setup, &error));
    g_assert_cmpstr(error.text, ==,
                    "this emulator's layout of SaveVMHandlers can't be learned: the end of a load "
                    "called 0 of our functions, expected load_cleanup alone");
    fake_cleanup_places[0] = 0x80;
    fake_cleanup_places[1] = 0x88;
    g_assert_false(qemu_trial_loads(&load_setup, &error));
    g_assert_nonnull(strstr(error.text, "called 2 of our functions, expected load_cleanup alone"));
}

/* ---------------------------------------------------------------- attributes */

static bool attributes_pass(uint64_t own, uint64_t kept, uint64_t refused,
                            QemuAttributesLayout *bits)
{
    bool passes;

    fake_own_attributes = own;
    fake_kept_attributes = kept;
    fake_refused_attributes = refused;
    error.text[0] = '\0';
    passes = qemu_trial_attributes(bits, &error);
    g_assert_false(fake_memory_is_mapped());
    return passes;
}

/* In 7.2 the upper half of the register is undefined. */
static void test_attributes(void)
{
    QemuAttributesLayout bits;

    g_assert_true(attributes_pass(0xdead00000001, 0xffffffff, 0x8, &bits));
    g_assert_cmpuint(bits.unspecified, ==, 0);
    g_assert_cmpuint(bits.memory, ==, 3);
    g_assert_true(attributes_pass(1ull << 32, UINT64_MAX, 0x10, &bits));
    g_assert_cmpuint(bits.unspecified, ==, 32);
    g_assert_cmpuint(bits.memory, ==, 4);
}

static void test_attributes_refused(void)
{
    QemuAttributesLayout bits;

    g_assert_false(attributes_pass(0, UINT64_MAX, 0x10, &bits)); /* no read of its own */
    g_assert_cmpstr(error.text, ==,
                    "this emulator's layout of MemTxAttrs.unspecified can't be learned: QEMU's own "
                    "read of a region does not show it");
    g_assert_false(attributes_pass(0x6, UINT64_MAX, 0x10, &bits)); /* two bits */
    g_assert_nonnull(strstr(error.text, "MemTxAttrs.unspecified"));
    g_assert_false(attributes_pass(0x1, 0xfffffffe, 0x10, &bits)); /* doesn't come back */
    g_assert_nonnull(strstr(error.text, "MemTxAttrs.unspecified"));
    g_assert_false(attributes_pass(0x1, UINT64_MAX, 0, &bits)); /* nothing is refused */
    g_assert_cmpstr(error.text, ==,
                    "this emulator's layout of MemTxAttrs.memory can't be learned: no single bit "
                    "makes QEMU refuse a region that is not memory");
    g_assert_false(attributes_pass(0x1, UINT64_MAX, 0x18, &bits)); /* two bits do */
    g_assert_nonnull(strstr(error.text, "MemTxAttrs.memory"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu-trials/state/in-the-learned-layout-passes", test_state);
    for (size_t i = 0; i < G_N_ELEMENTS(exchanges); i++) {
        g_autofree char *path = g_strdup_printf("/qemu-trials/state/with-%s-exchanged-is-refused",
                                                exchanges[i].path);

        g_test_add_data_func(path, &exchanges[i], test_exchanged);
    }
    g_test_add_func("/qemu-trials/loads/the-place-of-load-cleanup-is-found", test_loads);
    g_test_add_func("/qemu-trials/loads/no-place-or-two-are-refused", test_loads_refused);
    g_test_add_func("/qemu-trials/attributes/of-early-and-later-releases-are-found",
                    test_attributes);
    g_test_add_func("/qemu-trials/attributes/without-their-signs-are-refused",
                    test_attributes_refused);
    return g_test_run();
}
