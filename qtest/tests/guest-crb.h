/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our CRB with a libtpms TPM, as a guest on the stock q35 finds it. */
#ifndef GUEST_CRB_H
#define GUEST_CRB_H

typedef struct ObGuestCrb ObGuestCrb;

ObGuestCrb *guest_crb_new(void);

/* For QEMU; valid until guest_crb_free(), as are the files they name. */
const char *guest_crb_arguments(const ObGuestCrb *crb);

void guest_crb_free(ObGuestCrb *crb);

#endif
