/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In the distribution's QEMU, our vmgenid tells Linux that it was restored as another machine. */
#include <string.h>

#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/client/process/scratch.h"
#include "qtest/tests/guest/guest-platform.h"

#define GUID       "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87"
#define OTHER_GUID "8d3dd2f8-6c51-4f2c-9a3e-9d1f0a5ae0a1"

#define WORDS      "cue=saving kmsg=virtual+machine+fork"

static HW_ERROR(error, 8192);

static ObGuest *guest_start(const GuestPlatform *platform, const char *guid, const char *words,
                            const char *saved)
{
    g_autofree char *device = g_strdup_printf("-device %s,guid=%s", platform->vmgenid, guid);
    g_autofree char *arguments = guest_platform_bridge(platform, device);
    ObGuestBoot boot = guest_platform_boot(platform, arguments, words);
    ObGuest *guest;

    boot.saved = saved;
    guest = ob_guest_start(&boot, &error);
    g_assert_cmpstr(error.text, ==, "");
    return guest;
}

static void guest_expect(ObGuest *guest, const char *said)
{
    ob_guest_expect(guest, said, &error);
    g_assert_cmpstr(error.text, ==, "");
}

/* Saves the guest when it waits for that: Linux reports forks only after it has random numbers. */
static void guest_save(ObGuest *guest, const char *file)
{
    guest_expect(guest, "saving\n");
    ob_guest_save(guest, file, &error);
    g_assert_cmpstr(error.text, ==, "");
    ob_guest_free(guest);
}

/* True if the guest that is restored from the file finds that it is a fork. */
static bool guest_notices(const GuestPlatform *platform, const char *guid, const char *words,
                          const char *file)
{
    ObGuest *guest = guest_start(platform, guid, words, file);
    g_autofree char *said = NULL;
    bool yes;

    ob_guest_type(guest, "go", &error);
    said = ob_guest_finish(guest, &error);
    g_assert_cmpstr(error.text, ==, "");
    yes = g_str_has_suffix(said, "yes\n");
    g_assert_true(yes || g_str_has_suffix(said, "no\n"));
    ob_guest_free(guest);
    return yes;
}

/* Restores the same file twice: with another id, and with the same id as negative control. */
static void test_fork(gconstpointer data)
{
    const GuestPlatform *platform = data;
    const char *words = "random= " WORDS;
    ObScratch *scratch;
    g_autofree char *file = NULL;

    if (!guest_platform_check(platform)) {
        return;
    }
    scratch = ob_scratch_new();
    file = g_build_filename(ob_scratch_path(scratch), "saved", NULL);
    guest_save(guest_start(platform, GUID, words, NULL), file);
    g_assert_true(guest_notices(platform, OTHER_GUID, words, file));
    g_assert_false(guest_notices(platform, GUID, words, file));
    ob_scratch_free(scratch);
}

static void guest_wake(ObGuest *guest)
{
    json_t *event = ob_client_qmp_event(ob_guest_client(guest), "SUSPEND", 100000);

    g_assert_nonnull(event);
    json_decref(event);
    json_decref(ob_client_qmp(ob_guest_client(guest), "system_wakeup", NULL, NULL));
}

/* The address that firmware has written to the device, read back through fw_cfg. */
static uint64_t guest_address(ObGuest *guest)
{
    ObClient *c = ob_guest_client(guest);
    ObFwCfgPort port = fw_cfg_of_pc(c);
    uint64_t address = 0;
    uint32_t size = 0;
    uint16_t key;

    json_decref(ob_client_qmp(c, "stop", NULL, NULL));
    key = fw_cfg_find(&port, "etc/vmgenid_addr", &size);
    g_assert_cmpuint(size, ==, sizeof(address));
    fw_cfg_select(&port, key);
    fw_cfg_read(&port, &address, sizeof(address));
    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    return GUINT64_FROM_LE(address);
}

/* Waking up resets the device, which forgets the id's address; firmware writes it again. */
static void test_address_after_sleep(gconstpointer data)
{
    const GuestPlatform *platform = data;
    const char *words = "cue=tired write=mem,/sys/power/state cue=awake";
    uint64_t before, after;
    ObGuest *guest;

    if (!guest_platform_check(platform)) {
        return;
    }
    guest = guest_start(platform, GUID, words, NULL);
    guest_expect(guest, "tired\n");
    before = guest_address(guest);
    ob_guest_type(guest, "sleep", &error);
    guest_wake(guest);
    guest_expect(guest, "awake\n");
    after = guest_address(guest);
    ob_guest_free(guest);
    g_assert_cmphex(before, !=, 0);
    g_assert_cmphex(after, ==, before);
}

static void test_fork_after_sleep(gconstpointer data)
{
    const GuestPlatform *platform = data;
    const char *words = "random= write=mem,/sys/power/state " WORDS;
    ObScratch *scratch;
    g_autofree char *file = NULL;
    ObGuest *guest;

    if (!guest_platform_check(platform)) {
        return;
    }
    scratch = ob_scratch_new();
    file = g_build_filename(ob_scratch_path(scratch), "saved", NULL);
    guest = guest_start(platform, GUID, words, NULL);
    guest_wake(guest);
    guest_save(guest, file);
    g_assert_true(guest_notices(platform, OTHER_GUID, words, file));
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < GUEST_PLATFORMS; i++) {
        const GuestPlatform *platform = &guest_platforms[i];
        g_autofree char *fork = g_strdup_printf("/guest-vmgenid/%s/fork", platform->name);
        g_autofree char *sleep = g_strdup_printf("/guest-vmgenid/%s/fork-after-sleep",
                                                 platform->name);

        g_test_add_data_func(fork, platform, test_fork);
        if (platform->sleeps) {
            g_autofree char *address = g_strdup_printf("/guest-vmgenid/%s/address-after-sleep",
                                                       platform->name);

            g_test_add_data_func(address, platform, test_address_after_sleep);
            g_test_add_data_func(sleep, platform, test_fork_after_sleep);
        }
    }
    return g_test_run();
}
