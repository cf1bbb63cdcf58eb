/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The serial port at an address.  Linux finds it by a node of the device tree
 * (Documentation/devicetree/bindings/serial/8250.yaml), or by ACPI on a PC. */
#include "devices/devices.h"
#include "devices/serial/ns16550a-acpi.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/device-tree.h"

#define NODE          "serial"
#define REG_SHIFT_MAX 3
#define SPI_LEVEL     4 /* active high; Arm's binding of the GIC */

/* The first of its bytes has the register. */
static bool is_register(const Uart *s, uint64_t offset)
{
    return !(offset & (HW_BIT(s->reg_shift) - 1)) && offset >> s->reg_shift < UART_REGISTERS;
}

static uint64_t memory_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    const Uart *s = HW_DEVICE(Uart, dev);

    return is_register(s, offset) ? uart_read(dev, offset >> s->reg_shift, size) : 0;
}

static void memory_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    const Uart *s = HW_DEVICE(Uart, dev);

    if (is_register(s, offset)) {
        uart_write(dev, offset >> s->reg_shift, value, size);
    }
}

/* -------------------------------------------------------------------- device tree */

static void tree_set_cells(Uart *s, const char *property, const uint32_t *cells, uint32_t count)
{
    uint8_t bytes[12];

    for (uint32_t i = 0; i < count; i++) {
        hw_store_be32(bytes + 4 * i, cells[i]);
    }
    hw_device_tree(&s->dev)->set(&s->dev, NODE, s->base, property, bytes, 4 * count);
}

static bool tree_realize(Uart *s, HwError *error)
{
    static const char compatible[] = "ns16550a";
    const HwDeviceTree *tree = hw_device_tree(&s->dev);
    const uint32_t interrupt[] = { 0, s->irq_line, SPI_LEVEL };
    const uint32_t clock = UART_CLOCK;

    if (!s->device_tree) {
        return true;
    }
    if (!tree || !tree->add_node(&s->dev, NODE, s->base, UART_REGISTERS << s->reg_shift,
                                 HW_DEVICE_TREE_SYSTEM)) {
        return hw_error_set(error,
                            "%s: device-tree: invalid value 'on': expected off on a machine "
                            "without a device tree for its guest",
                            s->dev.id);
    }
    tree->set(&s->dev, NODE, s->base, "compatible", compatible, sizeof(compatible));
    tree_set_cells(s, "reg-shift", &s->reg_shift, 1);
    tree_set_cells(s, "clock-frequency", &clock, 1);
    tree_set_cells(s, "interrupts", interrupt, 3);
    return true;
}

/* ----------------------------------------------------------------------- the class */

static bool ns16550a_realize(HwDevice *dev, HwError *error)
{
    return tree_realize(HW_DEVICE(Uart, dev), error) && uart_realize(dev, error);
}

/* ACPI's id means registers side by side. */
static void ns16550a_build_acpi(HwDevice *dev, HwAcpiBuild *build)
{
    Uart *s = HW_DEVICE(Uart, dev);

    if (!s->reg_shift && s->base <= UINT32_MAX) {
        uart_acpi_add(s, build, false);
    }
}

/* clang-format off */
const HwDeviceClass ns16550a_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "ns16550a",
    .description = "serial port with a 16550A, at an address",
    .instance_size = sizeof(Uart), .services = HW_NAMES(HW_CHARDEV, HW_CLOCK),
    .regions = HW_ROWS(HwRegion,
        { "registers", HW_REGION_MMIO, .size = UART_REGISTERS << REG_SHIFT_MAX,
          .base = offsetof(Uart, base), .read = memory_read, .write = memory_write,
          .access_min = 1, .access_max = 1 }),
    .properties = HW_ROWS(HwProperty,
        HW_PROP_ADDRESS("addr", Uart, base, HW_ADDRESS_AUTO, "address of the registers"),
        HW_PROP_U32("irq-line", Uart, irq_line, 5, "interrupt line that it drives"),
        { .name = "reg-shift", .type = HW_PROPERTY_U32,
          .offset = HW_MEMBER(Uart, reg_shift, uint32_t), .maximum = REG_SHIFT_MAX,
          .description = "log2 of the bytes from a register to the next" },
        HW_PROP_BOOL("device-tree", Uart, device_tree, false, "add a node to virt's device tree"),
        UART_PROPERTIES),
    .state = &uart_state, UART_HOOKS,
    .realize = ns16550a_realize, .build_acpi = ns16550a_build_acpi,
};
/* clang-format on */
