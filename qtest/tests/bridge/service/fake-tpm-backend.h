/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's functions for the TPM backend "tpm0".  They tell what they are asked for. */
#ifndef TESTS_FAKE_TPM_BACKEND_H
#define TESTS_FAKE_TPM_BACKEND_H

#include "plugins/qemu-bridge/qemu/machine-api.h"
#include "qtest/tests/bridge/service/fake-device.h"

typedef struct FakeTpm {
    bool has_tpms;          /* QEMU has the type */
    int in_tree;            /* TPMs: 2 stands for several */
    bool is_here;           /* QEMU has the backend */
    const char *init_error; /* NULL: it can be initialized; "": it fails without a word */
    int version, start_answer;
    size_t buffer_size;
    bool incoming, established;
    QemuTpmCommand *delivered; /* NULL: the backend is idle */
    uint32_t answer_code;      /* a wait for the backend brings it */
    void (*bottom_half)(void *opaque);
    QemuNotifier *when_done;
} FakeTpm;

extern FakeTpm fake_tpm;

/* The client that the bridge has given QEMU. */
const QemuTpmClient *fake_tpm_client(void);

/* The backend answers with a response that says it has `size` bytes. */
void fake_tpm_answer(int result, uint32_t size, uint32_t code);

#endif
