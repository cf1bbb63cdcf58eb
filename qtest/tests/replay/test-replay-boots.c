/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Recorded boots (qtest/tests/data/boots) are played to today's devices. */
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "devices/tpm-crb-regs.h"
#include "hw-api/device/error.h"
#include "hw-api/host/recording/reader.h"
#include "hw-api/host/recording/writer.h"
#include "qtest/lab/replay/replay.h"

#define BOOTS     9
#define BYTES_MAX 11264 /* four banks of digests alone are 8 KiB with OVMF */

static ObReplayEnd play(const char *path, ObReplayResult *result)
{
    HW_ERROR(error, 400);
    ObReplaySet *set = ob_replay_set_load(g_getenv("OUTBOARD_SET"), &error);
    ObReplayEnd end;

    g_assert_nonnull(set);
    end = ob_replay(set, path, result);
    ob_replay_set_free(set);
    return end;
}

static char *path_of(const char *name)
{
    return g_build_filename(g_getenv("OB_BOOTS"), name, NULL);
}

static void test_same(gconstpointer name)
{
    g_autofree char *path = path_of(name);
    ObReplayResult result;
    GStatBuf status;

    play(path, &result);
    g_assert_cmpstr(result.text, ==, "");
    g_assert_cmpuint(result.responses, >, 3);
    g_assert_cmpint(g_stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_size, <=, BYTES_MAX);
}

/* -------------------------------------------------------------- another device */

/* The texts of the entry, with another value for this key. */
static GByteArray *pairs_change(const HwEntry *entry, const char *changed, const char *other)
{
    GByteArray *bytes = g_byte_array_new();
    const char *key, *value;
    uint32_t at = 0;

    while (hw_entry_pair(entry, &at, &key, &value)) {
        value = strcmp(key, changed) == 0 ? other : value;
        g_byte_array_append(bytes, (const uint8_t *)key, (guint)strlen(key) + 1);
        g_byte_array_append(bytes, (const uint8_t *)value, (guint)strlen(value) + 1);
    }
    return bytes;
}

typedef struct Changed {
    const char *path;
    const char *name;
    const char *key; /* in DEVICE; NULL: a register in memory is changed */
    const char *value;
    const char *words;
} Changed;

/* Returns the bytes with a change; NULL: this entry has none. */
static GByteArray *entry_change(const HwEntry *entry, const Changed *row)
{
    GByteArray *bytes;

    if (row->key) {
        return entry->kind == HW_ENTRY_DEVICE ? pairs_change(entry, row->key, row->value) : NULL;
    }
    if (entry->kind != HW_ENTRY_CHANGED || entry->size <= CRB_CTRL_STS) {
        return NULL;
    }
    bytes = g_byte_array_append(g_byte_array_new(), entry->bytes, entry->size);
    bytes->data[CRB_CTRL_STS] ^= 1;
    return bytes;
}

static void boot_change(const char *from, const char *to, const Changed *row)
{
    HW_ERROR(error, 400);
    HwRecordingReader *reader = hw_recording_open(from, &error);
    HwRecordingWriter *writer = hw_recording_create(to, &error);
    const HwEntry *entry;

    while ((entry = hw_recording_peek(reader, &error))) {
        g_autoptr(GByteArray) bytes = entry_change(entry, row);
        HwEntry copy = *entry;

        if (bytes) {
            copy.bytes = bytes->data;
            copy.size = bytes->len;
        }
        hw_recording_put(writer, &copy);
        hw_recording_take(reader);
    }
    g_assert_true(hw_recording_close(writer, &error));
    hw_recording_free(reader);
}

static const Changed changed[] = {
    { "/replay-boots/differs/register-in-memory", "aavmf-arm64-6.12.rec", NULL, NULL,
      "tpm-crb-device changes its memory page+0x0: byte 0x44 (CTRL_STS) is 0x02, 0x03 in the "
      "recording" },
    { "/replay-boots/differs/buffer-of-the-crb", "seabios-amd64-6.1.rec", "property cap-chunk",
      "on", "tpm-crb restarts TPM 0x0 0x1000; in the recording tpm-crb restarts TPM 0x0 0xf80" },
    { "/replay-boots/differs/guid", "ovmf-amd64-7.rec", "property guid",
      "01234567-89ab-cdef-0123-456789abcdee", "vmgenid " },
};

static void test_changed(gconstpointer data)
{
    const Changed *row = data;
    g_autofree char *from = path_of(row->name);
    g_autofree char *folder = g_dir_make_tmp("outboard-replay-XXXXXX", NULL);
    g_autofree char *to = g_build_filename(folder, "changed.rec", NULL);
    ObReplayResult result;

    boot_change(from, to, row);
    g_assert_cmpint(play(to, &result), ==, OB_REPLAY_DIFFERS);
    if (!strstr(result.text, row->words)) {
        g_assert_cmpstr(result.text, ==, row->words);
    }
    g_unlink(to);
    g_rmdir(folder);
}

int main(int argc, char **argv)
{
    g_autoptr(GDir) folder = g_dir_open(g_getenv("OB_BOOTS"), 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    g_test_init(&argc, &argv, NULL);
    while ((name = g_dir_read_name(folder))) {
        g_autofree char *path = g_strdup_printf("/replay-boots/same/%s", name);

        if (g_str_has_suffix(name, ".rec")) {
            g_ptr_array_add(names, g_strdup(name));
            g_test_add_data_func(path, names->pdata[names->len - 1], test_same);
        }
    }
    g_assert_cmpuint(names->len, ==, BOOTS);
    for (size_t i = 0; i < G_N_ELEMENTS(changed); i++) {
        g_test_add_data_func(changed[i].path, &changed[i], test_changed);
    }
    return g_test_run();
}
