/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pairs of machines with a TPM, ours and stock QEMU's; tests migrate between them. */
#ifndef OB_TESTS_MIGRATION_QEMU_PAIR_H
#define OB_TESTS_MIGRATION_QEMU_PAIR_H

#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/tpm-command.h"
#include "qtest/client/process/swtpm.h"

typedef struct QemuPair {
    char *directory;
    char *path;        /* a socket's or a file's */
    const char *board; /* "pc-q35-7.2" unless the test changes it */
    ObSwtpm *tpms[5];
    ObClient *clients[5];
    unsigned count;
} QemuPair;

void qemu_pair_set_up(QemuPair *f, gconstpointer data);
void qemu_pair_tear_down(QemuPair *f, gconstpointer data);

/* A program with a board and a TPM. */
typedef struct Side {
    const char *environment; /* names the program; "OB_QEMU..." is a stock QEMU */
    const char *backend;     /* "emulator" or "libtpms" */
    const char *device;      /* "tpm-crb", with its options except tpmdev= */
    bool bridged;            /* QEMU has our plugin */
} Side;

extern const Side stock_qemu;

/* Starts the program of `environment`; it ends with the fixture. */
ObClient *client_start(QemuPair *f, const char *environment, const char *arguments);
ObClient *side_start(QemuPair *f, const Side *side, bool incoming);

/* Skips the test, with the reason, if the program does not exist. */
bool has_program(const char *environment, const char *reason);
bool has_qemu(void);

/* Migrates through the fixture's socket, at which `to` listens. */
void qemu_pair_migrate(QemuPair *f, ObClient *from, ObClient *to);

/* The CRB's registers and buffer and PPI memory, in a guest's view. */
typedef struct Picture {
    uint32_t registers[CRB_BUFFER / 4];
    uint8_t buffer[CRB_BUFFER_SIZE];
    uint8_t ppi[0x400];
} Picture;

void picture_take(ObClient *c, Picture *picture);

/* Starts the TPM and extends a PCR, writes a command to the buffer but does not send it, and
 * writes to PPI memory and RAM.  Returns the PCR's value. */
TPM2B_DIGEST qemu_pair_state_make(ObClient *c);
void same(ObClient *c, const Picture *before);
void pcr_expect(ObClient *c, const TPM2B_DIGEST *expected);

#endif
