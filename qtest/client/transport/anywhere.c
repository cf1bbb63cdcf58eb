/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The socket transport, with a move before every Nth access. */
#include "qtest/client/transport/anywhere.h"

#include <errno.h>
#include <string.h>

#include "hw-api/device/error.h"

#define EVERY_VARIABLE "OB_MIGRATE_EVERY"

bool ob_migrate_every(uint32_t given, uint32_t *every, HwError *error)
{
    const char *text = g_getenv(EVERY_VARIABLE);
    guint64 number = given;

    if (!number && text && !g_ascii_string_to_unsigned(text, 10, 0, UINT32_MAX, &number, NULL)) {
        return hw_error_set(error,
                            EVERY_VARIABLE ": invalid value '%s': expected a number of "
                                           "accesses",
                            text);
    }
    *every = (uint32_t)number;
    return true;
}

/* -------------------------------------------------------------------- the transport */

static void anywhere_before(void *link)
{
    ObSocket *s = link;

    if (++s->anywhere->accesses >= s->anywhere->every) {
        s->anywhere->accesses = 0;
        ob_anywhere_move(s);
    }
}

static bool anywhere_irq_intercept(void *link, const char *path, bool outputs, const char *name)
{
    ObAnywhere *a = ((ObSocket *)link)->anywhere;

    if (!ob_transport_socket.irq_intercept(link, path, outputs, name)) {
        return false;
    }
    g_free(a->intercept.path);
    g_free(a->intercept.name);
    a->intercept.path = g_strdup(path);
    a->intercept.name = g_strdup(name);
    a->intercept.outputs = outputs;
    return true;
}

static void input_note(GArray *inputs, const char *path, const char *name, uint32_t line,
                       bool level)
{
    ObInput input = { .line = line, .level = level };

    for (guint i = 0; i < inputs->len; i++) {
        ObInput *known = &g_array_index(inputs, ObInput, i);

        if (known->line == line && !strcmp(known->path, path) && !g_strcmp0(known->name, name)) {
            known->level = level;
            return;
        }
    }
    input.path = g_strdup(path);
    input.name = g_strdup(name);
    g_array_append_val(inputs, input);
}

static bool anywhere_irq_set(void *link, const char *path, const char *name, uint32_t line,
                             bool level)
{
    if (!ob_transport_socket.irq_set(link, path, name, line, level)) {
        return false;
    }
    input_note(((ObSocket *)link)->anywhere->inputs, path, name, line, level);
    return true;
}

/* -------------------------------------------------------------- beginning and end */

static void input_clear(void *element)
{
    ObInput *input = element;

    g_free(input->path);
    g_free(input->name);
}

static ObTransport transport_make(void)
{
    ObTransport transport = ob_transport_socket;

    transport.before = anywhere_before;
    transport.irq_intercept = anywhere_irq_intercept;
    transport.irq_set = anywhere_irq_set;
    return transport;
}

const ObTransport *ob_anywhere_new(ObSocket *s, const ObStart *start, const char *program,
                                   uint32_t every, HwError *error)
{
    ObScratch *directory = ob_scratch_new();
    ObAnywhere *a;

    if (!directory) {
        hw_error_set(error, "migrate_every: can't make a directory in %s: %s", g_get_tmp_dir(),
                     strerror(errno));
        return NULL;
    }
    a = g_new0(ObAnywhere, 1);
    a->transport = transport_make();
    a->start = *start;
    a->program = g_strdup(program);
    a->arguments = g_strdup(start->arguments ? start->arguments : "");
    a->accelerator = g_strdup(start->accelerator);
    a->start.accelerator = a->accelerator;
    a->directory = directory;
    a->every = every;
    a->inputs = g_array_new(FALSE, FALSE, sizeof(ObInput));
    g_array_set_clear_func(a->inputs, input_clear);
    s->anywhere = a;
    return &a->transport;
}

void ob_anywhere_free(ObAnywhere *a)
{
    if (!a) {
        return;
    }
    ob_scratch_free(a->directory);
    g_array_free(a->inputs, TRUE);
    g_free(a->intercept.path);
    g_free(a->intercept.name);
    g_free(a->accelerator);
    g_free(a->arguments);
    g_free(a->program);
    g_free(a);
}
