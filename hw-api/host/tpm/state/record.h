/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The form of a state file.  Numbers are big-endian.  A record is a header and the content:
 *
 *   8 bytes "HWTPM2NV", u32 version, u32 length of the content, u32 CRC-32 (IEEE 802.3),
 *   version 2 only: u32 sequence, which the CRC covers too
 *
 * A file that is replaced at each write is one record of version 1.  A file that is written in
 * place has two slots, for records of version 2.  The record with the larger sequence counts, and the
 * next write goes to the other slot.  So a write that breaks off does no harm.  The first write in
 * place to a file of one record goes to the second slot; the one record counts as sequence 0.
 */
#ifndef HW_HOST_TPM_STATE_RECORD_H
#define HW_HOST_TPM_STATE_RECORD_H

#include "hw-api/hw-api.h"

#define HW_STATE_SLOTS       2
#define HW_STATE_SLOT_SIZE   (512 * 1024)
#define HW_STATE_HEADER_MAX  24
#define HW_STATE_CONTENT_MAX (HW_STATE_SLOT_SIZE - HW_STATE_HEADER_MAX)

/* A record found in a file. */
typedef struct HwStateRecord {
    uint32_t slot;
    uint32_t sequence;
    const uint8_t *content; /* in the file's bytes */
    uint32_t size;
} HwStateRecord;

/* Finds the record that counts.  False with a sentence without the file's name. */
bool hw_state_record_find(const uint8_t *bytes, size_t size, HwStateRecord *record, HwError *error);

/* Makes a header of version 1, or of version 2 with `sequence`; returns its size. */
uint32_t hw_state_record_header(uint8_t header[HW_STATE_HEADER_MAX], const uint8_t *content,
                                uint32_t size, const uint32_t *sequence);

#endif
