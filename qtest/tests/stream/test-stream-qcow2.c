/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Snapshots in qcow2 images: found by name, read, and refused if the image's tables lie. */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/stream/codec/model.h"
#include "qtest/tests/lib/stream-files.h"
#include "qtest/tests/lib/tool-run.h"

/* Clusters of 512 bytes: an L2 table has 64 entries, which are 32 KiB of the guest's disk. */
#define CLUSTER   512u
#define L2_COUNT  64u
#define DISK      (1u << 20)
#define L1_BEFORE (DISK / CLUSTER / L2_COUNT)
#define SNAPSHOTS 1u /* numbers of clusters */
#define L1        2u
#define L2        3u

/* Offsets in the image, for the tests of bad images. */
#define AT_SNAPSHOT   (SNAPSHOTS * CLUSTER)
#define AT_STATE_SIZE (AT_SNAPSHOT + 40)
#define AT_L1         (L1 * CLUSTER + 8 * L1_BEFORE)
#define AT_L2         (L2 * CLUSTER)

static char *directory;

static void put32(GByteArray *image, size_t at, uint32_t value)
{
    hw_store_be32(image->data + at, value);
}

static void put64(GByteArray *image, size_t at, uint64_t value)
{
    hw_store_be64(image->data + at, value);
}

static void header_put(GByteArray *image, uint32_t snapshots)
{
    put32(image, 0, 0x514649fb);
    put32(image, 4, 3);
    put32(image, 20, 9);
    put64(image, 24, DISK);
    put32(image, 60, snapshots);
    put64(image, 64, AT_SNAPSHOT);
    put32(image, 100, 104);
}

/* `name` has four characters, the id one: an entry is 40 + 16 + 5 bytes, and padding. */
static void snapshot_put(GByteArray *image, unsigned index, const char *name, uint64_t state_size)
{
    size_t at = AT_SNAPSHOT + 64 * (size_t)index;

    put64(image, at, L1 * CLUSTER);
    put32(image, at + 8, L1_BEFORE + 16);
    put32(image, at + 12, 1u << 16 | 4);
    put32(image, at + 36, 16);
    put64(image, at + 40, state_size);
    put64(image, at + 48, DISK);
    image->data[at + 56] = (uint8_t)('1' + index);
    memcpy(image->data + at + 57, name, 4);
}

/* The clusters of the state come after all of its L2 tables. */
static GByteArray *image_new(const GByteArray *state, uint32_t snapshots)
{
    guint clusters = (state->len + CLUSTER - 1) / CLUSTER;
    guint tables = (clusters + L2_COUNT - 1) / L2_COUNT;
    GByteArray *image = g_byte_array_new();

    g_byte_array_set_size(image, (L2 + tables + clusters) * CLUSTER);
    memset(image->data, 0, image->len);
    header_put(image, snapshots);
    snapshot_put(image, 0, "once", state->len);
    snapshot_put(image, 1, "disk", 0);
    snapshot_put(image, 2, "more", state->len);
    for (guint i = 0; i < tables; i++) {
        put64(image, AT_L1 + 8 * i, UINT64_C(1) << 63 | (L2 + i) * CLUSTER);
    }
    for (guint i = 0; i < clusters; i++) {
        put64(image, AT_L2 + 8 * i, UINT64_C(1) << 63 | (L2 + tables + i) * CLUSTER);
    }
    memcpy(image->data + (L2 + tables) * CLUSTER, state->data, state->len);
    return image;
}

static char *image_write(const GByteArray *image)
{
    char *path = g_build_filename(directory, "image", NULL);

    g_assert_true(g_file_set_contents_full(path, (const char *)image->data, image->len,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    return path;
}

/* ------------------------------------------------------------------------ tests */

static void assert_tool(const GByteArray *image, const char *name, int status, const char *text)
{
    g_autofree char *path = image_write(image);
    Run run;
    g_autofree char *all = NULL;

    RUN(&run, "explain", path, name ? "--snapshot" : NULL, name);
    all = g_strconcat(run.out, run.err, NULL);
    assert_has(all, text);
    g_assert_cmpint(run.status, ==, status);
    run_clear(&run);
}

static void test_read(void)
{
    g_autoptr(GByteArray) state = stream_load("x86-crb-reset-7.2");
    g_autoptr(GByteArray) image = image_new(state, 1);
    g_autofree char *path = image_write(image), *plain = qemu_path("x86-crb-reset-7.2");
    Run run;

    assert_tool(image, NULL, 0,
                "it is:  a qcow2 image, whose snapshot 'once' has a machine's "
                "state\n");
    assert_tool(image, "once", 0, "a complete stream: machine pc-q35-7.2");
    assert_tool(image, "1", 0, "a complete stream: machine pc-q35-7.2");
    RUN(&run, "diff", path, plain);
    g_assert_cmpint(run.status, ==, 0);
    g_assert_cmpstr(run.out, ==, "");
    run_clear(&run);
    RUN(&run, "doctor", "--dest", plain, "--snapshot", "once", path);
    g_assert_cmpint(run.status, ==, 0);
    run_clear(&run);
}

static void test_names(void)
{
    g_autoptr(GByteArray) state = stream_toy(true);
    g_autoptr(GByteArray) image = image_new(state, 3);
    g_autofree char *plain = qemu_path("x86-crb-reset-7.2");
    Run run;

    assert_tool(image, "more", 0, "whose snapshot 'more' has a machine's state");
    assert_tool(image, NULL, 2,
                "image: has several snapshots, expected --snapshot with one of 'once', 'more'\n");
    assert_tool(image, "none", 2,
                "image: does not have a snapshot 'none', expected one of 'once', 'more'\n");
    assert_tool(image, "disk", 2,
                "image: snapshot 'disk' is one of the disk alone, without a "
                "machine's state\n");
    put32(image, 60, 0);
    assert_tool(image, NULL, 2, "does not have a snapshot with a machine's state\n");
    RUN(&run, "dump", "--snapshot", "once", plain);
    g_assert_cmpint(run.status, ==, 2);
    assert_has(run.err, "is not a qcow2 image, which --snapshot needs\n");
    run_clear(&run);
}

static void test_bad(void)
{
    static const struct {
        size_t at;
        uint64_t value;
        const char *text;
    } bad[] = {
        { 0, UINT64_C(0x514649fb00000004), "qcow2 version 4, expected 2 or 3" },
        { 16, 30, "clusters of 2^30 bytes, expected 2^9 to 2^21" },
        { 32, UINT64_C(1) << 32, "the qcow2 image is encrypted" },
        { 72, 4,
          "the qcow2 image has features 0x4 (an external data file, extended L2 entries or newer "
          "ones)" },
        { 56, 0x7fffffff, "2147483647 snapshots, expected at most 65536" },
        { 64, UINT64_MAX, "a snapshot is at byte 18446744073709551615, beyond the file's end" },
        { 64, 1u << 30, "a snapshot of 40 bytes at byte 1073741824 does not fit the file of" },
        { AT_SNAPSHOT + 32, 0xffffff, "16777215 extra bytes of a snapshot, expected at most 1024" },
        { AT_STATE_SIZE, UINT64_C(1) << 60, "has 1152921504606846976 bytes of state, but the" },
        { AT_STATE_SIZE + 8, UINT64_MAX,
          "has a disk of 18446744073709551615 bytes, and its L1 table at byte " },
        { AT_SNAPSHOT, 1, "and its L1 table at byte 1" },
        { AT_SNAPSHOT + 8, 1u << 16 | 4, "has 0 entries, expected more than 32" },
        { AT_L1, 1u << 30, "an L2 table is at byte 1073741824, expected a cluster behind" },
        { AT_L1 + 8, 0x600, "is used twice: the tables are cyclic or damaged" },
        { AT_L2, 0x600, "a cluster of the state at byte 1536 is used twice: the tables are" },
        { AT_L2 + 8, UINT64_C(1) << 62 | 0x800, "has a compressed cluster" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GByteArray) state = stream_load("x86-crb-reset-7.2");
        g_autoptr(GByteArray) image = image_new(state, 1);

        put64(image, bad[i].at, bad[i].value);
        assert_tool(image, NULL, 2, bad[i].text);
    }
}

/* Numbers beside their limits, and files that end in a part. */
static void test_limits(void)
{
    static const struct {
        size_t at;
        uint64_t value;
        guint size; /* the file has these bytes; 0: all */
        const char *text;
    } rows[] = {
        { 0, UINT64_C(0x514649fb00000001), 0, ": qcow2 version 1, expected 2 or 3" },
        { 16, 8, 0, ": qcow2 clusters of 2^8 bytes, expected 2^9 to 2^21" },
        { 16, 22, 0, ": qcow2 clusters of 2^22 bytes, expected 2^9 to 2^21" },
        { 72, 16, 0, ": the qcow2 image has features 0x10 " },
        { 56, 65537, 0, ": 65537 snapshots, expected at most 65536" },
        { 72, 0, 71, ": the header of 72 bytes at byte 0 does not fit the file of 71 bytes" },
        { 72, 0, 103, ": the header of 104 bytes at byte 0 does not fit the file of 103 bytes" },
        { 72, 0, 551, ": a snapshot of 40 bytes at byte 512 does not fit the file of 551 bytes" },
        { 72, 0, 567, ": a snapshot of 16 bytes at byte 552 does not fit the file of 567 bytes" },
        { 72, 0, 568, ": a snapshot's name of 1 bytes at byte 568 does not fit the file of 568 " },
        { 72, 0, 572, ": a snapshot's name of 4 bytes at byte 569 does not fit the file of 572 " },
        { AT_SNAPSHOT + 32, 1025, 0, ": 1025 extra bytes of a snapshot, expected at most 1024" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) state = stream_load("x86-crb-reset-7.2");
        g_autoptr(GByteArray) image = image_new(state, 1);
        g_autofree char *path = NULL;
        HW_ERROR(error, 400);

        put64(image, rows[i].at, rows[i].value);
        g_byte_array_set_size(image, rows[i].size ? rows[i].size : image->len);
        path = image_write(image);
        g_assert_cmpint(truncate(path, image->len), ==, 0); /* the last one was longer */
        g_assert_null(ob_model_read(path, NULL, &error));
        assert_has(error.text, rows[i].text);
    }
}

/* A cluster that is not allocated has zeros, and a stream has none at its beginning. */
static void test_hole(void)
{
    g_autoptr(GByteArray) state = stream_toy(true);
    g_autoptr(GByteArray) image = image_new(state, 1);

    put64(image, AT_L2, 0);
    assert_tool(image, NULL, 1, "what:   Not a migration stream");
    put64(image, AT_L2, 1);
    assert_tool(image, NULL, 1, "what:   Not a migration stream");
}

static bool image_is_read(const GByteArray *image)
{
    g_autofree char *path = image_write(image);
    HW_ERROR(error, 700);
    ObModel *model = ob_model_read_snapshot(path, NULL, NULL, &error);
    bool accepted = model && model->refusal.reason == OB_VM_ACCEPTED;

    g_assert_true(model || error.text[0]);
    ob_model_free(model);
    return accepted;
}

static void test_wild(void)
{
    const char *more = g_getenv("OB_MUTATIONS");
    unsigned count = more ? (unsigned)atoi(more) : 500;
    g_autoptr(GByteArray) state = stream_toy(true);
    g_autoptr(GByteArray) image = image_new(state, 1);
    g_autoptr(GRand) random = g_rand_new_with_seed((guint32)g_test_rand_int());

    g_assert_true(image_is_read(image));
    for (unsigned i = 0; i < count; i++) {
        g_autoptr(GByteArray)
            mutant = g_byte_array_append(g_byte_array_new(), image->data, image->len);

        for (int j = g_rand_int_range(random, 1, 4); j > 0; j--) {
            guint at = (guint)g_rand_int_range(random, 0, (L2 + 1) * CLUSTER);

            mutant->data[at] = (uint8_t)(g_rand_boolean(random) ? g_rand_int(random) : 0xff);
        }
        if (g_rand_int_range(random, 0, 8) == 0) {
            g_byte_array_set_size(mutant, (guint)g_rand_int_range(random, 0, (gint)image->len));
        }
        image_is_read(mutant);
    }
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    directory = run_directory_new();
    g_test_add_func("/stream-qcow2/snapshot-is-read", test_read);
    g_test_add_func("/stream-qcow2/snapshot-has-a-name", test_names);
    g_test_add_func("/stream-qcow2/that-lies-is-refused", test_bad);
    g_test_add_func("/stream-qcow2/limits", test_limits);
    g_test_add_func("/stream-qcow2/hole-has-zeros", test_hole);
    g_test_add_func("/stream-qcow2/wild", test_wild);
    status = g_test_run();
    run_directory_remove(directory);
    return status;
}
