/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/display/screen-pair.h"

#include "qtest/client/drivers/screen.h"

ScreenPair screen_pair;

static ObClient *start(const char *options)
{
    g_autofree char *arguments = g_strdup_printf("-M q35 -m 16M -nodefaults %s", options);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"),
                            .accelerator = g_getenv("OB_ACCELERATOR"),
                            .arguments = arguments };
    HW_ERROR(error, 4096);
    ObClient *client = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return client;
}

ObClient *screen_machine_start(const char *options)
{
    g_autofree char *ours = g_strdup_printf("%s %s", g_getenv("OB_ARGUMENTS"), options);

    return start(ours);
}

void screen_pair_start(void)
{
    g_autofree char *ours = g_strdup_printf("%s -device %s", g_getenv("OB_ARGUMENTS"),
                                            g_getenv("OB_DEVICE"));

    screen_pair.clients[screen_pair.count++] = start(ours);
    if (g_getenv("OB_TWIN")) {
        screen_pair.clients[screen_pair.count++] = start(g_getenv("OB_TWIN"));
    }
}

int screen_tests_run(void)
{
    int status = g_test_run();

    for (guint i = 0; i < screen_pair.count; i++) {
        ob_client_quit(screen_pair.clients[i]);
    }
    return status;
}

typedef struct Row {
    ScreenTest *function;
    gconstpointer data;
} Row;

static void row_run(gconstpointer data)
{
    const Row *row = data;

    row->function(&screen_pair, row->data);
}

void screen_test_add(const char *path, ScreenTest *function, gconstpointer data)
{
    Row *row = g_new(Row, 1);

    *row = (Row) { function, data };
    g_test_add_data_func_full(path, row, row_run, g_free);
}

void screen_alone(ScreenPair *f, gconstpointer data, ScreenTest *function)
{
    ScreenPair ours = *f;

    ours.count = 1;
    function(&ours, data);
}

bool screen_moves(void)
{
    return g_getenv("OB_MIGRATE_EVERY") != NULL;
}

void screen_noise(ObClient *c, uint64_t address, size_t size, uint32_t seed)
{
    g_autofree uint8_t *bytes = g_malloc(size);

    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(seed >> 24);
    }
    ob_client_memwrite(c, address, bytes, size);
}

static void same_expect(ScreenPair *f, const ObPicture *ours)
{
    ObPicture theirs, differing;
    uint64_t count;
    HW_ERROR(error, 256);

    g_assert_true(ob_client_screen_take(f->clients[1], NULL, 0, &theirs));
    if (!ob_picture_compare(&theirs, ours, NULL, 0, &differing, &count, &error)) {
        g_error("%s", error.text);
    }
    g_assert_cmpuint(count, ==, 0);
    ob_picture_clear(&differing);
    ob_picture_clear(&theirs);
}

void screen_take(ScreenPair *f, ObPicture *picture)
{
    g_assert_true(ob_client_screen_take(f->clients[0], NULL, 0, picture));
    if (f->count > 1) {
        same_expect(f, picture);
    }
}
