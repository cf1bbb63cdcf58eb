/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outboard-stream's commands.  Each returns the program's exit status. */
#ifndef OB_STREAM_TOOL_H
#define OB_STREAM_TOOL_H

#include "qtest/stream/codec/fields.h"
#include "qtest/stream/codec/model.h"
#include "qtest/stream/tool/tool-arguments.h"
#include "qtest/stream/tool/tool-diff-list.h"

enum {
    TOOL_FINE = 0,
    TOOL_BAD = 1,     /* refused; or streams differ */
    TOOL_TROUBLE = 2, /* usage, a file that can't be read */
};

int tool_dump(const ObModel *model, const char *path);
int tool_dump_json(const ObModel *model, const char *path);
int tool_diff(const ObModel *a, const ObModel *b, const ToolArguments *arguments);
int tool_check(const ObModel *model, const char *path, const HwPluginSet *set, bool json);
int tool_explain(const ObModel *model, const char *path);
int tool_explain_json(const ObModel *model, const char *path);
int tool_explain_log(const ToolArguments *arguments);
int tool_doctor(const ToolArguments *arguments);
int tool_filter(const ToolArguments *arguments);
int tool_relay(const ToolArguments *arguments);
int tool_matrix(const ToolArguments *arguments);

/* Reads the first file.  NULL if it can't be read; the reason has been printed. */
ObModel *tool_model_open(const ToolArguments *arguments, const HwPluginSet *set);

/* If the stream is refused, prints the reason on standard error and returns TOOL_BAD; else
 * returns TOOL_FINE. */
int tool_verdict(const ObModel *model, const char *path);

/* The cause of a stream's refusal, or of lost RAM, and the remedy; NULL: none. */
const char *tool_explain_cause(const ObModel *model);
const char *tool_explain_remedy(const ObModel *model);

/* An explanation to print after the sentence of a refusal, "" in most cases. */
const char *tool_refusal_hint(const ObVmRefusal *refusal);

/* The sentence and its place; null: not refused. */
json_t *tool_refusal_json(const ObVmRefusal *refusal);
json_t *tool_notes_json(const ObModel *model);

/* The register in element `index` of a section's field; NULL: none. */
const HwRegister *tool_register(const ObModelSection *section, const ObVmValue *value,
                                uint64_t index);

/* True if a section has an Arm vCPU's list of system registers, which the calls below need.
 * The second function is true for the fields that hold the list. */
bool tool_has_system_registers(const ObModelSection *section);
bool tool_is_of_system_registers(const ObVmValue *value);

/* Field "virtio" by its parts.  False, and NULL: it is another field. */
bool tool_virtio_print(const ObModelSection *section, const ObVmValue *value);
json_t *tool_virtio_json(const ObModelSection *section, const ObVmValue *value);

/* Adds the parts that differ.  False: none does. */
bool tool_virtio_diff(ToolDiffList *list, const ObModelSection *section, const char *owner,
                      const ObVmValue *a, const ObVmValue *b);

void tool_system_registers_print(const ObModelSection *section);
json_t *tool_system_registers_json(const ObModelSection *section);

void tool_system_registers_diff(ToolDiffList *list, const char *owner, const ObModelSection *a,
                                const ObModelSection *b);

#endif
