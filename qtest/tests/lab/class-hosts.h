/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines in this process that have, between them, each class of the plugin.  OUTBOARD_SET names it. */
#ifndef OB_TESTS_LAB_CLASS_HOSTS_H
#define OB_TESTS_LAB_CLASS_HOSTS_H

#include "qtest/machine/core/host.h"

typedef struct ClassHost {
    const char *machine;    /* NULL: q35; virt is aarch64's */
    const char *devices[3]; /* "class" or "class,options" */
    const char *backend;    /* "tpm0": the machine has a TPM */
} ClassHost;

/* Returns NULL after the last row. */
const ClassHost *class_host_at(size_t index);

/* The last of the row's devices. */
const char *class_host_name(const ClassHost *row);

/* Firmware has run.  The caller frees it by ob_host_free(). */
ObHost *class_host_new(const ClassHost *row);

#endif
