/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Net-beacon: sends a frame from the guest's memory, and stores one there.  Specified in
 * net-beacon.rst. */
#include "devices/devices.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/net.h"
#include "hw-api/ext/guest-memory.h"

enum { ID, CTRL, STATUS, SEND_AT, SEND_SIZE, RECEIVE_AT, RECEIVED, REGISTERS };

#define NET_BEACON_MAGIC 0x4e42454e /* "NEBN" in guest memory */
#define FRAME_MAX        1514u
#define CTRL_ENABLE      HW_BIT(0)
#define CTRL_SEND        HW_BIT(1)
#define STATUS_RECEIVED  HW_BIT(0)
#define STATUS_FAILED    HW_BIT(1)

typedef struct NetBeacon {
    HwDevice dev;
    uint32_t regs[REGISTERS];
    uint32_t irq_line;
    uint64_t base;
    const char *netdev;
    const char *mac;
    HwNetPort *port;
} NetBeacon;

/* A frame that waits in the guest's memory must not be overwritten: the network keeps the next. */
static bool net_beacon_receive(HwDevice *dev, const uint8_t *frame, uint32_t size)
{
    NetBeacon *s = HW_DEVICE(NetBeacon, dev);

    if (s->regs[STATUS] & STATUS_RECEIVED || !s->regs[RECEIVE_AT]) {
        return false;
    }
    if (size > FRAME_MAX) {
        return true; /* lost */
    }
    if (!hw_guest_memory(dev)->write(dev, s->regs[RECEIVE_AT], frame, size)) {
        s->regs[STATUS] |= STATUS_FAILED;
        return true;
    }
    s->regs[RECEIVED] = size;
    s->regs[STATUS] |= STATUS_RECEIVED;
    return true;
}

static const HwNetClient net_beacon_client = {
    .abi = HW_ABI(HwNetClient),
    .receive = net_beacon_receive,
};

static void net_beacon_send(NetBeacon *s)
{
    uint8_t frame[FRAME_MAX];
    uint32_t size = s->regs[SEND_SIZE];

    if (size > FRAME_MAX ||
        !hw_guest_memory(&s->dev)->read(&s->dev, s->regs[SEND_AT], frame, size)) {
        s->regs[STATUS] |= STATUS_FAILED;
        return;
    }
    hw_net(&s->dev)->send(s->port, frame, size);
}

static void net_beacon_ctrl_written(HwDevice *dev, uint32_t value)
{
    if (value & CTRL_SEND) {
        net_beacon_send(HW_DEVICE(NetBeacon, dev));
    }
}

/* There may be room for the next frame. */
static void net_beacon_room_made(HwDevice *dev, uint32_t value)
{
    (void)value;
    hw_net(dev)->ready(HW_DEVICE(NetBeacon, dev)->port);
}

static void net_beacon_update(HwDevice *dev)
{
    NetBeacon *s = HW_DEVICE(NetBeacon, dev);

    hw_irq_set(dev, s->irq_line, s->regs[STATUS] && s->regs[CTRL] & CTRL_ENABLE);
}

static void net_beacon_loaded(HwDevice *dev)
{
    hw_net(dev)->ready(HW_DEVICE(NetBeacon, dev)->port);
}

static bool net_beacon_realize(HwDevice *dev, HwError *error)
{
    NetBeacon *s = HW_DEVICE(NetBeacon, dev);

    s->port = hw_net(dev)->open(dev, s->netdev, s->mac, &net_beacon_client, error);
    return s->port != NULL;
}

static void net_beacon_unrealize(HwDevice *dev)
{
    hw_net(dev)->close(HW_DEVICE(NetBeacon, dev)->port);
}

/* clang-format off */
static const HwRegister net_beacon_registers[] = {
    { "ID", 4 * ID, .reset = NET_BEACON_MAGIC },
    { "CTRL", 4 * CTRL, .rw = CTRL_ENABLE, .write_only = CTRL_SEND,
      .written = net_beacon_ctrl_written,
      .fields = HW_FIELDS({ "enable", 0, 1 }, { "send", 1, 1 }) },
    { "STATUS", 4 * STATUS, .w1c = STATUS_RECEIVED | STATUS_FAILED,
      .written = net_beacon_room_made,
      .fields = HW_FIELDS({ "received", 0, 1 }, { "failed", 1, 1 }) },
    { "SEND_AT", 4 * SEND_AT, .rw = UINT32_MAX },
    { "SEND_SIZE", 4 * SEND_SIZE, .rw = UINT32_MAX },
    { "RECEIVE_AT", 4 * RECEIVE_AT, .rw = UINT32_MAX, .written = net_beacon_room_made },
    { "RECEIVED", 4 * RECEIVED },
};

static const HwState net_beacon_state = {
    .name = "net-beacon", .version = 1, .minimum_version = 1,
    .fields = HW_ROWS(HwStateField, HW_SAVED(NetBeacon, regs)),
};

const HwDeviceClass net_beacon_class = {
    .abi = HW_ABI(HwDeviceClass),
    .name = "net-beacon",
    .description = "network card with a buffer for one frame (example device)",
    .instance_size = sizeof(NetBeacon),
    .services = HW_NAMES(HW_GUEST_MEMORY, HW_NET),
    .regions = HW_ROWS(HwRegion,
        { "mmio", HW_REGION_REGISTERS, .size = 0x1000, .base = offsetof(NetBeacon, base),
          .words = offsetof(NetBeacon, regs), .word_count = REGISTERS,
          .registers = HW_TABLE(net_beacon_registers) }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", NetBeacon, base, HW_ADDRESS_AUTO, "address of the registers"),
        HW_PROP_U32("irq-line", NetBeacon, irq_line, 5, "interrupt line that it drives"),
        HW_PROP_STRING("netdev", NetBeacon, netdev, NULL, "id of the -netdev"),
        HW_PROP_STRING("mac", NetBeacon, mac, NULL, "address; by default the host's choice")),
    .state = &net_beacon_state,
    .realize = net_beacon_realize,
    .unrealize = net_beacon_unrealize,
    .update = net_beacon_update,
    .loaded = net_beacon_loaded,
};
/* clang-format on */
