/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef OB_TOOL_ARGUMENTS_H
#define OB_TOOL_ARGUMENTS_H

#include "qtest/stream/arm/filter-policy.h"

typedef enum ToolOption {
    TOOL_JSON = 1,
    TOOL_SET = 2,
    TOOL_DEST = 4,
    TOOL_POLICY = 8,
    TOOL_REPORT = 16,
    TOOL_STRICT = 32,
    TOOL_PASS = 64,
    TOOL_LISTEN = 128,
    TOOL_CONNECT = 256,
    TOOL_TIMEOUT = 512,
    TOOL_LOG = 1024,
    TOOL_VERBOSE = 2048,
    TOOL_SNAPSHOT = 4096,
} ToolOption;

typedef struct ToolArguments ToolArguments;

typedef struct ToolCommand {
    const char *name;
    int files_min, files_max;
    unsigned options; /* ToolOption */
    int (*run)(const ToolArguments *arguments);
} ToolCommand;

struct ToolArguments {
    const ToolCommand *command;
    const char *set_path; /* the paths from here on are NULL if not given */
    const char *destination;
    const char *report;
    const char *listen, *connect;
    int timeout; /* seconds; 0: no limit */
    const char *log;
    const char *snapshot;
    ObFilterPolicy *policy; /* never NULL */
    unsigned given;         /* ToolOption */
    char **files;
    int count;
};

/* The commands; an entry without a name ends the table. */
extern const ToolCommand tool_commands[];

/* Returns -1 to go on, else the exit status; an error has been printed then. */
int tool_arguments_parse(ToolArguments *arguments, int argc, char **argv);
void tool_arguments_clear(ToolArguments *arguments);

/* Prints "outboard-stream: ...; see --help", and returns the exit status. */
int tool_usage_error(const char *format, const char *detail);

#endif
