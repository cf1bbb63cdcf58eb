/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine with the test's own files, and the script that the firmware stand-in runs over
 * them. */
#ifndef OB_TESTS_MACHINE_FIRMWARE_STAND_IN_BENCH_H
#define OB_TESTS_MACHINE_FIRMWARE_STAND_IN_BENCH_H

#include "hw-api/ext/acpi.h"
#include "hw-api/host/acpi/tables.h"
#include "qtest/machine/firmware/stand-in.h"
#include "qtest/tests/lib/gadget.h"

#define BENCH_BLOB      "etc/blob"    /* 0x2000 bytes */
#define BENCH_POINTER   "etc/pointer" /* 8 bytes, guest-writable */
#define BENCH_BLOB_SIZE 0x2000u

typedef struct Bench {
    GadgetHost fixture;
    HwAcpiBuffer script;
    uint8_t blob[BENCH_BLOB_SIZE];
    uint8_t pointer[8];
    ObFirmwareReport report;
    GString *writes; /* "0+8 " for each of the guest's writes */
} Bench;

void bench_set_up(Bench *b, gconstpointer machine);
void bench_tear_down(Bench *b, gconstpointer data);

/* clang-format off */
#define BENCH(path, machine, function) \
    g_test_add("/firmware-stand-in/" path, Bench, machine, bench_set_up, function, \
               bench_tear_down)
/* clang-format on */

/* The bytes belong to the caller, and must stay valid. */
void bench_file_add(Bench *b, const char *name, uint8_t *bytes, uint32_t size, bool writable);

/* Add commands to the script: allocate BLOB, and write its address back to POINTER. */
void allocate(Bench *b, uint32_t alignment, uint32_t zone);
void write_back(Bench *b);

bool boot(Bench *b);
void boot_well(Bench *b); /* must succeed */

/* Expects a resume that fails and writes nothing. */
void resume_refused(Bench *b);

/* The blob's address, which was written back. */
uint64_t blob_address(Bench *b);
uint64_t guest_load(Bench *b, uint64_t address, uint32_t size);

#endif
