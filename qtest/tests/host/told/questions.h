/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many questions to the monitors of one machine, and a golden file of the answers. */
#ifndef OB_TESTS_HOST_QUESTIONS_H
#define OB_TESTS_HOST_QUESTIONS_H

#include <glib.h>
#include <jansson.h>

typedef struct Told {
    GString *input;
    GPtrArray *heads;  /* char *: the command of each question */
    GPtrArray *labels; /* char *: its arguments; NULL: the answer belongs to the question before */
} Told;

void told_begin(Told *told);

/* Asks by QMP.  Takes the label and the arguments. */
void ask(Told *told, const char *head, char *label, const char *command, json_t *arguments);

/* The same for a line of HMP. */
void ask_hmp(Told *told, const char *head, char *label, const char *line);

/* Starts the program, asks it, and compares the answers with the golden file. */
void told_end(Told *told, const char *file);

#endif
