/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions in a migration stream: QEMU's section, and refusals. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/tests/lib/host-stream.h"
#include "qtest/tests/pci/pci-host.h"

/* The payload of the section: behind the name, instance and version. */
static uint8_t *payload(const GByteArray *stream, const char *section)
{
    g_autofree char *name = g_new0(char, strlen(section) + 5); /* and instance 0 */

    strcpy(name, section);
    return host_stream_behind(stream, name, strlen(section) + 4, 4);
}

static bool has_name(const GByteArray *stream, const char *name)
{
    return memmem(stream->data, stream->len, name, strlen(name)) != NULL;
}

/* Two machines of a kind; the second gets the first one's stream. */
typedef struct Pair {
    PciHost from;
    PciHost to;
    const char *machine;
} Pair;

static void pair_set_up(Pair *p, gconstpointer machine)
{
    pci_host_set_up(&p->from, machine);
    pci_host_set_up(&p->to, machine);
}

static void pair_tear_down(Pair *p, gconstpointer machine)
{
    pci_host_tear_down(&p->from, machine);
    pci_host_tear_down(&p->to, machine);
}

static void pair_add(Pair *p, const char *name, const char *options)
{
    function_add(&p->from, name, options);
    function_add(&p->to, name, options);
}

static void pair_move(Pair *p)
{
    g_autoptr(GByteArray) stream = host_stream_save(p->from.host);

    host_stream_load(p->to.host, stream);
}

/* --------------------------------------------------------------------- tests */

static void test_state_travels(Pair *p, gconstpointer data)
{
    uint32_t address = PCI_ADDRESS(4, 0);
    PciBar bar, ram, moved;

    (void)data;
    pair_add(p, "lantern", "addr=4");
    bar = pci_bar_map(&p->from.bus, address, 0);
    ram = pci_bar_map(&p->from.bus, address, 2);
    register_write(&bar, LANTERN_DATA, 0x1234);
    pci_bar_write(&ram, 0x1000, 0x5678, 4);
    pci_config_write(&p->from.bus, address, 0x54, 0x9abc, 4); /* the class's capability */
    pair_move(p);
    moved = bar;
    moved.bus = &p->to.bus;
    g_assert_cmphex(pci_bar_read(&moved, LANTERN_DATA, 4), ==, 0x1234);
    moved.address = ram.address;
    g_assert_cmphex(pci_bar_read(&moved, 0x1000, 4), ==, 0x5678);
    g_assert_cmphex(pci_config_read(&p->to.bus, address, 0x54, 4), ==, 0x9abc);
    for (uint32_t i = 0; i < 256; i += 4) {
        g_assert_cmphex(pci_config_read(&p->to.bus, address, i, 4), ==,
                        pci_config_read(&p->from.bus, address, i, 4));
    }
}

/* QEMU: a version, the space, four pins, the table and the pending bits of MSI-X. */
static void test_section_has_qemus_form(Pair *p, gconstpointer data)
{
    PciHost *f = &p->from;
    uint32_t address = PCI_ADDRESS(5, 0);
    g_autoptr(GByteArray) stream = NULL;
    const uint8_t *bytes;
    PciBar bar;

    (void)data;
    function_add(f, "lantern-express", "addr=5");
    bar = pci_bar_map(&f->bus, address, 0);
    register_write(&bar, LANTERN_LINES, 1);
    pci_bar_map(&f->bus, address, LANTERN_MSIX_BAR);
    pci_msix_on(&f->bus, address, 1, 0x77);
    pci_config_write(&f->bus, address, pci_capability(&f->bus, address, 0x11) + 2, 0, 2);
    stream = host_stream_save(f->host);
    bytes = payload(stream, "0000:00:05.0/lantern");
    g_assert_cmphex(hw_load_be32(bytes), ==, 2);
    for (uint32_t i = 0; i < 4096; i++) { /* registers have their reset values */
        g_assert_cmphex(bytes[4 + i], ==, pci_config_read(&f->bus, address, i, 1));
    }
    bytes += 4 + 4096;
    g_assert_cmphex(hw_load_be32(bytes), ==, 1);
    g_assert_cmphex(hw_load_be32(bytes + 4), ==, 0);
    g_assert_cmphex(hw_load_le(bytes + 16 + 16 + 8, 4), ==, 0x77);
    /* 3 vectors: one byte of pending bits; then the class's first word. */
    g_assert_cmphex(hw_load_be32(bytes + 16 + 3 * 16 + 1), ==, 1);
}

static void test_ram_block_has_the_path(Pair *p, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    function_add(&p->from, "lantern", "addr=4");
    function_add(&p->from, "lantern", "addr=6.0");
    stream = host_stream_save(p->from.host);
    g_assert_true(has_name(stream, "0000:00:04.0/lantern-ram"));
    g_assert_true(has_name(stream, "0000:00:06.0/lantern-ram"));
    g_assert_false(has_name(stream, "lantern-ram#"));
}

static void test_class_without_state_keeps_its_space(Pair *p, gconstpointer data)
{
    uint32_t address = PCI_ADDRESS(4, 0);
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    pair_add(p, "gleam", "addr=4");
    pci_bar_map(&p->from.bus, address, 0);
    stream = host_stream_save(p->from.host);
    payload(stream, "0000:00:04.0/gleam");
    host_stream_load(p->to.host, stream);
    g_assert_cmphex(pci_config_read(&p->to.bus, address, 0x10, 4), ==, p->to.bus.next_memory);
    g_assert_cmphex(pci_config_read(&p->to.bus, address, 4, 2), ==, 2);
}

static void test_load_sends_no_message_again(Pair *p, gconstpointer data)
{
    uint32_t address = PCI_ADDRESS(4, 0);
    PciBar bar;

    (void)data;
    pair_add(p, "lantern", "addr=4");
    bar = pci_bar_map(&p->from.bus, address, 0);
    pci_msi_on(&p->from.bus, address, 1, 0x31);
    register_write(&bar, LANTERN_LINES, 1);
    g_assert_cmphex(pci_message_wait(&p->from.bus, 1000), ==, 0x31);
    pair_move(p);
    g_assert_cmphex(pci_message_wait(&p->to.bus, 0), ==, 0);
    bar.bus = &p->to.bus;
    register_write(&bar, LANTERN_LINES, 1);
    g_assert_cmphex(pci_message_wait(&p->to.bus, 0), ==, 0);
    register_write(&bar, LANTERN_LINES, 3);
    g_assert_cmphex(pci_message_wait(&p->to.bus, 1000), ==, 0x31);
}

static void test_pin_travels(Pair *p, gconstpointer data)
{
    PciBar bar;

    (void)data;
    pair_add(p, "lantern", "addr=4");
    bar = pci_bar_map(&p->from.bus, PCI_ADDRESS(4, 0), 0);
    register_write(&bar, LANTERN_LINES, 1);
    pair_move(p);
    g_assert_true(ob_client_irq_get(p->to.client, 3));
}

static void test_host_bridge_travels(Pair *p, gconstpointer data)
{
    (void)data;
    pci_config_write(&p->from.bus, 0, 0x60, 0xb0000001, 4);
    pci_config_write(&p->from.bus, PCI_ADDRESS(31, 0), 0x69, 11, 1);
    pair_move(p);
    g_assert_cmphex(ob_client_readl(p->to.client, 0xb0000000), ==, 0x29c08086);
    g_assert_cmphex(pci_config_read(&p->to.bus, PCI_ADDRESS(31, 0), 0x69, 1), ==, 11);
}

static void test_unused_host_bridge_has_no_section(Pair *p, gconstpointer data)
{
    g_autoptr(GByteArray) stream = host_stream_save(p->from.host);

    (void)data;
    g_assert_false(has_name(stream, "PCIHost"));
}

/* ------------------------------------------------------------------ refusals */

static void assert_refused(Pair *p, uint32_t place, uint8_t value, const char *reason)
{
    g_autoptr(GByteArray) stream = NULL;
    PciBar bar;

    pair_add(p, "lantern", "addr=4");
    bar = pci_bar_map(&p->to.bus, PCI_ADDRESS(4, 0), 0);
    register_write(&bar, LANTERN_DATA, 0x77);
    stream = host_stream_save(p->from.host);
    payload(stream, "0000:00:04.0/lantern")[place] = value;
    host_stream_refused(p->to.host, stream, reason);
    g_assert_cmphex(pci_bar_read(&bar, LANTERN_DATA, 4), ==, 0x77);
}

static void test_other_vendor_is_refused(Pair *p, gconstpointer data)
{
    (void)data;
    assert_refused(p, 4, 0x35,
                   "lantern: configuration space: byte 0x0 is 0x35, expected 0x34 in the bits "
                   "0xff");
}

static void test_other_capability_is_refused(Pair *p, gconstpointer data)
{
    (void)data;
    assert_refused(p, 4 + 0x40, 0x11, "configuration space: byte 0x40 is 0x11, expected 0x05");
}

static void test_later_version_is_refused(Pair *p, gconstpointer data)
{
    (void)data;
    assert_refused(p, 3, 3, "lantern: PCI state has version 3, expected at most 2");
}

static void test_pin_level_is_refused(Pair *p, gconstpointer data)
{
    (void)data;
    assert_refused(p, 4 + 256 + 3, 2, "lantern: interrupt pin 0 has level 2, expected 0 or 1");
}

/* A port's errors, which a user of QEMU can inject, come after the pins. */
static void test_logged_errors_are_refused(Pair *p, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;
    uint8_t *log;

    (void)data;
    pair_add(p, "pcie-root-port", "addr=4");
    stream = host_stream_save(p->from.host);
    log = payload(stream, "0000:00:04.0/pcie-root-port") + 4 + 4096 + 4 * 4;
    g_assert_cmphex(hw_load_be32(log), ==, 8);
    hw_store_be32(log, 0x00030008);
    host_stream_refused(p->to.host, stream,
                        "pcie-root-port: 3 of at most 8 errors are logged, "
                        "expected 0 of at most 8");
}

/* A class without a state has the function's part alone. */
static void test_other_version_of_the_part_alone_is_refused(Pair *p, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;

    (void)data;
    pair_add(p, "gleam", "addr=4");
    stream = host_stream_save(p->from.host);
    hw_store_be32(payload(stream, "0000:00:04.0/gleam") - 4, 3);
    host_stream_refused(p->to.host, stream,
                        "gleam: the section has version 3 and 0 further bytes, "
                        "expected version 1 and none");
}

static void test_missing_function_is_refused(Pair *p, gconstpointer data)
{
    g_autoptr(GByteArray) stream = NULL;
    g_autofree char *refusal = NULL;

    (void)data;
    function_add(&p->from, "lantern", "addr=4");
    function_add(&p->to, "lantern", "addr=5");
    stream = host_stream_save(p->from.host);
    refusal = host_stream_refusal(p->to.host, stream);
    g_assert_nonnull(refusal);
}

#define STATE_TEST(path, machine, function) \
    g_test_add(path, Pair, machine, pair_set_up, function, pair_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    STATE_TEST("/pci/state/travels", "pc", test_state_travels);
    STATE_TEST("/pci/state/travels-on-virt", "virt", test_state_travels);
    STATE_TEST("/pci/state/section-has-qemus-form", "virt", test_section_has_qemus_form);
    STATE_TEST("/pci/state/ram-block-has-the-path", "pc", test_ram_block_has_the_path);
    STATE_TEST("/pci/state/class-without-state-keeps-its-space", "q35",
               test_class_without_state_keeps_its_space);
    STATE_TEST("/pci/state/load-sends-no-message-again", "pc", test_load_sends_no_message_again);
    STATE_TEST("/pci/state/pin-travels", "virt", test_pin_travels);
    STATE_TEST("/pci/state/host-bridge-travels", "q35", test_host_bridge_travels);
    STATE_TEST("/pci/state/unused-host-bridge-has-no-section", "q35",
               test_unused_host_bridge_has_no_section);
    STATE_TEST("/pci/state/other-vendor-is-refused", "pc", test_other_vendor_is_refused);
    STATE_TEST("/pci/state/other-capability-is-refused", "pc", test_other_capability_is_refused);
    STATE_TEST("/pci/state/later-version-is-refused", "pc", test_later_version_is_refused);
    STATE_TEST("/pci/state/pin-level-is-refused", "pc", test_pin_level_is_refused);
    STATE_TEST("/pci/state/logged-errors-are-refused", "q35", test_logged_errors_are_refused);
    STATE_TEST("/pci/state/other-version-of-the-part-alone-is-refused", "pc",
               test_other_version_of_the_part_alone_is_refused);
    STATE_TEST("/pci/state/missing-function-is-refused", "pc", test_missing_function_is_refused);
    return g_test_run();
}
