/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw.i2c in process: a controller makes its bus. */
#include "hw-api/ext/draft/i2c.h"
#include "qtest/tests/lib/gadget.h"

/* A controller with `count` buses. */
typedef struct Controller {
    HwDevice dev;
    uint32_t count;
    HwI2cBus *bus;
} Controller;

static bool controller_realize(HwDevice *dev, HwError *error)
{
    Controller *s = HW_DEVICE(Controller, dev);

    s->bus = hw_i2c(dev)->bus_new(dev, error);
    if (s->bus && s->count > 1) {
        g_assert_null(hw_i2c(dev)->bus_new(dev, error));
        hw_i2c(dev)->bus_free(s->bus);
        s->bus = NULL;
    }
    return s->bus != NULL;
}

static void controller_unrealize(HwDevice *dev)
{
    hw_i2c(dev)->bus_free(HW_DEVICE(Controller, dev)->bus);
}

static const HwProperty controller_properties[] = {
    HW_PROP_U32("count", Controller, count, 1, NULL),
};

static HwClass controller_class = {
    .table = { .abi = HW_ABI(HwDeviceClass),
               .name = "controller",
               .instance_size = sizeof(Controller),
               .properties = HW_TABLE(controller_properties),
               .realize = controller_realize,
               .unrealize = controller_unrealize },
};

static void set_up(GadgetHost *f, gconstpointer data)
{
    HW_ERROR(error, 256);

    gadget_set_up(f, data);
    controller_class.original = &controller_class.table;
    g_assert_true(ob_host_add_class(f->host, &controller_class, &error));
}

/* The bus that was refused leaves the name free. */
static void test_second_bus(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_refused(f, "controller", "count=2,id=c", "c: has an I2C bus already, expected one");
    device_add(f, "controller", "id=c");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/i2c-bus/second-of-a-device-is-refused", GadgetHost, NULL, set_up, test_second_bus,
               gadget_tear_down);
    return g_test_run();
}
