/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fw_cfg as a guest finds it: in process, in the program of OB_PROGRAM, or in a stock QEMU
 * (there is OB_ACCELERATOR too), which says what is right, with OUTBOARD_BRIDGE between the guest
 * and QEMU's fw_cfg.  OB_ARCHITECTURE is x86_64 or aarch64.
 */
#include "qtest/client/fw-cfg.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/host/fw-cfg.h"
#include "qtest/tests/qemu-release.h"

#define MIB      UINT64_C(0x100000)
#define RAM_SIZE (128 * MIB)

/* For both kinds of host, whose settings must agree. */
#define WORD      "opt/org.example/word"
#define CONTENT   "ABCDEFGH"
#define UUID      "00112233-4455-6677-8899-aabbccddeeff"
#define ARGUMENTS "-m 128 -uuid " UUID " -smp 2,maxcpus=4 -nodefaults " \
    "-boot menu=on,splash-time=12,reboot-timeout=15 -fw_cfg name=" WORD ",string=" CONTENT

static const ObBoot settings = {
    .uuid = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
              0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff },
    .cpus = 2, .cpu_limit = 4, .menu = true, .has_reboot_timeout = true, .reboot_timeout = 15,
    .has_splash_time = true, .splash_time = 12,
};

enum {
    SIGNATURE = 0x00, ID = 0x01, UUID_KEY = 0x02, RAM_SIZE_KEY = 0x03, NO_GRAPHICS = 0x04,
    CPUS = 0x05, NUMA = 0x0d, BOOT_MENU = 0x0e, CPU_LIMIT = 0x0f, DIRECTORY = 0x19,
    BEYOND = 0x40,              /* the first key without a place */
    WRITE_CHANNEL = 0x4000, ARCH_LOCAL = 0x8000,
};

#define ERROR FW_CFG_DMA_ERROR
#define READ  FW_CFG_DMA_READ
#define SKIP  FW_CFG_DMA_SKIP
#define WRITE FW_CFG_DMA_WRITE

static ObHost *host_in_process;

static bool is_pc(void)
{
    return !g_strcmp0(g_getenv("OB_ARCHITECTURE"), "x86_64");
}

static ObClient *start_in_process(HwError *error)
{
    const ObHostConfig config = { .architecture = g_getenv("OB_ARCHITECTURE"), .boot = &settings };

    host_in_process = ob_host_new(&config, error);
    g_assert_nonnull(host_in_process);
    ob_fw_cfg_add_copy(ob_host_fw_cfg(host_in_process), WORD, CONTENT, strlen(CONTENT), error);
    return ob_client_in_process(host_in_process);
}

/* A device with ACPI tables, for which the bridge stands before fw_cfg's registers. */
static char *bridge_arguments(void)
{
    const char *bridge = g_getenv("OUTBOARD_BRIDGE");

    return bridge ? g_strdup_printf("-plugin file=%s -device %svmgenid", bridge,
                                    is_pc() ? "outboard-" : "")
                  : g_strdup("");
}

static ObClient *start_program(const char *more, HwError *error)
{
    bool is_qemu = g_getenv("OB_ACCELERATOR");
    g_autofree char *bridge = bridge_arguments();
    g_autofree char *all = g_strdup_printf("-machine %s %s %s %s %s", is_pc() ? "pc" : "virt",
                                           is_qemu && !is_pc() ? "-cpu cortex-a57" : "",
                                           ARGUMENTS, bridge, more);
    ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = all,
                      .accelerator = g_getenv("OB_ACCELERATOR") };

    return ob_client_start(&start, error);
}

static ObFwCfgPort fw_cfg_start(void)
{
    char text[4096] = "";
    HwError error = { text, sizeof(text), 0 };
    ObClient *c = g_getenv("OB_PROGRAM") ? start_program("", &error) : start_in_process(&error);

    g_assert_cmpstr(text, ==, "");
    g_assert_nonnull(c);
    return is_pc() ? fw_cfg_of_pc(c) : fw_cfg_of_virt(c);
}

static void fw_cfg_end(const ObFwCfgPort *port)
{
    ob_client_quit(port->client);
    g_clear_pointer(&host_in_process, ob_host_free);
}

/* ------------------------------------------------------------------- parts */

/* In RAM, behind the descriptor. */
static uint64_t buffer_of(const ObFwCfgPort *port)
{
    return port->descriptor + 0x1000;
}

static uint64_t ram_end(void)
{
    return (is_pc() ? 0 : UINT64_C(0x40000000)) + RAM_SIZE;
}

static uint16_t word_key(const ObFwCfgPort *port)
{
    uint16_t key = fw_cfg_find(port, WORD, NULL);

    g_assert_cmphex(key, !=, 0);
    return key;
}

static void buffer_fill(const ObFwCfgPort *port)
{
    ob_client_memset(port->client, buffer_of(port), '.', 32);
}

static void buffer_expect(const ObFwCfgPort *port, const char *bytes, size_t size)
{
    char there[32];

    ob_client_memread(port->client, buffer_of(port), there, size);
    g_assert_cmpmem(there, size, bytes, size);
}

/* A read to the buffer, and what it has then. */
static void dma_reads(const ObFwCfgPort *port, uint32_t control, uint32_t length,
                      const char *bytes, size_t size)
{
    buffer_fill(port);
    g_assert_cmphex(fw_cfg_dma(port, control, buffer_of(port), length), ==, 0);
    buffer_expect(port, bytes, size);
}

static void data_reads(const ObFwCfgPort *port, const void *bytes, size_t size)
{
    uint8_t there[64];

    fw_cfg_read(port, there, size);
    g_assert_cmpmem(there, size, bytes, size);
}

static uint64_t item(const ObFwCfgPort *port, uint16_t key, uint32_t size)
{
    uint8_t bytes[8];

    fw_cfg_select(port, key);
    fw_cfg_read(port, bytes, size);
    return hw_load_le(bytes, size);
}

/* ---------------------------------------------------------------- registers */

static void test_signature(const ObFwCfgPort *port)
{
    fw_cfg_select(port, SIGNATURE);
    data_reads(port, "QEMU\0\0", 6);
}

static void test_id_has_dma(const ObFwCfgPort *port)
{
    g_assert_cmphex(item(port, ID, 4), ==, 3);
}

static void test_reset_selects_the_signature(const ObFwCfgPort *port)
{
    fw_cfg_select(port, RAM_SIZE_KEY);
    fw_cfg_read(port, &(uint8_t) { 0 }, 1);
    ob_client_reset(port->client);
    data_reads(port, "QEMU", 4);
}

static void test_selection_starts_anew(const ObFwCfgPort *port)
{
    uint16_t key = word_key(port);

    fw_cfg_select(port, key);
    data_reads(port, "ABC", 3);
    fw_cfg_select(port, key);
    data_reads(port, "AB", 2);
}

static void test_data_ends_in_zeros(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    data_reads(port, CONTENT "\0\0\0", 11);
}

static void test_key_beyond_reads_zeros(const ObFwCfgPort *port)
{
    fw_cfg_select(port, BEYOND);
    data_reads(port, "\0\0", 2);
    fw_cfg_select(port, BEYOND - 1);
    data_reads(port, "\0\0", 2);
    fw_cfg_select(port, 0x3fff);
    data_reads(port, "\0\0", 2);
}

static void test_write_channel_bit_is_ignored(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port) | WRITE_CHANNEL);
    data_reads(port, CONTENT, 8);
}

static void test_arch_local_keys_are_others(const ObFwCfgPort *port)
{
    fw_cfg_select(port, SIGNATURE | ARCH_LOCAL);
    data_reads(port, "\0\0", 2);
    fw_cfg_select(port, word_key(port) | ARCH_LOCAL);
    data_reads(port, "\0\0", 2);
    g_assert_cmphex(item(port, ARCH_LOCAL | 2, 4), ==, is_pc() ? 1 : 0);
    g_assert_cmphex(item(port, ARCH_LOCAL | WRITE_CHANNEL | 2, 4), ==, is_pc() ? 1 : 0);
}

static void test_data_register_takes_nothing(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    if (is_pc()) {
        ob_client_outb(port->client, FW_CFG_PORT + 1, 'x');
        ob_client_outb(port->client, FW_CFG_PORT, 'x');
    } else {
        ob_client_writeb(port->client, port->base + FW_CFG_DATA, 'x');
        ob_client_writeq(port->client, port->base + FW_CFG_DATA, UINT64_MAX);
    }
    data_reads(port, CONTENT, 8);
}

static void test_dma_register_shows_itself(const ObFwCfgPort *port)
{
    if (is_pc()) {
        g_assert_cmphex(ob_client_inl(port->client, FW_CFG_PORT_DMA), ==, 0x554d4551);
        g_assert_cmphex(ob_client_inl(port->client, FW_CFG_PORT_DMA + 4), ==, 0x47464320);
        g_assert_cmphex(ob_client_inw(port->client, FW_CFG_PORT_DMA + 2), ==, 0x554d);
        g_assert_cmphex(ob_client_inb(port->client, FW_CFG_PORT_DMA + 7), ==, 'G');
    } else {
        g_assert_cmphex(ob_client_readq(port->client, port->base + FW_CFG_DMA), ==,
                        0x47464320554d4551);
        g_assert_cmphex(ob_client_readl(port->client, port->base + FW_CFG_DMA + 4), ==,
                        0x47464320);
        g_assert_cmphex(ob_client_readb(port->client, port->base + FW_CFG_DMA + 1), ==, 'E');
    }
}

static void test_pc_widths(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    g_assert_cmphex(ob_client_inw(port->client, FW_CFG_PORT), ==, 0);
    g_assert_cmphex(ob_client_inb(port->client, FW_CFG_PORT), ==, 'A');
    g_assert_cmphex(ob_client_inb(port->client, FW_CFG_PORT + 1), ==, 'B');
}

static void test_virt_widths(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    g_assert_cmphex(ob_client_readw(port->client, port->base), ==, 0x4241);
    g_assert_cmphex(ob_client_readl(port->client, port->base), ==, 0x46454443);
    g_assert_cmphex(ob_client_readl(port->client, port->base + 4), ==, 0);
    g_assert_cmphex(ob_client_readb(port->client, port->base + 1), ==, 0);
    g_assert_cmphex(ob_client_readq(port->client, port->base), ==, 0x4847);
    fw_cfg_select(port, word_key(port));
    g_assert_cmphex(ob_client_readq(port->client, port->base), ==, 0x4847464544434241);
    g_assert_cmphex(ob_client_readw(port->client, port->base + FW_CFG_SELECTOR), ==, 0);
}

static void test_virt_selector_takes_words_alone(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    ob_client_writeb(port->client, port->base + FW_CFG_SELECTOR, 0);
    ob_client_writeb(port->client, port->base + FW_CFG_SELECTOR + 1, 0);
    data_reads(port, "AB", 2);
}

/* ---------------------------------------------------------------- transfers */

static void test_dma_reads(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(word_key(port)) | READ, 8, CONTENT "..", 10);
}

static void test_dma_goes_on(const ObFwCfgPort *port)
{
    uint16_t key = word_key(port);

    dma_reads(port, fw_cfg_dma_key(key) | READ, 3, "ABC.", 4);
    dma_reads(port, READ, 2, "DE.", 3);
    data_reads(port, "F", 1);
    dma_reads(port, READ, 1, "G.", 2);
}

static void test_dma_fills_with_zeros(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(word_key(port)) | READ, 12, CONTENT "\0\0\0\0.", 13);
    dma_reads(port, READ, 2, "\0\0.", 3);
}

static void test_dma_key_beyond_reads_zeros(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(BEYOND) | READ, 4, "\0\0\0\0.", 5);
    dma_reads(port, fw_cfg_dma_key(0xffff) | READ, 4, "\0\0\0\0.", 5);
}

static void test_dma_skips(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(word_key(port)) | SKIP, 6, "....", 4);
    dma_reads(port, READ, 2, "GH.", 3);
}

static void test_dma_skips_past_the_end(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    g_assert_cmphex(fw_cfg_dma(port, select | SKIP, 0, UINT32_MAX), ==, 0);
    dma_reads(port, READ, 1, "\0.", 2);
}

static void test_dma_selects_alone(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(word_key(port)), 100, "....", 4);
    data_reads(port, "A", 1);
}

static void test_dma_without_a_task_moves_nothing(const ObFwCfgPort *port)
{
    fw_cfg_select(port, word_key(port));
    dma_reads(port, 0, 4, "....", 4);
    dma_reads(port, 0xffe0, 4, "....", 4);      /* bits without a meaning */
    data_reads(port, "A", 1);
}

static void test_dma_read_wins(const ObFwCfgPort *port)
{
    dma_reads(port, fw_cfg_dma_key(word_key(port)) | READ | SKIP | WRITE | ERROR, 2, "AB.", 3);
}

static void test_dma_write_wins_over_skip(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    g_assert_cmphex(fw_cfg_dma(port, select | WRITE | SKIP, buffer_of(port), 1), ==, ERROR);
}

static void test_dma_of_no_bytes(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    g_assert_cmphex(fw_cfg_dma(port, select | READ, UINT64_MAX, 0), ==, 0);
    g_assert_cmphex(fw_cfg_dma(port, select | WRITE, UINT64_MAX, 0), ==, 0);
}

static void test_dma_write_to_read_only(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    buffer_fill(port);
    g_assert_cmphex(fw_cfg_dma(port, select | WRITE, buffer_of(port), 2), ==, ERROR);
    data_reads(port, "C", 1);                   /* it has moved on all the same */
    g_assert_cmphex(fw_cfg_dma(port, select | SKIP, 0, 8), ==, 0);
    g_assert_cmphex(fw_cfg_dma(port, WRITE, buffer_of(port), 1), ==, ERROR);
    dma_reads(port, select | READ, 8, CONTENT, 8);
}

static void test_dma_write_to_no_file(const ObFwCfgPort *port)
{
    g_assert_cmphex(fw_cfg_dma(port, fw_cfg_dma_key(BEYOND) | WRITE, buffer_of(port), 1), ==,
                    ERROR);
    g_assert_cmphex(fw_cfg_dma(port, fw_cfg_dma_key(SIGNATURE) | WRITE, buffer_of(port), 1), ==,
                    ERROR);
}

static void test_dma_to_no_memory(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    g_assert_cmphex(fw_cfg_dma(port, select | READ, ram_end(), 4), ==, ERROR);
    data_reads(port, "E", 1);                   /* likewise */
    g_assert_cmphex(fw_cfg_dma(port, select | READ, ram_end() - 2, 4), ==, ERROR);
    g_assert_cmphex(fw_cfg_dma(port, fw_cfg_dma_key(BEYOND) | READ, ram_end(), 4), ==, ERROR);
}

static void test_dma_descriptor_in_no_memory(const ObFwCfgPort *port)
{
    uint32_t select = fw_cfg_dma_key(word_key(port));

    fw_cfg_dma_start(port, ram_end());
    fw_cfg_dma_start(port, UINT64_C(0xfffffffffffff000));
    dma_reads(port, select | READ, 8, CONTENT, 8);
}

static void test_dma_descriptor_at_the_end_of_ram(const ObFwCfgPort *port)
{
    uint8_t control[4];

    ob_client_memset(port->client, ram_end() - 8, 0, 8);
    fw_cfg_dma_start(port, ram_end() - 8);
    ob_client_memread(port->client, ram_end() - 8, control, 4);
    g_assert_cmphex(hw_load_be32(control), ==, ERROR);
}

static void test_dma_high_half_alone_waits(const ObFwCfgPort *port)
{
    uint8_t descriptor[16] = { 0, 0, 0, READ, 0, 0, 0, 1 };

    ob_client_memwrite(port->client, port->descriptor, descriptor, sizeof(descriptor));
    if (is_pc()) {
        ob_client_outl(port->client, FW_CFG_PORT_DMA, 0);
        ob_client_outw(port->client, FW_CFG_PORT_DMA + 4, 1);
        ob_client_outb(port->client, FW_CFG_PORT_DMA + 7, 1);
    } else {
        ob_client_writel(port->client, port->base + FW_CFG_DMA, 0);
        ob_client_writew(port->client, port->base + FW_CFG_DMA + 4, 1);
        ob_client_writeb(port->client, port->base + FW_CFG_DMA + 7, 1);
    }
    g_assert_cmphex(ob_client_readb(port->client, port->descriptor + 3), ==, READ);
}

static void test_dma_address_is_taken_once(const ObFwCfgPort *port)
{
    uint32_t low = GUINT32_SWAP_LE_BE((uint32_t)port->descriptor);

    fw_cfg_dma_start(port, UINT64_C(0x7fffffff00000000) + port->descriptor);
    ob_client_memset(port->client, port->descriptor, 0, 16);
    ob_client_memset(port->client, port->descriptor + 2, 0xff, 1);  /* means nothing */
    if (is_pc()) {
        ob_client_outl(port->client, FW_CFG_PORT_DMA + 4, low);
    } else {
        ob_client_writel(port->client, port->base + FW_CFG_DMA + 4, low);
    }
    g_assert_cmphex(ob_client_readl(port->client, port->descriptor), ==, 0);
}

static void test_virt_dma_address_in_one(const ObFwCfgPort *port)
{
    uint8_t descriptor[16] = { 0, 0, 0, 0x08 | READ, 0, 0, 0, 1 };

    hw_store_be32(descriptor + 12, (uint32_t)buffer_of(port));
    buffer_fill(port);
    ob_client_memwrite(port->client, port->descriptor, descriptor, sizeof(descriptor));
    ob_client_writeq(port->client, port->base + FW_CFG_DMA,
                     GUINT64_SWAP_LE_BE(port->descriptor));
    g_assert_cmphex(ob_client_readl(port->client, port->descriptor), ==, 0);
    buffer_expect(port, "Q.", 2);
}

/* -------------------------------------------------------------------- items */

static void test_directory_is_sorted(const ObFwCfgPort *port)
{
    char last[56] = "";
    uint8_t entry[64];
    uint32_t count = GUINT32_SWAP_LE_BE((uint32_t)item(port, DIRECTORY, 4));

    g_assert_cmpuint(count, >, 3);
    for (uint32_t i = 0; i < count; i++) {
        fw_cfg_read(port, entry, sizeof(entry));
        g_assert_cmphex(hw_load_be16(entry + 4), ==, 0x20 + i);
        g_assert_cmphex(hw_load_be16(entry + 6), ==, 0);
        g_assert_cmpint(strcmp((const char *)entry + 8, last), >, 0);
        g_strlcpy(last, (const char *)entry + 8, sizeof(last));
    }
    data_reads(port, "\0", 1);
}

static void file_expect(const ObFwCfgPort *port, const char *name, const char *bytes, size_t size)
{
    uint32_t length;
    uint16_t key = fw_cfg_find(port, name, &length);

    g_assert_cmphex(key, !=, 0);
    g_assert_cmpuint(length, ==, size);
    fw_cfg_select(port, key);
    data_reads(port, bytes, size);
}

static void test_files_of_boot(const ObFwCfgPort *port)
{
    file_expect(port, WORD, CONTENT, 8);
    file_expect(port, "etc/boot-fail-wait", "\x0f\0\0\0", 4);
    file_expect(port, "etc/boot-menu-wait", "\x0c\0", 2);
    file_expect(port, "bootorder", "", 0);
}

static void test_items_of_all_machines(const ObFwCfgPort *port)
{
    fw_cfg_select(port, UUID_KEY);
    data_reads(port, settings.uuid, 16);
    g_assert_cmpuint(item(port, NO_GRAPHICS, 2), ==, 0);
    g_assert_cmpuint(item(port, CPUS, 2), ==, 2);
    g_assert_cmpuint(item(port, BOOT_MENU, 2), ==, 1);
}

static void test_items_of_pcs(const ObFwCfgPort *port)
{
    g_assert_cmpuint(item(port, RAM_SIZE_KEY, 8), ==, RAM_SIZE);
    g_assert_cmpuint(item(port, CPU_LIMIT, 2), ==, 4);
    g_assert_cmpuint(item(port, NUMA, 8), ==, 0);
    file_expect(port, "etc/system-states", "\x80\0\0\x81\x82\x80", 6);
}

/* QEMU has reserved ranges besides. */
static void test_e820_has_the_ram(const ObFwCfgPort *port)
{
    uint32_t size;
    uint64_t ram = 0;

    fw_cfg_select(port, fw_cfg_find(port, "etc/e820", &size));
    g_assert_cmpuint(size % 20, ==, 0);
    for (uint32_t i = 0; i < size; i += 20) {
        uint8_t entry[20];

        fw_cfg_read(port, entry, sizeof(entry));
        ram += hw_load_le(entry + 16, 4) == 1 ? hw_load_le(entry + 8, 8) : 0;
    }
    g_assert_cmpuint(ram, ==, RAM_SIZE);
}

/* --------------------------------------------------------------------- main */

typedef struct Test {
    const char *path;
    void (*run)(const ObFwCfgPort *port);
    const char *architecture;   /* NULL: each */
} Test;

static const Test tests[] = {
    { "register/signature", test_signature, NULL },
    { "register/id-has-dma", test_id_has_dma, NULL },
    { "register/reset-selects-the-signature", test_reset_selects_the_signature, NULL },
    { "register/selection-starts-anew", test_selection_starts_anew, NULL },
    { "register/data-ends-in-zeros", test_data_ends_in_zeros, NULL },
    { "register/key-beyond-reads-zeros", test_key_beyond_reads_zeros, NULL },
    { "register/write-channel-bit-is-ignored", test_write_channel_bit_is_ignored, NULL },
    { "register/arch-local-keys-are-others", test_arch_local_keys_are_others, NULL },
    { "register/data-takes-nothing", test_data_register_takes_nothing, NULL },
    { "register/dma-shows-itself", test_dma_register_shows_itself, NULL },
    { "register/widths-of-ports", test_pc_widths, "x86_64" },
    { "register/widths-in-memory", test_virt_widths, "aarch64" },
    { "register/selector-takes-words-alone", test_virt_selector_takes_words_alone, "aarch64" },
    { "dma/reads", test_dma_reads, NULL },
    { "dma/goes-on-where-it-ended", test_dma_goes_on, NULL },
    { "dma/fills-with-zeros", test_dma_fills_with_zeros, NULL },
    { "dma/key-beyond-reads-zeros", test_dma_key_beyond_reads_zeros, NULL },
    { "dma/skips", test_dma_skips, NULL },
    { "dma/skips-past-the-end", test_dma_skips_past_the_end, NULL },
    { "dma/selects-alone", test_dma_selects_alone, NULL },
    { "dma/without-a-task-moves-nothing", test_dma_without_a_task_moves_nothing, NULL },
    { "dma/read-wins", test_dma_read_wins, NULL },
    { "dma/write-wins-over-skip", test_dma_write_wins_over_skip, NULL },
    { "dma/of-no-bytes", test_dma_of_no_bytes, NULL },
    { "dma/write-to-read-only-fails", test_dma_write_to_read_only, NULL },
    { "dma/write-to-no-file-fails", test_dma_write_to_no_file, NULL },
    { "dma/to-no-memory-fails", test_dma_to_no_memory, NULL },
    { "dma/descriptor-in-no-memory-is-survived", test_dma_descriptor_in_no_memory, NULL },
    { "dma/descriptor-at-the-end-of-ram-gets-the-error", test_dma_descriptor_at_the_end_of_ram,
      NULL },
    { "dma/high-half-alone-waits", test_dma_high_half_alone_waits, NULL },
    { "dma/address-is-taken-once", test_dma_address_is_taken_once, NULL },
    { "dma/address-in-one-access", test_virt_dma_address_in_one, "aarch64" },
    { "items/directory-is-sorted", test_directory_is_sorted, NULL },
    { "items/files-of-boot", test_files_of_boot, NULL },
    { "items/of-all-machines", test_items_of_all_machines, NULL },
    { "items/of-pcs", test_items_of_pcs, "x86_64" },
    { "items/e820-has-the-ram", test_e820_has_the_ram, "x86_64" },
};

static void run(gconstpointer opaque)
{
    const Test *test = opaque;
    ObFwCfgPort port = fw_cfg_start();

    test->run(&port);
    fw_cfg_end(&port);
}

int main(int argc, char **argv)
{
    const char *program = g_getenv("OB_PROGRAM");

    g_test_init(&argc, &argv, NULL);
    if (program && !g_file_test(program, G_FILE_TEST_IS_EXECUTABLE)) {
        g_print("1..0 # SKIP " QEMU_RELEASE_MISSING "\n", program);
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/fw-cfg-guest/", tests[i].path, NULL);

        if (!tests[i].architecture ||
            !g_strcmp0(tests[i].architecture, g_getenv("OB_ARCHITECTURE"))) {
            g_test_add_data_func(path, &tests[i], run);
        }
    }
    return g_test_run();
}
