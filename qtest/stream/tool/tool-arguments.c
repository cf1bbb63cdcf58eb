/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/stream/tool/tool-arguments.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "qtest/stream/tool/tool.h"
#include "qtest/text/show.h"

#define TIMEOUT_DEFAULT 300

static const char usage[] =
    "usage: outboard-stream dump [--json] [--set FILE] STREAM\n"
    "       outboard-stream diff [--json | --verbose] [--set FILE] STREAM STREAM\n"
    "       outboard-stream check [--json] [--set FILE] STREAM\n"
    "       outboard-stream explain [--json] [--set FILE] STREAM | --log FILE\n"
    "       outboard-stream doctor [--json | --verbose] --dest FILE [--policy POLICY]... STREAM\n"
    "       outboard-stream filter --dest FILE [--policy POLICY]... [--pass NAME]...\n"
    "                              [--report FILE [--json]] [--strict] <IN >OUT\n"
    "       outboard-stream relay --listen ADDRESS --connect ADDRESS --dest FILE\n"
    "                             [--policy POLICY]... [--pass NAME]...\n"
    "                             [--report FILE [--json]] [--strict] [--timeout SECONDS]\n"
    "       outboard-stream matrix [--json] [FILE]\n"
    "\n"
    "Looks into migration streams of QEMU and of Outboard's host; '-' is standard input.\n"
    "\n"
    "  dump      shows RAM blocks, and sections with their fields' names and values\n"
    "  diff      shows the differences between two streams\n"
    "  check     tells if the devices of a plugin load their sections\n"
    "  explain   tells why a stream is refused, the likely cause, and a remedy; with --log\n"
    "            the causes of failed migrations, from QEMU's or libvirt's lines alone\n"
    "  doctor    tells if QEMU at another place loads the stream, and why not\n"
    "  filter    passes a stream on, with registers changed so that this QEMU loads them\n"
    "  relay     is a filter between the sockets of two QEMUs; the source learns of a refusal\n"
    "  matrix    shows between which kernels Arm guests under KVM move, by which policy\n"
    "\n"
    "  --set FILE      the plugin, for names of registers: by default outboard-devices.so\n"
    "                  beside this program, if it exists\n"
    "  --json          as JSON\n"
    "  --dest FILE     the destination: a stream that its QEMU saved after start with -S,\n"
    "                  or a .regs file of its kernel (scripts/dump-kvm-registers)\n"
    "  --policy RULES  permitted changes, separated by commas:\n"
    "                  drop=REG:...|all          drop registers the destination does not have\n"
    "                  constants=REG:...|all     use the destination's values of ID registers\n"
    "                  drop-subsection=NAME:...  drop subsections, at any depth\n"
    "                  pin=REG=VALUE, psci-version=1.1, tolerate=, keep=, offered=, hide=,\n"
    "                  clear-unknown=on          the rules of device arm-sysreg-sync\n"
    "  --report FILE   the file for the report of changes: by default standard error\n"
    "  --pass NAME     filter and relay pass this section or subsection on, which the destination\n"
    "                  is not known to take; may be given several times\n"
    "  --strict        filter and relay refuse what they else only warn of\n"
    "  --listen ADDRESS, --connect ADDRESS\n"
    "                  where the source connects to, and where the destination listens:\n"
    "                  unix:PATH, tcp:HOST:PORT, or fd:N for an inherited descriptor\n"
    "  --timeout SECONDS\n"
    "                  relay ends if no byte moves for so long: by default 300; 0: no limit\n"
    "  --log FILE      a log of QEMU, of libvirt or of what runs them; no stream is read\n"
    "  --snapshot NAME the snapshot of a qcow2 image that has several: dump, check, explain,\n"
    "                  doctor\n"
    "  --verbose       doctor lists each register, diff each element of arrays\n"
    "\n"
    "Exit status: 0 fine, 1 the stream is refused, or would be by the destination, or the\n"
    "streams differ, 2 trouble.\n";

static const struct {
    const char *name;
    ToolOption option;
} option_names[] = {
    { "--json", TOOL_JSON },         { "--set", TOOL_SET },       { "--dest", TOOL_DEST },
    { "--policy", TOOL_POLICY },     { "--report", TOOL_REPORT }, { "--strict", TOOL_STRICT },
    { "--pass", TOOL_PASS },         { "--listen", TOOL_LISTEN }, { "--connect", TOOL_CONNECT },
    { "--timeout", TOOL_TIMEOUT },   { "--log", TOOL_LOG },       { "--verbose", TOOL_VERBOSE },
    { "--snapshot", TOOL_SNAPSHOT },
};

int tool_usage_error(const char *format, const char *detail)
{
    fputs("outboard-stream: ", stderr);
    ob_text_fprintf(stderr, format, detail);
    fputs("; see --help\n", stderr);
    return TOOL_TROUBLE;
}

static bool policy_add(ToolArguments *arguments, const char *text)
{
    HW_ERROR(error, 400);

    if (ob_filter_policy_add(arguments->policy, text, &error)) {
        return true;
    }
    tool_usage_error("%s", error.text);
    return false;
}

static bool timeout_parse(ToolArguments *arguments, const char *text)
{
    char *end;
    guint64 seconds = g_ascii_strtoull(text, &end, 10);

    arguments->timeout = (int)seconds;
    return g_ascii_isdigit(*text) && !*end && seconds <= 86400;
}

/* Returns -1 to go on, else the exit status. */
static int options_parse(ToolArguments *arguments, int argc, char **argv)
{
    static const struct option options[] = {
        { "help", no_argument, NULL, 'h' },
        { "json", no_argument, NULL, TOOL_JSON },
        { "set", required_argument, NULL, TOOL_SET },
        { "dest", required_argument, NULL, TOOL_DEST },
        { "policy", required_argument, NULL, TOOL_POLICY },
        { "report", required_argument, NULL, TOOL_REPORT },
        { "strict", no_argument, NULL, TOOL_STRICT },
        { "pass", required_argument, NULL, TOOL_PASS },
        { "listen", required_argument, NULL, TOOL_LISTEN },
        { "connect", required_argument, NULL, TOOL_CONNECT },
        { "timeout", required_argument, NULL, TOOL_TIMEOUT },
        { "verbose", no_argument, NULL, TOOL_VERBOSE },
        { "snapshot", required_argument, NULL, TOOL_SNAPSHOT },
        { "log", required_argument, NULL, TOOL_LOG },
        { 0 },
    };
    const char **texts[] = {
        [TOOL_SET] = &arguments->set_path,      [TOOL_DEST] = &arguments->destination,
        [TOOL_REPORT] = &arguments->report,     [TOOL_LISTEN] = &arguments->listen,
        [TOOL_CONNECT] = &arguments->connect,   [TOOL_LOG] = &arguments->log,
        [TOOL_SNAPSHOT] = &arguments->snapshot,
    };
    int option;

    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return TOOL_FINE;
        }
        if (option == '?' || (option == TOOL_POLICY && !policy_add(arguments, optarg))) {
            return TOOL_TROUBLE;
        }
        if (option == TOOL_TIMEOUT && !timeout_parse(arguments, optarg)) {
            return tool_usage_error("--timeout: invalid value '%s': expected 0 to 86400 seconds",
                                    optarg);
        }
        if (option == TOOL_PASS) {
            ob_filter_policy_pass(arguments->policy, optarg);
        }
        arguments->given |= (unsigned)option;
        if (option < (int)G_N_ELEMENTS(texts) && texts[option]) {
            *texts[option] = optarg;
        }
    }
    return -1;
}

static int command_find(ToolArguments *arguments, const char *name)
{
    for (const ToolCommand *command = tool_commands; command->name; command++) {
        if (strcmp(command->name, name) == 0) {
            arguments->command = command;
            return -1;
        }
    }
    return tool_usage_error("unknown command '%s'", name);
}

static bool count_is_right(const ToolArguments *arguments)
{
    const ToolCommand *command = arguments->command;

    if (arguments->log && command->options & TOOL_LOG) {
        return arguments->count == 0;
    }
    return arguments->count >= command->files_min && arguments->count <= command->files_max;
}

static int command_check(const ToolArguments *arguments)
{
    const ToolCommand *command = arguments->command;

    if (!count_is_right(arguments)) {
        if (arguments->log && command->options & TOOL_LOG) {
            return tool_usage_error("%s: --log takes no stream", command->name);
        }
        return tool_usage_error(command->files_min == 2   ? "%s: expected two streams"
                                : command->files_min == 1 ? "%s: expected one stream"
                                                          : "%s: too many files",
                                command->name);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(option_names); i++) {
        if (arguments->given & option_names[i].option & ~command->options) {
            g_autofree char *text = g_strdup_printf("%s does not have option %s", command->name,
                                                    option_names[i].name);

            return tool_usage_error("%s", text);
        }
    }
    if (command->options & TOOL_DEST && !arguments->destination) {
        return tool_usage_error("%s: the destination is missing, expected --dest FILE",
                                command->name);
    }
    /* Standard error has sentences, too. */
    if (command->options & TOOL_REPORT && arguments->given & TOOL_JSON && !arguments->report) {
        return tool_usage_error("%s: --json needs --report FILE", command->name);
    }
    return -1;
}

int tool_arguments_parse(ToolArguments *arguments, int argc, char **argv)
{
    int status;

    arguments->policy = ob_filter_policy_new();
    arguments->timeout = TIMEOUT_DEFAULT;
    status = options_parse(arguments, argc, argv);
    if (status >= 0) {
        return status;
    }
    if (optind == argc) {
        return tool_usage_error("%s", "the command is missing");
    }
    arguments->files = argv + optind + 1;
    arguments->count = argc - optind - 1;
    status = command_find(arguments, argv[optind]);
    return status >= 0 ? status : command_check(arguments);
}

void tool_arguments_clear(ToolArguments *arguments)
{
    g_clear_pointer(&arguments->policy, ob_filter_policy_free);
}
