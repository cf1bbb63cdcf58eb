/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stock QEMU with a cork and a flask in the middle of their work. */
#ifndef OB_TESTS_RELOAD_QEMU_FLASK_QEMU_H
#define OB_TESTS_RELOAD_QEMU_FLASK_QEMU_H

#include "qtest/tests/bridge/pci/pci-machine.h"
#include "qtest/tests/reload/qemu/outboard-object.h"

#define FLASK_PATH    "/machine/peripheral/bottle"
#define FLASK_FILE_AT 2 /* offset of the text in its file */

enum { FLASK_ID = 0, FLASK_CTRL = 4, FLASK_STATUS = 8, FLASK_DROPS = 12, FLASK_EXTRA = 16 };

uint64_t flask_at(void);
uint64_t flask_memory_at(void);
uint64_t flask_cork_at(void);

/* QEMU's arguments for both devices, and `more`; the caller frees them. */
char *flask_arguments(const char *more);

/* The machine is stopped, and the flask has dripped. */
ObClient *flask_qemu_start(void);

/* Reloads with the version of flask.c.  Returns QEMU's error, or NULL. */
json_t *flask_qemu_reload(ObClient *c, const char *version);

/* True if there are so many drops; `opaque` points to a uint32_t. */
bool flask_has_drops(ObClient *c, const void *opaque);

/* Lets the machine run until there are so many drops. */
void flask_drip_until(ObClient *c, uint32_t drops);

/* The part of both devices that a stream has; the caller frees it. */
char *flask_state(ObClient *c);

/* The same, the live state, and how often each line of a PC has risen. */
char *flask_seen(ObClient *c);

#endif
