/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refusals of -netdev and -nic, on a machine without a bus. */
#include <glib.h>
#include <string.h>
#include <sys/wait.h>

static const struct {
    const char *name;
    const char *value;
    const char *sentence;
} refusals[] = {
    { "no-id", "user", "id= is missing" },
    { "no-type", "id=a", "type= is missing, see -netdev help" },
    { "unknown-type", "use,id=a", "unknown type 'use', did you mean 'user'?" },
    { "bad-id", "user,id=1",
      "id: invalid value '1': expected a letter, then letters, digits, '-', '.' or '_'" },
    { "unknown-option", "user,id=a,hostnam=x",
      "unknown property 'hostnam', did you mean 'hostname'?" },
    { "twice", "user,id=a,net=10.0.2.0,net=10.0.3.0", "net= is given twice" },
    { "both-versions-off", "user,id=a,ipv4=off,ipv6=off",
      "ipv4 and ipv6 are off, expected one to be on" },
    { "option-of-a-version-that-is-off", "user,id=a,ipv4=off,net=10.0.2.0/24",
      "net= needs ipv4=on" },
    { "option-of-another-version-alone", "user,id=a,ipv4=on,ipv6-host=fec0::9",
      "ipv6-host= needs ipv6=on" },
    { "net-address", "user,id=a,net=10.0.2",
      "net: invalid value '10.0.2': expected an IPv4 address" },
    { "net-small", "user,id=a,net=10.0.2.0/30",
      "net: expected a mask that leaves 4 bits or more to the hosts" },
    { "net-mask", "user,id=a,net=10.0.2.0/255.0.255.0",
      "net: expected a mask that leaves 4 bits or more to the hosts" },
    { "host-outside", "user,id=a,host=10.0.3.2", "host: 10.0.3.2 is not in the network of net=" },
    { "dns-outside", "user,id=a,dns=8.8.8.8", "dns: 8.8.8.8 is not in the network of net=" },
    { "same-address", "user,id=a,dhcpstart=10.0.2.2",
      "host, dns and dhcpstart are the same address, expected three" },
    { "switch", "user,id=a,restrict=maybe", "restrict: invalid value 'maybe': expected on or off" },
    { "tftp", "user,id=a,tftp=/nonexistent",
      "tftp: '/nonexistent' does not exist, expected a directory" },
    { "host-forward", "user,id=a,hostfwd=tcp::80",
      "hostfwd: invalid value 'tcp::80': expected tcp|udp:[HOST]:PORT-[GUEST]:PORT" },
    { "host-forward-port", "user,id=a,hostfwd=tcp::65536-:1",
      "hostfwd: invalid value 'tcp::65536-:1': expected tcp|udp:[HOST]:PORT-[GUEST]:PORT" },
    { "host-forward-protocol", "user,id=a,hostfwd=icmp::1-:1",
      "hostfwd: invalid value 'icmp::1-:1': expected tcp|udp:[HOST]:PORT-[GUEST]:PORT" },
    { "guest-forward", "user,id=a,guestfwd=tcp:10.0.2.100:80-x",
      "guestfwd: invalid value 'tcp:10.0.2.100:80-x': expected tcp:SERVER:PORT-cmd:COMMAND, "
      "-unix:PATH or -tcp:HOST:PORT" },
    { "guest-forward-of-the-gateway", "user,id=a,guestfwd=tcp:10.0.2.2:80-cmd:cat",
      "guestfwd: 'tcp:10.0.2.2:80-cmd:cat': expected a free port of an address in net= that is "
      "neither the gateway nor DNS" },
    { "guest-forward-to-nobody", "user,id=a,guestfwd=tcp:10.0.2.100:80-tcp:127.0.0.1:1",
      "guestfwd: 'tcp:10.0.2.100:80-tcp:127.0.0.1:1': tcp:127.0.0.1:1: can't connect: Connection "
      "refused" },
    { "guest-forward-to-another-computer", "user,id=a,guestfwd=tcp:10.0.2.100:80-tcp:203.0.113.1:1",
      "guestfwd: 'tcp:10.0.2.100:80-tcp:203.0.113.1:1': socket: host '203.0.113.1' is not a "
      "loopback "
      "address" },
    { "stream-without-address", "stream,id=a", "addr.type= is missing, expected unix, inet or fd" },
    { "stream-address-of-another-type", "stream,id=a,addr.type=inet,addr.path=x",
      "addr.type: invalid value 'inet': expected unix with addr.path=, inet with addr.host= and "
      "addr.port=, or fd with addr.str=" },
    { "stream-option", "stream,id=a,addr.abstrat=on",
      "unknown option 'addr.abstrat', expected server, addr.type, addr.path, addr.abstract, "
      "addr.host, addr.port, addr.ipv4, addr.ipv6, addr.str, reconnect or reconnect-ms" },
    { "stream-version", "stream,id=a,addr.type=inet,addr.host=127.0.0.1,addr.port=1,addr.ipv4=off",
      "addr.ipv4=off excludes addr.host=127.0.0.1" },
    { "stream-version-6", "stream,id=a,addr.type=inet,addr.host=::1,addr.port=1,addr.ipv6=off",
      "addr.ipv6=off excludes addr.host=::1" },
    { "stream-version-word", "stream,id=a,addr.type=inet,addr.host=::1,addr.port=1,addr.ipv4=maybe",
      "addr.ipv4: invalid value 'maybe': expected on or off" },
    { "dgram-without-sides", "dgram,id=a",
      "local.type= and remote.type=, expected both inet, both unix, local fd alone, or remote inet "
      "alone with a group" },
    { "dgram-of-two-types",
      "dgram,id=a,local.type=inet,local.host=127.0.0.1,local.port=1,remote.type=unix,remote.path=x",
      "local.type=inet and remote.type=unix, expected both inet, both unix, local fd alone, or "
      "remote inet alone with a group" },
    { "dgram-without-a-local-address",
      "dgram,id=a,remote.type=inet,remote.host=127.0.0.1,remote.port=1", "local.host= is missing" },
    { "dgram-without-a-port", "dgram,id=a,remote.type=inet,remote.host=230.0.0.1",
      "remote.port= is missing" },
    { "dgram-host", "dgram,id=a,remote.type=inet,remote.host=example.com,remote.port=1",
      "remote.host: invalid value 'example.com': expected an IPv4 address or localhost" },
    { "dgram-port", "dgram,id=a,remote.type=inet,remote.host=230.0.0.1,remote.port=65536",
      "remote.port: invalid value '65536': expected a port, 0 to 65535" },
    { "dgram-path", "dgram,id=a,local.type=unix,local.path=,remote.type=unix,remote.path=x",
      "invalid path '': expected 1 to 107 bytes" },
    { "dgram-without-a-path", "dgram,id=a,local.type=unix,local.path=x,remote.type=unix",
      "remote.path= is missing" },
    { "dgram-directory",
      "dgram,id=a,local.type=unix,local.path=/nonexistent/x,remote.type=unix,remote.path=x",
      "can't use the local path: No such file or directory" },
    { "dgram-address-of-another-computer",
      "dgram,id=a,local.type=inet,local.host=203.0.113.1,local.port=1,remote.type=inet,"
      "remote.host=127.0.0.1,remote.port=1",
      "can't use the local address: Cannot assign requested address" },
    { "dgram-descriptor", "dgram,id=a,local.type=fd,local.str=2",
      "fd 2 is not a connected socket for datagrams" },
    { "dgram-descriptor-number", "dgram,id=a,local.type=fd,local.str=two",
      "local.str: invalid value 'two': expected 0 to 2147483647" },
    { "socket-of-nothing", "socket,id=a",
      "expected exactly one of listen=, connect=, mcast=, udp= and fd=" },
    { "socket-of-two-ways", "socket,id=a,listen=:1,connect=:2",
      "expected exactly one of listen=, connect=, mcast=, udp= and fd=" },
    { "socket-local-address", "socket,id=a,listen=:1,localaddr=127.0.0.1",
      "localaddr= is for mcast= and udp=, not for listen=" },
    { "socket-without-a-local-address", "socket,id=a,udp=127.0.0.1:1",
      "localaddr= is missing, udp= needs it" },
    { "socket-group", "socket,id=a,mcast=127.0.0.1:1",
      "mcast: invalid value '127.0.0.1:1': expected an address of a group" },
    { "socket-address", "socket,id=a,listen=1", "listen: invalid value '1': expected [HOST]:PORT" },
    { "socket-address-of-datagrams", "socket,id=a,mcast=1",
      "mcast: invalid value '1': expected HOST:PORT" },
    { "socket-of-another-computer", "socket,id=a,connect=203.0.113.1:1",
      "socket: host '203.0.113.1' is not a loopback address, expected localhost, 127.0.0.1 or "
      "::1" },
    { "socket-option", "socket,id=a,lisen=:1", "unknown property 'lisen', did you mean 'listen'?" },
    { "hub-without-a-number", "hubport,id=a", "hubid= is missing" },
    { "hub-number", "hubport,id=a,hubid=2147483648",
      "hubid: invalid value '2147483648': expected -2147483648 to 2147483647" },
    { "hub-of-nothing", "hubport,id=a,hubid=1,netdev=x", "netdev 'x' does not exist" },
    { "stream-without-a-peer", "stream,id=a,addr.type=unix,addr.path=/nonexistent/x",
      "unix:/nonexistent/x: can't connect: No such file or directory" },
    { "test-option", "test,id=a,x=y", "unknown property 'x'" },
    { "nic-without-a-type", "model=ne2k_pci",
      "type= is missing, expected none or a type of -netdev" },
    { "nic-none-and-more", "none,model=ne2k_pci", "none takes no further options" },
    { "nic-network", "use", "unknown type 'use', did you mean 'user'?" },
    { "nic-model", "test,model=nonsense", "unknown device 'nonsense'" },
    { "nic-machine", "test", "ne2k_pci is a PCI function; machine 'none' has no PCI bus" },
};

static void test_refused(gconstpointer data)
{
    const char *value = refusals[GPOINTER_TO_UINT(data)].value;
    g_autofree char *errors = NULL;
    const char *sentence = refusals[GPOINTER_TO_UINT(data)].sentence;
    const char *option = g_str_has_prefix(refusals[GPOINTER_TO_UINT(data)].name, "nic-")
                             ? "-nic"
                             : "-netdev";
    g_autofree char *expected = g_strdup_printf("%s: %s", option, sentence);
    const char *argv[] = {
        g_getenv("OB_PROGRAM"), "-M", "none", option, value, "-qtest", "null", NULL
    };
    GError *error = NULL;
    int status = 0;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &errors,
                 &status, &error);
    g_assert_no_error(error);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 1);
    if (!strstr(errors, expected)) {
        g_error("'%s', expected '%s'", errors, expected);
    }
    g_assert_null(strchr(strchr(errors, '\n') + 1, '\n')); /* one line */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strdup_printf("/netdev/refused/%s", refusals[i].name);

        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_refused);
    }
    return g_test_run();
}
