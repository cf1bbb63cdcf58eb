/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the files of --dump-plugin: text, JSON, and PCI in both. */
#ifndef OB_DUMP_PLUGIN_INTERNAL_H
#define OB_DUMP_PLUGIN_INTERNAL_H

#include <jansson.h>
#include <stdio.h>

#include "hw-api/hw-api.h"

typedef struct ObPluginWords {
    const char *region_kinds[5];   /* by HwRegionKind */
    const char *spaces[4];         /* by HwSpace */
    const char *property_types[8]; /* by HwPropertyType */
} ObPluginWords;
extern const ObPluginWords ob_plugin_words;

/* The property whose value is at `offset` in the instance; NULL if there is none. */
const HwProperty *ob_plugin_property_at(const HwDeviceClass *cls, uint32_t offset);

/* A line for each register, after a line of titles. */
void ob_dump_registers(const HwRegisters *registers, const char *indent, FILE *out);

/* Returns a new reference; NULL without memory. */
json_t *ob_dump_registers_json(const HwRegisters *registers);

/* The class has a PCI function. */
void ob_dump_pci(const HwDeviceClass *cls, FILE *out);

/* Returns a new reference; NULL without memory. */
json_t *ob_dump_pci_json(const HwDeviceClass *cls);

/* dump-plugin-gpio.c: for classes with lines. */
void ob_dump_gpio(const HwDeviceClass *cls, FILE *out);
json_t *ob_dump_gpio_json(const HwDeviceClass *cls);

/* dump-plugin-i2c.c: for targets on an I2C bus. */
void ob_dump_i2c(const HwDeviceClass *cls, FILE *out);
json_t *ob_dump_i2c_json(const HwDeviceClass *cls);

bool ob_dump_plugin_json(const HwPlugin *plugin, const char *path, FILE *out);

#endif
