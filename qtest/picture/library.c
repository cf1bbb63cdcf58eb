/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/picture/library.h"

#include <dlfcn.h>
#include <string.h>

#include "hw-api/device/error.h"

static bool symbols_find(const ObLibrary *library, void *handle, HwError *error)
{
    for (size_t i = 0; i < library->count; i++) {
        void *symbol = dlsym(handle, library->symbols[i].name);

        if (!symbol) {
            return hw_error_set(error, "%s does not have %s, expected the release of Debian 12",
                                library->file, library->symbols[i].name);
        }
        memcpy((char *)library->table + library->symbols[i].place, &symbol, sizeof(symbol));
    }
    return true;
}

bool ob_library_load(ObLibrary *library, HwError *error)
{
    void *handle;

    if (library->is_loaded) {
        return true;
    }
    handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        return hw_error_set(error, "cannot load %s: %s, expected the package %s to be installed",
                            library->file, dlerror(), library->package);
    }
    library->is_loaded = symbols_find(library, handle, error);
    if (!library->is_loaded) {
        dlclose(handle);
    }
    return library->is_loaded;
}
