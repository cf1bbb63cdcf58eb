/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/bridge/bridge-machine.h"

#include <string.h>

#include "hw-api/device/bytes.h"

#define CHUNK 2048u /* size of one transfer; its buffer follows the descriptor */

static char *program;

bool bridge_machine_is_pc(void)
{
    return g_str_has_suffix(program, "x86_64");
}

bool bridge_machine_use(const char *release)
{
    g_free(program);
    program = qemu_release_program(qemu_release_named(release), g_getenv("OB_ARCHITECTURE"));
    return g_file_test(program, G_FILE_TEST_IS_EXECUTABLE);
}

bool bridge_machine_init(void)
{
    if (!bridge_machine_use(g_getenv("OB_QEMU_RELEASE"))) {
        g_print("1..0 # SKIP " QEMU_RELEASE_MISSING "\n", program);
        return false;
    }
    return true;
}

static const char *usual_machine(void)
{
    return bridge_machine_is_pc() ? "q35" : "virt";
}

ObClient *bridge_machine_start_stock(const char *arguments, HwError *error)
{
    g_autofree char *all = g_strdup_printf("-machine %s -m 16 -nodefaults %s", usual_machine(),
                                           arguments);
    ObStart start = { .program = program, .arguments = all, .accelerator = "tcg" };

    return ob_client_start(&start, error);
}

static bool is_ours;

void bridge_machine_use_ours(bool ours)
{
    is_ours = ours;
}

bool bridge_machine_is_ours(void)
{
    return is_ours;
}

static ObClient *ours_try(const char *machine, const char *arguments, HwError *error)
{
    g_autofree char *all = g_strdup_printf("-machine %s -m 16 -nodefaults -plugin-set %s %s",
                                           machine ? machine : usual_machine(),
                                           g_getenv("OB_BRIDGE_SET"), arguments);
    const ObStart start = { .program = g_getenv("OB_HOST_PROGRAM"), .arguments = all };

    return ob_client_start(&start, error);
}

static char *arguments_with(const char *machine, const char *arguments)
{
    return g_strdup_printf("-machine %s -m 16 -nodefaults -plugin file=%s,set=%s %s",
                           machine ? machine : usual_machine(), g_getenv("OUTBOARD_BRIDGE"),
                           g_getenv("OB_BRIDGE_SET"), arguments);
}

static ObClient *machine_try(const char *machine, const char *arguments, HwError *error)
{
    g_autofree char *all = arguments_with(machine, arguments);
    ObStart start = { .program = program, .arguments = all, .accelerator = "tcg" };

    return is_ours ? ours_try(machine, arguments, error) : ob_client_start(&start, error);
}

ObClient *bridge_machine_start(const char *machine, const char *arguments)
{
    HW_ERROR(error, 4096);
    ObClient *c = machine_try(machine, arguments, &error);

    g_assert_cmpstr(error.text, ==, "");
    g_assert_nonnull(c);
    return c;
}

void bridge_machine_assert_refused(const char *machine, const char *arguments, const char *sentence)
{
    HW_ERROR(error, 4096);
    ObClient *c = machine_try(machine, arguments, &error);

    g_assert_null(c);
    if (!strstr(error.text, sentence)) {
        g_test_message("expected '%s' in: %s", sentence, error.text);
        g_test_fail();
    }
}

void bridge_machine_run(const char *machine, const char *arguments)
{
    g_autofree char *all = arguments_with(machine, arguments);
    g_autofree char *line = g_strdup_printf("'%s' -accel tcg -display none %s", program, all);
    g_autofree char *errors = NULL;
    int status;

    g_assert_true(g_spawn_command_line_sync(line, NULL, &errors, &status, NULL));
    g_assert_cmpint(status, ==, 0);
}

/* -------------------------------------------------------------------- fw_cfg */

ObFwCfgPort cfg_port(ObClient *c)
{
    return bridge_machine_is_pc() ? fw_cfg_of_pc(c) : fw_cfg_of_virt(c);
}

/* Reads the next bytes of the selected file. */
static void cfg_read(ObClient *c, uint8_t *bytes, uint32_t size)
{
    ObFwCfgPort port = cfg_port(c);
    uint64_t through = port.descriptor + 64;

    for (uint32_t at = 0; at < size; at += CHUNK) {
        uint32_t part = MIN(CHUNK, size - at);

        g_assert_cmphex(fw_cfg_dma(&port, FW_CFG_DMA_READ, through, part), ==, 0);
        ob_client_memread(c, through, bytes + at, part);
    }
}

uint32_t cfg_file_select(ObClient *c, const char *name)
{
    ObFwCfgPort port = cfg_port(c);
    uint32_t size = 0;
    uint16_t key = fw_cfg_find(&port, name, &size);

    if (key) {
        g_assert_cmphex(fw_cfg_dma(&port, fw_cfg_dma_key(key), 0, 0), ==, 0);
    }
    return key ? size : 0;
}

uint32_t cfg_file_size(ObClient *c, const char *name)
{
    ObFwCfgPort port = cfg_port(c);
    uint32_t size = 0;

    fw_cfg_find(&port, name, &size);
    return size;
}

void cfg_file_read(ObClient *c, const char *name, void *bytes, uint32_t size)
{
    g_assert_cmpuint(cfg_file_select(c, name), ==, size);
    cfg_read(c, bytes, size);
}

bool cfg_file_write(ObClient *c, const char *name, uint32_t offset, const void *bytes,
                    uint32_t size)
{
    ObFwCfgPort port = cfg_port(c);
    uint64_t through = port.descriptor + 64;

    g_assert_cmpuint(cfg_file_select(c, name), >, 0);
    g_assert_cmphex(fw_cfg_dma(&port, FW_CFG_DMA_SKIP, 0, offset), ==, 0);
    ob_client_memwrite(c, through, bytes, size);
    return fw_cfg_dma(&port, FW_CFG_DMA_WRITE, through, size) == 0;
}

/* -------------------------------------------------------------------- tables */

enum { ALLOCATE = 1, ADD_POINTER = 2, ADD_CHECKSUM = 3, WRITE_POINTER = 4 };
enum { ENTRY = 128, FILES = 16 };

typedef struct Loaded {
    char name[56];
    uint8_t *bytes;
    uint32_t size;
    uint64_t address;
} Loaded;

struct Firmware {
    ObClient *client;
    Loaded files[FILES];
    unsigned count;
};

static Loaded *loaded_file(const Firmware *firmware, const char *name)
{
    for (unsigned i = 0; i < firmware->count; i++) {
        if (g_str_equal(firmware->files[i].name, name)) {
            return (Loaded *)&firmware->files[i];
        }
    }
    g_error("the script uses '%s' without an allocation", name);
}

static void firmware_allocate(Firmware *firmware, const char *name)
{
    Loaded *file = &firmware->files[firmware->count];

    g_assert_cmpuint(firmware->count, <, FILES);
    g_strlcpy(file->name, name, sizeof(file->name));
    file->size = cfg_file_select(firmware->client, name);
    g_assert_cmpuint(file->size, >, 0);
    file->bytes = g_malloc(file->size);
    cfg_read(firmware->client, file->bytes, file->size);
    file->address = UINT64_C(0x1000000) * ++firmware->count;
}

static void firmware_add_pointer(Firmware *firmware, const uint8_t *entry)
{
    Loaded *to = loaded_file(firmware, (const char *)entry + 4);
    const Loaded *source = loaded_file(firmware, (const char *)entry + 60);
    uint32_t offset = (uint32_t)hw_load_le(entry + 116, 4);
    uint8_t size = entry[120];
    uint64_t value;

    g_assert_cmpuint((uint64_t)offset + size, <=, to->size);
    value = hw_load_le(to->bytes + offset, size);
    g_assert_cmpuint(value, <, source->size);
    hw_store_le(to->bytes + offset, value + source->address, size);
}

static uint8_t sum_of(const uint8_t *bytes, uint32_t size)
{
    uint8_t sum = 0;

    for (uint32_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    return sum;
}

/* Does the same as EDK2, which expects the checksum byte to be zero. */
static void firmware_add_checksum(Firmware *firmware, const uint8_t *entry)
{
    Loaded *file = loaded_file(firmware, (const char *)entry + 4);
    uint32_t at = (uint32_t)hw_load_le(entry + 60, 4);
    uint32_t start = (uint32_t)hw_load_le(entry + 64, 4);
    uint32_t length = (uint32_t)hw_load_le(entry + 68, 4);

    g_assert_cmpuint((uint64_t)start + length, <=, file->size);
    g_assert_cmpuint(file->bytes[at], ==, 0);
    file->bytes[at] = (uint8_t)-sum_of(file->bytes + start, length);
}

static void firmware_write_pointer(Firmware *firmware, const uint8_t *entry)
{
    const Loaded *source = loaded_file(firmware, (const char *)entry + 60);
    uint8_t bytes[8];

    hw_store_le(bytes, source->address + hw_load_le(entry + 120, 4), 8);
    g_assert_true(cfg_file_write(firmware->client, (const char *)entry + 4,
                                 (uint32_t)hw_load_le(entry + 116, 4), bytes, entry[124]));
}

Firmware *firmware_run(ObClient *c)
{
    Firmware *firmware = g_new0(Firmware, 1);
    uint32_t size = cfg_file_select(c, "etc/table-loader");
    g_autofree uint8_t *script = g_malloc(size + 1);

    firmware->client = c;
    cfg_read(c, script, size);
    for (uint32_t at = 0; at + ENTRY <= size; at += ENTRY) {
        switch (hw_load_le(script + at, 4)) {
        case ALLOCATE:
            firmware_allocate(firmware, (const char *)script + at + 4);
            break;
        case ADD_POINTER:
            firmware_add_pointer(firmware, script + at);
            break;
        case ADD_CHECKSUM:
            firmware_add_checksum(firmware, script + at);
            break;
        case WRITE_POINTER:
            firmware_write_pointer(firmware, script + at);
            break;
        }
    }
    return firmware;
}

void firmware_free(Firmware *firmware)
{
    for (unsigned i = 0; i < firmware->count; i++) {
        g_free(firmware->files[i].bytes);
    }
    g_free(firmware);
}

const uint8_t *firmware_file(const Firmware *firmware, const char *name, uint64_t *address)
{
    const Loaded *file = loaded_file(firmware, name);

    *address = file->address;
    return file->bytes;
}

static uint8_t *at_address(const Firmware *firmware, uint64_t address)
{
    for (unsigned i = 0; i < firmware->count; i++) {
        const Loaded *file = &firmware->files[i];

        if (address >= file->address && address - file->address < file->size) {
            return file->bytes + (address - file->address);
        }
    }
    g_error("nothing is at 0x%" G_GINT64_MODIFIER "x", address);
}

const uint8_t *firmware_table(const Firmware *firmware, const char *signature, const char *id,
                              unsigned *count)
{
    const uint8_t *rsdp = loaded_file(firmware, "etc/acpi/rsdp")->bytes;
    uint64_t xsdt = rsdp[15] >= 2 ? hw_load_le(rsdp + 24, 8) : 0;
    const uint8_t *root = at_address(firmware, xsdt ? xsdt : hw_load_le(rsdp + 16, 4));
    uint32_t entry = xsdt ? 8 : 4;
    uint32_t length = (uint32_t)hw_load_le(root + 4, 4);
    const uint8_t *found = NULL;

    g_assert_cmpuint(sum_of(root, length), ==, 0);
    *count = 0;
    for (uint32_t at = 36; at < length; at += entry) {
        const uint8_t *table = at_address(firmware, hw_load_le(root + at, entry));

        if (memcmp(table, signature, 4) == 0 &&
            (!id || strncmp((const char *)table + 16, id, 8) == 0)) {
            g_assert_cmpuint(sum_of(table, (uint32_t)hw_load_le(table + 4, 4)), ==, 0);
            found = table;
            ++*count;
        }
    }
    return found;
}
