/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A TPM whose guest has left something in each part of its state. */
#ifndef OB_TESTS_TPM_GUEST_H
#define OB_TESTS_TPM_GUEST_H

#include "qtest/tests/lib/swtpm-process.h"
#include "qtest/tests/tpm/tpm-harness.h"

/* Commands of the guest, as hexadecimal digits. */
#define TPM_PCR_EXTEND                                                                 \
    "80020000004100000182000000100000000940000009000000000000000001000b11111111111111" \
    "11111111111111111111111111111111111111111111111111"
#define TPM_NV_READ     "8002000000230000014e01000001010000010000000940000009000000000000080000"
#define TPM_READ_PUBLIC "80010000000e0000017380000000"

typedef struct Tpm {
    TpmHarness *h;
    SwtpmProcess swtpm; /* without a directory the TPM is libtpms */
} Tpm;

/* `type`: "libtpms" or "emulator", which starts a swtpm.  The others are its options. */
void tpm_open(Tpm *s, const char *type, const char *first, const char *second);
void tpm_close(Tpm *s);

/* A guest leaves something in each part of the TPM's state. */
void tpm_be_guest(Tpm *s);

/* The answer to a command, and the answers to all that show a guest's state.  The caller releases
 * them. */
GBytes *tpm_ask(Tpm *s, const char *hex);
GBytes *tpm_probe(Tpm *s);
void tpm_assert_probe(Tpm *s, GBytes *want);
void assert_same(GBytes *left, GBytes *right); /* releases the right */

void tpm_save(Tpm *s, HwTpmState *state);
void tpm_load(Tpm *s, const HwTpmState *state);
void tpm_assert_refused(Tpm *s, const HwTpmState *state, const char *part);
void state_copy(HwTpmState *to, const HwTpmState *from);

/* The state of a guest's TPM of this type, and the answers that the guest got. */
void make_elsewhere(const char *type, HwTpmState *state, GBytes **answers);
void write_all(int fd, const void *bytes, gsize size);

#endif
