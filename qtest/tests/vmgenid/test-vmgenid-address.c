/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address that vmgenid's guest writes: whole or in parts, valid or invalid. */
#include <string.h>

#include "qtest/tests/vmgenid/vmgenid-guest.h"

#define BLOB  (GUEST_RAM + 0x1000)
#define AT    (BLOB + 0x28) /* the GUID's address */
#define ZEROS "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static VmGenIdGuest *booted(const char *properties)
{
    VmGenIdGuest *g = vmgenid_guest_new(properties);

    vmgenid_guest_boot(g, BLOB);
    return g;
}

static const struct {
    const char *name;
    const char *properties;
    uint64_t address;
} bad_addresses[] = {
    { "below-ram", "guid=auto", GUEST_RAM - 1 },
    { "across-end-of-ram", "guid=auto", GUEST_RAM + GUEST_RAM_SIZE - 15 },
    { "past-end-of-ram", "guid=auto", GUEST_RAM + GUEST_RAM_SIZE },
    { "last-byte", "guid=auto", UINT64_MAX },
    { "wraps", "guid=auto", UINT64_MAX - 15 },
    { "high-half-of-a-good-one", "guid=auto", AT | UINT64_C(1) << 32 },
    { "blob-across-end", "pointer-to-blob=on", GUEST_RAM + GUEST_RAM_SIZE - 0x28 },
};

static void test_bad_address(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    VmGenIdGuest *g = vmgenid_guest_new(bad_addresses[i].properties);
    static const uint8_t zeros[GUEST_RAM_SIZE];

    vmgenid_guest_load_address(g, bad_addresses[i].address);
    g_assert_true(g_str_has_prefix(g->log, "the address of the GUID is 0x"));
    g_assert_true(g_str_has_suffix(g->log, ", expected RAM"));
    g_assert_cmpmem(g->ram, GUEST_RAM_SIZE, zeros, GUEST_RAM_SIZE);
    g_assert_cmpuint(g->notifications, ==, 0);
    vmgenid_guest_free(g);
}

/* The blob's address plus 0x28 would wrap into low memory. */
static void test_blob_address_that_wraps_is_none(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("pointer-to-blob=on");

    vmgenid_guest_load_address(g, UINT64_MAX - 0x17);
    g_assert_cmpuint(g->notifications, ==, 0);
    g_assert_cmpstr(g->log, ==, "");
    vmgenid_guest_free(g);
}

static void test_last_bytes_of_ram_will_do(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" GUID);

    vmgenid_guest_load_address(g, GUEST_RAM + GUEST_RAM_SIZE - 16);
    vmgenid_guest_assert_ram(g, GUEST_RAM + GUEST_RAM_SIZE - 16, GUID_LE);
    g_assert_cmpuint(g->notifications, ==, 1);
    vmgenid_guest_free(g);
}

/* In version 6 of QEMU's patches the guest writes the blob's address, and the device adds 0x28. */
static void test_pointer_to_blob(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" GUID ",pointer-to-blob=on");

    vmgenid_guest_load_address(g, BLOB);
    vmgenid_guest_assert_ram(g, AT, GUID_LE);
    vmgenid_guest_assert_ram(g, BLOB, ZEROS);
    vmgenid_guest_free(g);
}

/* ------------------------------------------------------------------ in parts */

static void test_write_of_address_notifies_of_nothing(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" GUID);

    vmgenid_guest_write_address(g, AT);
    vmgenid_guest_assert_ram(g, AT, ZEROS);
    g_assert_cmpuint(g->notifications, ==, 0);
    vmgenid_guest_free(g);
}

static void test_reset_zeroes_address(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);
    uint32_t size;

    hw_instance_reset(g->instance);
    g_assert_cmpmem(vmgenid_guest_file(g, "etc/vmgenid_addr", &size), 8, ZEROS, 8);
    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    vmgenid_guest_assert_ram(g, AT, GUID_LE);
    g_assert_cmpuint(g->notifications, ==, 0);
    vmgenid_guest_free(g);
}

static void test_half_an_address_is_none(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" GUID);

    vmgenid_guest_write(g, 0, "\x28\x10\x10\x00", 4);
    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    vmgenid_guest_assert_ram(g, AT, ZEROS);
    g_assert_cmpuint(g->notifications, ==, 0);
    vmgenid_guest_free(g);
}

static void test_address_counts_once_all_bytes_have_come(void)
{
    static const char bytes[] = "\x28\x10\x10\0\0\0\0"; /* and a zero */
    VmGenIdGuest *g = vmgenid_guest_new("guid=" GUID);

    for (uint32_t i = 8; i-- > 0;) {
        g_assert_true(vmgenid_guest_set(g, "guid", GUID));
        vmgenid_guest_assert_ram(g, AT, ZEROS);
        vmgenid_guest_write(g, i, bytes + i, 1);
    }
    g_assert_true(vmgenid_guest_set(g, "guid", GUID));
    vmgenid_guest_assert_ram(g, AT, GUID_LE);
    vmgenid_guest_free(g);
}

/* Half of the old address and half of the new address don't make an address. */
static void test_new_address_begins_with_its_first_part(void)
{
    VmGenIdGuest *g = booted("guid=" GUID);

    vmgenid_guest_write(g, 0, "\x00\x20\x10\x00", 4);
    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    vmgenid_guest_assert_ram(g, GUEST_RAM + 0x2000, ZEROS);
    vmgenid_guest_assert_ram(g, AT, GUID_LE);
    vmgenid_guest_write(g, 4, "\0\0\0\0", 4);
    vmgenid_guest_assert_ram(g, GUEST_RAM + 0x2000, OTHER_LE);
    g_assert_cmpuint(g->notifications, ==, 1);
    vmgenid_guest_free(g);
}

static void test_reset_between_partial_writes(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" GUID);

    vmgenid_guest_write(g, 0, "\x28\x10\x10\x00", 4);
    hw_instance_reset(g->instance);
    vmgenid_guest_write(g, 4, "\x01\0\0\0", 4);
    g_assert_true(vmgenid_guest_set(g, "guid", OTHER));
    g_assert_cmpstr(g->log, ==, "");
    g_assert_cmpuint(g->notifications, ==, 0);
    vmgenid_guest_free(g);
}

/* The target waits for the other half of the address, and then shows its own GUID. */
static void test_migration_between_partial_writes(void)
{
    VmGenIdGuest *source = vmgenid_guest_new("guid=" GUID);
    VmGenIdGuest *target = vmgenid_guest_new("guid=" OTHER);
    g_autoptr(GByteArray) state = NULL;

    vmgenid_guest_write(source, 0, "\x28\x10\x10\x00", 4);
    state = vmgenid_guest_save(source);
    g_assert_cmpuint(state->len, ==, 8 + 2 + strlen("vmgenid/partial") + 4 + 1);
    memcpy(target->ram + 0x1028, GUID_LE, 16);
    vmgenid_guest_load(target, state);
    vmgenid_guest_assert_ram(target, AT, GUID_LE);
    g_assert_cmpuint(target->notifications, ==, 0);
    vmgenid_guest_write(target, 4, "\0\0\0\0", 4);
    vmgenid_guest_assert_ram(target, AT, OTHER_LE);
    g_assert_cmpuint(target->notifications, ==, 1);
    vmgenid_guest_free(source);
    vmgenid_guest_free(target);
}

/* QEMU's stream has no subsection for a partial address: a loaded address is whole. */
static void test_loaded_address_is_whole(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" GUID);
    g_autoptr(GByteArray) state = NULL;

    vmgenid_guest_write(g, 0, "\x28", 1);
    vmgenid_guest_load_address(g, AT);
    vmgenid_guest_assert_ram(g, AT, GUID_LE);
    state = vmgenid_guest_save(g);
    g_assert_cmpuint(state->len, ==, 8);
    vmgenid_guest_free(g);
}

/* At the migration firmware had the blob, but had not written its address yet. */
static void test_load_before_address_was_written(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" OTHER);

    memcpy(g->ram + 0x1028, GUID_LE, 16);
    vmgenid_guest_load_address(g, 0);
    vmgenid_guest_write_address(g, AT);
    vmgenid_guest_assert_ram(g, AT, OTHER_LE);
    g_assert_cmpuint(g->notifications, ==, 1);
    vmgenid_guest_free(g);
}

static void test_load_before_blob_was_copied(void)
{
    VmGenIdGuest *g = vmgenid_guest_new("guid=" OTHER);

    vmgenid_guest_load_address(g, 0);
    vmgenid_guest_boot(g, BLOB);
    g_assert_cmpuint(g->notifications, ==, 0);
    vmgenid_guest_free(g);
}

/* Random steps of the guest, the user and streams, one after the other. */
typedef struct Wild {
    VmGenIdGuest *guest;
    uint8_t ram[GUEST_RAM_SIZE]; /* before the step */
    uint8_t written;             /* the written bytes of the address, one bit for each */
    uint64_t address;
} Wild;

static uint64_t wild_address(void)
{
    static const uint64_t some[] = {
        0,
        AT,
        BLOB,
        GUEST_RAM,
        GUEST_RAM - 1,
        GUEST_RAM + GUEST_RAM_SIZE - 16,
        GUEST_RAM + GUEST_RAM_SIZE - 15,
        UINT64_MAX,
        AT | UINT64_C(1) << 32,
    };

    return some[g_test_rand_int_range(0, G_N_ELEMENTS(some))];
}

static void wild_write(Wild *w)
{
    uint32_t offset = (uint32_t)g_test_rand_int_range(0, 8);
    uint32_t size = (uint32_t)g_test_rand_int_range(1, 9 - (gint)offset);
    uint64_t value = wild_address();
    uint8_t bytes[8];

    for (uint32_t i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
    w->written = w->written == 0xff ? 0 : w->written;
    for (uint32_t i = offset; i < offset + size; i++) {
        w->written |= (uint8_t)(1 << i);
        w->address = (w->address & ~(UINT64_C(0xff) << (8 * i))) | (uint64_t)bytes[i] << (8 * i);
    }
    vmgenid_guest_write(w->guest, offset, bytes + offset, size);
}

static void wild_reset(Wild *w)
{
    w->written = 0;
    w->address = 0;
    hw_instance_reset(w->guest->instance);
}

static void wild_load(Wild *w)
{
    w->written = 0xff;
    w->address = wild_address();
    vmgenid_guest_load_address(w->guest, w->address);
}

static void wild_move(Wild *w)
{
    g_autoptr(GByteArray) state = vmgenid_guest_save(w->guest);

    w->written = w->written ? w->written : 0xff;
    vmgenid_guest_load(w->guest, state);
}

static void wild_set(Wild *w)
{
    static const char *const next[] = { "migrate", "restore", "clone", "revert", "auto" };

    g_assert_true(vmgenid_guest_set(w->guest, "guid", g_test_rand_bit() ? "auto" : GUID));
    g_assert_true(vmgenid_guest_set(w->guest, "next-load",
                                    next[g_test_rand_int_range(0, G_N_ELEMENTS(next))]));
}

/* Only 16 bytes may have changed: those at an address that was written whole, if all are RAM. */
static void wild_check(const Wild *w)
{
    for (uint64_t i = 0; i < GUEST_RAM_SIZE; i++) {
        if (w->ram[i] != w->guest->ram[i]) {
            uint64_t into = GUEST_RAM + i - w->address;

            g_assert_cmphex(w->written, ==, 0xff);
            g_assert_cmpuint(into, <, 16);
            g_assert_cmphex(w->address + 16, <=, GUEST_RAM + GUEST_RAM_SIZE);
        }
    }
}

static void test_wild(void)
{
    void (*const steps[])(Wild * w) = { wild_write, wild_write, wild_write, wild_reset,
                                        wild_load,  wild_move,  wild_set };
    Wild w = { .guest = vmgenid_guest_new("on-clone=new,on-restore=keep") };

    for (guint i = 0; i < 5000; i++) {
        memcpy(w.ram, w.guest->ram, GUEST_RAM_SIZE);
        steps[g_test_rand_int_range(0, G_N_ELEMENTS(steps))](&w);
        wild_check(&w);
    }
    vmgenid_guest_free(w.guest);
}

static const struct {
    const char *path;
    void (*function)(void);
} tests[] = {
    { "load/address-without-subsection-is-whole", test_loaded_address_is_whole },
    { "load/before-address-was-written", test_load_before_address_was_written },
    { "load/before-blob-was-copied", test_load_before_blob_was_copied },
    { "blob-address-that-wraps-is-none", test_blob_address_that_wraps_is_none },
    { "last-bytes-of-ram-will-do", test_last_bytes_of_ram_will_do },
    { "pointer-to-blob", test_pointer_to_blob },
    { "write-notifies-of-nothing", test_write_of_address_notifies_of_nothing },
    { "reset-zeroes-it", test_reset_zeroes_address },
    { "half-of-it-is-none", test_half_an_address_is_none },
    { "counts-once-all-bytes-have-come", test_address_counts_once_all_bytes_have_come },
    { "new-one-begins-with-its-first-part", test_new_address_begins_with_its_first_part },
    { "reset-between-partial-writes", test_reset_between_partial_writes },
    { "migration-between-partial-writes", test_migration_between_partial_writes },
    { "wild/only-a-whole-one-is-written-to", test_wild },
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/vmgenid-address/", tests[i].path, NULL);

        g_test_add_func(path, tests[i].function);
    }
    for (guint i = 0; i < G_N_ELEMENTS(bad_addresses); i++) {
        g_autofree char *path = g_strconcat("/vmgenid-address/bad/", bad_addresses[i].name, NULL);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_bad_address);
    }
    return g_test_run();
}
