/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Linux's driver 8250 drives our serial ports in stock QEMU: it finds them by ACPI, by a device tree and
 * on PCI.  The peer logs in, and gets back all bytes that it sends.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "qtest/client/process/scratch.h"
#include "qtest/client/process/unix-socket.h"
#include "qtest/guest/guest.h"

enum { BYTES = 20000, PORTS_MAX = 3 };

#define AAVMF "/usr/share/AAVMF/AAVMF_CODE.fd"

typedef struct Platform {
    const char *path, *kernel, *initramfs, *machine;
    const char *firmware;           /* a file; NULL: QEMU's own, or none */
    const char *devices[PORTS_MAX]; /* the port's options; NULL after the last */
    const char *ports[PORTS_MAX];   /* drive-serial's argument */
} Platform;

static const Platform platforms[] = {
    { "/guest-serial/q35/logs-in-by-acpi-and-pci",
      "amd64-6.1",
      "OB_GUEST_LOOK_PCI_AMD64",
      "-machine q35 -m 256",
      NULL,
      { "ns16550a-isa,iobase=0x2e8,irq-line=5", "ns16550a,addr=0xfe000000,irq-line=10",
        "ns16550a-pci,addr=4" },
      { "port=0x2E8", "iomem_base=0xFE000000", "device=0000:00:04.0" } },
    { "/guest-serial/virt/logs-in-by-device-tree-and-pci",
      "arm64-6.1",
      "OB_GUEST_LOOK_PCI_ARM64",
      "-machine virt -cpu cortex-a57 -m 256",
      NULL,
      { "ns16550a,addr=0xb000000,irq-line=12,reg-shift=2,device-tree=on", "ns16550a-pci,addr=4" },
      { "iomem_base=0xB000000", "device=0000:00:04.0" } },
    { "/guest-serial/virt/logs-in-by-acpi",
      "arm64-6.1",
      "OB_GUEST_LOOK_PCI_ARM64",
      "-machine virt -cpu cortex-a57 -m 512 -bios " AAVMF,
      AAVMF,
      { "ns16550a,addr=0xb000000,irq-line=12" },
      { "iomem_base=0xB000000" } },
};

typedef struct Machine {
    ObScratch *scratch;
    GString *arguments, *words;
    int listeners[PORTS_MAX];
} Machine;

static void port_add(Machine *m, const Platform *platform, int i)
{
    g_autofree char *path = g_strdup_printf("%s/%d", ob_scratch_path(m->scratch), i);

    m->listeners[i] = ob_unix_listen(path);
    g_assert_cmpint(m->listeners[i], >=, 0);
    g_string_append_printf(m->arguments, " -chardev socket,id=c%d,path=%s -device %s,chardev=c%d",
                           i, path, platform->devices[i], i);
    g_string_append_printf(m->words, "run=/drive-serial,%s ", platform->ports[i]);
}

static void peer_expect(int peer, const char *text)
{
    char got[128] = "";

    g_assert_cmpint(recv(peer, got, strlen(text), MSG_WAITALL), ==, (gssize)strlen(text));
    g_assert_cmpstr(got, ==, text);
}

static uint32_t peer_exchange(int peer)
{
    uint8_t bytes[BYTES], back[BYTES];
    g_autofree char *sum_text = NULL;
    uint32_t sum = 0;

    for (uint32_t i = 0; i < BYTES; i++) {
        bytes[i] = (uint8_t)(i * 7 + (i >> 8));
        sum = sum * 31 + bytes[i];
    }
    g_assert_cmpint(send(peer, bytes, BYTES, MSG_NOSIGNAL), ==, BYTES);
    sum_text = g_strdup_printf("sum %u\n", sum);
    peer_expect(peer, sum_text);
    g_assert_cmpint(recv(peer, back, BYTES, MSG_WAITALL), ==, BYTES);
    g_assert_cmpmem(back, BYTES, bytes, BYTES);
    return sum;
}

/* Returns the lines that the guest prints meanwhile. */
static char *peer_use(int listener, ObGuest *guest)
{
    const struct timeval limit = { .tv_sec = 100 };
    int peer = accept(listener, NULL, NULL);
    HW_ERROR(error, 8192);
    uint32_t sum;

    close(listener);
    setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    g_assert_true(ob_guest_expect(guest, "login waits", &error));
    peer_expect(peer, "login: ");
    g_assert_cmpint(send(peer, "ritchie\r", 8, MSG_NOSIGNAL), ==, 8);
    peer_expect(peer, "ritchie\r\n"); /* the kernel's echo */
    peer_expect(peer, "welcome ritchie\n");
    sum = peer_exchange(peer);
    close(peer);
    return g_strdup_printf("login waits\nlogin ritchie\nsum %u\n", sum);
}

static void machine_run(Machine *m, const ObGuestBoot *boot)
{
    g_autoptr(GString) expected = g_string_new(NULL);
    g_autofree char *said = NULL;
    HW_ERROR(error, 8192);
    ObGuest *guest = ob_guest_start(boot, &error);

    g_assert_cmpstr(error.text, ==, "");
    for (int i = 0; i < PORTS_MAX && m->listeners[i] >= 0; i++) {
        g_autofree char *lines = peer_use(m->listeners[i], guest);

        g_string_append(expected, lines);
    }
    said = ob_guest_finish(guest, &error);
    ob_guest_free(guest);
    g_assert_cmpstr(error.text, ==, "");
    g_assert_cmpstr(said, ==, expected->str);
}

static void test_logs_in(gconstpointer data)
{
    const Platform *platform = data;
    Machine m = {
        ob_scratch_new(), g_string_new(platform->machine), g_string_new(NULL), { -1, -1, -1 }
    };
    ObGuestBoot boot = { .kernel = platform->kernel,
                         .initramfs = g_getenv(platform->initramfs),
                         .limit_s = 200 };
    g_autofree char *missing = NULL;

    g_string_append_printf(m.arguments, " -plugin file=%s", g_getenv("OUTBOARD_BRIDGE"));
    for (int i = 0; i < PORTS_MAX && platform->devices[i]; i++) {
        port_add(&m, platform, i);
    }
    boot.arguments = m.arguments->str;
    boot.words = m.words->str;
    missing = ob_guest_missing(&boot);
    if (!missing && platform->firmware && !g_file_test(platform->firmware, G_FILE_TEST_EXISTS)) {
        missing = g_strconcat(platform->firmware, " is missing: run scripts/setup guest", NULL);
    }
    if (missing) {
        g_test_skip(missing);
    } else {
        machine_run(&m, &boot);
    }
    g_string_free(m.arguments, TRUE);
    g_string_free(m.words, TRUE);
    ob_scratch_free(m.scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(platforms); i++) {
        g_test_add_data_func(platforms[i].path, &platforms[i], test_logs_in);
    }
    return g_test_run();
}
