/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by script-read.c, which has the lines of the protocol, and script-directives.c. */
#ifndef OB_LAB_SCRIPT_PARSER_H
#define OB_LAB_SCRIPT_PARSER_H

#include "qtest/lab/script.h"

/* A script, and the words of the line that is being read. */
typedef struct ObLabParser {
    ObLabScript *script;
    HwError *error;
    uint32_t line;
    char **words;
    uint32_t count;
    const char *rest; /* the directive after its first word */
    bool answers;     /* the next read is the check */
} ObLabParser;

/* Sets the sentence "line N: WHAT 'VALUE', expected EXPECTED".  Returns false. */
bool ob_lab_refuse_line(const ObLabParser *p, const char *what, const char *value,
                        const char *expected);

/* Reads word `index` as a number up to `most`.  Returns false and sets the sentence on failure. */
bool ob_lab_number_read(const ObLabParser *p, uint32_t index, uint64_t most, uint64_t *number);

/* Checks that the line has so many words.  Returns false and sets the sentence if not. */
bool ob_lab_end_check(const ObLabParser *p, uint32_t count);

/* Adds a command; copies its name.  Returns false and sets the sentence if none may follow. */
bool ob_lab_command_add(ObLabParser *p, ObLabCommand command);

/* script-directives.c: reads the words behind "# lab: ". */
bool ob_lab_directive_read(ObLabParser *p);

#endif
