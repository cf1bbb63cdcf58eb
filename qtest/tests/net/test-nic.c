/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -nic, query-rx-filter and the events of -netdev stream: our program beside OB_PEER, a stock QEMU. */
#include <string.h>

#include "qtest/client/process/scratch.h"
#include "qtest/tests/net/net-machine.h"

typedef void Test(const char *program);

static void info_is(const char *program, const char *arguments, const char *expected)
{
    NetMachine m = net_machine_start(program, arguments);

    net_hmp_is(m.c, "info network", expected);
    ob_client_quit(m.c);
}

static void test_info(const char *program)
{
    info_is(program, "-nic none", "");
    info_is(program, "-nic user,id=u,model=ne2k_pci,mac=52:54:00:00:00:07,net=10.0.9.0/24",
            "ne2k_pci.0: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:00:00:07\n"
            " \\ u: index=0,type=user,net=10.0.9.0,restrict=off\n");
    info_is(program,
            "-nic hubport,hubid=0,id=h,model=ne2k_pci -netdev user,id=u "
            "-netdev hubport,hubid=0,id=b,netdev=u -device ne2k_pci,id=second",
            "hub 0\n \\ h: ne2k_pci.0: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:56\n"
            " \\ b: u: index=0,type=user,net=10.0.2.0,restrict=off\n"
            "second: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:57\n");
    info_is(program, "-nic user,model=virtio,id=u",
            "virtio-net-pci.0: index=0,type=nic,model=virtio-net-pci,macaddr=52:54:00:12:34:56\n"
            " \\ u: index=0,type=user,net=10.0.2.0,restrict=off\n");
}

static void test_filters(const char *program)
{
    info_is(
        program,
        "-netdev user,id=n -device ne2k_pci,netdev=n,id=d -chardev null,id=a -chardev null,id=b "
        "-chardev null,id=c -object filter-mirror,id=f,netdev=n,outdev=a "
        "-object filter-redirector,id=g,netdev=n,indev=b,outdev=c,position=head,queue=tx "
        "-object filter-buffer,id=h,netdev=n,interval=1000,status=off",
        "d: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:56\n"
        " \\ n: index=0,type=user,net=10.0.2.0,restrict=off\n"
        "filters:\n"
        "  - g: type=filter-redirector,vnet_hdr_support=false,indev=b,outdev=c,position=head,"
        "status=on,insert=behind,netdev=n,queue=tx\n"
        "  - f: type=filter-mirror,vnet_hdr_support=false,outdev=a,position=tail,status=on,"
        "insert=behind,netdev=n,queue=all\n"
        "  - h: type=filter-buffer,interval=1000,position=tail,status=off,insert=behind,"
        "netdev=n,queue=all\n");
}

/* -net's cards and networks meet at hub 0. */
static void test_net(const char *program)
{
    info_is(program, "-net none", "");
    info_is(program, "-net nic,model=ne2k_pci,netdev=u -netdev user,id=u",
            "ne2k_pci.0: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:56\n"
            " \\ u: index=0,type=user,net=10.0.2.0,restrict=off\n");
    info_is(program,
            "-net user,id=u -device ne2k_pci,netdev=v,id=d -netdev user,id=v "
            "-net nic,model=ne2k_pci,macaddr=52:54:00:00:00:07 -net nic,model=ne2k_pci",
            "hub 0\n"
            " \\ hub0port2: ne2k_pci.1: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:56\n"
            " \\ hub0port1: ne2k_pci.0: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:00:00:07\n"
            " \\ hub0port0: u: index=0,type=user,net=10.0.2.0,restrict=off\n"
            "d: index=0,type=nic,model=ne2k_pci,macaddr=52:54:00:12:34:57\n"
            " \\ v: index=0,type=user,net=10.0.2.0,restrict=off\n");
}

/* The machine's cards have the first slots, whatever the order of the options. */
static void test_slots(const char *program)
{
    NetMachine m = net_machine_start(program, "-device ne2k_pci,id=d "
                                              "-nic user,model=ne2k_pci,mac=52:54:00:00:00:08");
    uint8_t mac[6];

    net_machine_open_card(&m);
    card_mac(&m.card, mac);
    g_assert_cmphex(mac[5], ==, 0x08);
    ob_client_quit(m.c);
}

static void test_rx_filter(const char *program)
{
    NetMachine m = net_machine_start(program,
                                     "-nic user,model=ne2k_pci,id=u -device ne2k_pci,id=d");
    json_t *all = ob_client_qmp(m.c, "query-rx-filter", NULL, NULL);

    g_assert_true(json_is_array(all));
    g_assert_cmpuint(json_array_size(all), ==, 0);
    json_decref(all);
    net_qmp_refused(m.c, "query-rx-filter", json_pack("{s:s}", "name", "ne2k_pci.0"),
                    "net client(ne2k_pci.0) doesn't support rx-filter querying");
    net_qmp_refused(m.c, "query-rx-filter", json_pack("{s:s}", "name", "d"),
                    "net client(d) doesn't support rx-filter querying");
    net_qmp_refused(m.c, "query-rx-filter", json_pack("{s:s}", "name", "u"),
                    "net client(u) isn't a NIC");
    net_qmp_refused(m.c, "query-rx-filter", json_pack("{s:s}", "name", "x"),
                    "invalid net client name: x");
    ob_client_quit(m.c);
}

static void event_is(ObClient *c, const char *name, json_t *expected)
{
    json_t *event = ob_client_qmp_event(c, name, 30000);

    g_assert_true(json_equal(json_object_get(event, "data"), expected));
    json_decref(event);
    json_decref(expected);
}

/* A peer that comes, goes, and comes again. */
static void test_events(const char *program)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "net", NULL);
    g_autofree char *server = g_strdup_printf(
        "-netdev stream,id=s,server=on,addr.type=unix,addr.path=%s", path);
    g_autofree char *client = g_strdup_printf(
        "-netdev stream,id=c,server=off,addr.type=unix,addr.path=%s", path);
    NetMachine m = net_machine_start(program, server);

    for (int i = 0; i < 2; i++) {
        NetMachine peer = net_machine_start(NULL, client);

        event_is(m.c, "NETDEV_STREAM_CONNECTED",
                 json_pack("{s:s, s:{s:s, s:s}}", "netdev-id", "s", "addr", "type", "unix", "path",
                           path));
        ob_client_quit(peer.c);
        event_is(m.c, "NETDEV_STREAM_DISCONNECTED", json_pack("{s:s}", "netdev-id", "s"));
    }
    ob_client_quit(m.c);
    ob_scratch_free(scratch);
}

static const struct {
    const char *path;
    Test *run;
} tests[] = {
    { "/nic/info-network", test_info },         { "/nic/net-option", test_net },
    { "/nic/filters", test_filters },           { "/nic/slots", test_slots },
    { "/nic/query-rx-filter", test_rx_filter }, { "/netdev/stream/events", test_events },
};

static void run(gconstpointer data)
{
    Test *const *test = data;

    (*test)(g_getenv("OB_PEER"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add_data_func(tests[i].path, &tests[i].run, run);
    }
    return g_test_run();
}
