/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The line by which show.c tells outboard-in-qemu that it waits. */
#ifndef GUEST_SHOW_H
#define GUEST_SHOW_H

#define SHOW_WAITING "  waiting for a new generation ID"

#endif
