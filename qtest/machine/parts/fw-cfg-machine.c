/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The items and files that describe the machine, under QEMU's keys and names. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/fw-cfg-internal.h"

/* Integers are little-endian. */
enum {
    KEY_UUID = 0x02,                                 /* 16 bytes */
    KEY_RAM_SIZE = 0x03,                             /* u64 */
    KEY_NO_GRAPHICS = 0x04,                          /* u16 */
    KEY_CPUS = 0x05,                                 /* u16 */
    KEY_NUMA = 0x0d,                                 /* u64 nodes, then the node of each CPU, u64 */
    KEY_BOOT_MENU = 0x0e,                            /* u16 */
    KEY_CPU_LIMIT = 0x0f,                            /* u16: above every APIC ID */
    KEY_IRQ0_OVERRIDE = OB_FW_CFG_ARCH_LOCAL | 0x02, /* u32: ISA line 0 is GSI 2 */
};

static void item_set(ObFwCfg *s, uint16_t key, uint64_t value, uint32_t size)
{
    uint8_t bytes[8];

    hw_store_le(bytes, value, size);
    ob_fw_cfg_set_item(s, key, bytes, size);
}

/* These files are the first, so that their names are free. */
static void file_set(ObFwCfg *s, const char *name, const void *bytes, uint32_t size)
{
    bool added = ob_fw_cfg_add_copy(s, name, bytes, size, NULL);

    g_assert(added);
}

/* -------------------------------------------------------------------- PCs */

#define E820_RAM   1u
#define GIB_4      UINT64_C(0x100000000)
#define E820_ENTRY 20u /* u64 address, u64 size, u32 type */

static void e820_append(GByteArray *bytes, uint64_t address, uint64_t size)
{
    uint8_t entry[E820_ENTRY];

    if (size) {
        hw_store_le(entry, address, 8);
        hw_store_le(entry + 8, size, 8);
        hw_store_le(entry + 16, E820_RAM, 4);
        g_byte_array_append(bytes, entry, sizeof(entry));
    }
}

static void e820_set(ObFwCfg *s, ObHost *host)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    uint64_t low = ob_host_ram_low(host);

    e820_append(bytes, 0, low);
    e820_append(bytes, GIB_4, host->ram_size - low);
    file_set(s, "etc/e820", bytes->data, bytes->len);
}

/* S3 and S4 exist (bit 7 set); for S4 the guest writes 2 to the PM1 control register. */
static const uint8_t system_states[6] = { 0x80, 0x00, 0x00, 0x81, 0x82, 0x80 };

static void pc_init(ObFwCfg *s, ObHost *host, const ObBoot *boot)
{
    uint16_t cpus = MAX(boot->cpus, 1);
    uint16_t limit = MAX(boot->cpu_limit, cpus);
    g_autofree uint64_t *numa = g_new0(uint64_t, 1u + limit);

    item_set(s, KEY_RAM_SIZE, host->ram_size, 8);
    item_set(s, KEY_CPU_LIMIT, limit, 2);
    item_set(s, KEY_IRQ0_OVERRIDE, 1, 4);
    ob_fw_cfg_set_item(s, KEY_NUMA, numa, (uint32_t)sizeof(*numa) * (1u + limit));
    e820_set(s, host);
    file_set(s, "etc/system-states", system_states, sizeof(system_states));
}

/* ------------------------------------------------------------ all machines */

static void boot_init(ObFwCfg *s, const ObBoot *boot)
{
    int32_t timeout = boot->has_reboot_timeout ? boot->reboot_timeout : -1;
    uint8_t bytes[4];

    item_set(s, KEY_BOOT_MENU, boot->menu, 2);
    hw_store_le(bytes, (uint32_t)timeout, 4);
    file_set(s, "etc/boot-fail-wait", bytes, 4);
    hw_store_le(bytes, boot->splash_time, 2);
    if (boot->has_splash_time) {
        file_set(s, "etc/boot-menu-wait", bytes, 2);
    }
    file_set(s, "bootorder", "", 0);
}

void ob_fw_cfg_machine_init(ObFwCfg *s, ObHost *host, const ObBoot *boot)
{
    static const ObBoot defaults;

    boot = boot ? boot : &defaults;
    ob_fw_cfg_set_item(s, KEY_UUID, boot->uuid, sizeof(boot->uuid));
    item_set(s, KEY_NO_GRAPHICS, boot->no_graphics, 2);
    item_set(s, KEY_CPUS, MAX(boot->cpus, 1), 2);
    boot_init(s, boot);
    if (host->machine->has_io_ports) {
        pc_init(s, host, boot);
    }
}
