/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A controller's bus and a target on QEMU's buses, without a QEMU. */
#include <glib.h>
#include <string.h>

#include "plugins/qemu-bridge/device/i2c.h"
#include "plugins/qemu-bridge/service/services.h"
#include "qtest/tests/bridge/service/fake-device.h"

/* ----------------------------------------------------------------------- the fake */

static FakeDevice fake;
static bool has_adapter;    /* QEMU has the type of the bridge */
static const char *why_not; /* an adapter is refused; NULL: none */
static bool is_busy;
static int start_answer, send_answer;
static uint64_t address; /* the property of QEMU's target; 0: not set */
static bool is_learned = true;
static QemuI2cHooks hooks;
static char bus_object;

static QemuI2cBus *const qemu_bus = (QemuI2cBus *)&bus_object;

bool qemu_i2c_learn(HwError *error)
{
    (void)error;
    return is_learned;
}

void qemu_i2c_class_hook(QemuObjectClass *cls, const QemuI2cHooks *its)
{
    g_assert_true((void *)cls == &hooks);
    hooks = *its;
}

QemuObjectClass *object_class_by_name(const char *name)
{
    g_assert_cmpstr(name, ==, "outboard-i2c-adapter");
    return has_adapter ? (QemuObjectClass *)&hooks : NULL;
}

void *type_register_static(const QemuTypeInfo *info)
{
    tell("type %s of %s", info->name, info->parent);
    has_adapter = true;
    return NULL;
}

QemuObject *qdev_new(const char *type)
{
    tell("new %s", type);
    return (QemuObject *)&has_adapter;
}

bool sysbus_realize_and_unref(QemuObject *device, QemuError **error)
{
    g_assert_true((void *)device == &has_adapter);
    if (why_not) {
        fake_error(error, why_not);
    }
    return !why_not;
}

QemuI2cBus *i2c_init_bus(QemuObject *parent, const char *name)
{
    g_assert_true((void *)parent == &has_adapter);
    tell("bus %s", name);
    return qemu_bus;
}

int i2c_bus_busy(QemuI2cBus *bus)
{
    g_assert_true(bus == qemu_bus);
    return is_busy;
}

int i2c_start_transfer(QemuI2cBus *bus, uint8_t its, bool is_read)
{
    g_assert_true(bus == qemu_bus);
    tell("start 0x%x %s", its, is_read ? "read" : "write");
    is_busy = true;
    return start_answer;
}

int i2c_send(QemuI2cBus *bus, uint8_t byte)
{
    g_assert_true(bus == qemu_bus);
    tell("send 0x%x", byte);
    return send_answer;
}

uint8_t i2c_recv(QemuI2cBus *bus)
{
    g_assert_true(bus == qemu_bus);
    return 0x5a;
}

void i2c_end_transfer(QemuI2cBus *bus)
{
    g_assert_true(bus == qemu_bus);
    tell("end");
    is_busy = false;
}

BridgeDevice *bridge_device_of(QemuObject *object)
{
    return object == fake.device.object ? &fake.device : NULL;
}

uint64_t object_property_get_uint(QemuObject *object, const char *name, QemuError **error)
{
    g_assert_true(object == fake.device.object);
    g_assert_cmpstr(name, ==, "address");
    g_assert_null(error);
    return address;
}

bool object_property_set_uint(QemuObject *object, const char *name, uint64_t value,
                              QemuError **error)
{
    g_assert_true(object == fake.device.object);
    g_assert_null(error);
    tell("%s 0x%x", name, (unsigned)value);
    return true;
}

/* -------------------------------------------------------------------------- tests */

static void begin(void)
{
    has_adapter = is_busy = false;
    why_not = NULL;
    start_answer = send_answer = 0;
    is_learned = true;
    fake_device_begin(&fake);
}

static HwI2cBus *bus_new(void)
{
    HW_ERROR(error, 256);
    HwI2cBus *bus = bridge_i2c()->bus_new(&fake.bare.dev, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(bus);
    return bus;
}

static void test_bus(void)
{
    HwI2cBus *bus;

    begin();
    is_learned = false;
    g_assert_null(bridge_i2c());
    is_learned = true;
    why_not = "no system bus";
    EXPECT_FAILURE(bridge_i2c()->bus_new(&fake.bare.dev, &error), "dev0: no system bus");
    EXPECT_TOLD("type outboard-i2c-adapter of sys-bus-device new outboard-i2c-adapter");
    why_not = NULL;
    fake_no_memory = 1;
    EXPECT_FAILURE(bridge_i2c()->bus_new(&fake.bare.dev, &error), "dev0: out of memory");
    bus = bus_new();
    EXPECT_TOLD("new outboard-i2c-adapter new outboard-i2c-adapter bus dev0");
    bridge_i2c()->bus_free(bus);
    bridge_i2c()->bus_free(NULL);
    fake_device_end(&fake);
}

static void test_transfer(void)
{
    const HwI2c *i2c = bridge_i2c();
    HwI2cBus *bus;

    begin();
    bus = bus_new();
    g_free(told_now());
    g_assert_false(i2c->write(bus, 1)); /* the bus is free */
    g_assert_true(i2c->start(bus, 0x48, false));
    g_assert_true(i2c->write(bus, 0x12));
    send_answer = 1;
    g_assert_false(i2c->write(bus, 0x13));
    g_assert_true(i2c->start(bus, 0x48, true)); /* the same target again */
    g_assert_cmpuint(i2c->read(bus), ==, 0x5a);
    EXPECT_TOLD("start 0x48 write send 0x12 send 0x13 start 0x48 read");
    g_assert_true(i2c->start(bus, 0x49, true)); /* QEMU would stay with the other */
    EXPECT_TOLD("end start 0x49 read");
    i2c->stop(bus);
    EXPECT_TOLD("end");
    is_busy = true; /* a load brings a transfer, whose target nobody knows */
    g_assert_true(i2c->start(bus, 0x49, false));
    EXPECT_TOLD("end start 0x49 write");
    start_answer = 1;
    g_assert_false(i2c->start(bus, 0x49, false));
    EXPECT_TOLD("start 0x49 write end");
    is_busy = true;
    start_answer = 0;
    g_assert_true(i2c->start(bus, 0x49, false));
    EXPECT_TOLD("end start 0x49 write");
    i2c->bus_free(bus);
    fake_device_end(&fake);
}

/* The next class has the bus, with its targets. */
static void test_exchange(void)
{
    HwI2cBus *bus;

    begin();
    bus = bus_new();
    g_free(told_now());
    fake_device_exchange(&fake, true);
    bridge_i2c()->bus_free(bus);
    g_assert_true(bus_new() == bus);
    fake_device_exchange(&fake, false);
    bridge_i2c()->bus_free(bus);
    fake_device_end(&fake);
}

/* ----------------------------------------------------------------------- a target */

static bool is_acknowledged;

static bool target_start(HwDevice *dev, bool is_read)
{
    tell("%s %s", dev->id, is_read ? "reads" : "writes");
    return is_acknowledged;
}

static bool target_write(HwDevice *dev, uint8_t byte)
{
    tell("%s 0x%x", dev->id, byte);
    return is_acknowledged;
}

static uint8_t target_read(HwDevice *dev)
{
    (void)dev;
    return 0x77;
}

static void target_stop(HwDevice *dev)
{
    tell("%s stops", dev->id);
}

static const HwI2cTarget target = { .address = 0x48,
                                    .start = target_start,
                                    .write = target_write,
                                    .read = target_read,
                                    .stop = target_stop };

static void test_target(void)
{
    QemuObject *object;

    begin();
    object = fake.device.object;
    fake.bare.cls.table.i2c = &target;
    bridge_i2c_class_init((QemuObjectClass *)&hooks);
    is_acknowledged = true;
    g_assert_cmpint(hooks.event(object, QEMU_I2C_START_READ), ==, 0);
    g_assert_cmpint(hooks.event(object, QEMU_I2C_START_WRITE), ==, 0);
    g_assert_cmpint(hooks.send(object, 0x34), ==, 0);
    g_assert_cmpuint(hooks.receive(object), ==, 0x77);
    g_assert_cmpint(hooks.event(object, QEMU_I2C_FINISH), ==, 0);
    EXPECT_TOLD("dev0 reads dev0 writes dev0 0x34 dev0 stops");
    g_assert_cmpint(hooks.event(object, 2), ==, 0);
    g_assert_cmpint(hooks.event(object, 4), ==, 0);
    EXPECT_TOLD("");
    is_acknowledged = false;
    g_assert_cmpint(hooks.event(object, QEMU_I2C_START_READ), ==, -1);
    g_assert_cmpint(hooks.send(object, 0x34), ==, -1);
    EXPECT_TOLD("dev0 reads dev0 0x34");

    is_acknowledged = true;
    fake.device.mapped = false; /* not realized yet, or not any more */
    for (int there = 1; there >= 0; there--) {
        object = there ? fake.device.object : NULL;
        g_assert_cmpint(hooks.event(object, QEMU_I2C_START_WRITE), ==, -1);
        g_assert_cmpint(hooks.send(object, 0x34), ==, -1);
        g_assert_cmpuint(hooks.receive(object), ==, 0xff);
        g_assert_cmpint(hooks.event(object, QEMU_I2C_FINISH), ==, 0);
    }
    fake_device_end(&fake);
}

static void test_address(void)
{
    static const struct {
        uint64_t given;
        uint32_t is; /* 0: it is refused */
        const char *text;
    } rows[] = {
        { 0, 0x48, "address 0x48" },
        { 0x08, 0x08, "" },
        { 0x77, 0x77, "" },
        { 0x07, 0, "dev0: address: 0x07 is out of range, expected 0x08 to 0x77" },
        { 0x78, 0, "dev0: address: 0x78 is out of range, expected 0x08 to 0x77" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        begin();
        g_assert_true(bridge_i2c_open(&fake.device, NULL)); /* no target */
        fake.bare.cls.table.i2c = &target;
        address = rows[i].given;
        if (rows[i].is) {
            g_assert_true(bridge_i2c_open(&fake.device, NULL));
            EXPECT_TOLD(rows[i].text);
            g_assert_true(fake.bare.dev.reserved[0] == fake.device.object);
        } else {
            EXPECT_FAILURE(bridge_i2c_open(&fake.device, &error), rows[i].text);
        }
        g_assert_cmpuint(fake.bare.instance.i2c_address, ==, rows[i].is);
        fake_device_end(&fake);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/bridge-i2c/bus", test_bus);
    g_test_add_func("/bridge-i2c/transfer", test_transfer);
    g_test_add_func("/bridge-i2c/exchange", test_exchange);
    g_test_add_func("/bridge-i2c/target", test_target);
    g_test_add_func("/bridge-i2c/address", test_address);
    return g_test_run();
}
