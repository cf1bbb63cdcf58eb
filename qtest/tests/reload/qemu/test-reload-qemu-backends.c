/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The other ends of devices do not notice a reload in a stock QEMU, and work with the new code. */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "devices/i2c/i2c-ocores-regs.h"
#include "devices/input/altera-ps2-regs.h"
#include "qtest/client/drivers/crb.h"
#include "qtest/client/process/scratch.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/tests/bridge/pci/pci-machine.h"
#include "qtest/tests/reload/qemu/outboard-object.h"

static uint64_t device_at(void)
{
    return bridge_machine_is_pc() ? UINT64_C(0xfed40000) : UINT64_C(0x0c000000);
}

/* `format` is a device with its place. */
static ObClient *start(const char *before, const char *device)
{
    g_autofree char *arguments = g_strdup_printf("%s -device %s,addr=0x%" G_GINT64_MODIFIER "x",
                                                 before, device, device_at());

    return pci_start(arguments);
}

static void reload(ObClient *c)
{
    outboard_assert_reloaded(outboard_reload(c, ""));
}

static void resume(ObClient *c)
{
    json_decref(ob_client_qmp(c, "cont", NULL, NULL));
}

/* ------------------------------------------------------------------------------ TPM */

static const uint8_t startup[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x44, 0, 0 };
static const uint8_t get_random[] = { 0x80, 1, 0, 0, 0, 12, 0, 0, 1, 0x7b, 0, 16 };
static const uint8_t success[] = { 0x80, 1, 0, 0, 0, 10, 0, 0, 0, 0 };

enum { RANDOM_RESPONSE = 28 }; /* header, size, 16 bytes */

static ObClient *tpm_start(const char *before, const char *id, ObCrb *crb)
{
    g_autofree char *device = g_strdup_printf("%s,tpmdev=%s",
                                              bridge_machine_is_pc() ? "outboard-tpm-crb"
                                                                     : "tpm-crb-device",
                                              id);
    g_autofree char *all = g_strdup_printf("%s -device %s", before, device);
    ObClient *c = bridge_machine_is_pc() ? pci_start(all) : start(before, device);

    *crb = (ObCrb) { c, device_at(), 10000 };
    return c;
}

static void tpm_startup(const ObCrb *crb)
{
    uint8_t response[64];
    size_t size;

    g_assert_cmpint(crb_request_locality(crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(crb, startup, sizeof(startup), response, sizeof(response), &size),
                    ==, OB_CRB_OK);
    g_assert_cmpmem(response, size, success, sizeof(success));
}

static void tpm_assert_random(const ObCrb *crb)
{
    uint8_t response[64];
    size_t size;

    g_assert_cmpint(crb_wait(crb, -1), ==, OB_CRB_OK);
    g_assert_cmpint(crb_read_response(crb, response, sizeof(response), &size), ==, OB_CRB_OK);
    g_assert_cmpuint(size, ==, RANDOM_RESPONSE);
    g_assert_cmpmem(response + 6, 4, success + 6, 4);
}

/* A TPM that has lost its power asks for another Startup.  The reload may come while a command runs:
 * its response is there afterwards. */
static void tpm_goes_on(ObClient *c, const ObCrb *crb)
{
    tpm_startup(crb);
    for (int i = 0; i < 20; i++) {
        g_assert_cmpint(crb_write_command(crb, get_random, sizeof(get_random)), ==, OB_CRB_OK);
        crb_start(crb);
        reload(c);
        tpm_assert_random(crb);
    }
    ob_client_quit(c);
}

static void test_tpm_libtpms(void)
{
    ObCrb crb;
    ObClient *c = tpm_start("", "tpm0", &crb);

    tpm_goes_on(c, &crb);
}

static void test_tpm_emulator(void)
{
    HW_ERROR(error, 1000);
    ObSwtpm *swtpm = ob_swtpm_start(&error);
    g_autofree char *before = NULL;
    ObClient *c;
    ObCrb crb;

    g_assert_cmpstr(error.text, ==, "");
    before = g_strdup_printf("-chardev socket,id=chr,path=%s -tpmdev emulator,id=own,chardev=chr",
                             ob_swtpm_path(swtpm));
    c = tpm_start(before, "own", &crb);
    tpm_goes_on(c, &crb);
    ob_swtpm_free(swtpm);
}

/* A reset after a reload is a power cut, as ever. */
static void test_tpm_reset(void)
{
    ObCrb crb;
    ObClient *c = tpm_start("", "tpm0", &crb);

    tpm_startup(&crb);
    reload(c);
    ob_client_reset(c);
    tpm_startup(&crb);
    ob_client_quit(c);
}

/* -------------------------------------------------------------------------- the others */

static int connected(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    return fd;
}

/* The peer stays, in both directions. */
static void test_chardev(void)
{
    enum { DATA = 0, LINE_STATUS = 5, READY = 1 };
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "tty", NULL);
    g_autofree char *before = g_strdup_printf("-chardev socket,id=tty,path=%s,server=on,wait=off",
                                              path);
    ObClient *c = start(before, "ns16550a,chardev=tty");
    int peer = connected(path);
    char bytes[2];

    resume(c);
    for (char byte = 'a'; byte < 'e'; byte++) {
        reload(c);
        ob_client_writeb(c, device_at() + DATA, (uint8_t)byte);
        g_assert_cmpint(read(peer, bytes, sizeof(bytes)), ==, 1);
        g_assert_cmpint(bytes[0], ==, byte);
        g_assert_cmpint(write(peer, "z", 1), ==, 1);
        while (!(ob_client_readb(c, device_at() + LINE_STATUS) & READY)) {
            g_thread_yield();
        }
        reload(c);
        g_assert_cmpint(ob_client_readb(c, device_at() + DATA), ==, 'z');
    }
    close(peer);
    ob_client_quit(c);
    ob_scratch_free(scratch);
}

static void link_set(ObClient *c, bool up)
{
    json_decref(
        ob_client_qmp(c, "set_link", json_pack("{s:s, s:b}", "name", "n0", "up", up), NULL));
}

/* The network has the same card, and its link reaches the new code. */
static void test_net(void)
{
    enum { STATUS = 0x106 };
    ObClient *c = start("-netdev hubport,hubid=0,id=n0", "virtio-net-mmio,id=card,netdev=n0");
    g_autofree char *before = hmp_answer(c, "info network");

    resume(c);
    for (int i = 0; i < 4; i++) {
        g_autofree char *after = NULL;

        reload(c);
        after = hmp_answer(c, "info network");
        g_assert_cmpstr(after, ==, before);
        link_set(c, false);
        g_assert_cmphex(ob_client_readb(c, device_at() + STATUS) & 1, ==, 0);
        link_set(c, true);
        g_assert_cmphex(ob_client_readb(c, device_at() + STATUS) & 1, ==, 1);
    }
    ob_client_quit(c);
}

/* A byte that came before a reload is there after it, and a key after it comes too. */
static void test_input(void)
{
    enum { A_DOWN = 0x1c, BREAK = 0xf0 };
    const uint8_t expected[] = { A_DOWN, BREAK, A_DOWN };
    ObClient *c = start("", "altera-ps2-keyboard");

    resume(c);
    for (int i = 0; i < 4; i++) {
        g_autofree char *answer = NULL;

        reload(c);
        answer = hmp_answer(c, "sendkey a");
        for (size_t n = 0; n < sizeof(expected); n++) {
            uint32_t word;

            while (!((word = ob_client_readl(c, device_at() + PS2_DATA)) & PS2_VALID)) {
                g_thread_yield();
            }
            g_assert_cmphex(word & 0xff, ==, expected[n]);
            reload(c);
        }
    }
    ob_client_quit(c);
}

static uint64_t ocores(uint32_t reg)
{
    return device_at() + ((uint64_t)reg << OCORES_WORD_SHIFT);
}

/* True if a target takes its address. */
static bool acknowledges(ObClient *c, uint8_t address)
{
    enum { START = 0x80, STOP = 0x40, SEND = 0x10, BUSY = 0x02, NO_ACK = 0x80 };
    uint32_t status;

    ob_client_writel(c, ocores(OCORES_DATA), (uint32_t)address << 1);
    ob_client_writel(c, ocores(OCORES_COMMAND), START | SEND);
    while ((status = ob_client_readl(c, ocores(OCORES_COMMAND))) & BUSY) {
        g_thread_yield();
    }
    ob_client_writel(c, ocores(OCORES_COMMAND), STOP);
    return !(status & NO_ACK);
}

/* The targets are still on the bus. */
static void test_i2c(void)
{
    g_autofree char *arguments = g_strdup_printf(
        "-device i2c-ocores,id=bus,addr=0x%" G_GINT64_MODIFIER "x -device lm75,bus=bus "
        "-device at24,bus=bus",
        device_at());
    ObClient *c = pci_start(arguments);

    ob_client_writel(c, ocores(OCORES_CONTROL), OCORES_ENABLE);
    resume(c);
    for (int i = 0; i < 4; i++) {
        reload(c);
        g_assert_true(acknowledges(c, 0x48));
        g_assert_true(acknowledges(c, 0x50));
        g_assert_false(acknowledges(c, 0x30));
    }
    ob_client_quit(c);
}

static GBytes *picture(ObClient *c, const char *path)
{
    char *bytes;
    gsize size;

    json_decref(ob_client_qmp(c, "screendump", json_pack("{s:s}", "filename", path), NULL));
    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    return g_bytes_new_take(bytes, size);
}

/* QEMU's console shows the same picture, and what the guest draws afterwards. */
static void test_display(void)
{
    enum { SLOT = PCI_SLOT(4), MODE = 0x500, SIZE = 64, ENABLED = 0x41 };
    const uint16_t mode[] = { SIZE, SIZE, 32, ENABLED };
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *path = g_build_filename(ob_scratch_path(scratch), "picture", NULL);
    ObClient *c = pci_start("-device outboard-bochs-display,addr=4");
    uint64_t pixels = pci_map(c, SLOT, 0, 0);
    uint64_t registers = pci_map(c, SLOT, 2, 1);

    for (uint32_t i = 0; i < G_N_ELEMENTS(mode); i++) {
        ob_client_writew(c, registers + MODE + 2 * (i + 1), mode[i]);
    }
    for (uint32_t i = 0; i < 4; i++) {
        g_autoptr(GBytes) before = NULL;
        g_autoptr(GBytes) after = NULL;
        g_autoptr(GBytes) drawn = NULL;

        before = picture(c, path);
        reload(c);
        after = picture(c, path);
        g_assert_true(g_bytes_equal(after, before));
        ob_client_writel(c, pixels + 4 * i, 0xffffff);
        drawn = picture(c, path);
        g_assert_false(g_bytes_equal(drawn, before));
        g_assert_cmpuint(g_bytes_get_size(drawn), >, 3 * SIZE * SIZE);
    }
    ob_client_quit(c);
    ob_scratch_free(scratch);
}

/* ----------------------------------------------------------------------- firmware's view */

#define GEN "/machine/peripheral/gen"

/* The GUID's place in the file, which Ersek's protocol gives. */
enum { GUID_AT = 40, GUID_PART = 4 };

static void guid_set(ObClient *c, const char *guid)
{
    json_decref(
        ob_client_qmp(c, "qom-set",
                      json_pack("{s:s, s:s, s:s}", "path", GEN, "property", "guid", "value", guid),
                      NULL));
}

static void query_assert(ObClient *c, const char *guid)
{
    json_t *answer = ob_client_qmp(c, "query-vm-generation-id", NULL, NULL);

    g_assert_cmpstr(json_string_value(json_object_get(answer, "guid")), ==, guid);
    json_decref(answer);
}

/* The file in fw_cfg, which the guest had selected before, QEMU's own query and the property agree
 * on a GUID that is set later. */
static void test_generation_id(void)
{
    const char *guid = "00112233-4455-6677-8899-aabbccddeeff";
    g_autofree char *device = g_strdup_printf("-device %s,id=gen", bridge_machine_is_pc()
                                                                       ? "outboard-vmgenid"
                                                                       : "vmgenid");
    ObClient *c = pci_start(device);
    const ObFwCfgPort port = cfg_port(c);
    uint8_t file[GUID_AT + GUID_PART];

    reload(c);
    g_assert_cmpuint(cfg_file_select(c, "etc/vmgenid_guid"), >, sizeof(file));
    guid_set(c, guid);
    fw_cfg_read(&port, file, sizeof(file));
    g_assert_cmpmem(file + GUID_AT, GUID_PART, "\x33\x22\x11\x00", 4); /* little-endian */
    object_assert_text(c, GEN, "guid", guid);
    if (bridge_machine_is_pc()) { /* 7.2 has no answer on Arm */
        query_assert(c, guid);
    }
    ob_client_quit(c);
}

/* After a reset firmware finds the tables that the new code has written. */
static void test_tables(void)
{
    ObCrb crb;
    ObClient *c = tpm_start("", "tpm0", &crb);
    Firmware *firmware;
    unsigned count;

    reload(c);
    ob_client_reset(c);
    firmware = firmware_run(c);
    g_assert_nonnull(firmware_table(firmware, "TPM2", NULL, &count));
    g_assert_cmpuint(count, ==, 1);
    firmware_free(firmware);
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    g_test_add_func("/reload/qemu/backends/tpm-libtpms", test_tpm_libtpms);
    g_test_add_func("/reload/qemu/backends/tpm-emulator", test_tpm_emulator);
    g_test_add_func("/reload/qemu/backends/tpm-reset-after-it", test_tpm_reset);
    g_test_add_func("/reload/qemu/backends/chardev", test_chardev);
    g_test_add_func("/reload/qemu/backends/net", test_net);
    g_test_add_func("/reload/qemu/backends/input", test_input);
    g_test_add_func("/reload/qemu/backends/i2c", test_i2c);
    g_test_add_func("/reload/qemu/backends/display", test_display);
    g_test_add_func("/reload/qemu/firmware/generation-id", test_generation_id);
    g_test_add_func("/reload/qemu/firmware/acpi-tables-after-a-reset", test_tables);
    return g_test_run();
}
