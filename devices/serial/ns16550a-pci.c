/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The serial port on PCI, with the ids of QEMU's pci-serial, which Linux's 8250_pci knows. */
#include "devices/devices.h"
#include "devices/serial/ns16550a.h"
#include "hw-api/ext/draft/pci.h"

/* clang-format off */
static const HwPciFunction ns16550a_function = {
    .vendor = 0x1b36, .device = 0x0002, .revision = 1,
    .class_code = 0x070002, /* a serial port like the 16550 */
    .interrupt_pin = HW_PCI_INTA,
    .bars = HW_ROWS(HwPciBar,
        { .number = 0, .flags = HW_PCI_BAR_IO, .size = UART_REGISTERS }),
};

const HwDeviceClass ns16550a_pci_class = {
    .abi = HW_ABI(HwDeviceClass), .name = "ns16550a-pci",
    .description = "serial port with a 16550A, on PCI",
    .instance_size = sizeof(Uart), .services = HW_NAMES(HW_CHARDEV, HW_CLOCK, HW_PCI),
    .pci = &ns16550a_function,
    .regions = HW_ROWS(HwRegion,
        { "ports", HW_REGION_MMIO, HW_SPACE_BAR, .size = UART_REGISTERS, .read = uart_read,
          .write = uart_write, .access_min = 1, .access_max = 1,
          .place_name = uart_place_name }),
    .properties = HW_ROWS(HwProperty, UART_PROPERTIES),
    .state = &uart_state, UART_HOOKS, .realize = uart_realize,
};
/* clang-format on */
