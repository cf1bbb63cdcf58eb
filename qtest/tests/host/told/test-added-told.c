/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Networks, streams, objects and devices that the monitor adds, with each property at many values.  The
 * golden file has the refusals, and what the monitor shows of the others.
 */
#include "qtest/tests/host/told/questions.h"

static const char *const values[] = {
    "",
    "on",
    "off",
    "0",
    "1",
    "-1",
    "2",
    "126",
    "7",
    "4096",
    "65535",
    "65536",
    "4294967296",
    "1M",
    "x",
    "rx",
    "n",
    "r",
    "10.0.2.9",
    "10.0.2.0/24",
    "10.0.2.0/33",
    "fec0::",
    "fec0::/64",
    "fec0::9",
    ":0",
    "127.0.0.1:0",
    "tcp::0-:22",
    "udp:127.0.0.1:0-10.0.2.15:7",
    "tcp:10.0.2.100:9-cmd:cat",
    "/",
    "0x4",
};

typedef struct Row {
    const char *add;  /* a line that ends before KEY=VALUE */
    const char *show; /* NULL: nothing */
    const char *remove;
    const char *keys; /* with spaces between them */
} Row;

/* clang-format off */
static const Row rows[] = {
    { "netdev_add user,id=q,", "info network", "netdev_del q",
      "net host dns dhcpstart ipv4 ipv6 ipv6-net ipv6-prefix ipv6-prefixlen ipv6-host ipv6-dns hostname "
      "domainname dnssearch tftp tftp-server-name bootfile restrict hostfwd guestfwd smb other id" },
    { "netdev_add user,id=q,ipv6=off,", "info network", "netdev_del q", "ipv4 ipv6-net ipv6-host" },
    { "netdev_add user,id=q,net=10.0.2.0/24,", "info network", "netdev_del q", "host dns dhcpstart" },
    { "netdev_add stream,id=q,addr.type=unix,addr.path=p,server=on,", "info network", "netdev_del q",
      "addr.path addr.abstract addr.tight server reconnect reconnect-ms other addr.type" },
    { "netdev_add stream,id=q,addr.type=inet,addr.host=localhost,addr.port=0,server=on,", NULL,
      "netdev_del q", "addr.host addr.to addr.ipv4 addr.keep-alive server" },
    { "netdev_add stream,id=q,addr.type=fd,", "info network", "netdev_del q", "addr.str addr.fd" },
    { "netdev_add dgram,id=q,local.type=unix,local.path=l,remote.type=unix,remote.path=m,",
      "info network", "netdev_del q", "local.path remote.path remote.type local.abstract other" },
    { "netdev_add dgram,id=q,local.type=inet,local.host=127.0.0.1,local.port=0,"
      "remote.type=inet,remote.host=127.0.0.1,remote.port=9,", "info network", "netdev_del q",
      "local.host remote.host remote.port remote.type other" },
    { "netdev_add dgram,id=q,", "info network", "netdev_del q", "local.type remote.type local.str" },
    { "netdev_add socket,id=q,", NULL, "netdev_del q", "listen udp fd localaddr" },
    { "netdev_add hubport,id=q,", "info network", "netdev_del q", "hubid netdev other" },
    { "netdev_add hubport,id=q,hubid=0,", "info network", "netdev_del q", "netdev" },
    { "netdev_add test,id=q,", "info network", "netdev_del q", "other id" },
    { "netdev_add ", "info network", "netdev_del q", "user,id test,id nosuch,id type" },
    { "chardev-add socket,id=q,path=p,server=on,wait=off,", "info chardev", "chardev-remove q",
      "path server wait telnet abstract reconnect reconnect-ms logfile logappend mux tight other" },
    { "chardev-add socket,id=q,host=127.0.0.1,port=0,server=on,wait=off,", NULL, "chardev-remove q",
      "host to ipv4 ipv6 telnet nodelay" },
    { "chardev-add socket,id=q,", "info chardev", "chardev-remove q", "path fd host" },
    { "chardev-add file,id=q,path=p,", "info chardev", "chardev-remove q", "path append mux" },
    { "chardev-add ringbuf,id=q,", "info chardev", "chardev-remove q", "size logfile" },
    { "chardev-add pipe,id=q,", "info chardev", "chardev-remove q", "path" },
    { "chardev-add null,id=q,", "info chardev", "chardev-remove q", "mux logfile logappend id other" },
    { "chardev-change z socket,path=p,server=on,wait=off,", "info chardev", "chardev-change z null",
      "path telnet mux" },
    { "object_add memory-backend-ram,id=q,size=1M,", "info memdev", "object_del q",
      "size share prealloc merge dump policy host-nodes prealloc-threads reserve other id" },
    { "object_add memory-backend-memfd,id=q,size=1M,", "info memdev", "object_del q",
      "size share seal prealloc" },
    { "object_add memory-backend-file,id=q,size=1M,mem-path=ram,", "info memdev", "object_del q",
      "size mem-path share prealloc align offset pmem readonly rom discard-data" },
    { "object_add filter-dump,id=q,netdev=n,file=f,", "info network", "object_del q",
      "netdev file maxlen queue status position insert other" },
    { "object_add filter-mirror,id=q,netdev=n,outdev=z,", "info network", "object_del q",
      "netdev outdev queue status vnet_hdr_support" },
    { "object_add filter-redirector,id=q,netdev=n,outdev=z,", "info network", "object_del q",
      "netdev outdev indev queue status" },
    { "object_add filter-buffer,id=q,netdev=n,interval=1000,", "info network", "object_del q",
      "interval queue status" },
    { "object_add secret,id=q,data=x,", NULL, "object_del q", "data format keyid iv file" },
    { "object_add rng-random,id=q,", NULL, "object_del q", "filename other" },
    { "object_add throttle-group,id=q,", NULL, "object_del q", "x-iops-total limits" },
    { "object_add iothread,id=q,", NULL, "object_del q", "poll-max-ns poll-grow thread-pool-min" },
    { "object_add ", NULL, "object_del q", "secret,id nosuch,id qom-type" },
    { "device_add ", NULL, "device_del q", "pci-testdev,id driver edu,addr nosuch,id" },
    { "device_add edu,id=q,", NULL, "device_del q", "addr multifunction bus dma_mask romfile acpi-index" },
    { "set_password vnc ", NULL, "stop", "pw" },
    { "announce_self x", NULL, "stop", "y" },
};
/* clang-format on */

static void key_ask(Told *told, const Row *row, const char *key)
{
    g_autofree char *head = g_strconcat(row->add, key, "=", NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autofree char *line = g_strconcat(head, values[i], NULL);

        ask_hmp(told, head, g_strdup(values[i]), line);
        if (row->show) {
            ask_hmp(told, head, NULL, row->show);
        }
        ask_hmp(told, head, NULL, row->remove);
    }
}

static void test_added(void)
{
    Told told;

    told_begin(&told);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) keys = g_strsplit(rows[i].keys, " ", -1);

        for (char **key = keys; *key; key++) {
            key_ask(&told, &rows[i], *key);
        }
    }
    told_end(&told, "told/added.txt");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/added-told/each-property", test_added);
    return g_test_run();
}
