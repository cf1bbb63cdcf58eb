/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines in process with a CRB in front of libtpms, which are saved and loaded. */
#ifndef OB_TESTS_CRB_CRB_MACHINE_H
#define OB_TESTS_CRB_CRB_MACHINE_H

#include "qtest/client/drivers/crb.h"
#include "qtest/machine/core/host.h"

#define PAGE   UINT64_C(0xfed40000)     /* where PCs have it */
#define PPI    UINT64_C(0xfed45000)
#define UNSENT 0x5a                     /* fills an unsent command */

typedef struct CrbMachine {
    ObHost *host;
    ObClient *client;
    ObCrb crb;
    GString *log;               /* what was logged, a line each */
} CrbMachine;

/* `options`: "state=pc,ppi=on" of class `class_name`, NULL: there is no device; `base` is
 * where its page is. */
CrbMachine *crb_machine_new(const char *board, const char *class_name, const char *options,
                            uint64_t base);

/* tpm-crb-device at the PC's address, with PPI memory. */
CrbMachine *crb_device_new(const char *board, const char *state);
void crb_machine_free(CrbMachine *m);

/* On machines without a version: what crb_moved() takes. */
CrbMachine *on_q35(const char *state);
CrbMachine *on_virt(const char *state);
CrbMachine *on_pc(const char *options);  /* tpm-crb */

/* The machine's own state in another machine that takes its place. */
CrbMachine *crb_moved(CrbMachine *from, CrbMachine *(*to)(const char *state), const char *state);

GByteArray *crb_machine_save(CrbMachine *m);
void crb_machine_load(CrbMachine *m, const GByteArray *stream);

/* With a sentence that begins so. */
void crb_refused(CrbMachine *m, const GByteArray *stream, const char *prefix);

/* A register, and what fills the buffer. */
void crb_word_expect(const CrbMachine *m, uint32_t offset, uint32_t value);
void buffer_fill(const CrbMachine *m, uint8_t byte);
void buffer_expect(const CrbMachine *m, uint8_t byte);

/* Ready, with locality, and an unsent command. */
void unsent_make(const CrbMachine *m);
void unsent_expect(const CrbMachine *m);

#endif
