/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/libtpms-library.h"

#include "hw-api/device/error.h"

#include <dlfcn.h>
#include <string.h>

#define LIBRARY "libtpms.so.0"

typedef struct Symbol {
    const char *name;
    size_t place; /* offset in HwLibtpms */
} Symbol;

static const Symbol symbols[] = {
    { "TPMLIB_ChooseTPMVersion", offsetof(HwLibtpms, choose_version) },
    { "TPMLIB_RegisterCallbacks", offsetof(HwLibtpms, register_callbacks) },
    { "TPMLIB_SetDebugFD", offsetof(HwLibtpms, set_debug_fd) },
    { "TPMLIB_SetBufferSize", offsetof(HwLibtpms, set_buffer_size) },
    { "TPMLIB_MainInit", offsetof(HwLibtpms, main_init) },
    { "TPMLIB_Terminate", offsetof(HwLibtpms, terminate) },
    { "TPMLIB_Process", offsetof(HwLibtpms, process) },
    { "TPMLIB_CancelCommand", offsetof(HwLibtpms, cancel) },
    { "TPMLIB_GetState", offsetof(HwLibtpms, get_state) },
    { "TPMLIB_SetState", offsetof(HwLibtpms, set_state) },
    { "TPM_IO_TpmEstablished_Get", offsetof(HwLibtpms, established) },
    { "TPM_Free", offsetof(HwLibtpms, release) },
};

const HwLibtpms *hw_libtpms_load(HwError *error)
{
    static HwLibtpms library;
    static bool loaded;
    void *handle;

    if (loaded) {
        return &library;
    }
    handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        hw_error_set(error,
                     "cannot load " LIBRARY ": %s, expected the package libtpms0 "
                     "(Debian) or libtpms (Fedora) to be installed",
                     dlerror());
        return NULL;
    }
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        void *symbol = dlsym(handle, symbols[i].name);

        if (!symbol) {
            dlclose(handle);
            hw_error_set(error, LIBRARY " does not have %s, expected libtpms 0.6 or later",
                         symbols[i].name);
            return NULL;
        }
        memcpy((char *)&library + symbols[i].place, &symbol, sizeof(symbol));
    }
    loaded = true;
    return &library;
}
