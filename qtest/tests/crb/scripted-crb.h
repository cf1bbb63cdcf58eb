/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TPM CRB of each class over a scripted backend, and its guest. */
#ifndef OB_TESTS_CRB_SCRIPTED_CRB_H
#define OB_TESTS_CRB_SCRIPTED_CRB_H

#include <glib.h>

#include "devices/tpm-crb-regs.h"
#include "qtest/tests/crb/scripted-tpm.h"

typedef ScriptedTpm *Fixture;

/* The guest's accesses, of four bytes. */
uint32_t rd(Fixture *f, uint64_t offset);
void wr(Fixture *f, uint64_t offset, uint32_t value);

/* Puts a command header with this size field into the buffer. */
void put_command(Fixture *f, uint32_t size);

/* Has the backend run a command, the usual way. */
void start(Fixture *f);

extern const uint8_t response[12];      /* that the backend may give */

typedef void TestFunction(Fixture *f, gconstpointer data);

typedef struct Test {
    const char *path;
    TestFunction *function;
} Test;

typedef struct Form {
    const char *properties[9];
    const char *name;
} Form;

extern const Form form_pc, form_pc_strict;
extern const Form form_device, form_device_ppi, form_device_strict;

/* Adds the tests, of the class that the form is of; each has a device of its own. */
void tests_add(const Form *form, const Test *tests, guint count);

#endif
