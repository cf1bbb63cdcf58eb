/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GUIDs in memory, by Microsoft's specification: the first three fields are little-endian, the
 * other bytes are in the order of the text. */
#ifndef VMGENID_GUID_H
#define VMGENID_GUID_H

#include <stdbool.h>
#include <stdint.h>

#define GUID_SIZE 16
#define GUID_TEXT 37 /* with the terminating zero */
#define GUID_FORM "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX in hexadecimal"

/* Returns false, and leaves `guid` unchanged, if `text` is malformed. */
bool guid_parse(const char *text, uint8_t guid[GUID_SIZE]);
void guid_format(const uint8_t guid[GUID_SIZE], char text[GUID_TEXT]);

/* A random GUID (RFC 4122, 4.4). */
bool guid_random(uint8_t guid[GUID_SIZE]);

#endif
