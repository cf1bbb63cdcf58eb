/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What show.c and outboard-in-qemu say to each other. */
#ifndef GUEST_SHOW_H
#define GUEST_SHOW_H

#define SHOW_WAITING "  waiting for a new generation ID"

#endif
