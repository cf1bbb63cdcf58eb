/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the guest and its firmware see of vmgenid; see vmgenid.rst. */
#ifndef VMGENID_REGS_H
#define VMGENID_REGS_H

#define VMGENID_GUID_FILE "etc/vmgenid_guid"
#define VMGENID_ADDR_FILE "etc/vmgenid_addr"

/* Of the blob, in which firmware would take a GUID at the start for a table's header: an
 * SDT header has 36 bytes, and the GUID is to be 8-aligned. */
#define VMGENID_GUID_OFFSET 0x28
#define VMGENID_BLOB_SIZE   0x1000
#define VMGENID_ADDR_SIZE   8

#define VMGENID_GPE 5               /* \_GPE._E05 on a PC */

#endif
