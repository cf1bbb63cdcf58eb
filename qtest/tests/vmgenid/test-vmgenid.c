/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device vmgenid in a scripted host. */
#include <string.h>

#include "hw-api/host/run/state.h"
#include "qtest/tests/vmgenid/vmgenid-guest.h"

#define BLOB  (GUEST_RAM + 0x1000)
#define AT    (BLOB + 0x28) /* the GUID's address */
#define ZEROS "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static VmGenIdGuest *booted(const char *properties)
{
    VmGenIdGuest *g = vmgenid_guest_new(properties);

    vmgenid_guest_boot(g, BLOB);
    g_assert_cmpuint(g->notifications, ==, 0);
    return g;
}

static void assert_shown(VmGenIdGuest *g, const char *guid)
{
    g_autofree char *shown = vmgenid_guest_get(g, "guid");

    g_assert_cmpstr(shown, ==, guid);
}

/* --------------------------------------------------------------------- GUID */

static void test_blob_has_guid_little_endian_at_0x28(void)
{
    static const uint8_t zeros[4096];
    VmGenIdGuest *g = vmgenid_guest_new("guid=00112233-4455-6677-8899-AABBCCDDEEFF");
    uint32_t size;
    const uint8_t *blob = vmgenid_guest_file(g, "etc/vmgenid_guid", &size);

    g_assert_cmpuint(size, ==, 4096);
    g_assert_cmpmem(blob, 0x28, zeros, 0x28);
    g_assert_cmpmem(blob + 0x28, 16, GUID_LE, 16);
    g_assert_cmpmem(blob + 0x38, 4096 - 0x38, zeros, 4096 - 0x38);
    assert_shown(g, GUID);
    vmgenid_guest_free(g);
}

static void assert_random(const char *properties)
{
    VmGenIdGuest *a = vmgenid_guest_new(properties);
    VmGenIdGuest *b = vmgenid_guest_new(properties);
    g_autofree char *first = vmgenid_guest_get(a, "guid");
    g_autofree char *second = vmgenid_guest_get(b, "guid");

    g_assert_cmpstr(first, !=, second);
    g_assert_cmpint(first[14], ==, '4');         /* RFC 4122, 4.1.3: random */
    g_assert_nonnull(strchr("89ab", first[19])); /* 4.1.1 */
    vmgenid_guest_free(a);
    vmgenid_guest_free(b);
}

static void test_auto_is_random(void)
{
    assert_random("guid=auto");
}

static void test_default_is_auto(void)
{
    assert_random("stir-tpm=on");
}

/* clang-format off */
static const char *const malformed[] = {
    "", "x", "AUTO", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeeff0",
    "00112233445566778899aabbccddeeff", "{00112233-4455-6677-8899-aabbccddeeff}",
    "0011223-34455-6677-8899-aabbccddeeff", "g0112233-4455-6677-8899-aabbccddeeff",
    "00112233-4455-6677-8899-aabbccddeef ", "00112233_4455_6677_8899_aabbccddeeff",
    " 00112233-4455-6677-8899-aabbccddeeff", "+0112233-4455-6677-8899-aabbccddeeff",
};

#define MALFORMED "vmgenid: guid: invalid value '%s': expected " \
    "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX in hexadecimal or 'auto'"
/* clang-format on */

static void test_malformed_guid_is_refused(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(malformed); i++) {
        g_autofree char *properties = g_strconcat("guid=", malformed[i], NULL);
        g_autofree char *expected = g_strdup_printf(MALFORMED, malformed[i]);
        g_autofree char *sentence = NULL;

        g_assert_null(vmgenid_guest_try(LACKS_NOTHING, properties, &sentence));
        g_assert_cmpstr(sentence, ==, expected);
    }
}

static void test_malformed_guid_at_run_time_changes_nothing(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);

    for (gsize i = 0; i < G_N_ELEMENTS(malformed); i++) {
        g_autofree char *expected = g_strdup_printf(MALFORMED, malformed[i]);

        g_assert_false(vmgenid_guest_set(g, "guid", malformed[i]));
        g_assert_cmpstr(g->sentence, ==, expected);
    }
    assert_shown(g, GUID);
    vmgenid_guest_assert_ram(g, AT, GUID_LE);
    g_assert_cmpuint(g->notifications + g->stirs, ==, 0);
    vmgenid_guest_free(g);
}

static void test_long_guid_is_told_the_form(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);
    g_autofree char *digits = g_strnfill(10000, '0');
    g_autofree char *shown = g_strdup_printf("%.64s...", digits);
    g_autofree char *expected = g_strdup_printf(MALFORMED, shown);

    g_assert_false(vmgenid_guest_set(g, "guid", digits));
    g_assert_cmpstr(g->sentence, ==, expected);
    vmgenid_guest_free(g);
}

/* ----------------------------------------------------------------- refusals */

static const struct {
    const char *name;
    unsigned lacks;
    const char *properties;
    const char *sentence;
} refusals[] = {
    { "without-fw-cfg", LACKS_FW_CFG, "guid=auto",
      "vmgenid needs hw.fw-cfg/1; host 'test' lacks it" },
    { "fw-cfg-without-dma", LACKS_DMA, "guid=auto",
      "vmgenid: needs fw_cfg with DMA, by which "
      "the guest writes etc/vmgenid_addr; this machine has none" },
    { "without-acpi", LACKS_ACPI, "guid=auto", "vmgenid needs hw.acpi/1; host 'test' lacks it" },
    { "machine-without-events", LACKS_EVENT, "guid=auto",
      "vmgenid: this machine has no way to notify its guest" },
    { "unknown-policy", LACKS_NOTHING, "on-clone=fresh",
      "vmgenid: on-clone: invalid value 'fresh': expected configured, new or keep" },
    { "unknown-load", LACKS_NOTHING, "next-load=x",
      "vmgenid: next-load: invalid value 'x': "
      "expected auto, migrate, restore, clone or revert" },
};

static void test_refusal(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *sentence = NULL;

    g_assert_null(vmgenid_guest_try(refusals[i].lacks, refusals[i].properties, &sentence));
    g_assert_cmpstr(sentence, ==, refusals[i].sentence);
}

static void test_works_without_tpm_service(void)
{
    g_autofree char *sentence = NULL;
    VmGenIdGuest *g = vmgenid_guest_try(LACKS_TPM, "guid=" GUID, &sentence);

    vmgenid_guest_load_address(g, AT);
    vmgenid_guest_assert_ram(g, AT, GUID_LE);
    vmgenid_guest_free(g);
}

/* --------------------------------------------------------------------- load */

static void test_load_writes_guid_and_notifies(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" OTHER);

    vmgenid_guest_load_address(g, AT);
    vmgenid_guest_assert_ram(g, AT, OTHER_LE);
    vmgenid_guest_assert_ram(g, AT - 16, ZEROS);
    vmgenid_guest_assert_ram(g, AT + 16, ZEROS);
    g_assert_cmpuint(g->notifications, ==, 1);
    vmgenid_guest_free(g);
}

/* QEMU does the same. */
static void test_load_notifies_of_the_same_guid(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);

    vmgenid_guest_load_address(g, AT);
    vmgenid_guest_assert_ram(g, AT, GUID_LE);
    g_assert_cmpuint(g->notifications, ==, 1);
    vmgenid_guest_free(g);
}

static void test_load_without_address_is_silent(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" GUID);

    vmgenid_guest_load_address(g, 0);
    g_assert_cmpuint(g->notifications, ==, 0);
    g_assert_cmpstr(g->log, ==, "");
    vmgenid_guest_free(g);
}

/* The device's own GUID is not in a stream. */
static void test_state_is_the_address_alone(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);
    g_autoptr(GByteArray) state = vmgenid_guest_save(g);

    g_assert_cmpmem(state->data, state->len, "\x28\x10\x10\0\0\0\0\0", 8);
    vmgenid_guest_free(g);
}

/* RAM and notification come with `loaded`.  The old address is whole again. */
static void test_refused_stream_leaves_guest_alone(void)
{
    VmGenIdGuest *g = booted("guid=" GUID ",on-migrate=new");
    HwStateLoad *load = hw_state_load_prepare(g->instance, 1, (const uint8_t *)"\0\0\0\0\0\0\0\0",
                                              8, &g->error);

    g_assert_true(vmgenid_guest_set(g, "next-load", "migrate"));
    g_assert_true(hw_state_load_commit(load, &g->error));
    hw_state_load_rollback(load);
    hw_state_load_free(load);
    hw_instance_update(g->instance);
    assert_shown(g, GUID);
    g_assert_cmpuint(g->notifications + g->stirs, ==, 0);
    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    vmgenid_guest_assert_ram(g, AT, OTHER_LE);
    vmgenid_guest_free(g);
}

/* ----------------------------------------------------------------- run time */

static void test_set_writes_guid_and_notifies(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);
    uint32_t size;

    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    assert_shown(g, OTHER);
    vmgenid_guest_assert_ram(g, AT, OTHER_LE);
    g_assert_cmpmem(vmgenid_guest_file(g, "etc/vmgenid_guid", &size) + 0x28, 16, OTHER_LE, 16);
    g_assert_cmpuint(g->notifications, ==, 1);
    vmgenid_guest_free(g);
}

static void test_set_to_auto_is_random(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    g_assert_true(vmgenid_guest_set(g, "guid", "auto"));
    first = vmgenid_guest_get(g, "guid");
    g_assert_true(vmgenid_guest_set(g, "guid", "auto"));
    second = vmgenid_guest_get(g, "guid");
    g_assert_cmpstr(first, !=, GUID);
    g_assert_cmpstr(first, !=, second);
    g_assert_cmpuint(g->notifications, ==, 2);
    vmgenid_guest_free(g);
}

/* On resume from S3 memory is unchanged, and firmware only writes the address again. */
static void test_set_while_suspended_reaches_guest_on_resume(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);

    hw_instance_reset(g->instance);
    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    hw_instance_reset(g->instance);
    vmgenid_guest_assert_ram(g, AT, GUID_LE);
    vmgenid_guest_write_address(g, AT);
    vmgenid_guest_assert_ram(g, AT, OTHER_LE);
    g_assert_cmpuint(g->notifications, ==, 1);
    vmgenid_guest_free(g);
}

/* A host may lose the event when it resets the machine to wake it up. */
static void test_event_before_resume_comes_again(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);

    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    g_assert_cmpuint(g->notifications, ==, 1);
    hw_instance_reset(g->instance);
    g_assert_cmpuint(g->notifications, ==, 1);
    vmgenid_guest_write_address(g, AT);
    g_assert_cmpuint(g->notifications, ==, 2);
    g_assert_cmpuint(g->stirs, ==, 1);
    hw_instance_reset(g->instance);
    vmgenid_guest_write_address(g, AT);
    g_assert_cmpuint(g->notifications, ==, 2); /* once */
    vmgenid_guest_free(g);
}

static void test_event_before_reboot_does_not(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);

    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    hw_instance_reset(g->instance);
    vmgenid_guest_boot(g, BLOB);
    g_assert_cmpuint(g->notifications, ==, 1);
    vmgenid_guest_free(g);
}

/* ------------------------------------------------------------------- policy */

/* By default a load of each kind does the same as QEMU. */
static const struct {
    const char *path;
    const char *properties; /* added to guid=OTHER; the guest has GUID */
    const char *next_load;  /* set at run time; NULL: not set */
    const char *shown;      /* the GUID after the load; NULL: a new GUID */
    unsigned notifications;
    unsigned stirs;
} policies[] = {
    { "migrate/by-default-configured", "", "migrate", OTHER, 1, 1 },
    { "restore/by-default-configured", "", "restore", OTHER, 1, 1 },
    { "clone/by-default-configured", "", "clone", OTHER, 1, 1 },
    { "revert/by-default-configured", "", "revert", OTHER, 1, 1 },
    { "migrate/keep", ",on-migrate=keep", "migrate", GUID, 0, 0 },
    { "restore/keep", ",on-restore=keep", "restore", GUID, 0, 0 },
    { "clone/new", ",on-clone=new", "clone", NULL, 1, 1 },
    { "revert/new", ",on-revert=new", "revert", NULL, 1, 1 },
    { "auto/is-migrate-where-no-guest-was", ",on-migrate=keep,on-revert=new", NULL, GUID, 0, 0 },
    { "next-load/on-command-line", ",on-clone=new,next-load=clone", NULL, NULL, 1, 1 },
    { "next-load/other-policies-do-not-matter", ",on-clone=new,on-revert=new", "migrate", OTHER, 1,
      1 },
};

static void test_policy(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *properties = g_strconcat("guid=" OTHER, policies[i].properties, NULL);
    VmGenIdGuest *g = vmgenid_guest_new(properties);
    g_autofree char *shown = NULL;
    g_autofree char *next = NULL;

    memcpy(g->ram + 0x1028, GUID_LE, 16);
    if (policies[i].next_load) {
        g_assert_true(vmgenid_guest_set(g, "next-load", policies[i].next_load));
    }
    vmgenid_guest_load_address(g, AT);
    shown = vmgenid_guest_get(g, "guid");
    if (policies[i].shown) {
        g_assert_cmpstr(shown, ==, policies[i].shown);
    } else {
        g_assert_cmpstr(shown, !=, GUID);
        g_assert_cmpstr(shown, !=, OTHER);
    }
    g_assert_cmpuint(g->notifications, ==, policies[i].notifications);
    g_assert_cmpuint(g->stirs, ==, policies[i].stirs);
    next = vmgenid_guest_get(g, "next-load");
    g_assert_cmpstr(next, ==, "auto");
    vmgenid_guest_free(g);
}

static void test_auto_is_revert_where_a_guest_was(void)
{
    VmGenIdGuest *g = booted("guid=" GUID ",on-migrate=configured,on-revert=new");
    g_autofree char *shown = NULL;

    vmgenid_guest_load_address(g, AT);
    shown = vmgenid_guest_get(g, "guid");
    g_assert_cmpstr(shown, !=, GUID);
    vmgenid_guest_free(g);
}

/* The guest's GUID is known as soon as its address is. */
static void test_keep_before_address_was_written(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" OTHER ",on-migrate=keep");

    memcpy(g->ram + 0x1028, GUID_LE, 16);
    vmgenid_guest_load_address(g, 0);
    assert_shown(g, OTHER);
    vmgenid_guest_write_address(g, AT);
    assert_shown(g, GUID);
    vmgenid_guest_assert_ram(g, AT, GUID_LE);
    g_assert_cmpuint(g->notifications, ==, 0);
    vmgenid_guest_free(g);
}

/* "configured" is the GUID that the user set last, not the GUID of an earlier load. */
static void test_configured_comes_back_after_new(void)
{
    VmGenIdGuest *g = booted("guid=" GUID ",on-clone=new");

    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    g_assert_true(vmgenid_guest_set(g, "next-load", "clone"));
    vmgenid_guest_load_address(g, AT);
    vmgenid_guest_load_address(g, AT);
    assert_shown(g, OTHER);
    vmgenid_guest_assert_ram(g, AT, OTHER_LE);
    vmgenid_guest_free(g);
}

/* --------------------------------------------------------------------- TPMs */

static void test_change_stirs_tpm_with_fresh_entropy(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);
    uint8_t first[64];

    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    g_assert_cmpuint(g->stirs, ==, 1);
    memcpy(first, g->entropy, sizeof(first));
    g_assert_true(vmgenid_guest_set(g, "guid", GUID));
    g_assert_cmpuint(g->stirs, ==, 2);
    g_assert_cmpint(memcmp(first, g->entropy, sizeof(first)), !=, 0);
    vmgenid_guest_free(g);
}

static void test_same_guid_stirs_nothing(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);

    vmgenid_guest_load_address(g, AT);
    g_assert_true(vmgenid_guest_set(g, "guid", GUID));
    g_assert_cmpuint(g->stirs, ==, 0);
    vmgenid_guest_free(g);
}

/* Without an address the guest has no driver, but it may have a TPM. */
static void test_load_without_address_stirs_tpm(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" GUID);

    vmgenid_guest_load_address(g, 0);
    g_assert_cmpuint(g->stirs, ==, 1);
    vmgenid_guest_free(g);
}

static void test_stir_tpm_off(void)
{
    VmGenIdGuest *g = booted("guid=" GUID ",stir-tpm=off");

    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    g_assert_cmpuint(g->stirs, ==, 0);
    vmgenid_guest_free(g);
}

static const struct {
    const char *path;
    void (*function)(void);
} tests[] = {
    { "guid/little-endian-at-0x28-of-a-blob-of-zeros", test_blob_has_guid_little_endian_at_0x28 },
    { "guid/auto-is-random", test_auto_is_random },
    { "guid/default-is-auto", test_default_is_auto },
    { "guid/malformed-is-refused", test_malformed_guid_is_refused },
    { "guid/malformed-at-run-time-changes-nothing",
      test_malformed_guid_at_run_time_changes_nothing },
    { "guid/long-one-is-told-the-form", test_long_guid_is_told_the_form },
    { "works-without-tpm-service", test_works_without_tpm_service },
    { "load/writes-guid-and-notifies", test_load_writes_guid_and_notifies },
    { "load/notifies-of-the-same-guid", test_load_notifies_of_the_same_guid },
    { "load/without-address-is-silent", test_load_without_address_is_silent },
    { "load/refused-stream-leaves-guest-alone", test_refused_stream_leaves_guest_alone },
    { "state/is-the-address-alone", test_state_is_the_address_alone },
    { "set/writes-guid-and-notifies", test_set_writes_guid_and_notifies },
    { "set/auto-is-random", test_set_to_auto_is_random },
    { "set/while-suspended-reaches-guest-on-resume",
      test_set_while_suspended_reaches_guest_on_resume },
    { "set/event-before-resume-comes-again", test_event_before_resume_comes_again },
    { "set/event-before-reboot-does-not", test_event_before_reboot_does_not },
    { "policy/auto/is-revert-where-a-guest-was", test_auto_is_revert_where_a_guest_was },
    { "policy/keep/before-address-was-written", test_keep_before_address_was_written },
    { "policy/configured/comes-back-after-new", test_configured_comes_back_after_new },
    { "tpm/change-stirs-it-with-fresh-entropy", test_change_stirs_tpm_with_fresh_entropy },
    { "tpm/same-guid-stirs-nothing", test_same_guid_stirs_nothing },
    { "tpm/load-without-address-stirs-it", test_load_without_address_stirs_tpm },
    { "tpm/stir-tpm-off", test_stir_tpm_off },
};

#define ADD_TABLE(prefix, table, member, function)                                            \
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {                                         \
        g_autofree char *path = g_strconcat("/vmgenid/" prefix "/", (table)[i].member, NULL); \
        g_test_add_data_func(path, GUINT_TO_POINTER(i), function);                            \
    }

static void test_device_tree_on_a_host_without_is_refused(void)
{
    char *sentence = NULL;

    g_assert_null(vmgenid_guest_try(LACKS_NOTHING, "device-tree=on,page=0xb000000", &sentence));
    g_assert_cmpstr(sentence, ==,
                    "vmgenid: device-tree: invalid value 'on': expected off on a "
                    "machine without a device tree for its guest");
    g_free(sentence);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/vmgenid/", tests[i].path, NULL);

        g_test_add_func(path, tests[i].function);
    }
    ADD_TABLE("refuses", refusals, name, test_refusal);
    ADD_TABLE("policy", policies, path, test_policy);
    g_test_add_func("/vmgenid/device-tree/host-without-one-is-refused",
                    test_device_tree_on_a_host_without_is_refused);
    return g_test_run();
}
