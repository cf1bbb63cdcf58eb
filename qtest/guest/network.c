/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/guest/network.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "qtest/guest/must.h"

#define PING_SIZE 1400
#define TRIES     10

static struct sockaddr_in address_of(uint32_t host, uint16_t port)
{
    return (struct sockaddr_in) { .sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = host };
}

static int socket_open(int type, int protocol)
{
    const struct timeval limit = { .tv_sec = 5 };
    int fd = socket(AF_INET, type, protocol);

    must(fd >= 0, "socket");
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    return fd;
}

/* ------------------------------------------------------------------- the interface */

static struct ifreq interface_request(const char *name, uint32_t host)
{
    struct ifreq request = { 0 };
    struct sockaddr_in address = address_of(host, 0);

    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    memcpy(&request.ifr_addr, &address, sizeof(address));
    return request;
}

static void interface_up(int fd, const char *name, uint8_t mac[6])
{
    struct ifreq request = interface_request(name, 0);

    must(ioctl(fd, SIOCGIFHWADDR, &request) == 0, name);
    memcpy(mac, request.ifr_hwaddr.sa_data, 6);
    must(ioctl(fd, SIOCGIFFLAGS, &request) == 0, "flags");
    request.ifr_flags |= IFF_UP | IFF_RUNNING;
    must(ioctl(fd, SIOCSIFFLAGS, &request) == 0, "up");
}

static void interface_configure(int fd, const char *name, uint32_t host, uint32_t mask,
                                uint32_t gateway)
{
    struct ifreq own = interface_request(name, host);
    struct ifreq its = interface_request(name, mask);
    struct sockaddr_in addresses[3] = { address_of(0, 0), address_of(gateway, 0),
                                        address_of(0, 0) };
    struct rtentry route = { .rt_flags = RTF_UP | RTF_GATEWAY };

    memcpy(&route.rt_dst, &addresses[0], sizeof(route.rt_dst));
    memcpy(&route.rt_gateway, &addresses[1], sizeof(route.rt_gateway));
    memcpy(&route.rt_genmask, &addresses[2], sizeof(route.rt_genmask));
    must(ioctl(fd, SIOCSIFADDR, &own) == 0, "address");
    must(ioctl(fd, SIOCSIFNETMASK, &its) == 0, "mask");
    must(ioctl(fd, SIOCADDRT, &route) == 0, "route");
}

/* ----------------------------------------------------------------- DHCP (RFC 2131) */

enum { DISCOVER = 1, OFFER = 2, REQUEST = 3, ACK = 5 };
enum { YOUR_ADDRESS = 16, HARDWARE = 28, OPTIONS = 236, MESSAGE = 300 };

static size_t option_add(uint8_t *message, size_t at, uint8_t code, const void *value, uint8_t size)
{
    message[at] = code;
    message[at + 1] = size;
    memcpy(message + at + 2, value, size);
    return at + 2 + size;
}

static const uint8_t *option_find(const uint8_t *message, size_t size, uint8_t code)
{
    for (size_t at = OPTIONS + 4; at + 2 <= size && message[at] != 255;) {
        if (message[at] == code) {
            return message + at + 2;
        }
        at += message[at] ? 2u + message[at + 1] : 1;
    }
    return NULL;
}

/* The broadcast flag, since the interface has no address for the answer yet. */
static void dhcp_send(int fd, const uint8_t mac[6], uint8_t type, const uint8_t *wanted)
{
    uint8_t message[MESSAGE] = { 1, 1, 6, 0, 'o', 'b', 'n', 'e', [10] = 0x80 };
    const uint8_t cookie[4] = { 99, 130, 83, 99 };
    struct sockaddr_in server = address_of(INADDR_BROADCAST, 67);
    size_t at = OPTIONS + 4;

    memcpy(message + HARDWARE, mac, 6);
    memcpy(message + OPTIONS, cookie, 4);
    at = option_add(message, at, 53, &type, 1);
    if (wanted) {
        at = option_add(message, at, 50, wanted, 4);
    }
    message[at] = 255;
    must(sendto(fd, message, sizeof(message), 0, (struct sockaddr *)&server, sizeof(server)) ==
             sizeof(message),
         "DHCP");
}

static size_t dhcp_ask(int fd, const uint8_t mac[6], uint8_t type, const uint8_t *wanted,
                       uint8_t *answer, size_t capacity)
{
    for (int i = 0; i < TRIES; i++) {
        ssize_t size;
        const uint8_t *kind;

        dhcp_send(fd, mac, type, wanted);
        size = recv(fd, answer, capacity, 0);
        kind = size > OPTIONS + 4 ? option_find(answer, (size_t)size, 53) : NULL;
        if (kind && *kind == (type == DISCOVER ? OFFER : ACK)) {
            return (size_t)size;
        }
    }
    must(false, "no answer by DHCP");
    return 0;
}

static uint32_t value_of(const uint8_t *bytes)
{
    uint32_t value = 0;

    must(bytes != NULL, "DHCP's option");
    memcpy(&value, bytes, sizeof(value));
    return value;
}

uint32_t network_up(const char *name)
{
    int fd = socket_open(SOCK_DGRAM, 0);
    struct sockaddr_in own = address_of(INADDR_ANY, 68);
    struct in_addr address;
    uint8_t mac[6], wanted[4], answer[1500];
    const int on = 1;
    uint32_t gateway;
    size_t size;

    interface_up(fd, name, mac);
    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
    must(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) == 0, "device");
    must(bind(fd, (struct sockaddr *)&own, sizeof(own)) == 0, "bind");
    dhcp_ask(fd, mac, DISCOVER, NULL, answer, sizeof(answer));
    memcpy(wanted, answer + YOUR_ADDRESS, 4);
    size = dhcp_ask(fd, mac, REQUEST, wanted, answer, sizeof(answer));
    address.s_addr = value_of(answer + YOUR_ADDRESS);
    gateway = value_of(option_find(answer, size, 3));
    interface_configure(fd, name, address.s_addr, value_of(option_find(answer, size, 1)), gateway);
    printf("address %s\n", inet_ntoa(address));
    close(fd);
    return gateway;
}

/* ------------------------------------------------------------------------- pings */

static uint16_t sum_of(const uint8_t *bytes, size_t size)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < size; i++) {
        sum += (uint32_t)bytes[i] << (i % 2 ? 0 : 8);
    }
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return htons((uint16_t)~sum);
}

int network_pinger(void)
{
    return socket_open(SOCK_RAW, IPPROTO_ICMP);
}

bool network_ping(int fd, uint32_t host, uint16_t number)
{
    uint8_t packet[PING_SIZE], answer[PING_SIZE + 60];
    struct icmphdr head = { .type = ICMP_ECHO, .un.echo = { 7, htons(number) } };
    struct sockaddr_in to = address_of(host, 0);

    for (size_t i = 0; i < sizeof(packet); i++) {
        packet[i] = (uint8_t)(i * 3 + number);
    }
    memcpy(packet, &head, sizeof(head));
    head.checksum = sum_of(packet, sizeof(packet));
    memcpy(packet, &head, sizeof(head));
    sendto(fd, packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to));
    return recv(fd, answer, sizeof(answer), 0) == 20 + PING_SIZE && answer[20] == ICMP_ECHOREPLY &&
           memcmp(answer + 28, packet + 8, PING_SIZE - 8) == 0;
}

/* -------------------------------------------------------------------------- the page */

/* Returns the head's size, the empty line included; 0 if the bytes have no end of it. */
static size_t head_size(const char *bytes)
{
    const char *end = strstr(bytes, "\r\n\r\n");

    return end ? (size_t)(end - bytes) + 4 : 0;
}

/* The head comes with the first bytes, or in them alone. */
void network_fetch(const char *server, uint16_t port)
{
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    static char bytes[64 << 10];
    struct sockaddr_in address = address_of(inet_addr(server), port);
    int fd = socket_open(SOCK_STREAM, 0);
    char status[64] = "";
    size_t size = 0;
    uint32_t sum = 0;
    ssize_t count;

    must(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0, "connect");
    must(send(fd, request, sizeof(request) - 1, 0) > 0, "send");
    while ((count = recv(fd, bytes, sizeof(bytes) - 1, 0)) > 0) {
        size_t head = 0;

        if (!*status) {
            bytes[count] = '\0';
            head = head_size(bytes);
            must(head > 0, "page without a head");
            snprintf(status, sizeof(status), "%.*s", (int)strcspn(bytes, "\r"), bytes);
        }
        for (size_t i = head; i < (size_t)count; i++) {
            sum = sum * 31 + (uint8_t)bytes[i];
        }
        size += (size_t)count - head;
    }
    must(count == 0, "page");
    printf("page %s, %zu bytes, sum %u\n", status, size, sum);
    close(fd);
}
