/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TPM CRB of each class over a scripted backend, and a guest that uses it. */
#ifndef OB_TESTS_CRB_SCRIPTED_CRB_H
#define OB_TESTS_CRB_SCRIPTED_CRB_H

#include <glib.h>

#include "devices/tpm-crb-regs.h"
#include "qtest/tests/crb/scripted-tpm.h"

typedef ScriptedTpm *ScriptedCrb;

/* The guest's accesses of four bytes. */
uint32_t scripted_read(ScriptedCrb *f, uint64_t offset);
void scripted_write(ScriptedCrb *f, uint64_t offset, uint32_t value);

/* Puts a command header with this size field into the buffer. */
void scripted_put_command(ScriptedCrb *f, uint32_t size);

/* Starts a command in the usual way, so that the backend runs it. */
void scripted_start(ScriptedCrb *f);

extern const uint8_t scripted_response[12]; /* a response for the backend */

typedef void ScriptedTestFunction(ScriptedCrb *f, gconstpointer data);

typedef struct ScriptedTest {
    const char *path;
    ScriptedTestFunction *function;
} ScriptedTest;

typedef struct ScriptedForm {
    const char *properties[9];
    const char *name;
} ScriptedForm;

extern const ScriptedForm form_pc, form_pc_strict;
extern const ScriptedForm form_device, form_device_ppi, form_device_strict;

/* Adds the tests for the form's class.  Each test has a device of its own. */
void scripted_tests_add(const ScriptedForm *form, const ScriptedTest *tests, guint count);

#endif
