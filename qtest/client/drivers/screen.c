/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/drivers/screen.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/transport.h"
#include "qtest/machine/core/host.h"
#include "qtest/picture/picture.h"
#include "qtest/text/json.h"

/* ------------------------------------------------------------------ taking pictures */

static HwScreen *screen_find(const ObHost *host, const char *device, uint32_t head)
{
    HwScreen *screen = NULL;
    HwInstance *instance;

    for (uint32_t i = 0; !screen && (instance = ob_host_device_at(host, i)); i++) {
        if (!device || strcmp(instance->id, device) == 0) {
            screen = hw_screen_at(instance, head);
        }
    }
    return screen;
}

static bool take_in_process(ObHost *host, const char *device, uint32_t head, ObPicture *picture,
                            HwError *error)
{
    HwScreen *screen = screen_find(host, device, head);

    if (!screen) {
        return hw_error_set(error, "%s: the machine has no screen %" PRIu32,
                            device ? device : "any device", head);
    }
    return ob_picture_of_screen(picture, screen, error);
}

/* PPM is the format that each QEMU writes. */
static bool take_by_qmp(ObClient *client, const char *device, uint32_t head, ObPicture *picture,
                        HwError *error)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "screen.ppm", NULL);
    json_t *arguments = json_pack("{s:o}", "filename", ob_json_text(path));
    json_t *answer;
    bool done;

    if (device) {
        ob_json_set(arguments, "device", ob_json_text(device));
        ob_json_set(arguments, "head", json_integer((json_int_t)head));
    }
    answer = ob_client_qmp(client, "screendump", arguments, NULL);
    done = answer && ob_picture_read(picture, path, error);
    json_decref(answer);
    ob_scratch_free(scratch);
    return done;
}

bool ob_client_screen_take(ObClient *client, const char *device, uint32_t head, ObPicture *picture)
{
    ObHost *host = ob_client_host(client);
    HW_ERROR(error, 512);
    bool done;

    *picture = (ObPicture) { 0 };
    done = host ? take_in_process(host, device, head, picture, &error)
                : take_by_qmp(client, device, head, picture, &error);
    if (!done && !ob_client_failed(client)) {
        ob_client_fail(client, "can't take a picture of the screen: %s", error.text);
    }
    return done;
}

/* ------------------------------------------------------------------------ comparing */

/* Returns the name of the file that gets this picture; the caller frees it. */
static char *file_of(const char *picture, const char *what)
{
    g_autofree char *base = g_path_get_basename(picture);
    char *dot = strrchr(base, '.');
    const char *directory = g_getenv("OB_PICTURES");

    if (dot) {
        *dot = '\0';
    }
    return g_strdup_printf("%s/%s-%s.png", directory ? directory : ".", base, what);
}

static char *file_write(const char *picture, const char *what, const ObPicture *pixels)
{
    char *path = file_of(picture, what);
    HW_ERROR(error, 512);

    if (!ob_picture_write(pixels, path, OB_PICTURE_PNG, &error)) {
        g_free(path);
        return g_strdup(error.text);
    }
    return path;
}

static void report(ObClient *client, const char *picture, uint64_t count, const ObPicture *expected,
                   const ObPicture *seen, const ObPicture *differing)
{
    g_autofree char *expected_file = file_write(picture, "expected", expected);
    g_autofree char *seen_file = file_write(picture, "seen", seen);
    g_autofree char *differing_file = file_write(picture, "differing", differing);

    ob_client_fail(client,
                   "the screen differs from %s in %" PRIu64 " of %" PRIu64 " pixels\n"
                   "  expected:  %s\n  seen:      %s\n  differing: %s",
                   picture, count, (uint64_t)expected->width * expected->height, expected_file,
                   seen_file, differing_file);
}

static void compare(ObClient *client, const char *picture, const ObPicture *expected,
                    const ObPicture *seen, const ObPicture *mask, uint32_t tolerance)
{
    ObPicture differing = { 0 };
    uint64_t count;
    HW_ERROR(error, 512);

    if (!ob_picture_compare(expected, seen, mask, tolerance, &differing, &count, &error)) {
        g_autofree char *file = file_write(picture, "seen", seen);

        ob_client_fail(client, "%s: %s\n  seen: %s", picture, error.text, file);
    } else if (count) {
        report(client, picture, count, expected, seen, &differing);
    }
    ob_picture_clear(&differing);
}

static bool write_instead(ObClient *client, const char *picture, const ObPicture *seen)
{
    HW_ERROR(error, 512);

    if (g_strcmp0(g_getenv("OB_WRITE_PICTURES"), "1") != 0) {
        return false;
    }
    if (!ob_picture_write(seen, picture, OB_PICTURE_PNG, &error)) {
        ob_client_fail(client, "%s", error.text);
    }
    return true;
}

void ob_client_screen_expect(ObClient *client, const char *picture, const char *mask,
                             uint32_t tolerance)
{
    ObPicture expected = { 0 }, seen, hidden = { 0 };
    HW_ERROR(error, 512);

    if (ob_client_failed(client) || !ob_client_screen_take(client, NULL, 0, &seen)) {
        return;
    }
    if (!write_instead(client, picture, &seen)) {
        if (ob_picture_read(&expected, picture, &error) &&
            (!mask || ob_picture_read(&hidden, mask, &error))) {
            compare(client, picture, &expected, &seen, mask ? &hidden : NULL, tolerance);
        } else {
            ob_client_fail(client, "%s", error.text);
        }
    }
    ob_picture_clear(&expected);
    ob_picture_clear(&seen);
    ob_picture_clear(&hidden);
}
