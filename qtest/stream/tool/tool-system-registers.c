/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arm vCPUs' system registers, in dump and diff. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/device/vcpu-name.h"
#include "qtest/stream/arm/cpu-section.h"
#include "qtest/stream/tool/tool.h"
#include "qtest/text/json.h"
#include "qtest/text/show.h"

/* The prefix of the fields that hold the list. */
#define FIELDS "cpreg_vmstate_"

bool tool_has_system_registers(const ObModelSection *section)
{
    ObCpuRegisters registers = { 0 };
    bool has = section->description &&
               ob_cpu_section_is_arm(section->name, section->version, section->description) &&
               ob_cpu_registers_read(section->description, section->payload, section->size,
                                     &registers, NULL);

    ob_cpu_registers_clear(&registers);
    return has;
}

bool tool_is_of_system_registers(const ObVmValue *value)
{
    return g_str_has_prefix(value->path, FIELDS);
}

static ObCpuRegisters registers_of(const ObModelSection *section)
{
    ObCpuRegisters registers = { .vcpu = section->instance };

    ob_cpu_registers_read(section->description, section->payload, section->size, &registers, NULL);
    return registers;
}

void tool_system_registers_print(const ObModelSection *section)
{
    ObCpuRegisters registers = registers_of(section);
    char name[HW_VCPU_NAME_SIZE];

    ob_text_printf("    %" PRIu32 " system registers\n", registers.count);
    for (uint32_t i = 0; i < registers.count; i++) {
        ob_text_printf("        %-22s 0x%" PRIx64 " = 0x%" PRIx64 "\n",
                       hw_vcpu_name(registers.entries[i].id, name), registers.entries[i].id,
                       registers.entries[i].value);
    }
    ob_cpu_registers_clear(&registers);
}

json_t *tool_system_registers_json(const ObModelSection *section)
{
    ObCpuRegisters registers = registers_of(section);
    char name[HW_VCPU_NAME_SIZE];
    json_t *array = json_array();

    for (uint32_t i = 0; i < registers.count; i++) {
        json_array_append_new(array,
                              json_pack("{s:o, s:o, s:o}", "name",
                                        ob_json_text(hw_vcpu_name(registers.entries[i].id, name)),
                                        "id", json_sprintf("0x%" PRIx64, registers.entries[i].id),
                                        "value",
                                        json_sprintf("0x%" PRIx64, registers.entries[i].value)));
    }
    ob_cpu_registers_clear(&registers);
    return array;
}

/* ------------------------------------------------------------------------ diff */

static char *side_format(const ObCpuRegister *entry)
{
    return entry ? g_strdup_printf("0x%" PRIx64, entry->value) : NULL;
}

static void register_diff(ToolDiffList *list, const char *owner, const ObCpuRegister *a,
                          const ObCpuRegister *b)
{
    g_autofree char *first = side_format(a), *second = side_format(b);
    char name[HW_VCPU_NAME_SIZE];

    tool_diff_add(list, owner, hw_vcpu_name(a ? a->id : b->id, name), first, second);
}

/* Expects ascending lists.  Entries that are out of order count as missing from the other list. */
static void lists_diff(ToolDiffList *list, const char *owner, const ObCpuRegisters *a,
                       const ObCpuRegisters *b)
{
    for (uint32_t i = 0, j = 0; i < a->count || j < b->count;) {
        const ObCpuRegister *first = i < a->count ? &a->entries[i] : NULL;
        const ObCpuRegister *second = j < b->count ? &b->entries[j] : NULL;

        if (first && second && first->id != second->id) {
            *(first->id < second->id ? &second : &first) = NULL;
        }
        i += first != NULL;
        j += second != NULL;
        if (!first || !second || first->value != second->value) {
            register_diff(list, owner, first, second);
        }
    }
}

void tool_system_registers_diff(ToolDiffList *list, const char *owner, const ObModelSection *a,
                                const ObModelSection *b)
{
    ObCpuRegisters first = registers_of(a), second = registers_of(b);

    lists_diff(list, owner, &first, &second);
    ob_cpu_registers_clear(&first);
    ob_cpu_registers_clear(&second);
}
