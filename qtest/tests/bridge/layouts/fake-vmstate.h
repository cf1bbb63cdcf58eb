/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's functions for states and loads, in a layout of the test's choice. */
#ifndef OB_TEST_FAKE_VMSTATE_H
#define OB_TEST_FAKE_VMSTATE_H

#include "plugins/qemu-bridge/qemu/layout.h"

/* The layout in which vmstate_save_state() and vmstate_load_state() read descriptions. */
extern QemuLayout fake_layout;

/* qemu_loadvm_state_cleanup() calls the functions at these offsets of the handlers. */
extern uint32_t fake_cleanup_places[2]; /* 0: no call */

#endif
