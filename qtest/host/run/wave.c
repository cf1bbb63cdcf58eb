/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/wave.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "hw-api/device/error.h"
#include "hw-api/host/run/instance.h"
#include "qtest/host/io/log.h"

/* A variable's code has printable characters from '!' on, the lowest digit first. */
#define CODE_FIRST  '!'
#define CODE_BASE   94
#define CODE_LENGTH 8

/* The variables of a register, and of the rest of its region, have numbers in this order. */
enum { VALUE, READ, WRITE, OFFSET, VARIABLES };

typedef struct WaveRegion {
    uint32_t first;   /* number of a region's first variable */
    uint32_t *values; /* last known values of its registers */
} WaveRegion;

struct ObWave {
    ObHost *host;
    FILE *file;
    char *path;
    GHashTable *regions; /* HwRegionState -> WaveRegion */
    uint32_t variables;
    uint32_t lines; /* number of the first line's variable */
    int64_t time;
};

/* ---------------------------------------------------------------------- header */

static const char *code_of(uint32_t number, char code[CODE_LENGTH])
{
    uint32_t length = 0;

    do {
        code[length++] = (char)(CODE_FIRST + number % CODE_BASE);
        number /= CODE_BASE;
    } while (number > 0);
    code[length] = '\0';
    return code;
}

/* A name in the file has no white space; GTKWave takes '.' for the end of a scope. */
static char *name_of(const char *name)
{
    return g_strcanon(g_strdup(name), G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_-", '_');
}

static void variable_declare(ObWave *wave, uint32_t number, const char *type, uint32_t bits,
                             const char *name, const char *suffix)
{
    g_autofree char *shown = name_of(name);
    char code[CODE_LENGTH];

    fprintf(wave->file, "$var %s %u %s %s%s $end\n", type, bits, code_of(number, code), shown,
            suffix);
}

static void variables_declare(ObWave *wave, const char *name, uint32_t bits)
{
    variable_declare(wave, wave->variables + VALUE, "reg", bits, name, "");
    variable_declare(wave, wave->variables + READ, "event", 1, name, "_read");
    variable_declare(wave, wave->variables + WRITE, "event", 1, name, "_write");
    if (bits == 64) {
        variable_declare(wave, wave->variables + OFFSET, "reg", 64, name, "_offset");
    }
    wave->variables += VARIABLES;
}

static void region_declare(ObWave *wave, const HwRegionState *region)
{
    const HwRegisters *registers = &region->table->registers;
    WaveRegion *known = g_new0(WaveRegion, 1);

    known->first = wave->variables;
    known->values = g_new0(uint32_t, registers->count + 1);
    for (uint32_t i = 0; i < registers->count; i++) {
        variables_declare(wave, registers->entries[i].name, 32);
    }
    variables_declare(wave, region->table->name, 64);
    g_hash_table_insert(wave->regions, (gpointer)region, known);
}

static void device_declare(ObWave *wave, const HwInstance *device)
{
    g_autofree char *name = name_of(device->id);

    fprintf(wave->file, "$scope module %s $end\n", name);
    for (uint32_t i = 0; i < device->cls->table.regions.count; i++) {
        region_declare(wave, &device->regions[i]);
    }
    fprintf(wave->file, "$upscope $end\n");
}

static void lines_declare(ObWave *wave)
{
    uint32_t count = ob_host_machine(wave->host)->irq_lines;
    char name[16];

    wave->lines = wave->variables;
    fprintf(wave->file, "$scope module lines $end\n");
    for (uint32_t i = 0; i < count; i++) {
        snprintf(name, sizeof(name), "irq%u", i);
        variable_declare(wave, wave->variables++, "wire", 1, name, "");
    }
    fprintf(wave->file, "$upscope $end\n");
}

/* --------------------------------------------------------------------- changes */

static void time_advance(ObWave *wave)
{
    int64_t now = ob_host_clock_now(wave->host);

    wave->time = now > wave->time ? now : wave->time + 1;
    fprintf(wave->file, "#%" PRId64 "\n", wave->time);
}

static void value_write(ObWave *wave, uint32_t number, uint64_t value)
{
    char code[CODE_LENGTH];
    char digits[65];
    uint32_t length = 0;

    for (uint32_t bit = 64; bit-- > 0;) {
        if (length > 0 || bit == 0 || value >> bit & 1) {
            digits[length++] = (char)('0' + (value >> bit & 1));
        }
    }
    digits[length] = '\0';
    fprintf(wave->file, "b%s %s\n", digits, code_of(number, code));
}

static void bit_write(ObWave *wave, uint32_t number, bool level)
{
    char code[CODE_LENGTH];

    fprintf(wave->file, "%d%s\n", level, code_of(number, code));
}

/* The register's value after an access to some of its bytes. */
static uint32_t value_merge(uint32_t value, const HwAccess *access)
{
    uint32_t shift = 8 * (access->offset & 3);
    uint64_t mask = access->size < 4 ? (UINT64_C(1) << (8 * access->size)) - 1 : UINT32_MAX;

    return (uint32_t)((value & ~(mask << shift)) | (access->value & mask) << shift);
}

void ob_wave_access(ObWave *wave, const HwRegionState *region, const HwAccess *access)
{
    const HwRegisters *registers = &region->table->registers;
    WaveRegion *known = g_hash_table_lookup(wave->regions, region);
    uint32_t index = access->reg ? (uint32_t)(access->reg - registers->entries) : registers->count;
    uint32_t first;

    if (!known) {
        return;
    }
    first = known->first + index * VARIABLES;
    time_advance(wave);
    if (access->reg) {
        known->values[index] = value_merge(known->values[index], access);
        value_write(wave, first + VALUE, known->values[index]);
    } else {
        value_write(wave, first + VALUE, access->value);
        value_write(wave, first + OFFSET, access->offset);
    }
    bit_write(wave, first + (access->is_write ? WRITE : READ), true);
    fflush(wave->file); /* a device that crashes is looked at in the file */
}

static void line_changed(void *opaque, uint32_t line, bool level)
{
    ObWave *wave = opaque;

    time_advance(wave);
    bit_write(wave, wave->lines + line, level);
    fflush(wave->file);
}

/* ------------------------------------------------------------------------ life */

static void region_free(gpointer opaque)
{
    WaveRegion *region = opaque;

    g_free(region->values);
    g_free(region);
}

static void header_write(ObWave *wave, bool (*wanted)(void *opaque, const HwInstance *device),
                         void *opaque)
{
    const HwInstance *device;

    fprintf(wave->file,
            "$comment accesses and interrupt lines of machine %s $end\n"
            "$timescale 1 ns $end\n$scope module machine $end\n",
            ob_host_machine(wave->host)->name);
    for (uint32_t i = 0; (device = ob_host_device_at(wave->host, i)); i++) {
        if (wanted(opaque, device)) {
            device_declare(wave, device);
        }
    }
    lines_declare(wave);
    fprintf(wave->file, "$upscope $end\n$enddefinitions $end\n");
    for (uint32_t i = 0; i < ob_host_machine(wave->host)->irq_lines; i++) {
        bit_write(wave, wave->lines + i, ob_host_irq_level(wave->host, i));
    }
}

ObWave *ob_wave_new(ObHost *host, const char *path,
                    bool (*wanted)(void *opaque, const HwInstance *device), void *opaque,
                    HwError *error)
{
    FILE *file = fopen(path, "we");
    ObWave *wave;

    if (!file) {
        hw_error_set(error, "vcd: can't write '%s': %s", path, strerror(errno));
        return NULL;
    }
    wave = g_new0(ObWave, 1);
    wave->host = host;
    wave->file = file;
    wave->path = g_strdup(path);
    wave->regions = g_hash_table_new_full(NULL, NULL, NULL, region_free);
    wave->time = -1;
    header_write(wave, wanted, opaque);
    ob_host_observe_irqs(host, line_changed, wave);
    return wave;
}

void ob_wave_free(ObWave *wave)
{
    bool good;

    if (!wave) {
        return;
    }
    ob_host_observe_irqs(wave->host, NULL, wave);
    time_advance(wave);
    good = !ferror(wave->file);
    if (fclose(wave->file) != 0 || !good) {
        ob_report_warning("vcd: '%s' is not complete: %s", wave->path, strerror(errno));
    }
    g_hash_table_unref(wave->regions);
    g_free(wave->path);
    g_free(wave);
}
