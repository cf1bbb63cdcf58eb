/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * EDK2 sets our ramfb up and draws its shell there.  A second machine with QEMU's own ramfb comes to
 * the same picture.
 */
#include <glib.h>

#include "qtest/client/drivers/screen.h"
#include "qtest/picture/picture.h"

#define LIMIT_S 120

typedef struct Platform {
    const char *path;
    const char *program; /* the variable with QEMU's path */
    const char *machine;
    const char *firmware;
} Platform;

static const Platform platforms[] = {
    { "/guest-screen/q35/edk2-draws-its-shell", "OB_QEMU", "-machine q35 -m 128",
      "/usr/share/OVMF/OVMF_CODE_4M.fd" },
    { "/guest-screen/virt/edk2-draws-its-shell", "OB_QEMU_AARCH64",
      "-machine virt -cpu cortex-a57 -m 256", "/usr/share/AAVMF/AAVMF_CODE.fd" },
};

static ObClient *start(const Platform *platform, const char *device)
{
    g_autofree char *arguments = g_strdup_printf(
        "%s -nodefaults -drive if=pflash,format=raw,readonly=on,file=%s %s", platform->machine,
        platform->firmware, device);
    const ObStart start = { .program = g_getenv(platform->program),
                            .arguments = arguments,
                            .accelerator = "tcg" };
    HW_ERROR(error, 4096);
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
    return c;
}

/* The shell's prompt is yellow, and nothing else before it is. */
static bool has_prompt(const ObPicture *picture)
{
    uint32_t count = 0;

    for (uint32_t y = 0; y < picture->height; y++) {
        const uint8_t *pixel = ob_picture_line(picture, y);

        for (uint32_t x = 0; x < picture->width; x++, pixel += 3) {
            count += pixel[0] > 0xc0 && pixel[1] > 0xc0 && pixel[2] < 0x80;
        }
    }
    return count > 100;
}

static bool same(const ObPicture *ours, const ObPicture *theirs)
{
    ObPicture differing = { 0 };
    uint64_t count = 1;
    HW_ERROR(error, 256);
    bool compared = ob_picture_compare(theirs, ours, NULL, 0, &differing, &count, &error);

    ob_picture_clear(&differing);
    return compared && count == 0;
}

/* The guests run, so that their pictures may differ for a while. */
static bool both_at_the_prompt(ObClient *const clients[2])
{
    ObPicture pictures[2];
    bool done;

    g_assert_true(ob_client_screen_take(clients[0], NULL, 0, &pictures[0]));
    g_assert_true(ob_client_screen_take(clients[1], NULL, 0, &pictures[1]));
    done = has_prompt(&pictures[0]) && same(&pictures[0], &pictures[1]);
    ob_picture_clear(&pictures[0]);
    ob_picture_clear(&pictures[1]);
    return done;
}

static void test_edk2(gconstpointer data)
{
    const Platform *platform = data;
    gint64 limit = g_get_monotonic_time() + LIMIT_S * G_USEC_PER_SEC;
    g_autofree char *ours = g_strdup_printf("-plugin file=%s -device outboard-ramfb",
                                            g_getenv("OUTBOARD_BRIDGE"));
    ObClient *clients[2];
    bool done = false;

    if (!g_file_test(platform->firmware, G_FILE_TEST_EXISTS)) {
        g_test_skip("EDK2 does not exist: run scripts/setup guest");
        return;
    }
    clients[0] = start(platform, ours);
    clients[1] = start(platform, "-device ramfb");
    /* Pictures cost the guests' time: one every half second. */
    while (!done && g_get_monotonic_time() < limit) {
        g_assert_null(ob_client_qmp_event(clients[0], "SHUTDOWN", 500));
        done = both_at_the_prompt(clients);
    }
    g_assert_true(done);
    ob_client_quit(clients[0]);
    ob_client_quit(clients[1]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(platforms); i++) {
        if (g_getenv(platforms[i].program)) {
            g_test_add_data_func(platforms[i].path, &platforms[i], test_edk2);
        }
    }
    return g_test_run();
}
