/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network as a guest's programs use it.  A failure ends the program with a line. */
#ifndef GUEST_NETWORK_H
#define GUEST_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

/* Gets the interface an address by DHCP and prints it: "address 10.0.2.15".  Returns the gateway. */
uint32_t network_up(const char *interface);

/* Opens a descriptor for network_ping(). */
int network_pinger(void);

/* True if the host answers within 5 s, with the same 1400 bytes.  No number is asked twice in a row. */
bool network_ping(int fd, uint32_t host, uint16_t number);

/* Fetches a page and prints its status, size and sum: "page HTTP/1.0 200 OK, 1000 bytes, sum 5". */
void network_fetch(const char *server, uint16_t port);

#endif
