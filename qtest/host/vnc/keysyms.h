/* SPDX-License-Identifier: GPL-2.0-or-later */
/* X11's keysyms, which viewers send, on a keyboard of the United States. */
#ifndef OB_VNC_KEYSYMS_H
#define OB_VNC_KEYSYMS_H

#include <stdint.h>

/* Linux's code of the key; 0: the keyboard does not have it.  Both characters of a key have its code. */
uint16_t ob_vnc_key(uint32_t keysym);

#endif
