/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/host/told/questions.h"

#include <string.h>

#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/shell.h"

enum {
    LONGEST = 400, /* bytes of an answer that are compared */
    SHORT = 60,    /* such an answer is repeated */
};

void ask(Told *told, const char *head, char *label, const char *command, json_t *arguments)
{
    json_t *whole = json_pack("{s:s, s:o, s:i}", "execute", command, "arguments", arguments, "id",
                              (int)told->heads->len);
    char *line = json_dumps(whole, JSON_COMPACT);

    g_string_append_printf(told->input, "%s\n", line);
    g_ptr_array_add(told->heads, g_strdup(head));
    g_ptr_array_add(told->labels, label);
    free(line);
    json_decref(whole);
}

/* The answer to each question, in order; the caller frees the array.  At the end the program writes to
 * a file what is left, but not to a pipe that is full. */
static GPtrArray *answers(const Told *told)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *file = g_build_filename(ob_scratch_path(scratch), "input", NULL);
    g_autofree char *command = g_strconcat("timeout 20 ", g_getenv("OB_PROGRAM"),
                                           " " TOLD_MACHINE
                                           " -qmp stdio <input >output; cat output",
                                           NULL);
    GPtrArray *array = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *output = NULL;
    g_auto(GStrv) lines = NULL;

    g_ptr_array_set_size(array, (gint)told->heads->len);
    g_assert_true(g_file_set_contents(file, told->input->str, -1, NULL));
    output = shell_output(scratch, command);
    lines = g_strsplit(output, "\n", -1);
    for (char **line = lines; *line; line++) {
        json_t *answer = json_loads(*line, 0, NULL);
        json_t *id = json_object_get(answer, "id");

        if (id) {
            json_t *error = json_object_get(answer, "error");
            char *text = json_dumps(error ? json_object_get(error, "desc")
                                          : json_object_get(answer, "return"),
                                    JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);

            array->pdata[json_integer_value(id)] = g_strndup(text, LONGEST);
            free(text);
        }
        json_decref(answer);
    }
    ob_scratch_free(scratch);
    return array;
}

/* A long answer that came before has a number. */
static void answer_append(GString *to, const char *answer, GHashTable *numbers)
{
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, answer));

    if (number) {
        g_string_append_printf(to, "#%u", number);
        return;
    }
    if (strlen(answer) > SHORT) {
        number = g_hash_table_size(numbers) + 1;
        g_hash_table_insert(numbers, (char *)answer, GUINT_TO_POINTER(number));
        g_string_append_printf(to, "#%u = ", number);
    }
    g_string_append(to, answer);
}

static void told_expect(Told *told, const char *file)
{
    g_autoptr(GPtrArray) array = answers(told);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) answer = g_string_new(NULL);
    g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
    const char *label = NULL;
    Outcomes *outcomes = NULL;

    for (guint i = 0; i < array->len; i++) {
        const char *head = told->heads->pdata[i];

        label = told->labels->pdata[i] ? told->labels->pdata[i] : label;
        outcomes = outcomes ? outcomes : outcomes_new();
        if (told->labels->pdata[i]) {
            g_string_append(answer, array->pdata[i] ? array->pdata[i] : "none");
        } else {
            answer_append(answer, array->pdata[i] ? array->pdata[i] : "none", numbers);
        }
        if (i + 1 < array->len && !told->labels->pdata[i + 1]) {
            g_string_append(answer, ", then ");
            continue;
        }
        outcomes_add(outcomes, label, answer->str);
        g_string_truncate(answer, 0);
        if (i + 1 == array->len || strcmp(told->heads->pdata[i + 1], head) != 0) {
            outcomes_end(outcomes, head, text);
            outcomes = NULL;
        }
    }
    golden_expect(file, text->str);
}

void told_drop(Told *told)
{
    g_string_free(told->input, TRUE);
    g_ptr_array_unref(told->heads);
    g_ptr_array_unref(told->labels);
}

void told_begin(Told *told)
{
    told->input = g_string_new("{\"execute\":\"qmp_capabilities\"}\n");
    told->heads = g_ptr_array_new_with_free_func(g_free);
    told->labels = g_ptr_array_new_with_free_func(g_free);
}

void told_end(Told *told, const char *file)
{
    g_string_append(told->input, "{\"execute\":\"quit\"}\n");
    told_expect(told, file);
    told_drop(told);
}

void ask_hmp(Told *told, const char *head, char *label, const char *line)
{
    ask(told, head, label, "human-monitor-command", json_pack("{s:s}", "command-line", line));
}
