/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hostile guests and streams, against the bridge's devices in a stock QEMU.  Their input is
 * random but the same in each run.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/crb.h"
#include "qtest/client/drivers/fw-cfg.h"
#include "qtest/tests/bridge/bridge-machine.h"

#define DEADLINE_S   20
#define ACCESSES     4000
#define RESET_EVERY  500
#define MUTANTS      16
#define SECTIONS     4

#define BEACON_MAGIC 0x4e434542

/* Addresses of our devices, and the sections of the devices and of their TPM. */
typedef struct Machine {
    const char *devices;
    uint64_t beacon;
    uint64_t crb;
    uint64_t ram;
    const char *sections[SECTIONS];
} Machine;

/* The beacon comes first: the bridge gives it the first address. */
/* clang-format off */
static const Machine machines[] = {
    { "-device beacon -device outboard-vmgenid -device outboard-tpm-crb,tpmdev=tpm0",
      0xfef00000, 0xfed40000, 0, { "beacon", "vmgenid", "tpm-emulator", "tpm-crb" } },
    { "-device beacon -device vmgenid -device tpm-crb-device,tpmdev=tpm0", 0x0b000000, 0x0b001000,
      0x40000000, { "beacon", "vmgenid", "tpm-emulator", "tpm-crb-device" } },
};
/* clang-format on */

static const Machine *machine;

static ObClient *start(const char *more)
{
    g_autofree char *arguments = g_strdup_printf("-plugin file=%s,set=%s,libtpms=tpm0 %s %s",
                                                 g_getenv("OUTBOARD_BRIDGE"),
                                                 g_getenv("OB_BRIDGE_SET"), machine->devices, more);
    HW_ERROR(error, 4096);
    ObClient *c = bridge_machine_start_stock(arguments, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

/* ------------------------------------------------------------------ accesses */

static uint64_t any_value(GRand *random)
{
    switch (g_rand_int_range(random, 0, 3)) {
    case 0:
        return UINT64_C(1) << g_rand_int_range(random, 0, 64);
    case 1:
        return machine->ram + (uint64_t)g_rand_int_range(random, 0, 0x1000000);
    default:
        return (uint64_t)g_rand_int(random) << 32 | g_rand_int(random);
    }
}

/* Makes accesses of any width and alignment, some across the end of a page. */
static void access_memory(ObClient *c, GRand *random, uint64_t base, uint32_t size)
{
    uint64_t address = base + (uint64_t)g_rand_int_range(random, -8, (gint32)size);
    uint32_t width = 1u << g_rand_int_range(random, 0, 4);

    if (g_rand_boolean(random)) {
        ob_client_store(c, address, any_value(random), width);
    } else {
        ob_client_load(c, address, width);
    }
}

/* Accesses the selector, the data register and the ports between it and the DMA register. */
static void access_port(ObClient *c, GRand *random)
{
    uint16_t port = (uint16_t)(FW_CFG_PORT + g_rand_int_range(random, 0, 4));
    uint32_t value = (uint32_t)any_value(random);

    switch (g_rand_int_range(random, 0, 6)) {
    case 0:
        ob_client_outb(c, port, (uint8_t)value);
        break;
    case 1:
        ob_client_outw(c, port, (uint16_t)value);
        break;
    case 2:
        ob_client_outl(c, port, value);
        break;
    case 3:
        ob_client_inb(c, port);
        break;
    case 4:
        ob_client_inw(c, port);
        break;
    default:
        ob_client_inl(c, port);
        break;
    }
}

/* Transfers to and from RAM, our devices, and unmapped addresses.  Other devices take QEMU long:
 * a store of 64 KiB to PCI's configuration makes it rebuild its memory map at each word. */
static void transfer(ObClient *c, GRand *random)
{
    const uint64_t bases[] = { machine->ram, machine->ram + 0xff0000, machine->beacon,
                               machine->crb, UINT64_C(1) << 44,       UINT64_MAX - 0x3000 };
    ObFwCfgPort port = bridge_machine_is_pc() ? fw_cfg_of_pc(c) : fw_cfg_of_virt(c);
    uint64_t address = bases[g_rand_int_range(random, 0, G_N_ELEMENTS(bases))];
    uint32_t key = (uint32_t)g_rand_int_range(random, 0, 0x50);
    uint32_t control = g_rand_int(random) & 0x1f;

    fw_cfg_dma(&port, control | key << FW_CFG_DMA_KEY_SHIFT,
               address + (uint64_t)g_rand_int_range(random, 0, 0x1000),
               (uint32_t)g_rand_int_range(random, 0, 0x2000));
}

/* The descriptor's address is unmapped, or its bytes are not a descriptor. */
static void transfer_badly(ObClient *c, GRand *random)
{
    ObFwCfgPort port = bridge_machine_is_pc() ? fw_cfg_of_pc(c) : fw_cfg_of_virt(c);
    uint64_t bases[] = { UINT64_C(1) << 44, UINT64_MAX - 7, machine->beacon + 0xff8 };

    fw_cfg_dma_start(&port, bases[g_rand_int_range(random, 0, G_N_ELEMENTS(bases))] +
                                (uint64_t)g_rand_int_range(random, 0, 8));
}

static void access_fw_cfg(ObClient *c, GRand *random)
{
    switch (g_rand_int_range(random, 0, 4)) {
    case 0:
        transfer_badly(c, random);
        break;
    case 1:
        transfer(c, random);
        break;
    default:
        if (bridge_machine_is_pc()) {
            access_port(c, random);
        } else {
            access_memory(c, random, 0x9020000, FW_CFG_DMA);
        }
        break;
    }
}

static void access_devices(ObClient *c, GRand *random)
{
    access_memory(c, random, machine->beacon, 0x1000);
    access_memory(c, random, machine->crb, 0x100);
    access_memory(c, random, machine->crb, CRB_PAGE_SIZE + 0x400);
}

/* After a reset the devices have their initial state. */
static void assert_alive(ObClient *c)
{
    static const uint8_t get_capability[] = { 0x80, 1, 0, 0, 0, 22, 0, 0, 1, 0x7a, 0,
                                              0,    0, 6, 0, 0, 1,  0, 0, 0, 0,    1 };
    ObCrb crb = { c, machine->crb, 10000 };
    uint8_t response[CRB_BUFFER_SIZE];
    size_t size;

    ob_client_reset(c);
    g_assert_cmphex(ob_client_readl(c, machine->beacon), ==, BEACON_MAGIC);
    g_assert_cmpint(crb_request_locality(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_command_ready(&crb), ==, OB_CRB_OK);
    g_assert_cmpint(crb_transfer(&crb, get_capability, sizeof(get_capability), response,
                                 sizeof(response), &size),
                    ==, OB_CRB_OK);
    g_assert_cmpuint(size, >=, 10);
}

typedef void Access(ObClient *c, GRand *random);

static void abuse(Access *access)
{
    GRand *random = g_rand_new_with_seed(ACCESSES);
    ObClient *c = start("");

    for (uint32_t i = 1; i <= ACCESSES; i++) {
        access(c, random);
        if (i % RESET_EVERY == 0) {
            ob_client_reset(c);
        }
    }
    assert_alive(c);
    ob_client_quit(c);
    g_rand_free(random);
}

static void test_devices(void)
{
    abuse(access_devices);
}

static void test_fw_cfg(void)
{
    abuse(access_fw_cfg);
}

/* ------------------------------------------------------------------- streams */

static void gather(ObClient *c, const char *report, void *opaque)
{
    (void)c;
    g_string_append(opaque, report);
}

/* Returns "completed", "failed", or NULL while the migration runs. */
static const char *migration_end(ObClient *c)
{
    json_t *info = ob_client_qmp(c, "query-migrate", NULL, NULL);
    const char *status = json_string_value(json_object_get(info, "status"));
    const char *end = g_strcmp0(status, "completed") == 0 ? "completed"
                      : g_strcmp0(status, "failed") == 0  ? "failed"
                                                          : NULL;

    json_decref(info);
    return end;
}

static const char *await_end(ObClient *c)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;
    const char *end = NULL;

    while (!ob_client_failed(c) && !(end = migration_end(c))) {
        g_assert_cmpint(g_get_monotonic_time(), <, deadline);
        g_usleep(1000);
    }
    return end;
}

/* A file, its name, and a section of one of our devices in it. */
typedef struct Stream {
    char *directory;
    char *path;
    char *bytes;
    size_t size;
} Stream;

typedef struct Section {
    char *version; /* four bytes */
    char *end;     /* end of its fields and subsections, which follow the version */
} Section;

static void stream_make(Stream *stream)
{
    ObClient *c = start("");
    g_autofree char *uri = NULL;

    stream->directory = g_dir_make_tmp("outboard-XXXXXX", NULL);
    stream->path = g_build_filename(stream->directory, "stream", NULL);
    uri = g_strdup_printf("exec:cat >%s", stream->path);
    ob_client_writel(c, machine->beacon + 4, 2);
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s:s}", "uri", uri), NULL));
    g_assert_cmpstr(await_end(c), ==, "completed");
    ob_client_quit(c);
    g_assert_true(g_file_get_contents(stream->path, &stream->bytes, &stream->size, NULL));
}

static void stream_free(Stream *stream)
{
    g_unlink(stream->path);
    g_rmdir(stream->directory);
    g_free(stream->path);
    g_free(stream->directory);
    g_free(stream->bytes);
}

/* Returns the first place of these bytes after `from`, or NULL. */
static char *stream_find(const Stream *stream, const char *from, const void *bytes, size_t size)
{
    return memmem(from, stream->size - (size_t)(from - stream->bytes), bytes, size);
}

/* QEMU_VM_SECTION_FULL, number, name, instance, version, fields, QEMU_VM_SECTION_FOOTER.
 * RAM blocks may begin with the same name. */
static Section section_find(const Stream *stream, const char *name)
{
    g_autofree char *head = g_strdup_printf("%c%s", (char)strlen(name), name);
    char *at = stream->bytes;
    char footer[5] = { 0x7e };
    Section section;

    do {
        at = stream_find(stream, at + 1, head, strlen(head));
        g_assert_nonnull(at);
    } while (at[-5] != 4);
    memcpy(footer + 1, at - 4, 4);
    section.version = at + strlen(head) + 4;
    section.end = stream_find(stream, section.version, footer, sizeof(footer));
    g_assert_nonnull(section.end);
    return section;
}

/* Loads the stream and returns true if it loaded.  If it did not, QEMU must end by itself with
 * status 1; `words` gets its messages. */
static bool stream_load(const Stream *stream, size_t size, GString *words)
{
    ObClient *c = start("-incoming defer");
    g_autofree char *uri = g_strdup_printf("exec:cat %s", stream->path);
    const char *end;

    g_assert_true(g_file_set_contents(stream->path, stream->bytes, (gssize)size, NULL));
    ob_client_on_failure(c, gather, words);
    json_decref(ob_client_qmp(c, "migrate-incoming", json_pack("{s:s}", "uri", uri), NULL));
    end = await_end(c);
    while (!ob_client_failed(c) && g_strcmp0(end, "failed") == 0) {
        ob_client_readl(c, machine->beacon);
    }
    if (!ob_client_failed(c)) {
        assert_alive(c);
        ob_client_quit(c);
        return true;
    }
    if (!strstr(words->str, "ended with status 1\n")) {
        g_test_message("%s", words->str);
        g_test_fail();
    }
    ob_client_free(c);
    return false;
}

/* The stream is cut off in the middle of our fields. */
static void test_truncated(void)
{
    Stream stream;

    stream_make(&stream);
    for (size_t i = 0; i < SECTIONS; i++) {
        Section section = section_find(&stream, machine->sections[i]);
        const char *middle = section.version + (section.end - section.version + 4) / 2;
        g_autoptr(GString) words = g_string_new(NULL);

        g_assert_false(stream_load(&stream, (size_t)(middle - stream.bytes), words));
        g_assert_nonnull(strstr(words->str, machine->sections[i]));
    }
    stream_free(&stream);
}

static void test_newer_version(void)
{
    Stream stream;

    stream_make(&stream);
    for (size_t i = 0; i < SECTIONS; i++) {
        Section section = section_find(&stream, machine->sections[i]);
        g_autofree char *named = g_strdup_printf("'%s'", machine->sections[i]);
        g_autoptr(GString) words = g_string_new(NULL);

        section.version[3]++;
        g_assert_false(stream_load(&stream, stream.size, words));
        g_assert_nonnull(strstr(words->str, named));
        section.version[3]--;
    }
    stream_free(&stream);
}

/* Changes bytes of a section, the names of subsections too. */
static void mutate(GRand *random, const Section *section)
{
    gint32 size = (gint32)(section->end - section->version - 4);

    for (gint32 i = g_rand_int_range(random, 1, 9); i > 0; i--) {
        section->version[4 + g_rand_int_range(random, 0, size)] ^= (char)g_rand_int_range(random, 1,
                                                                                          256);
    }
}

static void test_mutated(void)
{
    GRand *random = g_rand_new_with_seed(MUTANTS);
    Stream original;

    stream_make(&original);
    for (uint32_t i = 0; i < MUTANTS; i++) {
        Stream mutant = original;
        Section section;
        g_autoptr(GString) words = g_string_new(NULL);

        mutant.bytes = g_memdup2(original.bytes, original.size);
        section = section_find(&mutant, machine->sections[i % SECTIONS]);
        mutate(random, &section);
        stream_load(&mutant, mutant.size, words);
        g_free(mutant.bytes);
    }
    stream_free(&original);
    g_rand_free(random);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!bridge_machine_init()) {
        return 0;
    }
    machine = &machines[!bridge_machine_is_pc()];
    g_test_add_func("/bridge-hostile/guest/any-access-of-our-devices-is-survived", test_devices);
    g_test_add_func("/bridge-hostile/guest/any-access-of-fw-cfg-is-survived", test_fw_cfg);
    g_test_add_func("/bridge-hostile/stream/truncated-section-is-refused", test_truncated);
    g_test_add_func("/bridge-hostile/stream/newer-section-is-refused-by-name", test_newer_version);
    g_test_add_func("/bridge-hostile/stream/mutated-section-is-loaded-or-refused", test_mutated);
    return g_test_run();
}
