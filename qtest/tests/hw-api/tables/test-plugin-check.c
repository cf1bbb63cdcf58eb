/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hw-api/host/load/check.c: invalid tables are refused.  Each row is a test: it changes one member
 * of valid tables.  test-plugin-check-more changes several. */
#include <glib.h>

#include "hw-api/ext/draft/pci.h"
#include "qtest/tests/hw-api/tables/lamp-tables.h"
#include "qtest/tests/lib/check-rows.h"

#define SET(member, value) CHECK_SET(Tables, member, value)
#define NAME(member, text) offsetof(Tables, member), sizeof(const char *), 0, (text)

#define REGISTERS          LAMP_CLASS "region registers: "
#define POWER              REGISTERS "register POWER: "
#define PORTS              LAMP_CLASS "region ports: "
#define BUFFER             LAMP_CLASS "region buffer: "
#define WIRES              LAMP_CLASS "fw_cfg file etc/lamp-wires: "
#define LOG                LAMP_CLASS "fw_cfg file etc/lamp-log: "
#define STATE              LAMP_CLASS "state lamp: "
#define SERIAL             STATE "field serial: "
/* clang-format off */
#define BAD_CLASS "invalid name, expected NAME or com.VENDOR.NAME, of a to z, 0 to 9 and - " \
    "(NAME also _), of 2 characters or more, the first a letter"
#define BAD_SERVICE "invalid id, expected hw.NAME/REVISION or com.VENDOR.NAME/REVISION, " \
    "of a to z, 0 to 9 and -"
#define BAD_NAME "name has other characters than expected: printable ones, no space, comma or " \
    "equals sign"

static const CheckRow rows[] = {
    { "plugin/no-name", NAME(plugin.name, NULL), "has no name" },
    { "plugin/no-version", NAME(plugin.version, NULL), "has no version" },
    { "plugin/no-licence", NAME(plugin.licence, ""), "has no licence" },
    { "plugin/no-classes", SET(plugin.classes.count, 0), "has no classes, expected 1 or more" },

    { "plugin/control-character-in-description", NAME(plugin.description, "\033[2J"),
      "description has the control character 0x1b, expected one line of text" },

    { "class/no-name", NAME(cls.name, NULL), "class 0: has no name" },
    { "class/empty-name", NAME(other.name, ""), "class 1: has no name" },
    { "class/upper-case-name", NAME(cls.name, "Lamp"), "class Lamp: " BAD_CLASS },
    { "class/vendors-name", NAME(cls.name, "com.acme.lamp"), NULL },
    { "class/name-of-a-domain-with-digits", NAME(cls.name, "com.3com.lamp"), NULL },
    { "class/name-of-a-domain-alone", NAME(cls.name, "acme.lamp"),
      "class acme.lamp: " BAD_CLASS },
    { "class/name-in-hw", NAME(cls.name, "hw.acme.lamp"), "class hw.acme.lamp: " BAD_CLASS },
    { "class/name-with-revision", NAME(cls.name, "com.acme.lamp/1"),
      "class com.acme.lamp/1: " BAD_CLASS },
    { "class/name-with-empty-label", NAME(cls.name, "com..lamp"), "class com..lamp: " BAD_CLASS },
    { "class/name-ends-with-dot", NAME(cls.name, "com.acme.lamp."),
      "class com.acme.lamp.: " BAD_CLASS },
    { "class/name-with-underscore", NAME(cls.name, "lamp_pci"), NULL },
    { "class/name-ends-with-underscore", NAME(cls.name, "lamp_"), "class lamp_: " BAD_CLASS },
    { "class/vendors-name-with-underscore", NAME(cls.name, "com.acme.lamp_pci"),
      "class com.acme.lamp_pci: " BAD_CLASS },
    { "class/name-begins-with-dash", NAME(cls.name, "-lamp"), "class -lamp: " BAD_CLASS },
    { "class/name-begins-with-digit", NAME(cls.name, "0lamp"), "class 0lamp: " BAD_CLASS },
    { "class/name-of-one-letter", NAME(cls.name, "x"), "class x: " BAD_CLASS },
    { "class/same-name", NAME(other.name, "lamp"),
      LAMP_CLASS "has the same name as class lamp, expected different ones" },
    { "class/instance-below-its-head", SET(cls.instance_size, 63),
      LAMP_CLASS "instance_size is 63, expected 64 to 67108864" },
    { "class/huge-instance", SET(cls.instance_size, 0x4000001),
      LAMP_CLASS "instance_size is 67108865, expected 64 to 67108864" },
    { "class/service-without-name", NAME(services[1], NULL), LAMP_CLASS "service 1: has no name" },
    { "class/service-twice", NAME(services[1], "hw.clock/1"), LAMP_CLASS "service hw.clock/1: "
      "has the same name as service hw.clock/1, expected different ones" },
    { "class/service-of-a-vendor", NAME(services[1], "com.acme.moon/12"), NULL },
    { "class/service-without-revision", NAME(services[1], "hw.moon"),
      LAMP_CLASS "service hw.moon: " BAD_SERVICE },
    { "class/service-of-revision-0", NAME(services[1], "hw.moon/0"),
      LAMP_CLASS "service hw.moon/0: " BAD_SERVICE },
    { "class/service-of-a-revision-with-letter", NAME(services[1], "hw.moon/1a"),
      LAMP_CLASS "service hw.moon/1a: " BAD_SERVICE },
    { "class/service-of-a-huge-revision", NAME(services[1], "hw.moon/1000000000"),
      LAMP_CLASS "service hw.moon/1000000000: " BAD_SERVICE },
    { "class/service-marked-as-draft", NAME(services[1], "hw.moon.draft/1"),
      LAMP_CLASS "service hw.moon.draft/1: " BAD_SERVICE },
    { "class/service-of-nobody", NAME(services[1], "moon/1"),
      LAMP_CLASS "service moon/1: " BAD_SERVICE },
    { "class/service-of-a-domain-alone", NAME(services[1], "acme.moon/1"),
      LAMP_CLASS "service acme.moon/1: " BAD_SERVICE },
    { "class/service-in-upper-case", NAME(services[1], "com.acme.Moon/1"),
      LAMP_CLASS "service com.acme.Moon/1: " BAD_SERVICE },
    { "class/newline-in-description", NAME(cls.description, "two\nlines"),
      LAMP_CLASS "description has the control character 0x0a, expected one line of text" },
    { "class/no-state", SET(cls.state, 0), NULL },

    { "region/no-name", NAME(regions[1].name, NULL), LAMP_CLASS "region 1: has no name" },
    { "region/same-name", NAME(regions[1].name, "rom"),
      LAMP_CLASS "region rom: has the same name as region rom, expected different ones" },
    { "region/comma-in-name", NAME(regions[1].name, "a,b"), LAMP_CLASS "region 1: " BAD_NAME },
    { "region/unknown-kind", SET(regions[1].kind, 5), PORTS "kind is 5, expected 1 to 4" },
    { "region/unknown-space", SET(regions[1].space, 4), PORTS "space is 4, expected 0 to 3" },
    { "region/mapped-nowhere", SET(regions[2].space, HW_SPACE_NONE), NULL },
    { "region/ports-mapped-nowhere", SET(regions[1].space, HW_SPACE_NONE),
      PORTS "is mapped nowhere, expected kind 3 and not 2" },
    { "region/no-size", SET(regions[1].size, 0), PORTS "size is 0, expected 1 or more" },
    { "region/past-io-space", SET(regions[1].offset, 0xfffd),
      PORTS "takes 0x4 bytes at 0xfffd, expected in 0 to 0xffff" },
    { "region/last-ports", SET(regions[1].offset, 0xfffc), NULL },
    { "region/past-memory", SET(regions[3].offset, ~UINT64_C(0) - 0xffe), LAMP_CLASS "region rom: "
      "takes 0x1000 bytes at 0xfffffffffffff001, expected in 0 to 0xffffffffffffffff" },
    { "region/last-page", SET(regions[3].offset, ~UINT64_C(0) - 0xfff), NULL },
    { "region/base-in-head", SET(regions[0].base, 56), REGISTERS
      "base takes 8 bytes of the instance at 56, expected in 64 to 112" },
    { "region/base-past-instance", SET(regions[0].base, 112), REGISTERS
      "base takes 8 bytes of the instance at 112, expected in 64 to 112" },
    { "region/misaligned-base", SET(regions[0].base, 76),
      REGISTERS "base is at 76 in the instance, expected a multiple of 8" },
    { "region/enabled-past-instance", SET(regions[2].enabled, 112), BUFFER
      "enabled takes 1 bytes of the instance at 112, expected in 64 to 112" },
    { "region/no-read", SET(regions[1].read, 0),
      PORTS "has no read callback, expected one in a region of kind 2" },
    { "region/no-write", SET(regions[1].write, 0),
      PORTS "has no write callback, expected one in a region of kind 2" },
    { "region/rom-without-write", SET(regions[3].write, 0),
      LAMP_CLASS "region rom: has no write callback, expected one in a region of kind 4" },
    { "region/access-of-3", SET(regions[1].access_max, 3), PORTS
      "access_min is 1 and access_max 3, expected 1, 2, 4 or 8, in this order" },
    { "region/access-of-16", SET(regions[1].access_max, 16), PORTS
      "access_min is 1 and access_max 16, expected 1, 2, 4 or 8, in this order" },
    { "region/access-min-above-max", SET(regions[1].access_min, 4), PORTS
      "access_min is 4 and access_max 2, expected 1, 2, 4 or 8, in this order" },
    { "region/access-by-default", SET(regions[1].access_max, 0), NULL },
    { "region/ram-block-of-registers", NAME(regions[0].ram_block, "words"), REGISTERS
      "has the RAM block words, expected none in a region of kind 1" },
    { "region/empty-ram-block", NAME(regions[2].ram_block, ""), BUFFER "has no name" },
    { "region/huge-ram", SET(regions[2].size, UINT64_C(1) << 31), BUFFER
      "size is 0x80000000, expected at most 0x40000000" },
    { "region/huge", SET(regions[0].size, (UINT64_C(1) << 30) + 4), REGISTERS
      "size is 0x40000004, expected at most 0x40000000" },
    { "region/access-of-3-to-ram", SET(regions[2].access_max, 3), BUFFER
      "access_min is 1 and access_max 3, expected 1, 2, 4 or 8, in this order" },
    { "region/words-of-ports", SET(regions[1].word_count, 1), PORTS
      "has 1 words and 0 registers, expected none in a region of kind 2" },
    { "region/registers-of-ports", SET(regions[1].registers.count, 2), PORTS
      "has 0 words and 2 registers, expected none in a region of kind 2" },
    { "region/unknown-flag", SET(regions[0].flags, 2),
      REGISTERS "flags are 0x2, expected 0 or 0x1" },
    { "region/ones-of-registers", SET(regions[0].flags, HW_REGION_ONES), NULL },
    { "region/ones-of-ports", SET(regions[1].flags, HW_REGION_ONES),
      PORTS "flags are 0x1, expected 0 in a region of kind 2" },
    { "region/hash-in-ram-block", NAME(regions[2].ram_block, "a#1"), BUFFER
      "RAM block's name has a #, expected it to be the host's, for an instance's number" },
    { "region/no-words", SET(regions[0].word_count, 0), REGISTERS
      "word_count is 0, expected 1 to 64, a quarter of its size" },
    { "region/more-words-than-bytes", SET(regions[0].size, 4), REGISTERS
      "word_count is 2, expected 1 to 1, a quarter of its size" },
    { "region/words-past-instance", SET(regions[0].word_count, 13), REGISTERS
      "words takes 52 bytes of the instance at 64, expected in 64 to 112" },
    { "region/words-in-head", SET(regions[0].words, 0), REGISTERS
      "words takes 8 bytes of the instance at 0, expected in 64 to 112" },
    { "region/overlapping", SET(regions[3].offset, 0xfff), LAMP_CLASS "region rom: takes 0x1000 bytes "
      "at 0xfff, which overlap region buffer, 0x1000 bytes at 0x0, expected them apart" },
    { "region/beside-another", SET(regions[3].offset, 0x1000), NULL },
    { "region/base-of-ports-and-memory", SET(regions[1].base, offsetof(Lamp, base)), PORTS
      "has the base of region registers, which is in another space, expected one space" },
    { "region/misaligned-words", SET(regions[0].words, 66), REGISTERS
      "words is at 66 in the instance, expected a multiple of 4" },

    { "register/no-name", NAME(registers[0].name, NULL), REGISTERS "register 0: has no name" },
    { "register/same-name", NAME(registers[0].name, "COLOUR"), REGISTERS "register COLOUR: "
      "has the same name as register COLOUR, expected different ones" },
    { "register/same-offset", SET(registers[0].offset, 4), REGISTERS "register COLOUR: "
      "has the same offset as register POWER, expected different ones" },
    { "register/misaligned", SET(registers[0].offset, 2),
      POWER "offset is 0x2, expected a multiple of 4" },
    { "register/past-words", SET(registers[0].offset, 8), POWER
      "offset is 0x8, expected its 4 bytes in the region's words, 0x8 bytes" },
    { "register/largest-offset", SET(registers[0].offset, 0xfffffffc), POWER
      "offset is 0xfffffffc, expected its 4 bytes in the region's words, 0x8 bytes" },
    { "register/rw-and-w1c", SET(registers[0].w1c, 3), POWER "rw 0x1, w1c 0x3 and "
      "write_only 0x4 share 0x1, expected no bit in two of them" },
    { "register/rw-and-write-only", SET(registers[0].rw, 5), POWER "rw 0x5, w1c 0x2 and "
      "write_only 0x4 share 0x4, expected no bit in two of them" },
    { "register/w1c-and-write-only", SET(registers[0].write_only, 2), POWER "rw 0x1, w1c 0x2 "
      "and write_only 0x2 share 0x2, expected no bit in two of them" },
    { "register/widths", SET(registers[0].access_min, 4), NULL },
    { "register/access-of-3", SET(registers[0].access_min, 3), POWER
      "access_min is 3 and access_max 0, expected 0, 1, 2, 4 or 8, in this order" },
    { "register/access-of-16", SET(registers[0].access_max, 16), POWER
      "access_min is 0 and access_max 16, expected 0, 1, 2, 4 or 8, in this order" },
    { "register/access-min-above-max", offsetof(Tables, registers[0].access_min), 2, 0x0408, NULL,
      POWER "access_min is 8 and access_max 4, expected 0, 1, 2, 4 or 8, in this order" },
    { "register/field-without-name", NAME(fields[0].name, NULL), POWER "field 0: has no name" },
    { "register/same-field-name", NAME(fields[0].name, "mode"),
      POWER "field mode: has the same name as field mode, expected different ones" },
    { "register/field-without-bits", SET(fields[0].width, 0),
      POWER "field on: has 0 bits from bit 0, expected 1 or more in 0 to 31" },
    { "register/field-past-bit-31", SET(fields[1].shift, 5),
      POWER "field mode: has 28 bits from bit 5, expected 1 or more in 0 to 31" },

    { "gpio/none", SET(cls.gpio, 0), NULL },
    { "gpio/inputs-without-a-name", NAME(lines.inputs, NULL),
      LAMP_CLASS "GPIO: inputs: number is 2, expected 0" },
    { "gpio/no-inputs-with-a-name", SET(lines.input_count, 0),
      LAMP_CLASS "GPIO: inputs in: number is 0, expected 1 to 64" },
    { "gpio/too-many-outputs", SET(lines.output_count, 65),
      LAMP_CLASS "GPIO: outputs out: number is 65, expected 1 to 64" },
    { "gpio/bad-name", NAME(lines.outputs, "a b"), LAMP_CLASS "GPIO: outputs a b: " BAD_NAME },
    { "gpio/one-name-for-both", NAME(lines.outputs, "in"),
      LAMP_CLASS "GPIO: inputs and outputs are named in, expected two names" },
    { "gpio/no-hook", SET(lines.input, 0),
      LAMP_CLASS "GPIO: has no input hook, expected one for its inputs" },

    { "property/no-name", NAME(properties[0].name, NULL), LAMP_CLASS "property 0: has no name" },
    { "property/equals-in-name", NAME(properties[0].name, "a=b"), LAMP_CLASS "property 0: " BAD_NAME },
    { "property/same-name", NAME(properties[0].name, "watts"),
      LAMP_CLASS "property watts: has the same name as property watts, expected different ones" },
    { "property/named-id", NAME(properties[0].name, "id"),
      LAMP_CLASS "property id: has a name that each device has, expected another" },
    { "property/named-type", NAME(properties[0].name, "type"),
      LAMP_CLASS "property type: has a name that each device has, expected another" },
    { "property/named-realized", NAME(properties[0].name, "realized"),
      LAMP_CLASS "property realized: has a name that each device has, expected another" },
    { "property/unknown-type", SET(properties[1].type, 8),
      LAMP_CLASS "property watts: type is 8, expected 1 to 7" },
    { "property/no-type", SET(properties[1].type, 0),
      LAMP_CLASS "property watts: type is 0, expected 1 to 7" },
    { "property/newline-in-default", NAME(properties[4].default_string, "\n"), LAMP_CLASS
      "property label: default_string has the control character 0x0a, expected one line of text" },
    { "property/in-head", SET(properties[1].offset, 8), LAMP_CLASS "property watts: "
      "value takes 4 bytes of the instance at 8, expected in 64 to 112" },
    { "property/past-instance", SET(properties[2].offset, 108), LAMP_CLASS "property serial: "
      "value takes 8 bytes of the instance at 108, expected in 64 to 112" },
    { "property/misaligned", SET(properties[4].offset, 92),
      LAMP_CLASS "property label: value is at 92 in the instance, expected a multiple of 8" },
    { "property/default-below-minimum", SET(properties[1].minimum, 41),
      LAMP_CLASS "property watts: default is 0x28, expected 0x29 to 0xffffffff" },
    { "property/default-above-maximum", SET(properties[1].maximum, 39),
      LAMP_CLASS "property watts: default is 0x28, expected 0x0 to 0x27" },
    { "property/default-above-type", SET(properties[0].default_value, 2),
      LAMP_CLASS "property dimmable: default is 0x2, expected 0x0 to 0x1" },
    { "property/maximum-above-type", SET(properties[1].maximum, UINT64_C(1) << 32),
      LAMP_CLASS "property watts: range is 0x0 to 0x100000000, expected it in 0 to 0xffffffff" },
    { "property/minimum-above-maximum", SET(properties[1].minimum, UINT64_C(1) << 32),
      LAMP_CLASS "property watts: range is 0x100000000 to 0xffffffff, expected it in 0 to 0xffffffff" },
    { "property/set-without-get", SET(properties[1].set, 1),
      LAMP_CLASS "property watts: has set without get, expected both" },
    { "property/get-without-set", SET(properties[1].get, 1), NULL },
    { "property/auto-above-maximum", SET(properties[3].maximum, 0xffffffff), NULL },
    { "property/default-is-no-choice", SET(properties[5].default_value, 2),
      LAMP_CLASS "property state: default is choice 2, expected one of 2" },
    { "property/choice-without-name", NAME(choices[1], NULL),
      LAMP_CLASS "property state: choice 1: has no name" },
    { "property/same-choice", NAME(choices[1], "own"), LAMP_CLASS "property state: choice own: "
      "has the same name as choice own, expected different ones" },
    { "property/choices-of-a-number", SET(properties[5].type, HW_PROPERTY_U32),
      LAMP_CLASS "property state: has choices, expected none with type 2" },

    { "fw-cfg/no-name", NAME(files[0].name, NULL), LAMP_CLASS "fw_cfg file 0: has no name" },
    { "fw-cfg/space-in-name", NAME(files[0].name, "a b"), LAMP_CLASS "fw_cfg file 0: " BAD_NAME },
    { "fw-cfg/long-name",
      NAME(files[0].name, "a23456789b123456789c123456789d123456789e123456789f123456"), LAMP_CLASS
      "fw_cfg file a23456789b123456789c123456789d123456789e123456789f123456: name has 56 "
      "characters, expected at most 55" },
    { "fw-cfg/longest-name",
      NAME(files[0].name, "a23456789b123456789c123456789d123456789e123456789f12345"), NULL },
    { "fw-cfg/same-name", NAME(files[1].name, "etc/lamp-wires"), LAMP_CLASS "fw_cfg file "
      "etc/lamp-wires: has the same name as fw_cfg file etc/lamp-wires, expected different ones" },
    { "fw-cfg/empty", SET(files[0].size, 0), WIRES "size is 0, expected 1 or more" },
    { "fw-cfg/huge", SET(files[2].size, 0x4000001),
      LOG "size is 67108865, expected at most 67108864" },
    { "fw-cfg/past-instance", SET(files[0].size, 5),
      WIRES "content takes 5 bytes of the instance at 108, expected in 64 to 112" },
    { "fw-cfg/in-head", SET(files[0].offset, 8),
      WIRES "content takes 4 bytes of the instance at 8, expected in 64 to 112" },
    { "fw-cfg/unknown-flag", SET(files[0].flags, 3), WIRES "flags are 0x3, expected 0x1 at most" },
    { "fw-cfg/written-hook-of-read-only", SET(files[0].flags, 0),
      WIRES "has a written hook, expected it to be guest-writable" },
    { "fw-cfg/writable-zeros", SET(files[2].flags, 1),
      LOG "is guest-writable at 0, expected a place in the instance" },
    { "fw-cfg/enabled-past-instance", SET(files[2].enabled, 112),
      LOG "enabled takes 1 bytes of the instance at 112, expected in 64 to 112" },

    { "state/no-name", NAME(state.name, NULL), LAMP_CLASS "state 0: has no name" },
    { "state/minimum-above-version", SET(state.minimum_version, 3),
      STATE "minimum_version is 3, expected at most version 2" },
    { "state/version-that-is-negative-for-qemu", SET(state.version, 0x80000000),
      STATE "version is 2147483648, expected at most 2147483647" },
    { "state/65-subsections", SET(state.subsections.count, 65),
      STATE "has 65 subsections, expected at most 64" },
    { "state/field-without-name", NAME(state_fields[0].name, NULL), STATE "field 0: has no name" },
    { "state/same-field-name", NAME(state_fields[0].name, "serial"),
      STATE "field serial: has the same name as field serial, expected different ones" },
    { "state/unknown-field-type", SET(state_fields[1].type, 5),
      SERIAL "type is 5, expected 1 to 4" },
    { "state/zeros-with-a-place", SET(state_fields[1].type, HW_STATE_ZEROS),
      SERIAL "size is 8 and offset 80, expected 1 and 0 for zeros" },
    { "state/part-with-a-place", SET(state_fields[1].type, HW_STATE_PART),
      SERIAL "is a part, expected a state, and no size, count or offset" },
    { "state/fixed-bits-past-the-number", SET(state_fields[0].fixed, UINT64_C(1) << 32),
      STATE "field regs: fixed is 0x100000000, expected bits of a number" },
    { "state/value-of-bits-that-are-not-fixed", SET(state_fields[1].value, 6),
      SERIAL "value is 0x6, expected some of the fixed bits 0x0" },
    { "state/field-of-3-bytes", SET(state_fields[1].size, 3),
      SERIAL "size is 3, expected 1, 2, 4 or 8" },
    { "state/empty-field", SET(state_fields[1].count, 0), SERIAL "count is 0, expected 1 or more" },
    { "state/field-from-later-version", SET(state_fields[1].since, 3),
      SERIAL "since is 3, expected at most the state's version 2" },
    { "state/field-past-instance", SET(state_fields[1].count, 5),
      SERIAL "value takes 40 bytes of the instance at 80, expected in 64 to 112" },
    { "state/huge-field", SET(state_fields[1].count, 0xffffffff),
      SERIAL "value takes 34359738360 bytes of the instance at 80, expected in 64 to 112" },
    { "state/field-in-head", SET(state_fields[1].offset, 0),
      SERIAL "value takes 8 bytes of the instance at 0, expected in 64 to 112" },
    { "state/misaligned-field", SET(state_fields[1].offset, 84),
      SERIAL "value is at 84 in the instance, expected a multiple of 8" },
    { "state/subsection-of-other", NAME(subsections[0].name, "lamps/levels"), STATE
      "state lamps/levels: is a subsection, expected a name that starts with \"lamp/\"" },
    { "state/same-subsection-name", NAME(subsections[1].name, "lamp/levels"), STATE
      "state lamp/levels: has the same name as state lamp/levels, expected different ones" },
    { "state/subsection-minimum-above-version", SET(subsections[1].minimum_version, 2),
      STATE "state lamp/more: minimum_version is 2, expected at most version 1" },
    { "state/bad-field-in-subsection", SET(levels[0].size, 0),
      STATE "state lamp/levels: field levels: size is 0, expected 1, 2, 4 or 8" },

    { "layout/no-name", NAME(layouts[0].name, NULL), LAMP_CLASS "layout 0: has no name" },
    { "layout/same-name", NAME(layouts[0].name, "older"), LAMP_CLASS "layout older: "
      "has the same name as layout older, expected different ones" },
    { "layout/no-state", SET(layouts[1].state, 0), LAMP_CLASS "layout older: has no state" },
    { "layout/state-without-name", NAME(other_state.name, NULL),
      LAMP_CLASS "layout old: state 0: has no name" },
    { "layout/nowhere-to-choose", SET(cls.layout_from, 0),
      LAMP_CLASS "layout_from takes 4 bytes of the instance at 0, expected in 64 to 112" },
    { "layout/nothing-to-choose", SET(cls.layouts.count, 0),
      LAMP_CLASS "has layout_from without layouts, expected both" },
    { "layout/block-of-ports", NAME(blocks[1], "x"), LAMP_CLASS "layout old: ram_block x: "
      "is of region ports, expected none in a region of kind 2" },
    { "layout/comma-in-block", NAME(blocks[2], "a,b"), LAMP_CLASS "layout old: ram_block a,b: "
      BAD_NAME },
    { "layout/more-blocks-than-regions", SET(layouts[0].ram_blocks.count, 5),
      LAMP_CLASS "layout old: has 5 RAM blocks, expected at most one for each of 4 regions" },

    { "place/property-over-property", SET(properties[1].offset, offsetof(Lamp, serial)), LAMP_CLASS
      "property serial (8 bytes at 80) and property watts (4 bytes at 80)" NO_BYTE },
    { "place/number-over-string", SET(properties[2].offset, offsetof(Lamp, label)), LAMP_CLASS
      "property label (8 bytes at 88) and property serial (8 bytes at 88)" NO_BYTE },
    { "place/choice-over-bool", SET(properties[5].offset, 100), LAMP_CLASS
      "property state (4 bytes at 100) and property dimmable (1 bytes at 100)" NO_BYTE },
    { "place/base-over-string", SET(regions[0].base, offsetof(Lamp, label)), LAMP_CLASS
      "base of region registers (8 bytes at 88) and property label (8 bytes at 88)" NO_BYTE },
    { "place/base-over-half-a-number", SET(regions[0].base, offsetof(Lamp, watts)), LAMP_CLASS
      "base of region registers (8 bytes at 96) and property watts (4 bytes at 96)"
      SAME_BYTES },
    { "place/enabled-over-number", SET(regions[2].enabled, 99), LAMP_CLASS
      "enabled of region buffer (1 bytes at 99) and property watts (4 bytes at 96)" NO_BYTE },
    { "place/enabled-together", SET(regions[3].enabled, offsetof(Lamp, dimmable)), NULL },
    { "place/words-over-base", SET(regions[0].words, offsetof(Lamp, base)), LAMP_CLASS
      "words of region registers (8 bytes at 72) and property addr (8 bytes at 72)" NO_BYTE },
    { "place/size-from-over-saved-number", SET(regions[3].size_from, offsetof(Lamp, serial)), LAMP_CLASS
      "field serial of state lamp (8 bytes at 80) and size_from of region rom (8 bytes at "
      "80)" NO_BYTE },
    { "place/layout-from-over-half-a-number", SET(cls.layout_from, offsetof(Lamp, serial)), LAMP_CLASS
      "layout_from (4 bytes at 80) and property serial (8 bytes at 80)" SAME_BYTES },
    { "place/layout-from-number", SET(cls.layout_from, offsetof(Lamp, watts)), NULL },
    { "place/saved-over-string", SET(state_fields[1].offset, offsetof(Lamp, label)), LAMP_CLASS
      "field serial of state lamp (8 bytes at 88) and property label (8 bytes at 88)"
      NO_BYTE },
    { "place/saved-over-base", SET(state_fields[1].offset, offsetof(Lamp, base)), LAMP_CLASS
      "field serial of state lamp (8 bytes at 72) and base of region registers (8 bytes at "
      "72)" NO_BYTE },
    { "place/saved-over-bool", SET(levels[0].offset, offsetof(Lamp, dimmable)), LAMP_CLASS
      "field levels of state lamp/levels (2 bytes at 100) and property dimmable (1 bytes at "
      "100)" NO_BYTE },
    { "place/saved-over-enabled", SET(levels[0].offset, offsetof(Lamp, logs)), LAMP_CLASS
      "field levels of state lamp/levels (2 bytes at 101) and enabled of fw_cfg file "
      "etc/lamp-log (1 bytes at 101)" NO_BYTE },
    { "place/saved-over-choice", SET(state_fields[1].offset, offsetof(Lamp, layout)), LAMP_CLASS
      "field serial of state lamp (8 bytes at 104) and property state (4 bytes at 104)"
      NO_BYTE },
    { "place/saved-across-words", SET(state_fields[1].offset, offsetof(Lamp, regs)), LAMP_CLASS
      "field serial of state lamp (8 bytes at 64) and words of region registers (8 bytes at "
      "64)" SAME_BYTES },
    { "place/saved-over-half-a-number", SET(state_fields[0].offset, offsetof(Lamp, watts)), LAMP_CLASS
      "field regs of state lamp (8 bytes at 96) and property watts (4 bytes at 96)"
      SAME_BYTES },
    { "place/saved-over-part-of-words", SET(state_fields[0].count, 1), NULL },
    { "place/subsection-over-other-elements", SET(levels[0].offset, offsetof(Lamp, serial)), LAMP_CLASS
      "field levels of state lamp/levels (2 bytes at 80) and property serial (8 bytes at 80)"
      SAME_BYTES },
    { "place/writable-file-over-number", SET(files[0].offset, offsetof(Lamp, watts)), LAMP_CLASS
      "fw_cfg file etc/lamp-wires (4 bytes at 96) and property watts (4 bytes at 96)"
      NO_BYTE },
    { "place/writable-file-over-words", SET(files[0].offset, offsetof(Lamp, regs)), LAMP_CLASS
      "fw_cfg file etc/lamp-wires (4 bytes at 64) and words of region registers (8 bytes at "
      "64)" NO_BYTE },
    { "place/file-over-string", SET(files[1].offset, offsetof(Lamp, label)), LAMP_CLASS
      "fw_cfg file etc/lamp-levels (2 bytes at 88) and property label (8 bytes at 88)"
      NO_BYTE },
    { "place/file-that-shows-number", SET(files[1].offset, offsetof(Lamp, watts)), NULL },
    { "place/file-that-shows-words", SET(files[1].offset, offsetof(Lamp, regs)), NULL },
};
/* clang-format on */

static void check_row(gconstpointer data)
{
    const CheckRow *row = data;

    lamp_tables = lamp_good;
    check_row_apply(row, &lamp_tables);
    check_assert(&lamp_tables.plugin, "", row->sentence);
}

static void accepts_good_tables(void)
{
    const HwPlace file = { NULL, NULL, "x.so", 0 };

    lamp_tables = lamp_good;
    g_assert_true(hw_plugin_check(&lamp_tables.plugin, NULL, &file, NULL));
}

static void refuses_name_too_long_for_a_stream(void)
{
    const HwPlace file = { NULL, NULL, "x.so", 0 };
    g_autofree char *name = g_strnfill(256, 'x');
    HW_ERROR(error, 512);

    lamp_tables = lamp_good;
    lamp_tables.state.name = name;
    g_assert_false(hw_plugin_check(&lamp_tables.plugin, NULL, &file, &error));
    g_assert_true(g_str_has_suffix(error.text, "name has 256 characters, expected at most 255"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/plugin-check/accepts-good-tables", accepts_good_tables);
    check_rows_add("/plugin-check/", rows, G_N_ELEMENTS(rows), check_row);
    g_test_add_func("/plugin-check/refuses/name-too-long-for-a-stream",
                    refuses_name_too_long_for_a_stream);
    return g_test_run();
}
