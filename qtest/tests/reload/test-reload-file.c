/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file of a set that is being worked on: overwritten in place, half written, gone. */
#include <glib/gstdio.h>

#include "qtest/tests/reload/flask-host.h"

static char *scratch_path(void)
{
    g_autofree char *directory = g_dir_make_tmp("outboard-reload-XXXXXX", NULL);

    g_assert_nonnull(directory);
    return g_build_filename(directory, "flask.so", NULL);
}

static void scratch_remove(char *path)
{
    g_autofree char *directory = g_path_get_dirname(path);

    g_remove(path);
    g_rmdir(directory);
    g_free(path);
}

/* Into the same inode, as cp does; `part` of the bytes. */
static void file_overwrite(const char *path, const char *version, double part)
{
    g_autofree char *from = flask_file(version);
    g_autofree char *bytes = NULL;
    gsize size;
    FILE *file = g_fopen(path, "wb");

    g_assert_true(g_file_get_contents(from, &bytes, &size, NULL));
    size = (gsize)((double)size * part);
    g_assert_nonnull(file);
    g_assert_cmpuint(fwrite(bytes, 1, size, file), ==, size);
    fclose(file);
}

static bool reload(FlaskHost *f, const char *path)
{
    f->text[0] = '\0';
    return ob_host_reload_plugin(f->host, "flask", path, &f->result, &f->error);
}

static void test_overwritten_in_place(FlaskHost *f, gconstpointer data)
{
    char *path = scratch_path();

    (void)data;
    file_overwrite(path, "first", 1);
    g_assert_true(reload(f, path));
    file_overwrite(path, "code", 1);
    flask_assert_same(f); /* the code that runs is a copy */
    g_assert_true(reload(f, path));
    g_assert_cmpstr(f->text, ==, "");
    flask_drip(f);
    g_assert_cmpuint(flask_read(f, FLASK_DROPS), ==, FLASK_DROPS_THEN + 10);
    scratch_remove(path);
}

/* Without a path it is the file from before. */
static void test_path_is_kept(FlaskHost *f, gconstpointer data)
{
    char *path = scratch_path();

    (void)data;
    file_overwrite(path, "first", 1);
    g_assert_true(reload(f, path));
    file_overwrite(path, "code", 1);
    g_assert_true(reload(f, NULL));
    flask_drip(f);
    g_assert_cmpuint(flask_read(f, FLASK_DROPS), ==, FLASK_DROPS_THEN + 10);
    scratch_remove(path);
}

static void refused(FlaskHost *f, const char *path, const char *reason)
{
    g_assert_false(reload(f, path));
    g_assert_nonnull(g_strstr_len(f->text, -1, reason));
    flask_assert_same(f);
}

static void test_half_written(FlaskHost *f, gconstpointer data)
{
    char *path = scratch_path();

    (void)data;
    file_overwrite(path, "code", 0);
    refused(f, path, "is not a shared object: expected an ELF file");
    file_overwrite(path, "code", 0.001);
    refused(f, path, "is truncated");
    for (double part = 0.1; part < 0.95; part += 0.1) {
        file_overwrite(path, "code", part);
        refused(f, path, "is truncated");
    }
    file_overwrite(path, "code", 1);
    g_assert_true(reload(f, path));
    scratch_remove(path);
}

static void test_missing(FlaskHost *f, gconstpointer data)
{
    (void)data;
    refused(f, "/none/flask.so", "/none/flask.so: can't be opened: No such file or directory");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FLASK_TEST("/reload/file/overwritten-in-place", NULL, test_overwritten_in_place);
    FLASK_TEST("/reload/file/its-path-is-kept", NULL, test_path_is_kept);
    FLASK_TEST("/reload/file/half-written-is-refused", NULL, test_half_written);
    FLASK_TEST("/reload/file/missing-is-refused", NULL, test_missing);
    return g_test_run();
}
