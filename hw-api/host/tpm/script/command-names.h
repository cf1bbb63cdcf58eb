/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command codes by name: TPM 2.0 Library part 2, 6.5.2. */
#ifndef HW_HOST_TPM_COMMAND_NAMES_H
#define HW_HOST_TPM_COMMAND_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* Reads "GetRandom", with or without "TPM2_" and in any case, or a number such as 0x17b.  False:
 * neither. */
bool hw_tpm_command_code(const char *text, uint32_t *code);

#endif
