/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -tpmdev libtpms,state=FILE: the places where people keep a TPM's state.  Each works, or is refused
 * at the start.
 */
#include "qtest/tests/tpm/tpm-harness.h"

#include "hw-api/host/tpm/state/file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NV_DEFINE                                                                \
    "80020000002d0000012a40000001000000094000000900000000000000000e01000001000b" \
    "0004000400000008"
#define NV_READ_PUBLIC "80010000000e0000016901000001"

typedef struct Scene {
    char *directory;
    char *path;
    TpmHarness *h;
} Scene;

static char *scene_name(const Scene *s, const char *name)
{
    return g_build_filename(s->directory, name, NULL);
}

static void scene_set_up(Scene *s)
{
    *s = (Scene) { .directory = g_dir_make_tmp("tpm-paths-XXXXXX", NULL) };
    s->path = scene_name(s, "state");
}

static bool scene_add(Scene *s, const char *path)
{
    g_autofree char *option = g_strconcat("state=", path, NULL);

    s->h = tpm_harness_new(false);
    return tpm_add(s->h, "libtpms", "tpm0", option, NULL);
}

static void scene_start(Scene *s, const char *path)
{
    if (!scene_add(s, path)) {
        g_error("%s", s->h->error_text);
    }
    tpm_start_up(s->h);
}

static void scene_stop(Scene *s)
{
    tpm_harness_free(s->h);
    s->h = NULL;
}

static void scene_tear_down(Scene *s)
{
    GDir *dir;
    const char *name;

    if (s->h) {
        scene_stop(s);
    }
    dir = g_dir_open(s->directory, 0, NULL);
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = scene_name(s, name);

        g_remove(path);
    }
    g_dir_close(dir);
    g_rmdir(s->directory);
    g_free(s->directory);
    g_free(s->path);
}

/* A new TPM at `path`: its index is there after the end, and stays if more is written. */
static void scene_assert_keeps(Scene *s, const char *path)
{
    scene_start(s, path);
    g_assert_cmphex(tpm_run(s->h, NV_DEFINE), ==, TPM_RC_SUCCESS);
    scene_stop(s);
    for (int i = 0; i < 3; i++) {
        scene_start(s, path);
        g_assert_cmphex(tpm_run(s->h, NV_READ_PUBLIC), ==, TPM_RC_SUCCESS);
        g_assert_cmpuint(s->h->log->len, ==, 0);
        scene_stop(s);
    }
}

static void scene_assert_refused(Scene *s, const char *path, const char *sentence)
{
    g_autofree char *want = g_strdup_printf(sentence, path);

    g_assert_false(scene_add(s, path));
    g_assert_cmpstr(s->h->error_text, ==, want);
    scene_stop(s);
}

static ino_t inode_of(const char *path)
{
    struct stat status;

    g_assert_cmpint(stat(path, &status), ==, 0);
    return status.st_ino;
}

static void test_empty_file(void)
{
    Scene s;

    scene_set_up(&s);
    g_assert_true(g_file_set_contents(s.path, "", 0, NULL));
    scene_assert_keeps(&s, s.path);
    scene_tear_down(&s);
}

static void test_dangling_link(void)
{
    Scene s;

    scene_set_up(&s);
    {
        g_autofree char *link = scene_name(&s, "link");

        g_assert_cmpint(symlink("state", link), ==, 0);
        scene_assert_keeps(&s, link);
        g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
        g_assert_true(g_file_test(s.path, G_FILE_TEST_IS_REGULAR));
    }
    scene_tear_down(&s);
}

/* The two names stay one file, whoever writes, so the lock holds for both. */
static void test_hard_link(void)
{
    Scene s;

    scene_set_up(&s);
    scene_start(&s, s.path);
    scene_stop(&s);
    {
        g_autofree char *other = scene_name(&s, "other");

        g_assert_cmpint(link(s.path, other), ==, 0);
        scene_start(&s, s.path);
        g_assert_cmphex(tpm_run(s.h, NV_DEFINE), ==, TPM_RC_SUCCESS);
        g_assert_cmpuint(inode_of(s.path), ==, inode_of(other));
        scene_stop(&s);
        scene_start(&s, other);
        g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_SUCCESS);
    }
    scene_tear_down(&s);
}

/* The parent's lock is seen by the child, which has a libtpms of its own. */
static void test_hard_link_in_use(void)
{
    g_autofree char *other = NULL;
    uint8_t *content;
    HwStateFile *file;
    uint32_t size;
    Scene s;

    scene_set_up(&s);
    other = scene_name(&s, "other");
    scene_start(&s, s.path);
    scene_stop(&s);
    g_assert_cmpint(link(s.path, other), ==, 0);
    file = hw_state_file_open(s.path, HW_STATE_FILE_OWNER, &content, &size, NULL);
    g_assert_nonnull(file);
    scene_assert_refused(&s, other,
                         "tpm0: state: in use by another TPM: '%s', expected a file of its own");
    g_assert_true(hw_state_file_save(file, content, size, NULL));
    scene_assert_refused(&s, other,
                         "tpm0: state: in use by another TPM: '%s', expected a file of its own");
    hw_state_file_close(file);
    free(content);
    scene_tear_down(&s);
}

/* After a write the file is another one, and still locked. */
static void test_in_use_after_a_write(void)
{
    uint8_t *content;
    HwStateFile *file;
    uint32_t size;
    ino_t before;
    Scene s;

    scene_set_up(&s);
    scene_start(&s, s.path);
    scene_stop(&s);
    before = inode_of(s.path);
    file = hw_state_file_open(s.path, HW_STATE_FILE_OWNER, &content, &size, NULL);
    g_assert_true(hw_state_file_save(file, content, size, NULL));
    g_assert_cmpuint(inode_of(s.path), !=, before);
    scene_assert_refused(&s, s.path,
                         "tpm0: state: in use by another TPM: '%s', expected a file of its own");
    hw_state_file_close(file);
    free(content);
    scene_tear_down(&s);
}

static void test_read_only(void)
{
    Scene s;

    scene_set_up(&s);
    scene_start(&s, s.path);
    scene_stop(&s);
    g_assert_cmpint(g_chmod(s.path, 0444), ==, 0);
    scene_assert_refused(&s, s.path,
                         geteuid() == 0 ? "tpm0: state: read-only: '%s', expected a file with "
                                          "write permission"
                                        : "tpm0: state: cannot write: '%s': Permission denied");
    scene_tear_down(&s);
}

static void test_zeros(void)
{
    static const char zeros[65536];
    Scene s;

    scene_set_up(&s);
    g_assert_true(g_file_set_contents(s.path, zeros, sizeof(zeros), NULL));
    scene_assert_refused(&s, s.path,
                         "tpm0: state: only zeros: '%s', expected an empty file for a new TPM");
    scene_tear_down(&s);
}

static void test_too_large(void)
{
    Scene s;

    scene_set_up(&s);
    g_assert_true(g_file_set_contents(s.path, "x", 1, NULL));
    g_assert_cmpint(truncate(s.path, 2 * HW_STATE_SLOT_SIZE + 1), ==, 0);
    scene_assert_refused(&s, s.path, "tpm0: state: not a TPM state file: '%s'");
    scene_tear_down(&s);
}

static void test_device(void)
{
    Scene s;

    scene_set_up(&s);
    scene_assert_refused(&s, "/dev/null", "tpm0: state: not a TPM state file: '%s'");
    scene_tear_down(&s);
}

/* Neighbours with the names of the temporary file and of the lock of earlier versions. */
static void test_neighbour(gconstpointer name)
{
    g_autofree char *neighbour = NULL;
    Scene s;

    scene_set_up(&s);
    neighbour = scene_name(&s, name);
    g_assert_cmpint(symlink("/nonexistent/else", neighbour), ==, 0);
    scene_assert_keeps(&s, s.path);
    g_assert_cmpint(g_remove(s.path), ==, 0);
    g_assert_cmpint(g_remove(neighbour), ==, 0);
    g_assert_cmpint(g_mkdir(neighbour, 0700), ==, 0);
    scene_assert_keeps(&s, s.path);
    g_assert_cmpint(g_remove(s.path), ==, 0);
    g_assert_cmpint(g_rmdir(neighbour), ==, 0);
    g_assert_cmpint(mkfifo(neighbour, 0600), ==, 0);
    scene_assert_keeps(&s, s.path);
    scene_tear_down(&s);
}

/* A container mounts the file alone, which can't be replaced then. */
static void test_mounted(void)
{
    g_autofree char *mounted = NULL;
    Scene s;

    scene_set_up(&s);
    mounted = scene_name(&s, "mounted");
    scene_start(&s, s.path);
    g_assert_cmphex(tpm_run(s.h, NV_DEFINE), ==, TPM_RC_SUCCESS);
    scene_stop(&s);
    g_assert_true(g_file_set_contents(mounted, "", 0, NULL));
    if (mount(s.path, mounted, NULL, MS_BIND, NULL) != 0) {
        g_test_skip("mount() is not permitted here");
    } else {
        for (int i = 0; i < 3; i++) {
            scene_start(&s, mounted);
            g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_SUCCESS);
            scene_stop(&s);
        }
        g_assert_cmpint(umount(mounted), ==, 0);
        scene_start(&s, s.path);
        g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_SUCCESS);
    }
    scene_tear_down(&s);
}

static char *loop_attach(const char *path)
{
    g_autofree char *command = g_strdup_printf("losetup -f --show %s", path);
    g_autofree char *device = NULL;
    int status;

    if (!g_spawn_command_line_sync(command, &device, NULL, &status, NULL) || status != 0) {
        return NULL;
    }
    return g_strdup(g_strstrip(device));
}

/* `use` gets a block device of this size. */
static void on_volume(off_t size, void (*use)(Scene *s, const char *device))
{
    g_autofree char *device = NULL;
    g_autofree char *detach = NULL;
    Scene s;

    scene_set_up(&s);
    g_assert_true(g_file_set_contents(s.path, "", 0, NULL));
    g_assert_cmpint(truncate(s.path, size), ==, 0);
    device = loop_attach(s.path);
    if (!device) {
        g_test_skip("losetup is not permitted here");
    } else {
        detach = g_strdup_printf("losetup -d %s", device);
        use(&s, device);
        g_assert_true(g_spawn_command_line_sync(detach, NULL, NULL, NULL, NULL));
    }
    scene_tear_down(&s);
}

static void test_volume(void)
{
    on_volume(4 << 20, scene_assert_keeps);
}

static void volume_assert_refused(Scene *s, const char *device)
{
    g_autofree char *sentence = g_strdup_printf("state: too small: '%s': 65536 bytes, ", device);
    HW_ERROR(error, 300);
    uint8_t *content;
    uint32_t size;

    (void)s;
    g_assert_null(hw_state_file_open(device, HW_STATE_FILE_OWNER, &content, &size, &error));
    g_assert_true(g_str_has_prefix(error.text, sentence));
    g_assert_true(g_str_has_suffix(error.text, " for a volume"));
}

static void test_small_volume(void)
{
    on_volume(1 << 16, volume_assert_refused);
}

/* ------------------------------------------------------------- in two slots */

typedef struct Slots {
    Scene scene;
    char *other;
    HwStateFile *file;
    uint8_t *content;
    uint32_t size;
} Slots;

/* A file with two names: it is written in place. */
static void slots_set_up(Slots *s)
{
    scene_set_up(&s->scene);
    s->other = scene_name(&s->scene, "other");
    s->file = hw_state_file_open(s->scene.path, HW_STATE_FILE_OWNER, &s->content, &s->size, NULL);
    g_assert_null(s->content);
    g_assert_cmpint(link(s->scene.path, s->other), ==, 0);
}

static void slots_save(Slots *s, const char *text)
{
    HW_ERROR(error, 200);

    if (!hw_state_file_save(s->file, (const uint8_t *)text, (uint32_t)strlen(text), &error)) {
        g_error("%s", error.text);
    }
}

static void slots_reopen(Slots *s)
{
    free(s->content);
    hw_state_file_close(s->file);
    s->file = hw_state_file_open(s->scene.path, HW_STATE_FILE_OWNER, &s->content, &s->size, NULL);
    g_assert_nonnull(s->file);
}

static void slots_assert(Slots *s, const char *text)
{
    slots_reopen(s);
    g_assert_cmpmem(s->content, s->size, text, strlen(text));
}

static void slots_tear_down(Slots *s)
{
    free(s->content);
    hw_state_file_close(s->file);
    g_free(s->other);
    scene_tear_down(&s->scene);
}

static void slots_damage(Slots *s, off_t at)
{
    FILE *file = fopen(s->other, "r+");

    g_assert_nonnull(file);
    fseek(file, at, SEEK_SET);
    fputc('?', file);
    fclose(file);
}

static void test_slots_alternate(void)
{
    Slots s;

    slots_set_up(&s);
    slots_save(&s, "first, a long one");
    slots_assert(&s, "first, a long one");
    slots_save(&s, "second");
    slots_assert(&s, "second");
    slots_save(&s, "third");
    slots_save(&s, "fourth");
    slots_save(&s, "fifth");
    slots_assert(&s, "fifth");
    slots_tear_down(&s);
}

/* The record that a crash has left incomplete does not count; the one before does. */
static void test_slots_keep_the_old(void)
{
    Slots s;

    slots_set_up(&s);
    slots_save(&s, "old");
    slots_save(&s, "new"); /* in the second slot */
    slots_damage(&s, HW_STATE_SLOT_SIZE + HW_STATE_HEADER_MAX + 1);
    slots_assert(&s, "old");
    slots_save(&s, "newer"); /* there again */
    slots_assert(&s, "newer");
    slots_save(&s, "newest"); /* in the first */
    slots_damage(&s, HW_STATE_HEADER_MAX + 1);
    slots_assert(&s, "newer");
    slots_tear_down(&s);
}

static void test_slots_both_damaged(void)
{
    HW_ERROR(error, 300);
    Slots s;

    slots_set_up(&s);
    slots_save(&s, "old");
    slots_save(&s, "new");
    slots_damage(&s, HW_STATE_HEADER_MAX + 1);
    slots_damage(&s, HW_STATE_SLOT_SIZE + HW_STATE_HEADER_MAX + 1);
    hw_state_file_close(s.file);
    s.file = NULL;
    g_assert_null(hw_state_file_open(s.other, HW_STATE_FILE_OWNER, &s.content, &s.size, &error));
    g_assert_true(g_str_has_prefix(error.text, "state: damaged, its checksum does not match: '"));
    slots_tear_down(&s);
}

/* Once the other name is gone, the file is replaced, and is small again. */
static void test_slots_become_one(void)
{
    struct stat status;
    Slots s;

    slots_set_up(&s);
    slots_save(&s, "old");
    slots_save(&s, "new");
    g_assert_cmpint(g_remove(s.other), ==, 0);
    slots_save(&s, "newest");
    g_assert_cmpint(stat(s.scene.path, &status), ==, 0);
    g_assert_cmpint(status.st_size, <, 100);
    slots_assert(&s, "newest");
    slots_tear_down(&s);
}

static void test_slots_removed(void)
{
    HW_ERROR(error, 300);
    Slots s;

    slots_set_up(&s);
    slots_save(&s, "old");
    {
        g_autofree char *blocked = g_strconcat(s.scene.path, ".new", NULL);

        g_assert_cmpint(g_mkdir(blocked, 0700), ==, 0); /* so it is written in place */
    }
    g_assert_cmpint(g_remove(s.other), ==, 0);
    g_assert_cmpint(g_remove(s.scene.path), ==, 0);
    g_assert_false(hw_state_file_save(s.file, (const uint8_t *)"x", 1, &error));
    g_assert_nonnull(strstr(error.text, "cannot write"));
    slots_tear_down(&s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-state-paths/works/empty-file", test_empty_file);
    g_test_add_func("/tpm-state-paths/works/dangling-link-makes-its-target", test_dangling_link);
    g_test_add_func("/tpm-state-paths/works/hard-links-stay-one-file", test_hard_link);
    g_test_add_func("/tpm-state-paths/works/file-mounted-by-itself", test_mounted);
    g_test_add_func("/tpm-state-paths/works/block-device", test_volume);
    g_test_add_func("/tpm-state-paths/refused/block-device-too-small", test_small_volume);
    g_test_add_data_func("/tpm-state-paths/works/beside-any-lock", "state.lock", test_neighbour);
    g_test_add_data_func("/tpm-state-paths/works/beside-any-new", "state.new", test_neighbour);
    g_test_add_func("/tpm-state-paths/refused/hard-link-in-use", test_hard_link_in_use);
    g_test_add_func("/tpm-state-paths/refused/in-use-after-a-write", test_in_use_after_a_write);
    g_test_add_func("/tpm-state-paths/refused/read-only", test_read_only);
    g_test_add_func("/tpm-state-paths/refused/file-of-zeros", test_zeros);
    g_test_add_func("/tpm-state-paths/refused/too-large", test_too_large);
    g_test_add_func("/tpm-state-paths/refused/character-device", test_device);
    g_test_add_func("/tpm-state-paths/slots/alternate", test_slots_alternate);
    g_test_add_func("/tpm-state-paths/slots/broken-write-keeps-the-old", test_slots_keep_the_old);
    g_test_add_func("/tpm-state-paths/slots/both-damaged-refused", test_slots_both_damaged);
    g_test_add_func("/tpm-state-paths/slots/become-one-record", test_slots_become_one);
    g_test_add_func("/tpm-state-paths/slots/removed-file-fails-the-write", test_slots_removed);
    return g_test_run();
}
