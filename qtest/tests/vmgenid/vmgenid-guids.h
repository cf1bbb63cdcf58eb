/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The GUIDs of the tests: as text, and as bytes in guest memory. */
#ifndef OB_TESTS_VMGENID_VMGENID_GUIDS_H
#define OB_TESTS_VMGENID_VMGENID_GUIDS_H

/* The example of the SMBIOS specification 3.0.0, 7.2.1. */
#define GUID     "00112233-4455-6677-8899-aabbccddeeff"
#define GUID_LE  "\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff"

#define OTHER    "12345678-9abc-def0-1122-334455667788"
#define OTHER_LE "\x78\x56\x34\x12\xbc\x9a\xf0\xde\x11\x22\x33\x44\x55\x66\x77\x88"

#endif
