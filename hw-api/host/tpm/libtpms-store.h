/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libtpms's non-volatile storage, in memory.  With a file, a store succeeds only after the state is
 * on the disk.  One thread at a time.
 */
#ifndef HW_HOST_TPM_LIBTPMS_STORE_H
#define HW_HOST_TPM_LIBTPMS_STORE_H

#include "hw-api/host/tpm/driver.h"
#include "hw-api/host/tpm/libtpms-library.h"
#include "hw-api/host/tpm/state/file.h"

typedef struct HwLibtpmsStore {
    const HwLibtpms *library;
    HwStateFile *file;  /* NULL: only in memory */
    uint8_t *permanent; /* NULL: none yet */
    uint32_t permanent_size;
    bool saved;        /* the file has `permanent`, too */
    bool waiting;      /* a successor that has not had the file yet */
    bool writing;      /* stores go to the file at once */
    bool write_failed; /* the last write failed, and the error is in the log */
    HwTpmNote *note;   /* the current call's, or NULL */
} HwLibtpmsStore;

/* Locks and reads the file.  A successor waits for a file that is in use.  False with a sentence. */
bool hw_libtpms_store_open(HwLibtpmsStore *store, const char *path, HwStateFileUser user,
                           HwError *error);

/*
 * A migration hands the file over.  The sender lets go of it.  The receiver takes it, with any
 * content, since the received state replaces the content.
 */
void hw_libtpms_store_let_go(HwLibtpmsStore *store);
bool hw_libtpms_store_is_away(const HwLibtpmsStore *store);
bool hw_libtpms_store_take(HwLibtpmsStore *store, HwError *error);
void hw_libtpms_store_wait(HwLibtpmsStore *store); /* a receiver that did not load gives it back */

/* The sender's way back: the file must still have the sender's content. */
bool hw_libtpms_store_take_back(HwLibtpmsStore *store, HwError *error);

/* libtpms's callbacks; _load allocates `data` with malloc(). */
TPM_RESULT hw_libtpms_store_load(const HwLibtpmsStore *store, unsigned char **data,
                                 uint32_t *length, const char *name);
TPM_RESULT hw_libtpms_store_keep(HwLibtpmsStore *store, const unsigned char *data, uint32_t length,
                                 const char *name);

/* Brings the file up to date.  False with a sentence, and the file as it was. */
bool hw_libtpms_store_save(HwLibtpmsStore *store, HwError *error);

/* Closes the file, and leaves an empty store. */
void hw_libtpms_store_close(HwLibtpmsStore *store);

#endif
