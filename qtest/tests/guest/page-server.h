/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page on the loopback interface, which a guest fetches through the gateway of -netdev user. */
#ifndef TESTS_GUEST_PAGE_SERVER_H
#define TESTS_GUEST_PAGE_SERVER_H

#include <glib.h>
#include <stdint.h>

#define PAGE_GATEWAY "10.0.2.2"

typedef struct PageServer PageServer;

/* Serves the page once, from a thread. */
PageServer *page_server_start(uint32_t bytes);

/* Frees the server, also if no guest has come. */
void page_server_end(PageServer *server);

const char *page_server_port(const PageServer *server);

/* The line that drive-net prints of the whole page. */
const char *page_server_line(const PageServer *server);

#endif
