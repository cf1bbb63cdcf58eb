/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The registers of fw_cfg, and its state in a migration stream. */
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/fw-cfg-internal.h"

#define PORT_SELECTOR   0x510 /* u16, little-endian; its second byte is the data port */
#define PORT_DMA        0x514
#define MEMORY_DATA     0x0
#define MEMORY_SELECTOR 0x8 /* u16, big-endian */
#define MEMORY_DMA      0x10

#define DATA_WIDTH      8
#define DMA_WIDTH       8 /* u64, big-endian */
#define SIGNATURE       "QEMU CFG"

static ObFwCfg *fw_cfg_of(HwDevice *dev)
{
    return HW_DEVICE(ObFwCfg, dev);
}

/* ---------------------------------------------------------------- registers */

/* Takes as many bytes of the item as the access has, in the order of addresses. */
static uint64_t data_take(HwDevice *dev, uint32_t size)
{
    uint8_t bytes[DATA_WIDTH];

    ob_fw_cfg_take(fw_cfg_of(dev), bytes, size);
    return hw_load_le(bytes, size);
}

/* One register of any width: only its start has data. */
static uint64_t data_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    return offset == 0 ? data_take(dev, size) : 0;
}

/* QEMU has ignored such writes since 2.4. */
static void data_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)value;
    (void)size;
}

/* Two ports: either port reads data; a 16-bit write selects.  The region covers the ports
 * behind them too, so that a wider access is not split and does nothing. */
static uint64_t ports_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    if (offset >= 2) {
        return UINT64_MAX; /* no port */
    }
    return size == 1 ? data_take(dev, size) : 0;
}

static void ports_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    if (offset == 0 && size == 2) {
        ob_fw_cfg_select(fw_cfg_of(dev), (uint16_t)value);
    }
}

/* Wider accesses are not split here either. */
static uint64_t selector_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev;
    (void)offset;
    (void)size;
    return 0;
}

static void selector_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    if (offset == 0 && size == 2) {
        ob_fw_cfg_select(fw_cfg_of(dev), GUINT16_SWAP_LE_BE((uint16_t)value));
    }
}

static uint64_t dma_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)dev;
    return hw_load_le((const uint8_t *)SIGNATURE + offset, size);
}

/* The low half starts the transfer; accesses to parts of a half are ignored. */
static void dma_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    ObFwCfg *s = fw_cfg_of(dev);
    uint32_t half = GUINT32_SWAP_LE_BE((uint32_t)value);

    if (size == 8) {
        s->dma_addr = GUINT64_SWAP_LE_BE(value);
    } else if (size == 4 && offset == 0) {
        s->dma_addr = (uint64_t)half << 32;
        return;
    } else if (size == 4) {
        s->dma_addr |= half;
    } else {
        return;
    }
    ob_fw_cfg_dma_run(s);
}

/* clang-format off */
#define DMA_REGION(offset_, ...)                                                       \
    { "dma", HW_REGION_MMIO, .size = DMA_WIDTH, .offset = offset_, .access_max = 8,    \
      .read = dma_read, .write = dma_write, __VA_ARGS__ }
#define IN_PORTS  .space = HW_SPACE_IO, .enabled = offsetof(ObFwCfg, has_ports)
#define IN_MEMORY .base = offsetof(ObFwCfg, base), .enabled = offsetof(ObFwCfg, has_memory)

static const HwRegion fw_cfg_regions[] = {
    { "ports", HW_REGION_MMIO, .size = 4, .offset = PORT_SELECTOR, .access_max = 4,
      .read = ports_read, .write = ports_write, IN_PORTS },
    DMA_REGION(PORT_DMA, IN_PORTS),
    { "data", HW_REGION_MMIO, .size = DATA_WIDTH, .offset = MEMORY_DATA,
      .access_max = DATA_WIDTH, .read = data_read, .write = data_write, IN_MEMORY },
    { "selector", HW_REGION_MMIO, .size = 8, .offset = MEMORY_SELECTOR, .access_max = 8,
      .read = selector_read, .write = selector_write, IN_MEMORY },
    DMA_REGION(MEMORY_DMA, IN_MEMORY),
};
/* clang-format on */

/* -------------------------------------------------------------------- state */

/* QEMU resizes its copies of the ACPI files, which are in RAM blocks, to these sizes.
 * Sizes that came with QEMU's stream go back unchanged. */
static void fw_cfg_pre_save(HwDevice *dev)
{
    ObFwCfg *s = fw_cfg_of(dev);
    const struct {
        const char *name;
        uint64_t *size;
    } files[] = {
        { "etc/acpi/tables", &s->table_mr_size },
        { "etc/table-loader", &s->linker_mr_size },
        { "etc/acpi/rsdp", &s->rsdp_mr_size },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        const ObFwCfgFile *file = ob_fw_cfg_find(s, files[i].name);

        if (!s->sizes_came) {
            *files[i].size = file ? file->size : 0;
        }
    }
}

static bool acpi_mr_post_load(HwDevice *dev, uint32_t version, HwError *error)
{
    (void)version;
    (void)error;
    fw_cfg_of(dev)->sizes_came = fw_cfg_of(dev)->table_mr_size != 0;
    return true;
}

static bool acpi_mr_needed(HwDevice *dev)
{
    return fw_cfg_of(dev)->table_mr_size != 0;
}

/* clang-format off */
static const HwState fw_cfg_state = {
    .name = "fw_cfg",
    .version = 2,
    .minimum_version = 2,
    .fields = HW_ROWS(HwStateField,
        HW_SAVED(ObFwCfg, cur_entry), HW_SAVED(ObFwCfg, cur_offset)),
    .subsections = HW_ROWS(HwState,
        { .name = "fw_cfg/dma", .version = 0, .minimum_version = 0,
          .fields = HW_ROWS(HwStateField, HW_SAVED(ObFwCfg, dma_addr)) },
        { .name = "fw_cfg/acpi_mr", .version = 1, .minimum_version = 1,
          .fields = HW_ROWS(HwStateField,
              HW_SAVED(ObFwCfg, table_mr_size), HW_SAVED(ObFwCfg, linker_mr_size),
              HW_SAVED(ObFwCfg, rsdp_mr_size)),
          .post_load = acpi_mr_post_load, .needed = acpi_mr_needed }),
    .pre_save = fw_cfg_pre_save,
};
/* clang-format on */

ObFwCfgKept ob_fw_cfg_keep(const ObFwCfg *s)
{
    return (ObFwCfgKept) {
        .cur_entry = s->cur_entry,
        .cur_offset = s->cur_offset,
        .dma_addr = s->dma_addr,
        .sizes = { s->table_mr_size, s->linker_mr_size, s->rsdp_mr_size },
        .sizes_came = s->sizes_came,
        .outdated = s->outdated,
        .builds = s->builds,
    };
}

void ob_fw_cfg_put_back(ObFwCfg *s, const ObFwCfgKept *kept)
{
    s->cur_entry = kept->cur_entry;
    s->cur_offset = kept->cur_offset;
    s->dma_addr = kept->dma_addr;
    s->table_mr_size = kept->sizes[0];
    s->linker_mr_size = kept->sizes[1];
    s->rsdp_mr_size = kept->sizes[2];
    s->sizes_came = kept->sizes_came;
    s->outdated = kept->outdated || s->builds != kept->builds;
}

/* --------------------------------------------------------------------- life */

static bool fw_cfg_realize(HwDevice *dev, HwError *error)
{
    (void)error;
    ob_fw_cfg_items_init(fw_cfg_of(dev));
    return true;
}

static void fw_cfg_unrealize(HwDevice *dev)
{
    ob_fw_cfg_items_clear(fw_cfg_of(dev));
}

static void fw_cfg_reset(HwDevice *dev)
{
    ob_fw_cfg_select(fw_cfg_of(dev), FW_CFG_SIGNATURE);
}

static const HwClass fw_cfg_class = {
    .table = {
        .abi = HW_ABI(HwDeviceClass),
        .name = "fw_cfg",
        .description = "firmware configuration",
        .instance_size = sizeof(ObFwCfg),
        .regions = HW_TABLE(fw_cfg_regions),
        .state = &fw_cfg_state,
        .realize = fw_cfg_realize,
        .unrealize = fw_cfg_unrealize,
        .reset = fw_cfg_reset,
    },
    .original = &fw_cfg_class.table,
};

bool ob_fw_cfg_create(ObHost *host, const ObBoot *boot, HwError *error)
{
    const ObMachine *machine = host->machine;
    HwInstance *instance;
    ObFwCfg *s;

    if (!machine->has_io_ports && !machine->fw_cfg_base) {
        return true;
    }
    instance = hw_instance_new(&host->base.api, &fw_cfg_class, NULL, NULL);
    if (!instance) {
        return hw_error_set(error, "fw_cfg: no memory for the device");
    }
    s = fw_cfg_of(instance->dev);
    s->has_ports = machine->has_io_ports;
    s->has_memory = !s->has_ports;
    s->base = machine->fw_cfg_base;
    if (!ob_host_add_part(host, instance, error)) {
        return false;
    }
    host->fw_cfg = s;
    ob_fw_cfg_machine_init(s, host, boot);
    return true;
}

ObFwCfg *ob_host_fw_cfg(ObHost *host)
{
    return host->fw_cfg;
}
