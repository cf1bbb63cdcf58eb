/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool.h"
#include "qtest/text/json.h"

json_t *tool_notes_json(const ObModel *model)
{
    json_t *notes = json_array();

    for (guint i = 0; i < model->notes->len; i++) {
        json_array_append_new(notes, ob_json_text(model->notes->pdata[i]));
    }
    return notes;
}

int tool_explain_json(const ObModel *model, const char *path)
{
    g_autofree char *file = g_filename_display_name(path); /* a path need not be UTF-8 */
    const char *cause = tool_explain_cause(model);
    json_t *root = json_pack("{s:o, s:o?, s:o?, s:I, s:I, s:b, s:o, s:o?, s:o, s:o?, s:o?}", "file",
                             ob_json_text(file), "container", ob_json_text(model->container),
                             "machine", ob_json_text(model->machine), "ram-blocks",
                             (json_int_t)model->blocks->len, "sections",
                             (json_int_t)model->sections->len, "complete",
                             !model->refusal.reason && !cause, "notes", tool_notes_json(model),
                             "warning", ob_json_text(model->warning), "refused",
                             tool_refusal_json(&model->refusal), "cause", ob_json_text(cause),
                             "remedy", ob_json_text(tool_explain_remedy(model)));

    ob_json_print(root, stdout);
    json_decref(root);
    return cause ? TOOL_BAD : TOOL_FINE;
}
