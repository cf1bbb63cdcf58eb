/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files that read the options of -netdev user. */
#ifndef OB_USER_OPTIONS_INTERNAL_H
#define OB_USER_OPTIONS_INTERNAL_H

#include "qtest/host/net/user-options.h"

/* user-addresses.c */
bool ob_user_addresses_complete(SlirpConfig *config, HwError *error);
void ob_user_addresses6_complete(SlirpConfig *config);

/* user-forwards-parse.c: takes hostfwd and guestfwd, and passes over other options. */
bool ob_user_forward_add(ObUserOptions *o, const ObOption *option, HwError *error);

#endif
