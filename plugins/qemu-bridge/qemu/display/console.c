/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugins/qemu-bridge/qemu/display/console.h"

#include <dlfcn.h>
#include <string.h>

typedef struct Name {
    const char *names[2]; /* up to 10.x, from 11.x on */
    size_t place;
} Name;

static const Name names[] = {
    { { "graphic_console_init", "qemu_graphic_console_create" }, offsetof(QemuConsoles, create) },
    { { "graphic_console_close", "qemu_graphic_console_close" }, offsetof(QemuConsoles, close) },
    { { "dpy_gfx_replace_surface", "qemu_console_set_surface" },
      offsetof(QemuConsoles, set_surface) },
    { { "dpy_gfx_update", "qemu_console_update" }, offsetof(QemuConsoles, update) },
    { { "qemu_create_displaysurface_from", "qemu_create_displaysurface_from" },
      offsetof(QemuConsoles, surface_from) },
};

static bool name_find(const Name *name, QemuConsoles *consoles)
{
    void *symbol = dlsym(RTLD_DEFAULT, name->names[0]);

    if (!symbol) {
        symbol = dlsym(RTLD_DEFAULT, name->names[1]);
    }
    memcpy((char *)consoles + name->place, &symbol, sizeof(symbol));
    return symbol != NULL;
}

const QemuConsoles *qemu_consoles(void)
{
    static QemuConsoles consoles;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!name_find(&names[i], &consoles)) {
            return NULL;
        }
    }
    return &consoles;
}
