/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The QMP command about screens. */
#include <string.h>

#include "qtest/host/qmp/qmp.h"
#include "qtest/host/run/screens.h"
#include "qtest/picture/picture.h"

static HwScreen *screen_of(ObQmpCall *call, const char *device, json_int_t head)
{
    bool no_device;
    HW_ERROR(error, 512);
    HwScreen *screen = ob_screen_find(call->system->host, device, head, &no_device, &error);

    if (!screen) {
        ob_qmp_fail(call, no_device ? OB_QMP_NO_DEVICE : OB_QMP_GENERIC, "%s", error.text);
    }
    return screen;
}

static HwScreen *screen_find(ObQmpCall *call)
{
    const char *device = ob_qmp_string(call, "device");
    const json_t *head = json_object_get(call->arguments, "head");
    HwScreen *screen;

    if (device) {
        return screen_of(call, device, json_integer_value(head));
    }
    if (head) {
        ob_qmp_fail(call, OB_QMP_GENERIC, "'head' must be specified together with 'device'");
        return NULL;
    }
    screen = ob_screen_first(call->system->host);
    if (!screen) {
        ob_qmp_fail(call, OB_QMP_GENERIC, "There is no console to take a screendump from");
    }
    return screen;
}

static bool format_parse(ObQmpCall *call, ObPictureFormat *format)
{
    const char *name = ob_qmp_string(call, "format");

    *format = name && strcmp(name, "png") == 0 ? OB_PICTURE_PNG : OB_PICTURE_PPM;
    return !name || *format == OB_PICTURE_PNG || strcmp(name, "ppm") == 0 ||
           ob_qmp_fail(call, OB_QMP_GENERIC, "Parameter 'format' does not accept value '%s'", name);
}

json_t *ob_qmp_screendump(ObQmpCall *call)
{
    ObPictureFormat format;
    HwScreen *screen = format_parse(call, &format) ? screen_find(call) : NULL;
    ObPicture picture = { 0 };
    HW_ERROR(error, 512);
    bool done;

    if (!screen) {
        return NULL;
    }
    done = ob_picture_of_screen(&picture, screen, &error) &&
           ob_picture_write(&picture, ob_qmp_string(call, "filename"), format, &error);
    ob_picture_clear(&picture);
    return done ? json_object() : ob_qmp_fail(call, OB_QMP_GENERIC, "%s", error.text);
}
