/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/tpm/libtpms-library.h"

#include "hw-api/host/library/library.h"

static const HwLibrarySymbol symbols[] = {
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
    static HwLibtpms table;
    static HwLibrary library = { .file = "libtpms.so.0",
                                 .package = "libtpms0 (Debian) or libtpms (Fedora)",
                                 .release = "libtpms 0.6",
                                 .symbols = symbols,
                                 .count = sizeof(symbols) / sizeof(symbols[0]),
                                 .table = &table };

    return hw_library_load(&library, error) ? &table : NULL;
}
