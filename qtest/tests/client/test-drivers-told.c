/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each access that a driver of the client makes, in its order, with a host that is bytes. */
#include <string.h>

#include "hw-api/device/tpm2.h"
#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/client/drivers/profiles.h"
#include "qtest/client/drivers/virtio.h"
#include "qtest/tests/client/recorded-host.h"
#include "qtest/tests/lib/golden.h"

static void told(RecordedHost *host, const char *file)
{
    golden_expect(file, host->record->str);
    recorded_host_free(host);
}

/* --------------------------------------------------------------------------- PCI */

#define CONFIG(function, offset) ((uint64_t)(function) << 8 | (offset))
#define ECAM(function, offset)   (UINT64_C(0x4010000000) + ((uint64_t)(function) << 12 | (offset)))

enum {
    CARD = PCI_ADDRESS(2, 0),
    SECOND = PCI_ADDRESS(2, 1),
    PORT = PCI_ADDRESS(31, 0),
    IDS = 0x10411af4,
    MCH = 0x29c08086,
};

typedef struct Config {
    uint32_t function, offset, value;
} Config;

/* clang-format off */
static const Config config_pc[] = {
    { 0, 0x00, MCH },
    { CARD, 0x00, IDS }, { CARD, 0x0c, 0x00800000 }, { CARD, 0x34, 0x40 },
    { CARD, 0x10, 0 }, { CARD, 0x14, 1 }, { CARD, 0x18, 0xc },
    { CARD, 0x40, 0x00805005 },                              /* MSI, 64 bits */
    { CARD, 0x50, 0x00007311 }, { CARD, 0x54, 0x00000408 },  /* MSI-X in BAR 0, 0x408 */
    { CARD, 0x70, 0x00029010 }, { CARD, 0x72, 0x0100 },      /* Express with a slot */
    { CARD, 0x90, 0x00000009 },
    { SECOND, 0x00, IDS }, { SECOND, 0x34, 0x40 }, { SECOND, 0x40, 0x00000005 }, /* MSI, 32 bits */
    { SECOND, 0x10, 0xfebd0000 },
    { PORT, 0x00, 0x000c1b36 }, { PORT, 0x34, 0x40 }, { PORT, 0x40, 0x00000010 }, /* no slot */
};

static const Config masks[] = {
    { CARD, 0x10, 0xfffff000 }, { CARD, 0x14, 0xfffffff9 }, { CARD, 0x18, 0x0000000c },
    { CARD, 0x1c, 0xfffffffe }, { CARD, 0x20, 0 }, { CARD, 0x24, 0xffff0000 },
};
/* clang-format on */

/* A BAR keeps the ones of its size. */
static void bar_stored(RecordedHost *host, HwSpace space, uint64_t address, uint64_t value)
{
    uint64_t selected = recorded_get(host, HW_SPACE_IO, 0xcf8, 4) & 0x7fffffff;

    for (size_t i = 0; i < G_N_ELEMENTS(masks); i++) {
        if (space == HW_SPACE_IO && address == 0xcfc && value == UINT32_MAX &&
            selected == CONFIG(masks[i].function, masks[i].offset)) {
            recorded_put(host, RECORDED_CONFIG, selected, masks[i].value, 4);
        }
    }
}

static RecordedHost *pc_new(void)
{
    RecordedHost *host = recorded_host_new();

    for (size_t i = 0; i < G_N_ELEMENTS(config_pc); i++) {
        recorded_put(host, RECORDED_CONFIG, CONFIG(config_pc[i].function, config_pc[i].offset),
                     config_pc[i].value, 4);
    }
    host->stored = bar_stored;
    return host;
}

/* Functions that need many accesses: their number is told. */
static void many_note(RecordedHost *host, const char *what, uint32_t result)
{
    host->counts = false;
    recorded_note(host, "%s: 0x%x, %u accesses", what, result, host->accesses);
}

static void many_begin(RecordedHost *host)
{
    host->counts = true;
    host->accesses = 0;
}

static void test_pci_search(void)
{
    RecordedHost *host = pc_new();
    PciBus bus = pci_of_pc(host->client);

    recorded_note(host, "first card: 0x%x", pci_find(&bus, 0x1af4, 0x1041, 0));
    recorded_note(host, "second card: 0x%x", pci_find(&bus, 0x1af4, 0x1041, 1));
    many_begin(host);
    many_note(host, "third card", pci_find(&bus, 0x1af4, 0x1041, 2));
    many_begin(host);
    many_note(host, "port", pci_find(&bus, 0x1b36, 0x000c, 0));
    recorded_note(host, "MSI-X: 0x%x", pci_capability(&bus, CARD, 0x11));
    recorded_note(host, "behind an offset with low bits: 0x%x", pci_capability(&bus, CARD, 9));
    recorded_note(host, "none: 0x%x", pci_capability(&bus, SECOND, 9));
    recorded_put(host, RECORDED_CONFIG, CONFIG(SECOND, 0x41), 0x40, 1);
    many_begin(host);
    many_note(host, "list in a circle", pci_capability(&bus, SECOND, 9));
    told(host, "told/driver-pci-search.txt");
}

static void bar_note(RecordedHost *host, const PciBar *bar)
{
    recorded_note(host, "%s 0x%" G_GINT64_MODIFIER "x, 0x%" G_GINT64_MODIFIER "x bytes",
                  bar->is_io ? "ports" : "memory", bar->address, bar->size);
}

static void bar_use(RecordedHost *host, const PciBar *bar)
{
    for (uint32_t size = 1; size <= (bar->is_io ? 4 : 8); size *= 2) {
        pci_bar_write(bar, 4, UINT64_C(0x8877665544332211), size);
        recorded_note(host, "0x%" G_GINT64_MODIFIER "x", pci_bar_read(bar, 4, size));
    }
}

static void test_pci_bars(void)
{
    RecordedHost *host = pc_new();
    PciBus bus = pci_of_pc(host->client);

    for (uint32_t number = 0; number < 6; number++) {
        if (number != 3) { /* the high half of BAR 2 */
            PciBar bar = pci_bar_map(&bus, CARD, number);

            bar_note(host, &bar);
            if (number < 2) {
                bar_use(host, &bar);
            }
        }
    }
    told(host, "told/driver-pci-bars.txt");
}

static void test_pci_bridges(void)
{
    RecordedHost *host = pc_new();
    PciBus bus = pci_of_pc(host->client);

    bus.next_memory += 0x5000;
    bus.next_io += 0x20;
    pci_bridge_open(&bus, PORT, 3, 5);
    bus.next_memory += 0x1000000;
    bus.next_io += 0x1000;
    pci_bridge_open(&bus, PCI_ON_BUS(3, 1, 0), 4, 4);
    recorded_put(host, RECORDED_CONFIG, CONFIG(CARD, 0x88), 0xffff, 2);
    recorded_note(host, "on: %d", pci_slot_power(&bus, CARD, true));
    recorded_note(host, "off: %d", pci_slot_power(&bus, CARD, false));
    recorded_note(host, "no slot: %d", pci_slot_power(&bus, PORT, true));
    recorded_note(host, "no Express: %d", pci_slot_power(&bus, SECOND, true));
    pci_acpi_select(&bus, 2);
    recorded_put(host, HW_SPACE_IO, 0xcc4, 0x80, 4);
    recorded_note(host, "down: 0x%x", pci_acpi_slots(&bus, PCI_ACPI_DOWN));
    pci_acpi_eject(&bus, 31);
    recorded_put(host, RECORDED_CONFIG, 0, 0x12378086, 4); /* pc's host bridge */
    pci_acpi_select(&bus, 1);
    recorded_note(host, "up: 0x%x", pci_acpi_slots(&bus, PCI_ACPI_UP));
    recorded_note(host, "removable: 0x%x", pci_acpi_slots(&bus, PCI_ACPI_REMOVABLE));
    pci_acpi_eject(&bus, 0);
    told(host, "told/driver-pci-bridges.txt");
}

static void test_pci_messages(void)
{
    static const uint32_t vectors[] = { 1, 2, 3, 4, 32 };
    RecordedHost *host = pc_new();
    PciBus bus = pci_of_pc(host->client);

    for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
        recorded_note(host, "%u vectors: %d", vectors[i],
                      pci_msi_on(&bus, i ? SECOND : CARD, vectors[i], 0x4321));
    }
    recorded_note(host, "no MSI: %d", pci_msi_on(&bus, PORT, 1, 1));
    recorded_note(host, "MSI-X, vector 3: %d", pci_msix_on(&bus, CARD, 3, 0x87654321));
    bus.message = UINT64_C(0x580020000);
    recorded_note(host, "MSI-X, BAR placed: %d", pci_msix_on(&bus, CARD, 0, 1));
    recorded_note(host, "MSI: %d", pci_msi_on(&bus, CARD, 1, 1));
    recorded_note(host, "no MSI-X: %d", pci_msix_on(&bus, SECOND, 0, 1));
    recorded_put(host, HW_SPACE_MEMORY, bus.message, 0x4321, 4);
    recorded_note(host, "message: 0x%x", pci_message_wait(&bus, 0));
    recorded_note(host, "message: 0x%x", pci_message_wait(&bus, 0));
    told(host, "told/driver-pci-messages.txt");
}

static void test_pci_virt(void)
{
    RecordedHost *host = recorded_host_new();
    PciBus bus = pci_of_virt(host->client);
    PciBar io = { .bus = &bus, .is_io = true, .address = 0x1000, .size = 0x20 };

    recorded_put(host, HW_SPACE_MEMORY, ECAM(CARD, 0), IDS, 4);
    recorded_put(host, HW_SPACE_MEMORY, ECAM(CARD, 0x100), 0x14310001, 4);
    recorded_put(host, HW_SPACE_MEMORY, ECAM(CARD, 0x140), 0x00020002, 4);
    recorded_note(host, "card: 0x%x", pci_find(&bus, 0x1af4, 0x1041, 0));
    recorded_note(host, "extended 1: 0x%x", pci_extended_capability(&bus, CARD, 1));
    recorded_note(host, "extended 2: 0x%x", pci_extended_capability(&bus, CARD, 2));
    recorded_note(host, "extended 3: 0x%x", pci_extended_capability(&bus, CARD, 3));
    recorded_put(host, HW_SPACE_MEMORY, ECAM(CARD, 0x140), 0x10020002, 4);
    many_begin(host);
    many_note(host, "extended list in a circle", pci_extended_capability(&bus, CARD, 3));
    pci_command(&bus, CARD, 0x107);
    recorded_note(host, "0x%x", pci_config_read(&bus, CARD, 4, 2));
    bar_use(host, &io);
    recorded_note(host,
                  "0x%" G_GINT64_MODIFIER "x 0x%" G_GINT64_MODIFIER "x 0x%" G_GINT64_MODIFIER "x",
                  bus.next_memory, bus.next_io, bus.message);
    told(host, "told/driver-pci-virt.txt");
}

/* ------------------------------------------------------------------------ virtio */

static void virtio_use(RecordedHost *host, VirtioDriver *d)
{
    uint32_t head = 0, written = 0;

    recorded_note(host, "offered: 0x%" G_GINT64_MODIFIER "x", virtio_offered(d));
    recorded_note(host, "negotiated: %d", virtio_negotiate(d, UINT64_C(0x500000003)));
    virtio_ring_start(d, 1, 4);
    virtio_driver_ok(d);
    for (uint32_t i = 0; i < 5; i++) {
        recorded_note(host, "head %u", virtio_add(d, 1, 0x123456789 + i, 0x5f0, VIRTIO_WRITE));
    }
    virtio_descriptor(d, 0x8000, 2, UINT64_C(0x1122334455667788), 0xaabbccdd, 0x0105, 0x0203);
    virtio_kick(d, 1);
    recorded_note(host, "used: %d", virtio_used(d, 1, &head, &written));
    recorded_put(host, HW_SPACE_MEMORY, d->rings[1].device + 2, 2, 2);
    recorded_put(host, HW_SPACE_MEMORY, d->rings[1].device + 4, UINT64_C(0x1020304aabbccdd), 8);
    recorded_note(host, "used: %d", virtio_used(d, 1, &head, &written));
    recorded_note(host, "0x%x 0x%x", head, written);
    recorded_note(host, "used: %d", virtio_used(d, 1, &head, &written));
    recorded_note(host, "used: %d", virtio_used(d, 1, &head, &written));
    recorded_note(host, "ISR: 0x%x", virtio_isr(d));
    recorded_note(host, "config: 0x%x", virtio_config(d, 5));
    for (uint32_t field = 0; field < VIRTIO_FIELDS; field++) {
        virtio_set(d, field, 0x40 + field);
        recorded_note(host, "field %u: 0x%x", field, virtio_get(d, field));
    }
    virtio_reset(d);
    recorded_note(host, "ring: 0x%" G_GINT64_MODIFIER "x, %u", d->rings[1].descriptors,
                  d->rings[1].available);
}

#define CARD_MMIO UINT64_C(0x0a000000)
#define RINGS     UINT64_C(0x140000000)

/* A device without features, or without a driver's acceptance. */
static void refusal_stored(RecordedHost *host, HwSpace space, uint64_t address, uint64_t value)
{
    if (space == HW_SPACE_MEMORY && address == CARD_MMIO + 0x70) {
        recorded_put(host, space, address, value & ~(uint64_t)HW_VIRTIO_FEATURES_OK, 4);
    }
}

static void test_virtio_mmio(void)
{
    RecordedHost *host = recorded_host_new();
    VirtioDriver d = virtio_of_mmio(host->client, CARD_MMIO, RINGS);

    recorded_put(host, HW_SPACE_MEMORY, CARD_MMIO + 0x10, 0x80000021, 4);
    recorded_put(host, HW_SPACE_MEMORY, CARD_MMIO + 0x60, 3, 4);
    recorded_put(host, HW_SPACE_MEMORY, CARD_MMIO + 0x105, 0x56, 1);
    virtio_use(host, &d);
    host->stored = refusal_stored;
    recorded_note(host, "negotiated: %d", virtio_negotiate(&d, 0));
    told(host, "told/driver-virtio-mmio.txt");
}

/* clang-format off */
static const Config card_virt[] = {
    { CARD, 0x00, IDS }, { CARD, 0x34, 0x40 },
    { CARD, 0x40, 0x01105009 }, { CARD, 0x44, 0x1 }, { CARD, 0x48, 0x1000 }, /* common */
    { CARD, 0x50, 0x02106009 }, { CARD, 0x54, 0x1 }, { CARD, 0x58, 0x2000 }, /* notifications */
    { CARD, 0x60, 0x03107005 }, { CARD, 0x64, 0x5 }, { CARD, 0x68, 0xbad0 }, /* another's */
    { CARD, 0x70, 0x03108009 }, { CARD, 0x74, 0x1 }, { CARD, 0x78, 0x3000 }, /* ISR */
    { CARD, 0x80, 0x04109009 }, { CARD, 0x84, 0x1 }, { CARD, 0x88, 0x4000 }, /* its own */
    { CARD, 0x90, 0x0610a009 }, { CARD, 0x94, 0x7 }, { CARD, 0x98, 0xbad0 }, /* unknown kind */
    { CARD, 0xa0, 0x05100009 }, { CARD, 0xa4, 0x1 }, { CARD, 0xa8, 0x0000 }, /* window */
    { CARD, 0x14, 0x4 },
};
/* clang-format on */

static void card_stored(RecordedHost *host, HwSpace space, uint64_t address, uint64_t value)
{
    if (address == ECAM(CARD, 0x14) && value == UINT32_MAX) {
        recorded_put(host, space, address, 0xffff8004, 4);
    }
}

static void test_virtio_pci(void)
{
    RecordedHost *host = recorded_host_new();
    PciBus bus = pci_of_virt(host->client);
    VirtioDriver d;

    for (size_t i = 0; i < G_N_ELEMENTS(card_virt); i++) {
        recorded_put(host, HW_SPACE_MEMORY, ECAM(CARD, card_virt[i].offset), card_virt[i].value, 4);
    }
    host->stored = card_stored;
    d = virtio_of_pci(&bus, 1, 0, RINGS);
    recorded_note(host, "window: 0x%x", virtio_window(&bus, &d));
    recorded_put(host, HW_SPACE_MEMORY, d.bar.address + 0x3000, 0xff02, 2);
    recorded_put(host, HW_SPACE_MEMORY, d.bar.address + 0x4005, 0x56, 1);
    virtio_use(host, &d);
    told(host, "told/driver-virtio-pci.txt");
}

/* ------------------------------------------------------------------------ fw_cfg */

/* clang-format off */
static const uint8_t directory[] = {
    0, 0, 0, 2,
    0, 0, 1, 2, 0, 0x21, 0, 0, 'a', '/', 'b', [67] = 0,
    0, 3, 0, 4, 0, 0x22, 0, 0, 'a', '/', 'c', [131] = 0,
};
/* clang-format on */

static size_t directory_at;

/* Each byte of the directory comes once; after the last, bytes are zero. */
static void directory_loading(RecordedHost *host, HwSpace space, uint64_t address, uint64_t value)
{
    uint8_t byte = directory_at < sizeof(directory) ? directory[directory_at++] : 0;

    (void)value;
    recorded_put(host, space, address, byte, 1);
}

static void find_note(RecordedHost *host, const ObFwCfgPort *port, const char *name)
{
    uint32_t size = 0;
    uint16_t key;

    directory_at = 0;
    many_begin(host);
    key = fw_cfg_find(port, name, &size);
    many_note(host, name, key);
    recorded_note(host, "0x%x bytes", size);
}

static void fw_cfg_use(RecordedHost *host, const ObFwCfgPort *port)
{
    uint8_t bytes[3];

    directory_at = 0;
    host->loading = directory_loading;
    fw_cfg_select(port, 0x1234);
    fw_cfg_read(port, bytes, 3);
    find_note(host, port, "a/b");
    find_note(host, port, "a/c");
    find_note(host, port, "a/d");
    directory_at = 0;
    many_begin(host);
    many_note(host, "without its size", fw_cfg_find(port, "a/c", NULL));
    host->loading = NULL;
    recorded_note(host, "0x%x",
                  fw_cfg_dma(port, fw_cfg_dma_key(0x19) | FW_CFG_DMA_READ,
                             UINT64_C(0x1122334455667788), 0x99aabbcc));
    fw_cfg_dma_start(port, UINT64_C(0x0102030405060708));
}

static void test_fw_cfg(void)
{
    RecordedHost *host = recorded_host_new();
    ObFwCfgPort pc = fw_cfg_of_pc(host->client);
    ObFwCfgPort virt = fw_cfg_of_virt(host->client);

    fw_cfg_use(host, &pc);
    fw_cfg_use(host, &virt);
    told(host, "told/driver-fw-cfg.txt");
}

/* ---------------------------------------------------------------------- profiles */

#define CRB UINT64_C(0xfed40000)

static void crb_put(RecordedHost *host, uint64_t offset, uint64_t value)
{
    recorded_put(host, HW_SPACE_MEMORY, CRB + offset, value, 4);
}

static void crb_stored(RecordedHost *host, HwSpace space, uint64_t address, uint64_t value)
{
    uint8_t response[25] = { 0 };

    (void)space;
    if (address == CRB + CRB_LOC_CTRL) {
        crb_put(host, CRB_LOC_STATE, value & LOC_CTRL_REQUEST ? 0x82 : 0x80);
        crb_put(host, CRB_LOC_STS, value & LOC_CTRL_REQUEST);
    } else if (address == CRB + CRB_CTRL_REQ) {
        crb_put(host, CRB_CTRL_STS, value & CTRL_REQ_GO_IDLE);
        crb_put(host, CRB_CTRL_REQ, 0);
    } else if (address == CRB + CRB_CTRL_START) {
        hw_tpm2_header(response, TPM_ST_NO_SESSIONS, sizeof(response), 0x12345678);
        response[10] = 0xaa;
        response[24] = 0xbb;
        recorded_put_bytes(host, CRB + CRB_BUFFER, response, sizeof(response));
        crb_put(host, CRB_CTRL_START, 0);
    }
}

static RecordedHost *crb_new(void)
{
    RecordedHost *host = recorded_host_new();

    crb_put(host, CRB_INTF_ID, 1);
    crb_put(host, CRB_CMD_SIZE, 15);
    crb_put(host, CRB_RSP_SIZE, 25);
    crb_put(host, CRB_CMD_LADDR, CRB + CRB_BUFFER);
    crb_put(host, CRB_RSP_LADDR, CRB + CRB_BUFFER);
    host->stored = crb_stored;
    return host;
}

static const uint8_t command[15] = { 0x80, 1, 0, 0, 0, 15, 0, 0, 1, 0x44, 1, 2, 3, 4, 5 };

static void test_profiles(void)
{
    RecordedHost *host = crb_new();
    ObCrb crb = { .client = host->client, .base = CRB };
    const ObGuestProfile *profile;

    for (uint32_t i = 0; (profile = ob_guest_profile_at(i)); i++) {
        uint8_t response[25];
        size_t size = 0;

        recorded_note(host, "%s", profile->name);
        recorded_note(host, "%s",
                      ob_crb_result_text(ob_guest_transfer(&crb, profile, command, sizeof(command),
                                                           response, sizeof(response), &size)));
        recorded_note(host, "%zu bytes: 0x%x 0x%x 0x%x", size, hw_tpm2_code(response), response[10],
                      response[24]);
    }
    told(host, "told/driver-profiles.txt");
}

static void test_crb(void)
{
    RecordedHost *host = crb_new();
    ObCrb crb = crb_at_pc_address(host->client);
    uint8_t response[25];
    size_t size = 0;

    recorded_note(host, "%u ms", crb.timeout_ms);
    crb.timeout_ms = 0;
    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(&crb, command, sizeof(command), response, sizeof(response), &size),
                    ==, OB_CRB_OK);
    recorded_note(host, "%zu bytes: 0x%x 0x%x 0x%x", size, hw_tpm2_code(response), response[10],
                  response[24]);
    g_assert_cmpint(crb_response_size(&crb, &size), ==, OB_CRB_OK);
    g_assert_cmpint(crb_go_idle(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_relinquish_locality(&crb), ==, OB_CRB_OK);
    recorded_note(host, "runs: %d", crb_is_running(&crb));
    crb_put(host, CRB_CTRL_START, 1);
    recorded_note(host, "runs: %d", crb_is_running(&crb));
    crb_cancel(&crb);
    recorded_note(host, "%s", ob_crb_result_text(crb_wait(&crb, 0)));
    told(host, "told/driver-crb.txt");
}

/* The first and the last size of a response that a caller can take. */
static void test_crb_responses(void)
{
    static const struct {
        uint32_t says, fits, room;
        ObCrbResult result;
    } rows[] = {
        { 9, 25, 25, OB_CRB_BAD_RESPONSE },
        { 10, 25, 10, OB_CRB_OK },
        { 25, 25, 25, OB_CRB_OK },
        { 25, 24, 25, OB_CRB_BAD_RESPONSE },
        { 25, 25, 24, OB_CRB_RESPONSE_TOO_LARGE },
        { 11, 25, 11, OB_CRB_OK },
    };
    RecordedHost *host = crb_new();
    ObCrb crb = { .client = host->client, .base = CRB };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        uint8_t header[HW_TPM2_HEADER_SIZE], response[25];
        size_t size = 0;

        hw_tpm2_header(header, TPM_ST_NO_SESSIONS, rows[i].says, 0);
        recorded_put_bytes(host, CRB + CRB_BUFFER, header, sizeof(header));
        crb_put(host, CRB_RSP_SIZE, rows[i].fits);
        g_assert_cmpint(crb_read_response(&crb, response, rows[i].room, &size), ==, rows[i].result);
        g_assert_cmpuint(size, ==, rows[i].says);
    }
    recorded_host_free(host);
}

/* The size of a command is bounded by the register, and not by the buffer. */
static void test_crb_commands(void)
{
    RecordedHost *host = crb_new();
    ObCrb crb = { .client = host->client, .base = CRB };

    crb_put(host, CRB_CMD_SIZE, 14);
    g_assert_cmpint(crb_write_command(&crb, command, 15), ==, OB_CRB_COMMAND_TOO_LARGE);
    g_assert_cmpint(crb_write_command(&crb, command, 14), ==, OB_CRB_OK);
    crb_put(host, CRB_CTRL_STS, CTRL_STS_FATAL);
    g_assert_cmpint(crb_wait(&crb, 0), ==, OB_CRB_FATAL);
    recorded_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/drivers-told/pci/search", test_pci_search);
    g_test_add_func("/drivers-told/pci/bars", test_pci_bars);
    g_test_add_func("/drivers-told/pci/bridges", test_pci_bridges);
    g_test_add_func("/drivers-told/pci/messages", test_pci_messages);
    g_test_add_func("/drivers-told/pci/virt", test_pci_virt);
    g_test_add_func("/drivers-told/virtio/mmio", test_virtio_mmio);
    g_test_add_func("/drivers-told/virtio/pci", test_virtio_pci);
    g_test_add_func("/drivers-told/fw-cfg", test_fw_cfg);
    g_test_add_func("/drivers-told/profiles", test_profiles);
    g_test_add_func("/drivers-told/crb/accesses", test_crb);
    g_test_add_func("/drivers-told/crb/sizes-of-responses", test_crb_responses);
    g_test_add_func("/drivers-told/crb/sizes-of-commands", test_crb_commands);
    return g_test_run();
}
