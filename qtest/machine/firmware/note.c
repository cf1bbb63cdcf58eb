/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The note: a condensed list of the pointers that were written back, which outlasts a
 * suspend.  OVMF has such a list in its S3 boot script.  The stand-in keeps it in guest
 * memory, which migrates with a suspended machine.  The guest can write there, so the note
 * is checked like any input.
 */
#include "qtest/machine/firmware/stand-in-internal.h"

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"

#include <string.h>

#define NOTE_SIGNATURE "OB S3   "
enum {
    NOTE_LENGTH = 8,    /* 4 bytes: the length of the whole note */
    NOTE_CHECKSUM = 12, /* 1 byte: all bytes add up to 0 */
    NOTE_HEAD = 16,

    ENTRY_KEY = 0,          /* 2 bytes */
    ENTRY_POINTER_SIZE = 2, /* 1 byte */
    ENTRY_OFFSET = 4,       /* 4 bytes */
    ENTRY_VALUE = 8,        /* 8 bytes */
    ENTRY_SIZE = 16,
};

G_STATIC_ASSERT(NOTE_HEAD + FIRMWARE_FILES_MAX * ENTRY_SIZE <= FIRMWARE_NOTE_SIZE);

static uint8_t sum(const uint8_t *bytes, uint32_t size)
{
    uint8_t total = 0;

    for (uint32_t i = 0; i < size; i++) {
        total = (uint8_t)(total + bytes[i]);
    }
    return total;
}

void firmware_note_store(Firmware *f)
{
    uint8_t note[FIRMWARE_NOTE_SIZE] = NOTE_SIGNATURE;
    uint32_t length = NOTE_HEAD + f->write_count * ENTRY_SIZE;

    hw_store_le(note + NOTE_LENGTH, length, 4);
    for (uint32_t i = 0; i < f->write_count; i++) {
        uint8_t *entry = note + NOTE_HEAD + i * ENTRY_SIZE;

        hw_store_le(entry + ENTRY_KEY, f->writes[i].key, 2);
        hw_store_le(entry + ENTRY_POINTER_SIZE, f->writes[i].size, 1);
        hw_store_le(entry + ENTRY_OFFSET, f->writes[i].offset, 4);
        hw_store_le(entry + ENTRY_VALUE, f->writes[i].value, 8);
    }
    note[NOTE_CHECKSUM] = (uint8_t)-sum(note, length);
    ob_host_write(f->host, firmware_note_address(f), note, length);
}

void firmware_note_clear(Firmware *f)
{
    firmware_store(f, firmware_note_address(f), 0, 8);
}

static bool write_take(Firmware *f, const uint8_t *entry)
{
    FirmwareWrite *write = &f->writes[f->write_count++];

    *write = (FirmwareWrite) {
        .key = (uint16_t)hw_load_le(entry + ENTRY_KEY, 2),
        .size = entry[ENTRY_POINTER_SIZE],
        .offset = (uint32_t)hw_load_le(entry + ENTRY_OFFSET, 4),
        .value = hw_load_le(entry + ENTRY_VALUE, 8),
    };
    return write->size == 1 || write->size == 2 || write->size == 4 || write->size == 8;
}

bool firmware_note_load(Firmware *f, HwError *error)
{
    uint8_t note[FIRMWARE_NOTE_SIZE];
    uint32_t length;
    bool good;

    ob_host_read(f->host, firmware_note_address(f), note, sizeof(note));
    length = (uint32_t)hw_load_le(note + NOTE_LENGTH, 4);
    good = memcmp(note, NOTE_SIGNATURE, 8) == 0 && length >= NOTE_HEAD &&
           length <= NOTE_HEAD + FIRMWARE_FILES_MAX * ENTRY_SIZE && length % ENTRY_SIZE == 0 &&
           sum(note, length) == 0;
    for (uint32_t at = NOTE_HEAD; good && at < length; at += ENTRY_SIZE) {
        good = write_take(f, note + at);
    }
    return good || hw_error_set(error,
                                "the note of the last boot, at 0x%llx, is missing or "
                                "damaged",
                                (unsigned long long)firmware_note_address(f));
}
