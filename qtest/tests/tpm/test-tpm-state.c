/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -tpmdev libtpms,state=FILE: the state that survives, and the state that does not. */
#include "qtest/tests/tpm/tpm-harness.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* An NV index of 8 bytes, its public area, and an extend of PCR 16. */
#define NV_DEFINE                                                                \
    "80020000002d0000012a40000001000000094000000900000000000000000e01000001000b" \
    "0004000400000008"
#define NV_READ_PUBLIC "80010000000e0000016901000001"
#define PCR_EXTEND                                                       \
    "80020000004100000182000000100000000940000009000000000000000001000b" \
    "1111111111111111111111111111111111111111111111111111111111111111"

typedef struct Scene {
    TpmHarness *h;
    char *directory;
    char *path;
    char *option;
} Scene;

static void scene_set_up(Scene *s)
{
    s->h = NULL;
    s->directory = g_dir_make_tmp("tpm-state-XXXXXX", NULL);
    s->path = g_build_filename(s->directory, "tpm0.state", NULL);
    s->option = g_strconcat("state=", s->path, NULL);
}

/* A write of the file is only due to a command of the test. */
static bool scene_add(Scene *s)
{
    s->h = tpm_harness_new(false);
    return tpm_add(s->h, "libtpms", "tpm0", s->option, "auto-shutdown=off", NULL);
}

static void scene_start(Scene *s)
{
    if (!scene_add(s)) {
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
    GDir *dir = g_dir_open(s->directory, 0, NULL);
    const char *name;

    if (s->h) {
        scene_stop(s);
    }
    while (dir && (name = g_dir_read_name(dir))) {
        char *path = g_build_filename(s->directory, name, NULL);

        g_remove(path);
        g_free(path);
    }
    if (dir) {
        g_dir_close(dir);
    }
    g_rmdir(s->directory);
    g_free(s->option);
    g_free(s->path);
    g_free(s->directory);
}

/* Returns the sorted names in the directory. */
static char *scene_files(const Scene *s)
{
    GDir *dir = g_dir_open(s->directory, 0, NULL);
    GString *names = g_string_new(NULL);
    const char *name;

    while ((name = g_dir_read_name(dir))) {
        g_string_append_printf(names, "%s%s", names->len ? " " : "", name);
    }
    g_dir_close(dir);
    return g_string_free(names, FALSE);
}

static GBytes *scene_content(const Scene *s)
{
    char *text;
    gsize size;

    g_assert_true(g_file_get_contents(s->path, &text, &size, NULL));
    return g_bytes_new_take(text, size);
}

static void test_nv_survives(void)
{
    Scene s;

    scene_set_up(&s);
    scene_start(&s);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_HANDLE_1);
    g_assert_cmphex(tpm_run(s.h, NV_DEFINE), ==, TPM_RC_SUCCESS);
    scene_stop(&s);
    scene_start(&s);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_SUCCESS);
    scene_tear_down(&s);
}

static void test_nv_survives_a_restart(void)
{
    Scene s;

    scene_set_up(&s);
    s.h = tpm_harness_new(false);
    g_assert_true(tpm_add(s.h, "libtpms", "tpm0", NULL));
    tpm_start_up(s.h);
    g_assert_cmphex(tpm_run(s.h, NV_DEFINE), ==, TPM_RC_SUCCESS);
    hw_tpm_service()->restart(s.h->backend, 3968);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_SUCCESS);
    scene_tear_down(&s);
}

static void test_memory_does_not_survive(void)
{
    Scene s;

    scene_set_up(&s);
    for (int i = 0; i < 2; i++) {
        s.h = tpm_harness_new(false);
        g_assert_true(tpm_add(s.h, "libtpms", "tpm0", NULL));
        tpm_start_up(s.h);
        g_assert_cmphex(tpm_run(s.h, NV_DEFINE), ==, TPM_RC_SUCCESS);
        scene_stop(&s);
    }
    scene_tear_down(&s);
}

static void test_pcr_does_not_survive(gconstpointer by_restart)
{
    Scene s;
    uint8_t fresh[4096];
    uint32_t size;

    scene_set_up(&s);
    scene_start(&s);
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    size = s.h->size;
    memcpy(fresh, s.h->response, size);
    g_assert_cmphex(tpm_run(s.h, PCR_EXTEND), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    g_assert_cmpint(memcmp(fresh + size - 32, s.h->response + size - 32, 32), !=, 0);
    if (by_restart) {
        hw_tpm_service()->restart(s.h->backend, 3968);
        g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    } else {
        scene_stop(&s);
        scene_start(&s);
    }
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    g_assert_cmpmem(fresh + size - 32, 32, s.h->response + size - 32, 32);
    scene_tear_down(&s);
}

static void test_leaves_the_state_file_alone(void)
{
    Scene s;
    char *files;
    struct stat status;

    scene_set_up(&s);
    scene_start(&s);
    scene_stop(&s);
    files = scene_files(&s);
    g_assert_cmpstr(files, ==, "tpm0.state");
    g_free(files);
    g_assert_cmpint(stat(s.path, &status), ==, 0);
    g_assert_cmphex(status.st_mode & 0777, ==, 0600);
    scene_tear_down(&s);
}

static void test_unchanged_state_is_not_written(void)
{
    Scene s;
    struct stat before;
    struct stat after;

    scene_set_up(&s);
    scene_start(&s);
    g_assert_cmpint(stat(s.path, &before), ==, 0);
    g_assert_cmphex(tpm_run(s.h, TPM_GET_RANDOM), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    scene_stop(&s);
    g_assert_cmpint(stat(s.path, &after), ==, 0);
    g_assert_cmpuint(before.st_ino, ==, after.st_ino);
    g_assert_cmpint(before.st_mtim.tv_nsec, ==, after.st_mtim.tv_nsec);
    scene_tear_down(&s);
}

static void test_symbolic_link_stays(void)
{
    Scene s;
    char *target;

    scene_set_up(&s);
    target = g_build_filename(s.directory, "target", NULL);
    scene_start(&s);
    scene_stop(&s);
    g_assert_cmpint(g_rename(s.path, target), ==, 0);
    g_assert_cmpint(symlink("target", s.path), ==, 0);
    scene_start(&s);
    g_assert_cmphex(tpm_run(s.h, NV_DEFINE), ==, TPM_RC_SUCCESS);
    g_assert_true(g_file_test(s.path, G_FILE_TEST_IS_SYMLINK));
    g_free(target);
    scene_tear_down(&s);
}

/* The function below replaces libc's: the process dies, or the disk fails, at the rename. */
static enum { RENAME_WORKS, RENAME_KILLS, RENAME_FAILS } rename_mode;

int renameat(int old_directory, const char *old_name, int new_directory, const char *new_name)
{
    if (rename_mode == RENAME_KILLS) {
        kill(getpid(), SIGKILL);
    }
    if (rename_mode == RENAME_FAILS) {
        errno = ENOSPC;
        return -1;
    }
    return (int)syscall(SYS_renameat2, old_directory, old_name, new_directory, new_name, 0);
}

/* The process dies after writing FILE.new and before the rename.  The file has the old state.
 * FILE.new and the dead process's lock do not disturb the next start. */
static void test_killed_before_the_rename(void)
{
    Scene s;
    GBytes *before;
    GBytes *after;
    pid_t child;
    int status;

    scene_set_up(&s);
    scene_start(&s);
    scene_stop(&s);
    before = scene_content(&s);
    child = fork();
    if (child == 0) {
        scene_start(&s);
        rename_mode = RENAME_KILLS;
        tpm_run(s.h, NV_DEFINE);
        _exit(0);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    after = scene_content(&s);
    g_assert_cmpuint(g_bytes_get_size(before), ==, g_bytes_get_size(after));
    scene_start(&s);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_HANDLE_1);
    g_bytes_unref(before);
    g_bytes_unref(after);
    scene_tear_down(&s);
}

static void test_disk_full(void)
{
    Scene s;

    scene_set_up(&s);
    scene_start(&s);
    rename_mode = RENAME_FAILS;
    g_assert_cmphex(tpm_run(s.h, NV_DEFINE), ==, TPM_RC_FAILURE);
    tpm_assert_logged(s.h, "No space left on device; the TPM is in failure mode");
    g_assert_cmphex(tpm_run(s.h, NV_DEFINE), ==, TPM_RC_FAILURE);
    hw_tpm_service()->restart(s.h->backend, 3968);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_FAILURE);
    g_assert_cmpuint(s.h->log->len, ==, 0);

    rename_mode = RENAME_WORKS;
    hw_tpm_service()->restart(s.h->backend, 3968);
    g_assert_cmphex(tpm_run(s.h, TPM_STARTUP), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_HANDLE_1);
    g_assert_cmphex(tpm_run(s.h, NV_DEFINE), ==, TPM_RC_SUCCESS);
    scene_tear_down(&s);
}

/* Gets the state of another TPM, which has the NV index; our TPM starts without the index. */
static void scene_start_beside_a_state(Scene *s, HwTpmState *state)
{
    scene_set_up(s);
    s->h = tpm_harness_new(false);
    g_assert_true(tpm_add(s->h, "libtpms", "tpm0", NULL));
    tpm_start_up(s->h);
    g_assert_cmphex(tpm_run(s->h, NV_DEFINE), ==, TPM_RC_SUCCESS);
    g_assert_true(hw_tpm_save(s->h->host.tpms, 0, state, NULL));
    scene_stop(s);
    scene_start(s);
}

static void test_loaded_survives(void)
{
    HwTpmState state;
    Scene s;

    scene_start_beside_a_state(&s, &state);
    g_assert_true(hw_tpm_load(s.h->host.tpms, 0, &state, NULL));
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_SUCCESS);
    scene_stop(&s);
    scene_start(&s);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_SUCCESS);
    hw_tpm_state_clear(&state);
    scene_tear_down(&s);
}

static void test_killed_in_a_load(void)
{
    HwTpmState state;
    Scene s;
    pid_t child;
    int status;

    scene_start_beside_a_state(&s, &state);
    scene_stop(&s);
    child = fork();
    if (child == 0) {
        scene_start(&s);
        rename_mode = RENAME_KILLS;
        hw_tpm_load(s.h->host.tpms, 0, &state, NULL);
        _exit(0);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    scene_start(&s);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_HANDLE_1);
    hw_tpm_state_clear(&state);
    scene_tear_down(&s);
}

static void test_disk_full_in_a_load(void)
{
    HwTpmState state;
    uint8_t pcr[4096];
    uint32_t size;
    Scene s;

    scene_start_beside_a_state(&s, &state);
    g_assert_cmphex(tpm_run(s.h, PCR_EXTEND), ==, TPM_RC_SUCCESS);
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    size = s.h->size;
    memcpy(pcr, s.h->response, size);

    rename_mode = RENAME_FAILS;
    g_assert_false(hw_tpm_load(s.h->host.tpms, 0, &state, &s.h->error));
    rename_mode = RENAME_WORKS;
    g_assert_true(g_str_has_suffix(s.h->error_text, "No space left on device; the TPM has its "
                                                    "old state again"));
    g_assert_cmphex(tpm_run(s.h, TPM_PCR_READ), ==, TPM_RC_SUCCESS);
    g_assert_cmpmem(pcr, size, s.h->response, s.h->size);
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_HANDLE_1);

    g_assert_true(hw_tpm_load(s.h->host.tpms, 0, &state, &s.h->error));
    g_assert_cmphex(tpm_run(s.h, NV_READ_PUBLIC), ==, TPM_RC_SUCCESS);
    hw_tpm_state_clear(&state);
    scene_tear_down(&s);
}

static void test_directory_gone(void)
{
    Scene s;

    scene_set_up(&s);
    scene_start(&s);
    g_assert_cmpint(g_remove(s.path), ==, 0);
    g_assert_cmpint(g_rmdir(s.directory), ==, 0);
    g_assert_cmphex(tpm_run(s.h, NV_DEFINE), ==, TPM_RC_FAILURE);
    tpm_assert_logged(s.h, "No such file or directory");
    scene_tear_down(&s);
}

static void test_second_user_refused(void)
{
    Scene s;
    pid_t child;
    int status;

    scene_set_up(&s);
    child = -1;
    {
        int ready[2];
        int release[2];
        char byte = 0;

        g_assert_cmpint(pipe(ready), ==, 0);
        g_assert_cmpint(pipe(release), ==, 0);
        child = fork();
        if (child == 0) {
            close(release[1]);
            scene_start(&s);
            g_assert_cmpint(write(ready[1], &byte, 1), ==, 1);
            g_assert_cmpint(read(release[0], &byte, 1), ==, 0);
            scene_stop(&s);
            _exit(0);
        }
        g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
        g_assert_false(scene_add(&s));
        g_assert_nonnull(strstr(s.h->error_text, "tpm0: state: in use by another TPM: '"));
        scene_stop(&s);
        close(release[1]);
        g_assert_cmpint(waitpid(child, &status, 0), ==, child);
        close(release[0]);
        close(ready[0]);
        close(ready[1]);
    }
    scene_start(&s);
    scene_tear_down(&s);
}

typedef struct Damage {
    const char *name;
    const char *sentence;
    gsize keep; /* number of bytes to keep; 0: all */
    gsize flip; /* offset of a byte to change; 0: none */
} Damage;

static const Damage damages[] = {
    { "cut-within-the-content", "truncated or extended", 700, 0 },
    { "cut-within-the-header", "not a TPM state file", 19, 0 },
    { "of-another-kind", "not a TPM state file", 0, 1 },
    { "of-another-version", "unknown version of a TPM state file: 257, expected 1 or 2", 0, 10 },
    { "with-a-changed-byte", "damaged, its checksum does not match", 0, 500 },
};

static void test_damaged_refused(gconstpointer opaque)
{
    const Damage *damage = opaque;
    Scene s;
    char *text;
    char *after;
    gsize size;
    gsize size_after;

    scene_set_up(&s);
    scene_start(&s);
    scene_stop(&s);
    g_assert_true(g_file_get_contents(s.path, &text, &size, NULL));
    text[damage->flip] ^= damage->flip ? 1 : 0;
    size = damage->keep ? damage->keep : size;
    g_assert_true(g_file_set_contents(s.path, text, (gssize)size, NULL));
    g_assert_false(scene_add(&s));
    g_assert_nonnull(strstr(s.h->error_text, damage->sentence));
    g_assert_true(g_file_get_contents(s.path, &after, &size_after, NULL));
    g_assert_cmpmem(text, size, after, size_after);
    scene_stop(&s);
    g_free(after);

    after = scene_files(&s);
    g_assert_cmpstr(after, ==, "tpm0.state");
    g_free(after);
    g_free(text);
    scene_tear_down(&s);
}

/* The file is well-formed, but its content is not a state of libtpms. */
static void test_foreign_content_refused(void)
{
    static const char file[] = "HWTPM2NV"
                               "\0\0\0\1"
                               "\0\0\0\3"
                               "\x35\x24\x41\xc2"
                               "abc";
    Scene s;
    char *after;
    gsize size;

    scene_set_up(&s);
    g_assert_true(g_file_set_contents(s.path, file, sizeof(file) - 1, NULL));
    g_assert_false(scene_add(&s));
    g_assert_nonnull(strstr(s.h->error_text, "state: permanent state: libtpms refuses it: "));
    g_assert_true(g_file_get_contents(s.path, &after, &size, NULL));
    g_assert_cmpmem(file, sizeof(file) - 1, after, size);
    g_free(after);
    scene_tear_down(&s);
}

static void test_directory_refused(void)
{
    Scene s;

    scene_set_up(&s);
    g_assert_cmpint(g_mkdir(s.path, 0700), ==, 0);
    g_assert_false(scene_add(&s));
    g_assert_nonnull(strstr(s.h->error_text, "not a TPM state file"));
    scene_tear_down(&s);
}

static void test_fifo_refused(void)
{
    Scene s;

    scene_set_up(&s);
    g_assert_cmpint(mkfifo(s.path, 0600), ==, 0);
    g_assert_false(scene_add(&s));
    g_assert_nonnull(strstr(s.h->error_text, "not a TPM state file"));
    scene_tear_down(&s);
}

static void test_missing_directory_refused(void)
{
    TpmHarness *h = tpm_harness_new(false);

    g_assert_false(tpm_add(h, "libtpms", "tpm0", "state=/nonexistent/tpm0", NULL));
    g_assert_cmpstr(h->error_text, ==,
                    "tpm0: state: cannot make: "
                    "'/nonexistent/tpm0': No such file or directory");
    tpm_harness_free(h);
}

static void test_empty_name_refused(void)
{
    TpmHarness *h = tpm_harness_new(false);

    g_assert_false(tpm_add(h, "libtpms", "tpm0", "state=", NULL));
    g_assert_cmpstr(h->error_text, ==, "tpm0: state: invalid value '': expected a file name");
    tpm_harness_free(h);
}

static void test_unwritable_refused(void)
{
    Scene s;

    scene_set_up(&s);
    rename_mode = RENAME_FAILS;
    g_assert_false(scene_add(&s));
    rename_mode = RENAME_WORKS;
    g_assert_true(g_str_has_suffix(s.h->error_text, "No space left on device"));
    scene_tear_down(&s);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tpm-state/nv-index-survives-the-process", test_nv_survives);
    g_test_add_func("/tpm-state/nv-index-survives-a-restart-in-memory", test_nv_survives_a_restart);
    g_test_add_func("/tpm-state/without-a-file-nothing-survives", test_memory_does_not_survive);
    g_test_add_data_func("/tpm-state/pcr-does-not-survive-the-process", NULL,
                         test_pcr_does_not_survive);
    g_test_add_data_func("/tpm-state/pcr-does-not-survive-a-restart", "",
                         test_pcr_does_not_survive);
    g_test_add_func("/tpm-state/leaves-one-private-file", test_leaves_the_state_file_alone);
    g_test_add_func("/tpm-state/unchanged-is-not-written", test_unchanged_state_is_not_written);
    g_test_add_func("/tpm-state/symbolic-link-stays", test_symbolic_link_stays);
    g_test_add_func("/tpm-state/killed-before-the-rename-keeps-the-old",
                    test_killed_before_the_rename);
    g_test_add_func("/tpm-state/disk-full-fails-the-command-and-recovers", test_disk_full);
    g_test_add_func("/tpm-state/load/is-on-the-disk", test_loaded_survives);
    g_test_add_func("/tpm-state/load/killed-before-the-rename-keeps-the-old",
                    test_killed_in_a_load);
    g_test_add_func("/tpm-state/load/disk-full-refuses-and-keeps-the-old",
                    test_disk_full_in_a_load);
    g_test_add_func("/tpm-state/directory-gone-fails-the-command", test_directory_gone);
    g_test_add_func("/tpm-state/second-user-refused", test_second_user_refused);
    for (gsize i = 0; i < G_N_ELEMENTS(damages); i++) {
        char *path = g_strdup_printf("/tpm-state/refused-and-untouched/%s", damages[i].name);

        g_test_add_data_func(path, &damages[i], test_damaged_refused);
        g_free(path);
    }
    g_test_add_func("/tpm-state/refused-and-untouched/foreign-content",
                    test_foreign_content_refused);
    g_test_add_func("/tpm-state/refused/a-directory", test_directory_refused);
    g_test_add_func("/tpm-state/refused/a-fifo", test_fifo_refused);
    g_test_add_func("/tpm-state/refused/in-a-missing-directory", test_missing_directory_refused);
    g_test_add_func("/tpm-state/refused/empty-name", test_empty_name_refused);
    g_test_add_func("/tpm-state/refused/unwritable-at-start", test_unwritable_refused);
    return g_test_run();
}
