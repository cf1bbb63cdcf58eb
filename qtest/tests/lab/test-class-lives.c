/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine leaves nothing behind: no memory, descriptor or thread, whatever its devices have done.
 */
#include "qtest/machine/core/reload.h"
#include "qtest/tests/lab/random-steps.h"
#include "qtest/tests/lab/class-hosts.h"
#include "qtest/tests/lib/host-stream.h"
#include "qtest/tests/lib/left/left.h"
#include "qtest/tests/lib/sanitized.h"

#define STEPS 40
#define LIVES (devices_are_sanitized() ? 1 : 3) /* loading takes a sanitizer long */

/* A machine works, moves to another, is reloaded and works on.  libtpms has one TPM a process. */
static void live(const ClassHost *row)
{
    ObHost *first = class_host_new(row);
    ObHost *second;
    g_autoptr(GByteArray) stream = NULL;
    HwReloadResult result;
    HW_ERROR(error, 400);

    random_steps(first, 1, STEPS);
    stream = host_stream_save(first);
    ob_host_free(first);
    second = class_host_new(row);
    host_stream_load(second, stream);
    g_assert_true(ob_host_reload_plugin(second, NULL, NULL, &result, &error));
    random_steps(second, 2, STEPS);
    ob_host_free(second);
}

static void test_lives(gconstpointer row)
{
    Left before;

    for (int i = 0; i < LIVES; i++) {
        live(row);
    }
    before = left_now();
    for (int i = 0; i < LIVES; i++) {
        live(row);
        left_expect(&before, "a life");
    }
}

int main(int argc, char **argv)
{
    const ClassHost *row;

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; (row = class_host_at(i)); i++) {
        g_autofree char *path = g_strdup_printf("/class-lives/%zu-%s", i, class_host_name(row));

        g_test_add_data_func(path, row, test_lives);
    }
    return g_test_run();
}
