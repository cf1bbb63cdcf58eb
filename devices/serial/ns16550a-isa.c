/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The serial port at I/O ports, as a PC's COM ports. */
#include "devices/devices.h"
#include "devices/serial/ns16550a-acpi.h"

static void ns16550a_isa_build_acpi(HwDevice *dev, HwAcpiBuild *build)
{
    uart_acpi_add(HW_DEVICE(Uart, dev), build, true);
}

/* clang-format off */
const HwDeviceClass ns16550a_isa_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "ns16550a-isa",
    .description = "serial port with a 16550A, at I/O ports",
    .instance_size = sizeof(Uart), .services = HW_NAMES(HW_CHARDEV, HW_CLOCK),
    .regions = HW_ROWS(HwRegion,
        { "ports", HW_REGION_MMIO, HW_SPACE_IO, .size = UART_REGISTERS,
          .base = offsetof(Uart, base), .read = uart_read, .write = uart_write,
          .access_min = 1, .access_max = 1, .place_name = uart_place_name }),
    .properties = HW_ROWS(HwProperty,
        { .name = "iobase", .type = HW_PROPERTY_U64, .offset = HW_MEMBER(Uart, base, uint64_t),
          .default_value = 0x3e8, .maximum = UINT16_MAX + 1 - UART_REGISTERS,
          .description = "number of the first port" },
        HW_PROP_U32("irq-line", Uart, irq_line, 5, "interrupt line that it drives"),
        UART_PROPERTIES),
    .state = &uart_isa_state, UART_HOOKS,
    .realize = uart_realize, .build_acpi = ns16550a_isa_build_acpi,
};
/* clang-format on */
