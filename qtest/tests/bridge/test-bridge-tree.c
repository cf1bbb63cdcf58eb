/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nodes of our devices in virt's device tree, with each kind of firmware, in a stock QEMU. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "qtest/tests/bridge/bridge-machine.h"

#define FLASH_SIZE 0x4000000 /* virt's flash for firmware */

/* -device tpm-crb-device adds its node for UEFI firmware, vmgenid for the operating system. */
#define DEVICES "-device tpm-crb-device,tpmdev=tpm0 -device vmgenid,device-tree=on"

typedef struct TreeCase {
    const char *name;
    const char *machine;   /* the machine's options */
    const char *firmware;  /* QEMU's option, which the file's path completes; NULL: none */
    const char *signature; /* a UEFI firmware volume's, or other bytes */
    long place;            /* the volume's offset */
    bool has_tpm;
} TreeCase;

#define BIOS  "-bios "
#define FLASH "-drive if=pflash,unit=0,format=raw,readonly=on,file="

static const TreeCase cases[] = {
    { "no-firmware", "", NULL, "", 0, false },
    { "no-acpi", ",acpi=off", NULL, "", 0, false },
    { "uefi-file", "", BIOS, "_FVH", 0x1000, true },
    { "uefi-flash", "", FLASH, "_FVH", 0x1000, true },
    { "uefi-without-a-first-page", "", BIOS, "_FVH", 0, true },
    { "uefi-without-acpi", ",acpi=off", BIOS, "_FVH", 0x1000, false },
    { "other-file", "", BIOS, "\xfeVH_", 0x1000, false },
    { "other-flash", "", FLASH, "\xfeVH_", 0x1000, false },
};

static void firmware_make(const TreeCase *t, const char *path)
{
    FILE *file = fopen(path, "wb");

    g_assert_nonnull(file);
    g_assert_cmpint(fseek(file, t->place + 40, SEEK_SET), ==, 0);
    g_assert_cmpuint(fwrite(t->signature, 1, strlen(t->signature), file), ==, strlen(t->signature));
    g_assert_cmpint(fclose(file), ==, 0);
    g_assert_cmpint(truncate(path, FLASH_SIZE), ==, 0);
}

/* Returns the tree that QEMU makes. */
static GBytes *tree_of(const TreeCase *t)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "dtb", NULL);
    g_autofree char *firmware = g_build_filename(directory, "firmware", NULL);
    g_autofree char *machine = g_strdup_printf("virt,dumpdtb=%s%s", file, t->machine);
    g_autofree char *arguments = g_strdup_printf("%s%s " DEVICES, t->firmware ? t->firmware : "",
                                                 t->firmware ? firmware : "");
    char *tree;
    gsize size;

    firmware_make(t, firmware);
    bridge_machine_run(machine, arguments);
    g_assert_true(g_file_get_contents(file, &tree, &size, NULL));
    g_unlink(file);
    g_unlink(firmware);
    g_rmdir(directory);
    return g_bytes_new_take(tree, size);
}

static bool tree_has(GBytes *tree, const char *bytes, gsize length)
{
    gsize size;
    const void *all = g_bytes_get_data(tree, &size);

    return memmem(all, size, bytes, length) != NULL;
}

#define TEXT(text) text, sizeof(text)

static void test_tree(gconstpointer data)
{
    const TreeCase *t = data;
    g_autoptr(GBytes) tree = tree_of(t);

    g_assert_cmpint(tree_has(tree, TEXT("tcg,tpm-tis-mmio")), ==, t->has_tpm);
    g_assert_cmpint(tree_has(tree, "tpm@", 4), ==, t->has_tpm);
    g_assert_true(tree_has(tree, "vmgenid@b00", 11));
    g_assert_true(tree_has(tree, TEXT("microsoft,vmgenid")));
    /* interrupts: SPI 200, an edge */
    g_assert_true(tree_has(tree, "\0\0\0\0\0\0\0\xc8\0\0\0\1", 12));
}

/* The bridge adds no nodes to a user's tree. */
static void test_own_tree(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(directory, "dtb", NULL);
    g_autofree char *dump = g_strdup_printf("virt,dumpdtb=%s", file);
    g_autofree char *load = g_strdup_printf("virt,dtb=%s", file);

    bridge_machine_run(dump, "");
    bridge_machine_assert_refused(load, "-device vmgenid,device-tree=on",
                                  "vmgenid: device-tree: invalid value 'on': expected off on a "
                                  "machine without a device tree for its guest");
    g_unlink(file);
    g_rmdir(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/bridge-tree/%s", cases[i].name);

        g_test_add_data_func(path, &cases[i], test_tree);
    }
    g_test_add_func("/bridge-tree/tree-of-the-user-is-refused", test_own_tree);
    return g_test_run();
}
