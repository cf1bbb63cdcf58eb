/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines in process with a CRB and libtpms; tests save and load them. */
#ifndef OB_TESTS_CRB_CRB_MACHINE_H
#define OB_TESTS_CRB_CRB_MACHINE_H

#include "qtest/client/drivers/crb.h"
#include "qtest/machine/core/host.h"

#define PAGE   UINT64_C(0xfed40000) /* the CRB's address on PCs */
#define PPI    UINT64_C(0xfed45000)
#define UNSENT 0x5a /* fills an unsent command */

typedef struct CrbMachine {
    ObHost *host;
    ObClient *client;
    ObCrb crb;
    GString *log; /* the log, one message on each line */
} CrbMachine;

/* `options` are for the class `class_name`, such as "state=pc,ppi=on"; NULL: there is no device.
 * `base` is the address of its page. */
CrbMachine *crb_machine_new(const char *board, const char *class_name, const char *options,
                            uint64_t base);

/* Makes a tpm-crb-device at the PC's address, with PPI memory. */
CrbMachine *crb_device_new(const char *board, const char *state);
void crb_machine_free(CrbMachine *m);

/* Use machines without a version; for crb_moved(). */
CrbMachine *on_q35(const char *state);
CrbMachine *on_virt(const char *state);
CrbMachine *on_pc(const char *options); /* tpm-crb */

/* Loads the machine's state into another machine that replaces it. */
CrbMachine *crb_moved(CrbMachine *from, CrbMachine *(*to)(const char *state), const char *state);

GByteArray *crb_machine_save(CrbMachine *m);
void crb_machine_load(CrbMachine *m, const GByteArray *stream);

/* The machine must refuse the stream with a sentence that begins with `prefix`. */
void crb_refused(CrbMachine *m, const GByteArray *stream, const char *prefix);

/* Compare a register, and the byte that fills the buffer. */
void crb_word_expect(const CrbMachine *m, uint32_t offset, uint32_t value);
void buffer_fill(const CrbMachine *m, uint8_t byte);
void buffer_expect(const CrbMachine *m, uint8_t byte);

/* Requests the locality, makes the TPM Ready and stores a command without starting it. */
void unsent_make(const CrbMachine *m);
void unsent_expect(const CrbMachine *m);

#endif
