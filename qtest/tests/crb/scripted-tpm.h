/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host for one TPM device.  Its backend does what the test says: it keeps the submitted command
 * until the test completes it.
 */
#ifndef OB_TESTS_CRB_SCRIPTED_TPM_H
#define OB_TESTS_CRB_SCRIPTED_TPM_H

#include "hw-api/host/run/instance.h"

typedef struct ScriptedTpm {
    HwHost host;
    HwPluginSet *set;
    HwInstance *instance;

    /* Results of the device's calls. */
    bool open;
    bool running;
    uint8_t command[16384];
    uint32_t command_size;
    uint32_t capacity;
    uint8_t locality;  /* it came from this locality */
    uint32_t irq_line; /* the last line that it drove, and its level */
    bool irq_level;
    uint32_t restarts;
    uint32_t restart_size;
    uint32_t cancels;
    uint32_t finishes;
    uint32_t closes;
    uint32_t dirty; /* calls of region_dirty */
    uint32_t clears;
    char log[512]; /* the last line of the log */

    /* Properties of the backend. */
    uint32_t buffer_size;
    bool established;
    bool refuses_submit;
} ScriptedTpm;

/* Creates the device `class_name` of the plugin that the environment's OUTBOARD_SET names, and
 * resets it.  `properties` are property=value pairs up to a NULL.  A failure ends the test. */
ScriptedTpm *scripted_tpm_new(const char *class_name, const char *const *properties);

/* With a backend whose buffer has that size; else it has 4096 bytes. */
ScriptedTpm *scripted_tpm_new_sized(const char *class_name, const char *const *properties,
                                    uint32_t buffer_size);
void scripted_tpm_free(ScriptedTpm *s);

/* Returns the sentence with which the device refuses these properties. */
char *scripted_tpm_refusal(const char *class_name, const char *const *properties);

/* Completes the running command; `response` NULL: the backend failed. */
void scripted_tpm_complete(ScriptedTpm *s, const void *response, uint32_t size);

/* The guest's accesses, by offset from the first region. */
uint64_t scripted_tpm_read(ScriptedTpm *s, uint64_t offset, uint32_t size);
void scripted_tpm_write(ScriptedTpm *s, uint64_t offset, uint64_t value, uint32_t size);

#endif
