/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines in process with a CRB in front of libtpms, which are saved and loaded. */
#ifndef OB_TESTS_CRB_CRB_MACHINE_H
#define OB_TESTS_CRB_CRB_MACHINE_H

#include "qtest/client/drivers/crb.h"
#include "qtest/machine/core/host.h"

#define PAGE   UINT64_C(0xfed40000)     /* where PCs have it */
#define PPI    UINT64_C(0xfed45000)
#define UNSENT 0x5a                     /* fills an unsent command */

typedef struct Machine {
    ObHost *host;
    ObClient *client;
    ObCrb crb;
    GString *log;               /* what was logged, a line each */
} Machine;

/* `options`: "state=pc,ppi=on" of class `class_name`, NULL: there is no device; `base` is
 * where its page is. */
Machine *machine_new(const char *board, const char *class_name, const char *options,
                     uint64_t base);

/* tpm-crb-device at the PC's address, with PPI memory. */
Machine *device_new(const char *board, const char *state);
void machine_free(Machine *m);

/* On machines without a version: what moved() takes. */
Machine *on_q35(const char *state);
Machine *on_virt(const char *state);
Machine *on_pc(const char *options);    /* tpm-crb */

/* The machine's own state in another machine that takes its place. */
Machine *moved(Machine *from, Machine *(*to)(const char *state), const char *state);

GByteArray *machine_save(Machine *m);
void machine_load(Machine *m, const GByteArray *stream);

/* With a sentence that begins so. */
void load_refused(Machine *m, const GByteArray *stream, const char *prefix);

/* A register, and what fills the buffer. */
void word_expect(const Machine *m, uint32_t offset, uint32_t value);
void buffer_fill(const Machine *m, uint8_t byte);
void buffer_expect(const Machine *m, uint8_t byte);

/* Ready, with locality, and an unsent command. */
void unsent_make(const Machine *m);
void unsent_expect(const Machine *m);

#endif
