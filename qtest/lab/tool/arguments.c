/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qtest/lab/tool/lab.h"
#include "qtest/text/show.h"

static const char usage[] =
    "usage: outboard-lab fuzz [OPTION...] SET DEVICE[,PROPERTY=VALUE...]...\n"
    "       outboard-lab lockstep [OPTION...] SET DEVICE[,PROPERTY=VALUE...]... [SCRIPT...]\n"
    "       outboard-lab run [OPTION...] SCRIPT\n"
    "       outboard-lab minimise [OPTION...] SCRIPT\n"
    "       outboard-lab coverage [OPTION...] FILE...\n"
    "       outboard-lab replay [OPTION...] RECORDING...\n"
    "       outboard-lab help\n"
    "\n"
    "Looks for faults of virtual devices, with no code of their authors.\n"
    "\n"
    "  fuzz      uses the devices of a plugin at random, by their tables; a fault is minimised\n"
    "            and written as a script\n"
    "  lockstep  makes the same steps in another machine beside, and compares; scripts end in "
    ".qtest\n"
    "  run       plays a script, and tells if it still shows its fault\n"
    "  minimise  makes a script shorter that shows a fault\n"
    "  coverage  shows what accesses have done to each register\n"
    "  replay    plays what a host has recorded, and compares\n"
    "\n"
    "  --machine NAME      by default the architecture's, such as pc\n"
    "  --arch NAME         x86_64 (default) or aarch64\n"
    "  --tpm libtpms       a TPM with the id tpm0, for devices with the property tpmdev\n"
    "  --oracle NAME=off   without this rule; NAME=on with it\n"
    "  --seconds N         fuzz: ends after so long; by default 60, 0: no limit\n"
    "  --runs N            fuzz: ends after so many inputs; 0 (default): no limit\n"
    "  --seed N            fuzz, lockstep: for the same inputs again; 0 (default): other ones each "
    "time\n"
    "  --length N          fuzz: bytes of an input; by default 256, some 30 steps\n"
    "  --corpus FOLDER     fuzz: inputs to begin with, scripts (*.qtest) too; new ones go there\n"
    "  --artifacts FOLDER  fuzz, minimise: for scripts of faults; by default the working\n"
    "                      directory\n"
    "  --verbose           fuzz: all lines of libFuzzer\n"
    "  --coverage FILE     fuzz: counts accesses to registers for this file\n"
    "  --html FILE         coverage: writes a page\n"
    "  --require PERCENT   coverage: fails if a class has less\n"
    "  --set FILE          run, minimise, coverage, replay: the plugin; by default\n"
    "                      outboard-devices.so of this installation\n"
    "  --in PLACE          run: process (default), host, or qemu with the bridge\n"
    "  --program FILE      run: the host's or QEMU's file; by default by name\n"
    "  --bridge FILE       run --in qemu, lockstep: by default outboard-qemu.so of this\n"
    "                      installation\n"
    "  --beside PROGRAM    lockstep: qemu, host, qemu=FILE or host=FILE\n"
    "  --own DEVICE        lockstep: the device beside, QEMU's own for example; none: it is part\n"
    "                      of the machine.  By default the same device, in QEMU by the bridge\n"
    "  --known FILE        lockstep: known differences\n"
    "  --steps N           lockstep: so many steps; 0 (default): 20000, or the scripts alone\n"
    "\n"
    "Rules:\n";

static const char statuses[] =
    "\n"
    "Exit status: 0 no fault, 1 a fault or less than is required, 2 trouble.\n";

int lab_trouble(const char *format, ...)
{
    va_list list;
    g_autofree char *text = NULL;

    va_start(list, format);
    text = g_strdup_vprintf(format, list);
    va_end(list);
    ob_text_fprintf(stderr, LAB_PROGRAM ": %s\n", text);
    return LAB_TROUBLE;
}

static void help(void)
{
    fputs(usage, stdout);
    for (uint32_t i = 0; i < OB_LAB_ORACLES; i++) {
        printf("  %-9s %s\n", ob_lab_oracle_rows[i].name, ob_lab_oracle_rows[i].description);
    }
    fputs(statuses, stdout);
}

/* --------------------------------------------------------------------------- options */

typedef struct Command {
    const char *name;
    LabCommand *run;
    uint32_t bit;
    const char *expected; /* the words after the options */
} Command;

enum {
    FUZZ = 1,
    RUN = 2,
    MINIMISE = 4,
    COVERAGE = 8,
    LOCKSTEP = 16,
    REPLAY = 32,
    FILES = COVERAGE | REPLAY, /* its words are files */
    SCRIPT = RUN | MINIMISE,
    SET = FUZZ | LOCKSTEP, /* its first word is a plugin */
    ALL = SET | SCRIPT,    /* those with a machine */
};

static const Command commands[] = {
    { "fuzz", lab_fuzz, FUZZ, "a plugin and a device" },
    { "lockstep", lab_lockstep, LOCKSTEP, "a plugin and a device" },
    { "run", lab_run, RUN, "a script" },
    { "minimise", lab_minimise, MINIMISE, "a script" },
    { "coverage", lab_coverage, COVERAGE, "a file of counts" },
    { "replay", lab_replay, REPLAY, "a recording" },
};

typedef struct Option {
    const char *name;
    size_t place;      /* the member's, in LabArguments */
    bool is_number;    /* uint64_t; else const char * */
    uint32_t commands; /* bits: those that have it */
} Option;

/* clang-format off */
#define TEXT(name_, member, commands_) \
    { name_, offsetof(LabArguments, member), false, commands_ }
#define NUMBER(name_, member, commands_) \
    { name_, offsetof(LabArguments, member), true, commands_ }
/* clang-format on */

static const Option options[] = {
    TEXT("--machine", machine, ALL),
    TEXT("--arch", architecture, ALL),
    TEXT("--tpm", tpm, ALL),
    NUMBER("--seconds", seconds, FUZZ),
    NUMBER("--runs", runs, FUZZ),
    NUMBER("--seed", seed, SET),
    NUMBER("--length", length, FUZZ),
    TEXT("--corpus", corpus, FUZZ),
    TEXT("--artifacts", artifacts, FUZZ | MINIMISE),
    TEXT("--coverage", coverage, FUZZ),
    TEXT("--html", html, COVERAGE),
    NUMBER("--require", require, COVERAGE),
    TEXT("--set", set, SCRIPT | FILES),
    TEXT("--in", in, RUN),
    TEXT("--program", program, RUN),
    TEXT("--bridge", bridge, RUN | LOCKSTEP),
    TEXT("--beside", beside, LOCKSTEP),
    TEXT("--own", own, LOCKSTEP),
    TEXT("--known", known, LOCKSTEP),
    NUMBER("--steps", steps, LOCKSTEP),
};

static bool number_read(const char *name, const char *text, uint64_t *number)
{
    char *end;

    errno = 0;
    *number = strtoull(text, &end, 0);
    if (!g_ascii_isdigit(*text) || *end || errno || *number > INT32_MAX) {
        lab_trouble("%s: invalid number '%s', expected 0 to %d", name, text, INT32_MAX);
        return false;
    }
    return true;
}

static bool oracle_read(LabArguments *a, const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "=", 2);
    ObLabOracle oracle = ob_lab_oracle_find(parts[0] ? parts[0] : "");
    bool on = g_strcmp0(parts[0] ? parts[1] : NULL, "on") == 0;

    if (oracle == OB_LAB_ORACLES) {
        lab_trouble("--oracle: there is no rule '%s', expected one that 'outboard-lab help' lists",
                    parts[0] ? parts[0] : "");
        return false;
    }
    if (!on && g_strcmp0(parts[1], "off") != 0) {
        lab_trouble("--oracle: '%s', expected %s=off or %s=on", text, parts[0], parts[0]);
        return false;
    }
    if (!on && oracle == OB_LAB_CRASH) {
        lab_trouble("--oracle: crash can't be off: the process ends");
        return false;
    }
    a->oracles &= ~(UINT32_C(1) << oracle);
    a->oracles |= (uint32_t)on << oracle;
    return true;
}

static bool option_store(LabArguments *a, const Option *option, const char *value)
{
    void *place = (uint8_t *)a + option->place;

    if (option->is_number) {
        return number_read(option->name, value, place);
    }
    *(const char **)place = value;
    return true;
}

static const Option *option_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
        if (strcmp(options[i].name, name) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

static bool option_take(LabArguments *a, const Command *command, const char *name,
                        const char *value)
{
    bool is_oracle = strcmp(name, "--oracle") == 0;
    const Option *option = option_find(name);

    if (!option && !is_oracle) {
        lab_trouble("unknown option '%s', see 'outboard-lab help'", name);
        return false;
    }
    if (option && !(option->commands & command->bit)) {
        lab_trouble("%s: this command does not have it, see 'outboard-lab help'", name);
        return false;
    }
    if (!value) {
        lab_trouble("%s: its value is missing", name);
        return false;
    }
    return is_oracle ? oracle_read(a, value) : option_store(a, option, value);
}

/* -------------------------------------------------------------------------- commands */

static bool word_take(LabArguments *a, const Command *command, const char *word)
{
    if (command->bit & SET) {
        bool is_script = command->bit == LOCKSTEP && g_str_has_suffix(word, ".qtest");

        if (a->set) {
            g_ptr_array_add(is_script ? a->scripts : a->devices, (gpointer)word);
        } else {
            a->set = word;
        }
        return true;
    }
    if (command->bit & FILES) {
        g_ptr_array_add(a->files, (gpointer)word);
        return true;
    }
    if (a->script) {
        lab_trouble("'%s': expected one script", word);
        return false;
    }
    a->script = word;
    return true;
}

static bool words_take(LabArguments *a, const Command *command, char **words)
{
    for (; *words; words++) {
        if (strcmp(*words, "--verbose") == 0) {
            a->is_verbose = true;
        } else if (**words != '-' || !(*words)[1]) {
            if (!word_take(a, command, *words)) {
                return false;
            }
        } else {
            if (!option_take(a, command, *words, words[1])) {
                return false;
            }
            words++;
        }
    }
    if (command->bit & SET     ? a->devices->len > 0
        : command->bit & FILES ? a->files->len > 0
                               : a->script != NULL) {
        return true;
    }
    lab_trouble("%s: expected %s", command->name, command->expected);
    return false;
}

static const Command *command_find(const char *name)
{
    for (size_t i = 0; name && i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

LabCommand *lab_arguments_read(LabArguments *arguments, char **words, int *status)
{
    const Command *command = command_find(*words);

    *arguments = (LabArguments) { .devices = g_ptr_array_new(),
                                  .files = g_ptr_array_new(),
                                  .scripts = g_ptr_array_new(),
                                  .oracles = OB_LAB_ALL,
                                  .seconds = 60,
                                  .length = 256,
                                  .artifacts = ".",
                                  .in = "process" };
    *status = LAB_FINE;
    for (char **word = words; *word; word++) {
        if (strcmp(*word, "help") == 0 || strcmp(*word, "--help") == 0) {
            help();
            return NULL;
        }
    }
    if (!command) {
        *status = lab_trouble("expected fuzz, lockstep, run, minimise, coverage, replay or help");
        return NULL;
    }
    if (!words_take(arguments, command, words + 1)) {
        *status = LAB_TROUBLE;
        return NULL;
    }
    return command->run;
}

void lab_arguments_clear(LabArguments *arguments)
{
    g_ptr_array_unref(arguments->devices);
    g_ptr_array_unref(arguments->files);
    g_ptr_array_unref(arguments->scripts);
}
