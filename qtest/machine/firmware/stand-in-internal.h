/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of the firmware stand-in. */
#ifndef OB_MACHINE_FIRMWARE_STAND_IN_INTERNAL_H
#define OB_MACHINE_FIRMWARE_STAND_IN_INTERNAL_H

#include <glib.h>

#include "hw-api/host/acpi/loader-script.h"
#include "qtest/machine/firmware/stand-in.h"

enum { FIRMWARE_FILES_MAX = 64 };

/*
 * The segment that firmware owns, counted from RAM's start: the note for a resume, scratch
 * memory, then the files allocated there.
 */
enum {
    FIRMWARE_SEGMENT = 0xf0000,
    FIRMWARE_NOTE_SIZE = 0x800,
    FIRMWARE_SCRATCH_SIZE = 0x1800,
    FIRMWARE_SEGMENT_SIZE = 0x10000,
};

/* A file that was allocated in guest memory. */
typedef struct FirmwareBlob {
    char name[HW_LOADER_NAME_SIZE];
    uint64_t address;
    uint32_t size;
    bool opaque; /* a pointer leads to data other than an ACPI table */
} FirmwareBlob;

/* An entry of fw_cfg's directory. */
typedef struct FirmwareFile {
    char name[HW_LOADER_NAME_SIZE];
    uint32_t size;
    uint16_t key;
} FirmwareFile;

/* A pointer that is written back again at a resume. */
typedef struct FirmwareWrite {
    uint16_t key;
    uint8_t size;
    uint32_t offset;
    uint64_t value;
} FirmwareWrite;

typedef struct Firmware {
    ObHost *host;
    ObFirmwareReport report;

    uint64_t scratch;      /* guest memory for descriptors and the directory */
    uint64_t segment_next; /* the free rest of the segment where guests look for an RSDP */
    uint64_t segment_end;
    uint64_t low_floor; /* RAM below 4 GiB, allocated from the top */
    uint64_t low_top;
    uint64_t high_floor; /* RAM above; floor equals top: none */
    uint64_t high_top;

    FirmwareFile files[FIRMWARE_FILES_MAX];
    uint32_t file_count;
    FirmwareBlob blobs[FIRMWARE_FILES_MAX];
    uint32_t blob_count;
    FirmwareWrite writes[FIRMWARE_FILES_MAX];
    uint32_t write_count;
    uint8_t *script;
    uint32_t script_size;
} Firmware;

/* -------------------------------------------- memory.c */

bool firmware_memory_init(Firmware *f, HwError *error);

/* Returns 0 if there is no room.  `low`: below 4 GiB. */
uint64_t firmware_allocate(Firmware *f, uint32_t size, uint32_t alignment, bool low);
uint64_t firmware_allocate_in_segment(Firmware *f, uint32_t size, uint32_t alignment);

/* The address of the note for a resume. */
uint64_t firmware_note_address(const Firmware *f);

/* Little-endian numbers of up to 8 bytes. */
uint64_t firmware_load(const Firmware *f, uint64_t address, uint32_t size);
void firmware_store(Firmware *f, uint64_t address, uint64_t value, uint32_t size);

/* -------------------------------------------- fw-cfg-port.c */

/* The first checks that the device is there and has DMA; the second reads its directory. */
bool firmware_fw_cfg_check(const Firmware *f, HwError *error);
bool firmware_directory_read(Firmware *f, HwError *error);

/* The file of this name; NULL if there is none. */
const FirmwareFile *firmware_file(const Firmware *f, const char *name);

/* DMA: reads the whole file to `address`, or writes `size` bytes at `offset` of an item.
 * Returns false if the device reports an error. */
bool firmware_file_read(Firmware *f, const FirmwareFile *file, uint64_t address);
bool firmware_item_write(Firmware *f, const FirmwareWrite *write);

/* -------------------------------------------- script.c */

/* Returns false and sets `error`, which names the command, on failure. */
bool firmware_script_run(Firmware *f, HwError *error);

/* -------------------------------------------- note.c */

/* Stores the note of the pointers that were written back, in place of an earlier boot's. */
void firmware_note_store(Firmware *f);
void firmware_note_clear(Firmware *f);
bool firmware_note_load(Firmware *f, HwError *error);

#endif
