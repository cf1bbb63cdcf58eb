/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/library/library.h"

#include "hw-api/device/error.h"

#include <dlfcn.h>
#include <string.h>

static bool symbols_find(const HwLibrary *library, void *handle, HwError *error)
{
    for (size_t i = 0; i < library->count; i++) {
        void *symbol = dlsym(handle, library->symbols[i].name);

        if (!symbol) {
            return hw_error_set(error, "%s does not have %s, expected %s or later", library->file,
                                library->symbols[i].name, library->release);
        }
        memcpy((char *)library->table + library->symbols[i].place, &symbol, sizeof(symbol));
    }
    return true;
}

bool hw_library_load(HwLibrary *library, HwError *error)
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
