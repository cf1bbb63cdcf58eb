/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fw_cfg files and the event of vmgenid, for the guest and its firmware; see vmgenid.rst. */
#ifndef VMGENID_REGS_H
#define VMGENID_REGS_H

#define VMGENID_GUID_FILE "etc/vmgenid_guid"
#define VMGENID_ADDR_FILE "etc/vmgenid_addr"

/* The GUID's offset in the blob.  Firmware would take a GUID at the start for a table's header.
 * An SDT header has 36 bytes, and the GUID has to be 8-aligned. */
#define VMGENID_GUID_OFFSET 0x28
#define VMGENID_BLOB_SIZE   0x1000
#define VMGENID_ADDR_SIZE   8

#define VMGENID_GPE         5 /* \_GPE._E05 on a PC */

#endif
