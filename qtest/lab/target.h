/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine with the devices that the laboratory works on, all that a guest reaches of them, and a
 * snapshot from which each try begins.
 *
 * Under the device lock.
 */
#ifndef OB_LAB_TARGET_H
#define OB_LAB_TARGET_H

#include "qtest/machine/snapshot/snapshot.h"

/* A device as a user names it: "beacon,irq-line=5". */
typedef struct ObLabDevice {
    const char *cls;
    const ObOption *options;
    uint32_t option_count;
} ObLabDevice;

typedef struct ObLabSetup {
    const char *set;          /* the plugin's file */
    const HwPlugin *linked;   /* in its place: a plugin that is linked into the program */
    const char *architecture; /* NULL: "x86_64" */
    const char *machine;      /* NULL: the architecture's default */
    const ObLabDevice *devices;
    uint32_t device_count;
    const char *tpm; /* a TPM backend, "libtpms", with the id tpm0; NULL: none */
    bool stays;      /* no snapshot is taken: the machine need not be able to come back */
} ObLabSetup;

/* A device's file in fw_cfg. */
typedef struct ObLabFile {
    const char *name;
    uint16_t key;
    uint32_t size;
} ObLabFile;

/* The memory of a device's region, and its bytes at the snapshot. */
typedef struct ObLabMemory {
    const HwRegionState *region;
    uint8_t *bytes;
} ObLabMemory;

typedef struct ObLabTarget {
    ObHost *host;
    HwClass *linked;      /* the host's classes of ObLabSetup.linked */
    ObSnapshot *snapshot; /* NULL: ObLabSetup.stays */
    GPtrArray *devices;   /* HwInstance, in the order of the setup */
    GPtrArray *regions;   /* HwRegionState, that a guest reaches */
    GPtrArray *functions; /* HwInstance on PCI */
    GPtrArray *inputs;    /* HwInstance with input lines */
    GArray *files;        /* ObLabFile */
    GArray *memories;     /* ObLabMemory, those that aren't large */
    bool has_registers;   /* some region has a register table */
    uint64_t lines;       /* a sum over the interrupt lines that are high */
} ObLabTarget;

/* The part of an interrupt line in ObLabTarget.lines. */
static inline uint64_t ob_lab_line_bits(uint32_t line)
{
    return (line + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);
}

/* A window of RAM whose bytes the steps choose: a device's rings and buffers lie there. */
#define OB_LAB_WINDOW      0x100000u /* from the start of RAM */
#define OB_LAB_WINDOW_SIZE 0x10000u

/*
 * Makes the machine, starts firmware on it if it has PCI, and takes the snapshot.  Returns NULL and
 * sets `error` on failure: a device is refused, can't be put back, or has nothing that a guest
 * reaches.  Keeps nothing of `setup`.  Nobody else may observe the host's interrupt lines.
 */
ObLabTarget *ob_lab_target_new(const ObLabSetup *setup, HwError *error);
void ob_lab_target_free(ObLabTarget *target); /* NULL is allowed */

/* Finds the address of the region's first byte.  Returns false if the region does not answer there: a
 * BAR that is switched off, or lies behind RAM. */
bool ob_lab_place(const ObLabTarget *target, const HwRegionState *region, HwSpace *space,
                  uint64_t *address);

/* memory.c: makes room for the region; copies the bytes of all; frees a copy. */
void ob_lab_memory_keep(ObLabTarget *target, const HwRegionState *region);
void ob_lab_memory_copy(ObLabTarget *target);
void ob_lab_memory_clear(void *memory);

/* Puts the machine back.  Ends the process if the machine does not come back: a try would lie. */
void ob_lab_restore(ObLabTarget *target);

/* The same, but memory that a stream would bring keeps its bytes. */
void ob_lab_restore_around_ram(ObLabTarget *target);

#endif
