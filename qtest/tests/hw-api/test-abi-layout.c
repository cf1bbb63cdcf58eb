/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layout of every struct of the ABI, as in compiled plugins.  A struct may grow: then its size
 * here changes, and rows are added at its end.  Any other change breaks plugins and needs another
 * HW_ABI_MAJOR.
 */
#include <stdio.h>

#include "hw-api/ext/acpi.h"
#include "hw-api/ext/clock.h"
#include "hw-api/ext/draft/display.h"
#include "hw-api/ext/draft/gpio.h"
#include "hw-api/ext/draft/chardev.h"
#include "hw-api/ext/draft/i2c.h"
#include "hw-api/ext/draft/input.h"
#include "hw-api/ext/draft/interrupt-lines.h"
#include "hw-api/ext/draft/net.h"
#include "hw-api/ext/draft/pci.h"
#include "hw-api/ext/event-loop.h"
#include "hw-api/ext/fw-cfg.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/ext/tpm-backend.h"
#include "hw-api/ext/vcpu-registers.h"

#if UINTPTR_MAX == UINT64_MAX

#define SIZE(Type, size) _Static_assert(sizeof(struct Type) == (size), #Type)
#define AT(Type, member, offset) \
    _Static_assert(offsetof(struct Type, member) == (offset), #Type "." #member)

SIZE(HwError, 16);
AT(HwError, text, 0);
AT(HwError, capacity, 8);

/* One macro makes all tables. */
SIZE(HwRegisters, 16);
AT(HwRegisters, entries, 0);
AT(HwRegisters, stride, 8);
AT(HwRegisters, count, 12);

SIZE(HwAbi, 8);
AT(HwAbi, size, 0);
AT(HwAbi, major, 4);
AT(HwAbi, minor, 6);

SIZE(HwHost, 40);
AT(HwHost, abi, 0);
AT(HwHost, name, 8);
AT(HwHost, query, 16);
AT(HwHost, log, 24);
AT(HwHost, irq_set, 32);

SIZE(HwDevice, 64);
AT(HwDevice, host, 0);
AT(HwDevice, cls, 8);
AT(HwDevice, id, 16);
AT(HwDevice, host_data, 24);
AT(HwDevice, reserved, 32);

SIZE(HwRegisterField, 16);
AT(HwRegisterField, name, 0);
AT(HwRegisterField, shift, 8);
AT(HwRegisterField, width, 9);
AT(HwRegisterField, reserved, 10);

SIZE(HwRegister, 64);
AT(HwRegister, name, 0);
AT(HwRegister, offset, 8);
AT(HwRegister, reset, 12);
AT(HwRegister, rw, 16);
AT(HwRegister, w1c, 20);
AT(HwRegister, write_only, 24);
AT(HwRegister, access_min, 28);
AT(HwRegister, access_max, 29);
AT(HwRegister, reserved, 30);
AT(HwRegister, read, 32);
AT(HwRegister, written, 40);
AT(HwRegister, fields, 48);

SIZE(HwRegion, 120);
AT(HwRegion, name, 0);
AT(HwRegion, kind, 8);
AT(HwRegion, space, 12);
AT(HwRegion, size, 16);
AT(HwRegion, offset, 24);
AT(HwRegion, base, 32);
AT(HwRegion, enabled, 36);
AT(HwRegion, words, 40);
AT(HwRegion, word_count, 44);
AT(HwRegion, registers, 48);
AT(HwRegion, read, 64);
AT(HwRegion, write, 72);
AT(HwRegion, access_min, 80);
AT(HwRegion, access_max, 84);
AT(HwRegion, ram_block, 88);
AT(HwRegion, size_from, 96);
AT(HwRegion, bar, 100);
AT(HwRegion, flags, 104);
AT(HwRegion, reserved, 108);
AT(HwRegion, place_name, 112);

SIZE(HwProperty, 88);
AT(HwProperty, name, 0);
AT(HwProperty, type, 8);
AT(HwProperty, offset, 12);
AT(HwProperty, default_value, 16);
AT(HwProperty, default_string, 24);
AT(HwProperty, minimum, 32);
AT(HwProperty, maximum, 40);
AT(HwProperty, description, 48);
AT(HwProperty, get, 56);
AT(HwProperty, set, 64);
AT(HwProperty, choices, 72);

SIZE(HwStateField, 64);
AT(HwStateField, name, 0);
AT(HwStateField, type, 8);
AT(HwStateField, offset, 12);
AT(HwStateField, size, 16);
AT(HwStateField, count, 20);
AT(HwStateField, since, 24);
AT(HwStateField, given, 28);
AT(HwStateField, part, 32);
AT(HwStateField, fixed, 40);
AT(HwStateField, value, 48);
AT(HwStateField, given_bits, 56);

SIZE(HwState, 72);
AT(HwState, name, 0);
AT(HwState, version, 8);
AT(HwState, minimum_version, 12);
AT(HwState, fields, 16);
AT(HwState, subsections, 32);
AT(HwState, pre_save, 48);
AT(HwState, post_load, 56);
AT(HwState, needed, 64);

SIZE(HwLayout, 32);
AT(HwLayout, name, 0);
AT(HwLayout, state, 8);
AT(HwLayout, ram_blocks, 16);

SIZE(HwDeviceClass, 232);
AT(HwDeviceClass, abi, 0);
AT(HwDeviceClass, name, 8);
AT(HwDeviceClass, description, 16);
AT(HwDeviceClass, instance_size, 24);
AT(HwDeviceClass, layout_from, 28);
AT(HwDeviceClass, at_most_one, 32);
AT(HwDeviceClass, services, 40);
AT(HwDeviceClass, regions, 56);
AT(HwDeviceClass, properties, 72);
AT(HwDeviceClass, state, 88);
AT(HwDeviceClass, realize, 96);
AT(HwDeviceClass, unrealize, 104);
AT(HwDeviceClass, reset, 112);
AT(HwDeviceClass, update, 120);
AT(HwDeviceClass, quiesce, 128);
AT(HwDeviceClass, loaded, 136);
AT(HwDeviceClass, load_undone, 144);
AT(HwDeviceClass, fw_cfg_files, 152);
AT(HwDeviceClass, build_acpi, 168);
AT(HwDeviceClass, layouts, 176);
AT(HwDeviceClass, pci, 192);
AT(HwDeviceClass, gpio, 200);
AT(HwDeviceClass, i2c, 208);
AT(HwDeviceClass, flags, 216);
AT(HwDeviceClass, reserved, 220);
AT(HwDeviceClass, live, 224);

SIZE(HwPlugin, 72);
AT(HwPlugin, abi, 0);
AT(HwPlugin, name, 8);
AT(HwPlugin, version, 16);
AT(HwPlugin, licence, 24);
AT(HwPlugin, description, 32);
AT(HwPlugin, services, 40);
AT(HwPlugin, classes, 56);

SIZE(HwPciBar, 16);
AT(HwPciBar, number, 0);
AT(HwPciBar, flags, 4);
AT(HwPciBar, size, 8);

SIZE(HwPciCapability, 40);
AT(HwPciCapability, name, 0);
AT(HwPciCapability, id, 8);
AT(HwPciCapability, offset, 10);
AT(HwPciCapability, extended_version, 12);
AT(HwPciCapability, reserved, 14);
AT(HwPciCapability, words, 16);
AT(HwPciCapability, word_count, 20);
AT(HwPciCapability, registers, 24);

SIZE(HwPciFunction, 56);
AT(HwPciFunction, vendor, 0);
AT(HwPciFunction, device, 2);
AT(HwPciFunction, subsystem_vendor, 4);
AT(HwPciFunction, subsystem, 6);
AT(HwPciFunction, class_code, 8);
AT(HwPciFunction, revision, 12);
AT(HwPciFunction, interrupt_pin, 13);
AT(HwPciFunction, msix_bar, 14);
AT(HwPciFunction, reserved, 15);
AT(HwPciFunction, msi_vectors, 16);
AT(HwPciFunction, msix_vectors, 18);
AT(HwPciFunction, flags, 20);
AT(HwPciFunction, bars, 24);
AT(HwPciFunction, capabilities, 40);

SIZE(HwGpioLines, 32);
AT(HwGpioLines, inputs, 0);
AT(HwGpioLines, outputs, 8);
AT(HwGpioLines, input_count, 16);
AT(HwGpioLines, output_count, 20);
AT(HwGpioLines, input, 24);

SIZE(HwI2cTarget, 48);
AT(HwI2cTarget, address, 0);
AT(HwI2cTarget, flags, 4);
AT(HwI2cTarget, register_bytes, 8);
AT(HwI2cTarget, cursor, 12);
AT(HwI2cTarget, start, 16);
AT(HwI2cTarget, write, 24);
AT(HwI2cTarget, read, 32);
AT(HwI2cTarget, stop, 40);

SIZE(HwSurface, 32);
AT(HwSurface, format, 0);
AT(HwSurface, width, 4);
AT(HwSurface, height, 8);
AT(HwSurface, stride, 12);
AT(HwSurface, region, 16);
AT(HwSurface, reserved, 20);
AT(HwSurface, offset, 24);

SIZE(HwDisplay, 40);
AT(HwDisplay, abi, 0);
AT(HwDisplay, open, 8);
AT(HwDisplay, close, 16);
AT(HwDisplay, show, 24);
AT(HwDisplay, changed, 32);

SIZE(HwInterruptLines, 16);
AT(HwInterruptLines, abi, 0);
AT(HwInterruptLines, gsi, 8);

SIZE(HwNetClient, 32);
AT(HwNetClient, receive, 8);
AT(HwNetClient, sent, 16);
AT(HwNetClient, link_changed, 24);

SIZE(HwNet, 56);
AT(HwNet, open, 8);
AT(HwNet, close, 16);
AT(HwNet, mac, 24);
AT(HwNet, link_is_up, 32);
AT(HwNet, send, 40);
AT(HwNet, ready, 48);

SIZE(HwChardevClient, 40);
AT(HwChardevClient, can_receive, 8);
AT(HwChardevClient, receive, 16);
AT(HwChardevClient, writable, 24);
AT(HwChardevClient, event, 32);

SIZE(HwInputEvent, 8);
AT(HwInputEvent, kind, 0);
AT(HwInputEvent, code, 2);
AT(HwInputEvent, value, 4);

SIZE(HwInputClient, 32);
AT(HwInputClient, name, 8);
AT(HwInputClient, kinds, 16);
AT(HwInputClient, events, 24);

SIZE(HwInput, 24);
AT(HwInput, open, 8);
AT(HwInput, close, 16);

SIZE(HwChardev, 48);
AT(HwChardev, open, 8);
AT(HwChardev, close, 16);
AT(HwChardev, has_peer, 24);
AT(HwChardev, write, 32);
AT(HwChardev, ready, 40);

SIZE(HwGpio, 16);
AT(HwGpio, abi, 0);
AT(HwGpio, set, 8);

SIZE(HwI2c, 56);
AT(HwI2c, abi, 0);
AT(HwI2c, bus_new, 8);
AT(HwI2c, bus_free, 16);
AT(HwI2c, start, 24);
AT(HwI2c, write, 32);
AT(HwI2c, read, 40);
AT(HwI2c, stop, 48);

SIZE(HwPci, 32);
AT(HwPci, abi, 0);
AT(HwPci, interrupts, 8);
AT(HwPci, message, 16);
AT(HwPci, address, 24);

SIZE(HwGuestMemory, 48);
AT(HwGuestMemory, abi, 0);
AT(HwGuestMemory, read, 8);
AT(HwGuestMemory, write, 16);
AT(HwGuestMemory, region_pointer, 24);
AT(HwGuestMemory, region_dirty, 32);
AT(HwGuestMemory, clear, 40);

SIZE(HwClock, 48);
AT(HwClock, abi, 0);
AT(HwClock, now, 8);
AT(HwClock, timer_new, 16);
AT(HwClock, timer_set, 24);
AT(HwClock, timer_cancel, 32);
AT(HwClock, timer_free, 40);

SIZE(HwEventLoop, 24);
AT(HwEventLoop, abi, 0);
AT(HwEventLoop, post, 8);
AT(HwEventLoop, run, 16);

SIZE(HwTpmBackendService, 88);
AT(HwTpmBackendService, abi, 0);
AT(HwTpmBackendService, open, 8);
AT(HwTpmBackendService, close, 16);
AT(HwTpmBackendService, version, 24);
AT(HwTpmBackendService, buffer_size, 32);
AT(HwTpmBackendService, restart, 40);
AT(HwTpmBackendService, submit, 48);
AT(HwTpmBackendService, cancel, 56);
AT(HwTpmBackendService, finish, 64);
AT(HwTpmBackendService, established, 72);
AT(HwTpmBackendService, stir, 80);

SIZE(HwFwCfgFile, 40);
AT(HwFwCfgFile, name, 0);
AT(HwFwCfgFile, offset, 8);
AT(HwFwCfgFile, size, 12);
AT(HwFwCfgFile, flags, 16);
AT(HwFwCfgFile, enabled, 20);
AT(HwFwCfgFile, selected, 24);
AT(HwFwCfgFile, written, 32);

SIZE(HwFwCfg, 16);
AT(HwFwCfg, abi, 0);
AT(HwFwCfg, features, 8);
AT(HwFwCfg, reserved, 12);

SIZE(HwAcpiEvent, 8);
AT(HwAcpiEvent, kind, 0);
AT(HwAcpiEvent, number, 4);

SIZE(HwAcpi, 64);
AT(HwAcpi, abi, 0);
AT(HwAcpi, add_table, 8);
AT(HwAcpi, add_aml, 16);
AT(HwAcpi, allocate, 24);
AT(HwAcpi, add_pointer, 32);
AT(HwAcpi, write_pointer, 40);
AT(HwAcpi, event, 48);
AT(HwAcpi, raise, 56);

SIZE(HwVcpuRegisters, 48);
AT(HwVcpuRegisters, abi, 0);
AT(HwVcpuRegisters, vcpu_count, 8);
AT(HwVcpuRegisters, list, 16);
AT(HwVcpuRegisters, get, 24);
AT(HwVcpuRegisters, set, 32);
AT(HwVcpuRegisters, has_run, 40);

#endif

/* The test passes if it compiles. */
int main(void)
{
    puts("1..1\nok 1 /abi-layout/is-that-of-1.0");
    return 0;
}
