/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TPM TIS of each class over a scripted backend, and a guest that uses it. */
#ifndef OB_TESTS_CRB_SCRIPTED_TIS_H
#define OB_TESTS_CRB_SCRIPTED_TIS_H

#include <glib.h>

#include "devices/tpm/tpm-tis-regs.h"
#include "qtest/tests/crb/scripted-tpm.h"

typedef ScriptedTpm *ScriptedTis;

/* The guest's accesses to a locality's register. */
uint8_t tis_access(ScriptedTis *f, unsigned locality);
void tis_access_set(ScriptedTis *f, unsigned locality, uint8_t value);
uint32_t tis_word(ScriptedTis *f, unsigned locality, uint32_t offset);
void tis_word_set(ScriptedTis *f, unsigned locality, uint32_t offset, uint32_t value);

/* STS without burstCount, and burstCount. */
uint32_t tis_status(ScriptedTis *f, unsigned locality);
uint32_t tis_burst(ScriptedTis *f, unsigned locality);

/* Each byte goes through DATA_FIFO. */
void tis_send(ScriptedTis *f, unsigned locality, const void *bytes, size_t size);
void tis_receive(ScriptedTis *f, unsigned locality, uint8_t *bytes, size_t size);

/* Takes the locality and starts a command in the usual way, so that the backend runs it. */
void tis_start(ScriptedTis *f, unsigned locality);

extern const uint8_t tis_command[12], tis_response[12];

typedef struct TisTest {
    const char *path;
    void (*function)(ScriptedTis *f, gconstpointer data);
} TisTest;

/* Adds the tests for both classes.  Each test has a device of its own. */
void tis_tests_add(const TisTest *tests, guint count);

#endif
