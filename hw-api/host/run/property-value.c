/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hw-api/host/run/property-value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool hw_property_parse_bool(const char *text, bool *value)
{
    static const struct {
        const char *text;
        bool value;
    } words[] = {
        { "on", true },   { "yes", true }, { "true", true },   { "y", true },
        { "off", false }, { "no", false }, { "false", false }, { "n", false },
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(text, words[i].text) == 0) {
            *value = words[i].value;
            return true;
        }
    }
    return false;
}

/* Check the digits first: strtoull() would accept signs and spaces. */
bool hw_property_parse_number(const char *text, uint64_t *value)
{
    char *end;

    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    errno = 0;
    *value = strtoull(text, &end, 0);
    return errno == 0 && *end == '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The exponent of the suffix's power of two; -1: it is none. */
static int suffix_bits(const char *suffix)
{
    static const char letters[] = "bkmgtpe";
    const char *letter = *suffix ? strchr(letters, *suffix | 0x20) : letters;

    return letter && *letter && (!*suffix || !suffix[1]) ? 10 * (int)(letter - letters) : -1;
}

/* Reads digits behind a point, and moves `text` behind them.  QEMU keeps as many as a double has. */
static double fraction_read(const char **text)
{
    double numerator = 0;
    double denominator = 1;

    for (; is_digit(**text); ++*text) {
        if (denominator < 1e15) {
            numerator = 10 * numerator + (**text - '0');
            denominator *= 10;
        }
    }
    return numerator / denominator;
}

/* Without strtod(), whose point depends on the locale. */
bool hw_property_parse_size(const char *text, uint64_t *value)
{
    double fraction = 0;
    char *end;
    const char *rest;
    uint64_t unit;
    int bits;

    if (text[0] == '0' && (text[1] | 0x20) == 'x') {
        return hw_property_parse_number(text, value);
    }
    if (!is_digit(text[0])) {
        return false;
    }
    errno = 0;
    *value = strtoull(text, &end, 10);
    rest = end;
    if (*rest == '.') {
        rest++;
        fraction = fraction_read(&rest);
    }
    bits = suffix_bits(rest);
    if (errno != 0 || bits < 0 || (bits == 0 && fraction > 0) || *value > UINT64_MAX >> bits) {
        return false;
    }
    unit = UINT64_C(1) << bits;
    *value = *value * unit + (uint64_t)(fraction * (double)unit + 0.5);
    return true;
}

uint64_t hw_property_maximum(const HwProperty *property)
{
    if (property->maximum) {
        return property->maximum;
    }
    switch (property->type) {
    case HW_PROPERTY_U32:
        return UINT32_MAX;
    case HW_PROPERTY_ADDRESS:
        return HW_ADDRESS_AUTO - 1; /* "auto" stands for HW_ADDRESS_AUTO */
    default:
        return UINT64_MAX;
    }
}

void hw_property_store(HwDevice *dev, const HwProperty *property, uint64_t value)
{
    uint8_t *at = (uint8_t *)dev + property->offset;

    switch (property->type) {
    case HW_PROPERTY_BOOL:
        *(bool *)at = value != 0;
        break;
    case HW_PROPERTY_U32:
    case HW_PROPERTY_CHOICE:
        *(uint32_t *)at = (uint32_t)value;
        break;
    default:
        *(uint64_t *)at = value;
        break;
    }
}

void hw_property_store_string(HwDevice *dev, const HwProperty *property, const char *text)
{
    *(const char **)((uint8_t *)dev + property->offset) = text;
}

const char *hw_property_string(const HwDevice *dev, const HwProperty *property)
{
    return *(const char *const *)((const uint8_t *)dev + property->offset);
}

void hw_property_store_defaults(HwDevice *dev, const HwProperties *properties)
{
    for (uint32_t i = 0; i < properties->count; i++) {
        const HwProperty *property = &properties->entries[i];

        if (property->type == HW_PROPERTY_STRING) {
            hw_property_store_string(dev, property, property->default_string);
        } else {
            hw_property_store(dev, property, property->default_value);
        }
    }
}

uint64_t hw_property_load(const HwDevice *dev, const HwProperty *property)
{
    const uint8_t *at = (const uint8_t *)dev + property->offset;

    switch (property->type) {
    case HW_PROPERTY_BOOL:
        return *(const bool *)at;
    case HW_PROPERTY_U32:
    case HW_PROPERTY_CHOICE:
        return *(const uint32_t *)at;
    default:
        return *(const uint64_t *)at;
    }
}

void hw_property_format(const HwProperty *property, uint64_t value, char *text, size_t capacity)
{
    switch (property->type) {
    case HW_PROPERTY_BOOL:
        snprintf(text, capacity, "%s", value ? "on" : "off");
        break;
    case HW_PROPERTY_ADDRESS:
        if (value == HW_ADDRESS_AUTO) {
            snprintf(text, capacity, "auto");
        } else {
            snprintf(text, capacity, "0x%" PRIx64, value);
        }
        break;
    case HW_PROPERTY_CHOICE:
        /* Check the index: the device may have stored any number. */
        snprintf(text, capacity, "%s",
                 value < property->choices.count ? property->choices.entries[value] : "");
        break;
    default:
        snprintf(text, capacity, "%" PRIu64, value);
        break;
    }
}
