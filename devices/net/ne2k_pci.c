/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ne2k_pci: Realtek's RTL8029, an NE2000 on PCI: National's DP8390D behind ports, with its own RAM.
 * No register is trusted: each byte that a guest writes is reached by ne2k_page().
 */
#include "devices/devices.h"
#include "devices/net/ne2k.h"
#include "hw-api/ext/draft/pci.h"

/* ------------------------------------------------------------------------ sending */

static void ne2k_sent(HwDevice *dev)
{
    Ne2k *s = HW_DEVICE(Ne2k, dev);

    if (s->cmd & CR_TRANSMIT) {
        s->cmd &= (uint8_t)~CR_TRANSMIT;
        s->tsr = TSR_SENT;
        s->isr |= ISR_TRANSMITTED;
    }
}

/* The transmitter is busy until the network takes more. */
static void transmit(Ne2k *s)
{
    uint32_t at = s->tpsr * PAGE;

    if (!ne2k_page(s, s->tpsr) || s->tcnt > FRAME_MOST || at + s->tcnt > sizeof(s->mem)) {
        s->cmd &= (uint8_t)~CR_TRANSMIT;
        s->tsr = TSR_ABORTED;
        s->isr |= ISR_SEND_ERROR;
    } else if (s->net->send(s->port, s->mem + at, s->tcnt)) {
        ne2k_sent(&s->dev);
    }
}

/* --------------------------------------------------------------------- remote DMA */

static void remote_step(Ne2k *s, uint32_t bytes)
{
    s->rsar = (s->rsar + bytes) & 0xffff;
    if (s->rsar == s->stop) {
        s->rsar = s->start;
    }
    s->rcnt = (uint16_t)(s->rcnt > bytes ? s->rcnt - bytes : 0);
    if (!s->rcnt) {
        s->isr |= ISR_REMOTE_DONE;
    }
}

/* A word needs DCR's WTS; all 4 bytes are Realtek's own. */
static uint32_t remote_width(const Ne2k *s, uint32_t size)
{
    return size == 2 && !(s->dcfg & DCR_WORD) ? 1 : size;
}

static uint64_t data_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    Ne2k *s = HW_DEVICE(Ne2k, dev);
    uint32_t width = remote_width(s, size);
    uint64_t value = 0;

    (void)offset;
    for (uint32_t i = 0; i < width; i++) {
        uint32_t at = s->rsar + i;

        value |= (uint64_t)(s->rcnt && at < sizeof(s->mem) ? s->mem[at] : 0xff) << 8 * i;
    }
    if (s->rcnt) {
        remote_step(s, width);
    }
    return value;
}

static void data_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    Ne2k *s = HW_DEVICE(Ne2k, dev);
    uint32_t width = remote_width(s, size);

    (void)offset;
    for (uint32_t i = 0; s->rcnt && i < width; i++) {
        uint8_t *page = ne2k_page(s, (s->rsar + i) / PAGE);

        if (page) {
            page[(s->rsar + i) % PAGE] = (uint8_t)(value >> 8 * i);
        }
    }
    if (s->rcnt) {
        remote_step(s, width);
    }
}

/* ---------------------------------------------------------------------- registers */

static void ne2k_reset(HwDevice *dev)
{
    Ne2k *s = HW_DEVICE(Ne2k, dev);
    const uint8_t *mac = s->net->mac(s->port);

    s->cmd = CR_STOP | CR_ABORT;
    s->isr = ISR_RESET;
    s->imr = 0;
    s->rcnt = 0;
    for (uint32_t i = 0; i < PROM_BYTES; i++) { /* each byte twice */
        s->mem[i] = i / 2 < HW_NET_MAC_BYTES ? mac[i / 2] : i >= PROM_BYTES - 4 ? PROM_MARK : 0;
    }
}

static uint64_t reset_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)offset, (void)size;
    ne2k_reset(dev);
    return 0;
}

static void reset_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev, (void)offset, (void)value, (void)size;
}

/* A transmission under way goes on, whatever is written. */
static void command_written(Ne2k *s, uint8_t value)
{
    bool was_sending = s->cmd & CR_TRANSMIT;

    s->cmd = (uint8_t)(value | (was_sending ? CR_TRANSMIT : 0));
    if (value & CR_STOP) {
        s->isr |= ISR_RESET;
    } else if (value & CR_START) {
        s->isr &= (uint8_t)~ISR_RESET;
    }
    if (value & (CR_READ | CR_WRITE) && !(value & CR_ABORT) && !s->rcnt) {
        s->isr |= ISR_REMOTE_DONE;
    }
    if (value & CR_TRANSMIT && !was_sending && ne2k_is_started(s)) {
        transmit(s);
    } else if (!was_sending) {
        s->cmd &= (uint8_t)~CR_TRANSMIT;
    }
}

/* A driver that takes a few frames and clears the bit gets the next interrupt for the rest. */
static void status_written(Ne2k *s, uint8_t value)
{
    s->isr &= (uint8_t)(~value | ISR_RESET);
    if (ne2k_is_started(s) && ne2k_has_frames(s)) {
        s->isr |= ISR_RECEIVED;
    }
}

#define LOW(value, byte)  (((value)&0xff00u) | (byte))
#define HIGH(value, byte) (((value)&0xffu) | (uint32_t)(byte) << 8)

static void page0_written(Ne2k *s, uint64_t at, uint8_t value)
{
    switch (at) {
    case PSTART:
        s->start = value * PAGE;
        break;
    case PSTOP:
        s->stop = value * PAGE;
        break;
    case BNRY:
        s->boundary = value;
        break;
    case TPSR:
        s->tpsr = value;
        break;
    case TBCR0:
        s->tcnt = (uint16_t)LOW(s->tcnt, value);
        break;
    case TBCR1:
        s->tcnt = (uint16_t)HIGH(s->tcnt, value);
        break;
    case ISR:
        status_written(s, value);
        break;
    case RSAR0:
        s->rsar = LOW(s->rsar, value);
        break;
    case RSAR1:
        s->rsar = HIGH(s->rsar, value);
        break;
    case RBCR0:
        s->rcnt = (uint16_t)LOW(s->rcnt, value);
        break;
    case RBCR1:
        s->rcnt = (uint16_t)HIGH(s->rcnt, value);
        break;
    case RCR:
        s->rxcr = value;
        break;
    case DCR:
        s->dcfg = value;
        break;
    case IMR:
        s->imr = value;
        break;
    }
}

static void register_write(HwDevice *dev, uint64_t at, uint64_t value, uint32_t size)
{
    Ne2k *s = HW_DEVICE(Ne2k, dev);
    uint8_t byte = (uint8_t)value;
    uint32_t page = s->cmd >> CR_PAGE;

    (void)size;
    if (at == CR) {
        command_written(s, byte);
    } else if (page == 0) {
        page0_written(s, at, byte);
    } else if (page == 1 && at == CURR) {
        s->curpag = byte;
    } else if (page == 1) {
        *(at >= MAR0 ? &s->mult[at - MAR0] : &s->phys[at - PAR0]) = byte;
    }
    s->net->ready(s->port);
}

static uint8_t page0_read(const Ne2k *s, uint64_t at)
{
    const uint8_t values[16] = {
        [BNRY] = s->boundary,
        [TPSR] = s->tsr,
        [ISR] = s->isr,
        [RSAR0] = (uint8_t)s->rsar,
        [RSAR1] = (uint8_t)(s->rsar >> 8),
        [RBCR0] = 'P',
        [RBCR1] = 'C', /* Realtek's sign */
        [RCR] = s->rsr,
    };

    return values[at];
}

static uint8_t page2_read(const Ne2k *s, uint64_t at)
{
    const uint8_t values[16] = {
        [PSTART] = (uint8_t)(s->start / PAGE),
        [PSTOP] = (uint8_t)(s->stop / PAGE),
        [TPSR] = s->tpsr,
        [RCR] = s->rxcr,
        [DCR] = s->dcfg,
        [IMR] = s->imr,
    };

    return values[at];
}

static uint64_t register_read(HwDevice *dev, uint64_t at, uint32_t size)
{
    const Ne2k *s = HW_DEVICE(Ne2k, dev);
    uint32_t page = s->cmd >> CR_PAGE;

    (void)size;
    if (at == CR) {
        return s->cmd;
    }
    if (page == 1) {
        return at == CURR ? s->curpag : at >= MAR0 ? s->mult[at - MAR0] : s->phys[at - PAR0];
    }
    return page == 0 ? page0_read(s, at) : page == 2 ? page2_read(s, at) : 0;
}

/* Names of page 0, as a write means it. */
static const char *register_name(uint64_t at)
{
    static const char *const names[16] = {
        "CR",    "PSTART", "PSTOP", "BNRY",  "TPSR", "TBCR0", "TBCR1", "ISR",
        "RSAR0", "RSAR1",  "RBCR0", "RBCR1", "RCR",  "TCR",   "DCR",   "IMR",
    };

    return at < 16 ? names[at] : NULL;
}

/* --------------------------------------------------------------------------- life */

static void ne2k_update(HwDevice *dev)
{
    const Ne2k *s = HW_DEVICE(Ne2k, dev);

    hw_irq_set(dev, 0, s->isr & s->imr & ~ISR_RESET);
}

/* A frame that the sender's network had not taken is sent. */
static void ne2k_loaded(HwDevice *dev)
{
    ne2k_sent(dev);
    HW_DEVICE(Ne2k, dev)->net->ready(HW_DEVICE(Ne2k, dev)->port);
}

static const HwNetClient ne2k_client = {
    .abi = HW_ABI(HwNetClient),
    .receive = ne2k_receive,
    .sent = ne2k_sent,
};

static bool ne2k_realize(HwDevice *dev, HwError *error)
{
    Ne2k *s = HW_DEVICE(Ne2k, dev);

    s->net = hw_net(dev);
    s->port = s->net->open(dev, s->netdev, s->mac, &ne2k_client, error);
    return s->port != NULL;
}

static void ne2k_unrealize(HwDevice *dev)
{
    HW_DEVICE(Ne2k, dev)->net->close(HW_DEVICE(Ne2k, dev)->port);
}

/* clang-format off */
static const HwPciFunction ne2k_pci = {
    .vendor = 0x10ec, .device = 0x8029, .class_code = 0x020000, /* Ethernet */
    .interrupt_pin = HW_PCI_INTA,
    .bars = HW_ROWS(HwPciBar, { .number = 0, .flags = HW_PCI_BAR_IO, .size = 256 }),
};

static const HwState ne2k_state = {
    .name = "ne2000", .version = 3, .minimum_version = 3,
    .fields = HW_ROWS(HwStateField, HW_SAVED(Ne2k, rxcr), HW_SAVED(Ne2k, cmd),
        HW_SAVED(Ne2k, start), HW_SAVED(Ne2k, stop), HW_SAVED(Ne2k, boundary), HW_SAVED(Ne2k, tsr),
        HW_SAVED(Ne2k, tpsr), HW_SAVED(Ne2k, tcnt), HW_SAVED(Ne2k, rcnt), HW_SAVED(Ne2k, rsar),
        HW_SAVED(Ne2k, rsr), HW_SAVED(Ne2k, isr), HW_SAVED(Ne2k, dcfg), HW_SAVED(Ne2k, imr),
        HW_SAVED(Ne2k, phys), HW_SAVED(Ne2k, curpag), HW_SAVED(Ne2k, mult),
        HW_SAVED(Ne2k, unused), HW_SAVED(Ne2k, mem)),
};

const HwDeviceClass ne2k_pci_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "ne2k_pci",
    .description = "Realtek RTL8029: an NE2000 network card on PCI",
    .services = HW_NAMES(HW_NET, HW_PCI),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_STRING("netdev", Ne2k, netdev, NULL, "id of the -netdev; without it no network"),
        HW_PROP_STRING("mac", Ne2k, mac, NULL, "the station's address; by default the host's choice")),
    .regions = HW_ROWS(HwRegion,
        { .name = "registers", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR, .size = DATA_PORT,
          .read = register_read, .write = register_write, .access_min = 1, .access_max = 1,
          .place_name = register_name },
        { .name = "data", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR, .offset = DATA_PORT,
          .size = RESET_PORT - DATA_PORT, .read = data_read, .write = data_write,
          .access_min = 1, .access_max = 4 },
        { .name = "reset", .kind = HW_REGION_MMIO, .space = HW_SPACE_BAR, .offset = RESET_PORT,
          .size = 8, .read = reset_read, .write = reset_write, .access_min = 1, .access_max = 1 }),
    .instance_size = sizeof(Ne2k), .state = &ne2k_state, .pci = &ne2k_pci,
    .realize = ne2k_realize, .unrealize = ne2k_unrealize, .reset = ne2k_reset,
    .update = ne2k_update, .loaded = ne2k_loaded,
};
/* clang-format on */
