/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device-files FOLDER: writes what a fuzzing service reads beside each device's program, and prints
 * the programs' names:
 *
 *   NAME.options      libFuzzer's flags
 *   NAME.dict         the values that the device's registers tell apart
 *   NAME_seed_corpus  a folder of inputs, drawn from the tables
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "qtest/fuzz/device-targets.h"
#include "qtest/lab/draw.h"

#define SEEDS 64
#define STEPS 12 /* changes of an empty input */

static void file_write(const char *path, const void *bytes, size_t size)
{
    g_autoptr(GError) error = NULL;

    if (!g_file_set_contents(path, bytes, (gssize)size, &error)) {
        g_error("%s", error->message);
    }
}

/* ----------------------------------------------------------------------- dictionary */

/* AFL++ and libFuzzer have the same form: NAME="VALUE", with letters, digits and _ in a name. */
static void entry_add(GString *dict, const char *reg, const char *kind, uint32_t value)
{
    for (; *reg; reg++) {
        g_string_append_c(dict, g_ascii_isalnum(*reg) ? *reg : '_');
    }
    g_string_append_printf(dict, "_%s=\"\\x%02x\\x%02x\\x%02x\\x%02x\"\n", kind, value & 0xff,
                           value >> 8 & 0xff, value >> 16 & 0xff, value >> 24);
}

static void register_add(GString *dict, const HwRegister *reg)
{
    const struct {
        const char *kind;
        uint32_t value;
    } values[] = {
        { "reset", reg->reset }, { "rw", reg->rw }, { "w1c", reg->w1c }, { "acts", reg->write_only }
    };

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        if (values[i].value) {
            entry_add(dict, reg->name, values[i].kind, values[i].value);
        }
    }
    for (uint32_t i = 0; i < reg->fields.count; i++) {
        const HwRegisterField *field = &reg->fields.entries[i];

        entry_add(dict, reg->name, "field", (UINT32_MAX >> (32 - field->width)) << field->shift);
    }
}

static void dictionary_write(const ObLabTarget *target, const char *path)
{
    g_autoptr(GString) dict = g_string_new("# values of registers, little-endian\n");

    for (guint i = 0; i < target->regions->len; i++) {
        const HwRegionState *region = target->regions->pdata[i];

        for (uint32_t r = 0; r < region->table->registers.count; r++) {
            register_add(dict, &region->table->registers.entries[r]);
        }
    }
    file_write(path, dict->str, dict->len);
}

/* ---------------------------------------------------------------------------- seeds */

static void seed_write(const ObLabTarget *target, const char *folder, unsigned number)
{
    g_autofree char *path = g_strdup_printf("%s/%02u", folder, number);
    ObRandom random = ob_random_from(number);
    uint8_t bytes[DEVICE_TARGET_LENGTH];
    size_t size = 0;

    for (int i = 0; i < STEPS; i++) {
        size = ob_lab_mutate(target, &random, bytes, size, sizeof(bytes), NULL);
    }
    file_write(path, bytes, size);
}

static void seeds_write(const ObLabTarget *target, const char *folder)
{
    if (g_mkdir_with_parents(folder, 0777) < 0) {
        g_error("%s: %s", folder, strerror(errno));
    }
    for (unsigned i = 0; i < SEEDS; i++) {
        seed_write(target, folder, i);
    }
}

/* -------------------------------------------------------------------------- program */

static void options_write(const char *path)
{
    g_autofree char *text = g_strdup_printf("[libfuzzer]\n"
                                            "max_len = %u\n"
                                            "len_control = 0\n"
                                            "timeout = 20\n",
                                            DEVICE_TARGET_LENGTH);

    file_write(path, text, strlen(text));
}

static void target_write(const DeviceTarget *row, const char *folder)
{
    g_autofree char *base = g_strconcat(folder, "/" DEVICE_TARGET_PREFIX, row->name, NULL);
    g_autofree char *options = g_strconcat(base, ".options", NULL);
    g_autofree char *dict = g_strconcat(base, ".dict", NULL);
    g_autofree char *seeds = g_strconcat(base, "_seed_corpus", NULL);
    ObLabTarget *target = device_target_make(row->device, NULL);

    options_write(options);
    dictionary_write(target, dict);
    seeds_write(target, seeds);
    ob_lab_target_free(target);
    printf(DEVICE_TARGET_PREFIX "%s\n", row->name);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: device-files FOLDER\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < device_target_count; i++) {
        target_write(&device_targets[i], argv[1]);
    }
    return 0;
}
