/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Uses a network as a guest does:
 *     drive-net INTERFACE SERVER PORT
 * Gets an address by DHCP, pings the gateway, and fetches a page from the server.  Prints
 * a line for each: "address 10.0.2.15", "pings 20 of 20", "page HTTP/1.0 200 OK, 1000 bytes, sum 5".
 */
#include <unistd.h>

#include "qtest/guest/must.h"
#include "qtest/guest/network.h"

#define PINGS 20

static void pings(uint32_t host)
{
    int fd = network_pinger();
    int good = 0;

    for (uint16_t i = 0; i < PINGS; i++) {
        good += network_ping(fd, host, i);
    }
    printf("pings %d of %d\n", good, PINGS);
    close(fd);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    must(argc == 4, "usage: drive-net INTERFACE SERVER PORT");
    pings(network_up(argv[1]));
    network_fetch(argv[2], (uint16_t)atoi(argv[3]));
    return 0;
}
