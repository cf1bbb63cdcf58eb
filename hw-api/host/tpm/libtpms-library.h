/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The functions of libtpms, which is loaded when first used: its cryptographic library would cost
 * every host start time and memory. */
#ifndef HW_HOST_TPM_LIBTPMS_LIBRARY_H
#define HW_HOST_TPM_LIBTPMS_LIBRARY_H

#include "hw-api/hw-api.h"

#include <libtpms/tpm_library.h>
#include <libtpms/tpm_memory.h>
#include <libtpms/tpm_tis.h>

typedef struct HwLibtpms {
    __typeof__(TPMLIB_ChooseTPMVersion) *choose_version;
    __typeof__(TPMLIB_RegisterCallbacks) *register_callbacks;
    __typeof__(TPMLIB_SetDebugFD) *set_debug_fd;
    __typeof__(TPMLIB_SetBufferSize) *set_buffer_size;
    __typeof__(TPMLIB_MainInit) *main_init;
    __typeof__(TPMLIB_Terminate) *terminate;
    __typeof__(TPMLIB_Process) *process;
    __typeof__(TPMLIB_CancelCommand) *cancel;
    __typeof__(TPMLIB_GetState) *get_state;
    __typeof__(TPMLIB_SetState) *set_state;
    __typeof__(TPM_IO_TpmEstablished_Get) *established;
    __typeof__(TPM_Free) *release;
} HwLibtpms;

/* Loads libtpms, which then stays loaded.  NULL with a sentence.  One thread at a time. */
const HwLibtpms *hw_libtpms_load(HwError *error);

#endif
