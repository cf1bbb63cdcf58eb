/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and numbers of keys in QMP and HMP, and Linux's code of each. */
#ifndef OB_QMP_KEYS_H
#define OB_QMP_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ends with NULL. */
extern const char *const ob_key_names[];

/* Sets the key's code; 0 for the name "unmapped".  Returns false if no key has this name. */
bool ob_key_by_name(const char *name, size_t length, uint16_t *code);

/* The code of the key with this number; 0: none. */
uint16_t ob_key_by_number(int64_t number);

#endif
