/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The main job: drives a TPM in our host through MMIO, as a guest's TPM driver does.  It runs
 * once on libtpms and once on swtpm, and prints each step.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hw-api/host/load/plugin-set.h"
#include "hw-api/host/run/region.h"
#include "qtest/client/jobs/main-job.h"
#include "qtest/client/process/swtpm.h"
#include "qtest/text/show.h"

#define COLUMN 40 /* the column of timings and values */

/* A run on one of the TPMs, and its results. */
typedef struct Run {
    const char *name;
    double start_ms; /* from the host's start to its first answers */
    double step_ms[32];
} Run;

/* The parts of the build, found beside this program. */
typedef struct Build {
    char *directory;
    char *program;
    char *tcti;
    HwPluginSet *set; /* the plugin as data, for the names of registers */
} Build;

/* ------------------------------------------------------------------------ report */

static void print_bytes(const ObAccess *access)
{
    ob_text_printf("%" PRIu64 " bytes: ", access->size);
    for (size_t i = 0; i < MIN(access->size, sizeof(access->bytes)); i++) {
        ob_text_printf("%02x", access->bytes[i]);
    }
    ob_text_printf("%s\n", access->size > sizeof(access->bytes) ? "..." : "");
}

/* "write CTRL_START  <- 0x1 (start)" */
static void print_access(const Job *job, const ObAccess *access, uint32_t times)
{
    bool store = access->kind == OB_ACCESS_STORE || access->kind == OB_ACCESS_WRITE;
    const char *device;
    const HwRegister *reg = ob_client_register_at(job->crb.client, HW_SPACE_MEMORY, access->address,
                                                  &device);
    char value[256];

    ob_text_printf("    %s %-11s %s ", store ? "write" : "read ", reg ? reg->name : "buffer",
                   store ? "<-" : "->");
    if (!reg) {
        print_bytes(access);
        return;
    }
    hw_register_format(reg, (uint32_t)access->value, value, sizeof(value));
    if (times > 1) {
        ob_text_printf("%s, %u times\n", value, times);
    } else {
        ob_text_printf("%s\n", value);
    }
}

static bool is_same_access(const ObAccess *a, const ObAccess *b)
{
    return a->address == b->address && a->value == b->value && a->kind == b->kind &&
           a->kind == OB_ACCESS_LOAD;
}

static void print_accesses(const Job *job)
{
    for (uint32_t i = 0, next; i < job->accesses->len; i = next) {
        const ObAccess *access = &g_array_index(job->accesses, ObAccess, i);

        next = i + 1;
        while (next < job->accesses->len &&
               is_same_access(access, &g_array_index(job->accesses, ObAccess, next))) {
            next++;
        }
        print_access(job, access, next - i);
    }
}

static void print_step(const Job *job, const JobStep *step, double ms)
{
    ob_text_printf("  %-*s %8.3f ms  %s%s\n", COLUMN - 3, step->name, ms,
                   job->failure ? "FAILED: " : "",
                   job->failure   ? job->failure
                   : job->finding ? job->finding
                                  : "ok");
}

static void keep_access(ObClient *client, const ObAccess *access, void *opaque)
{
    Job *job = opaque;

    (void)client;
    g_array_append_val(job->accesses, *access);
}

static void print_host_failure(ObClient *client, const char *report, void *opaque)
{
    (void)client, (void)opaque;
    ob_text_printf("\n%s\n", report);
}

/* -------------------------------------------------------------------------- a run */

static double milliseconds(int64_t start_us)
{
    return (double)(g_get_monotonic_time() - start_us) / 1000;
}

static void run_steps(Job *job, Run *run, bool with_registers)
{
    for (size_t i = 0; i < job_step_count && !job->failure; i++) {
        int64_t start = g_get_monotonic_time();

        g_array_set_size(job->accesses, 0);
        job_steps[i].run(job);
        run->step_ms[i] = milliseconds(start);
        print_step(job, &job_steps[i], run->step_ms[i]);
        if (with_registers || job->failure) {
            print_accesses(job);
        }
        g_clear_pointer(&job->finding, g_free);
    }
}

/* Returns a sentence about the failure, or NULL if nothing failed. */
static char *run_session(const Build *build, Run *run, ObClient *client, bool with_registers)
{
    Job job = { .crb = crb_at_pc_address(client),
                .accesses = g_array_new(FALSE, FALSE, sizeof(ObAccess)) };

    ob_client_on_failure(client, print_host_failure, NULL);
    ob_client_name_class(client, hw_plugin_set_find(build->set, "tpm-crb"), HW_ADDRESS_AUTO);
    ob_client_observe(client, keep_access, &job);
    run_steps(&job, run, with_registers);
    g_array_free(job.accesses, TRUE);
    return job.failure;
}

static char *run_host(const Build *build, Run *run, const char *tpm, bool with_registers)
{
    g_autofree char *arguments = g_strdup_printf("-machine q35 %s -device tpm-crb,tpmdev=tpm0",
                                                 tpm);
    g_autofree char *program = g_shell_quote(build->program);
    HW_ERROR(error, 4096);
    ObStart start = { .program = program, .arguments = arguments };
    int64_t begin = g_get_monotonic_time();
    ObClient *client = ob_client_start(&start, &error);
    char *failure;

    if (!client) {
        return g_strdup(error.text);
    }
    run->start_ms = milliseconds(begin);
    ob_text_printf("\n%s: outboard-system-x86_64 %s\n", run->name, arguments);
    ob_text_printf("  %-*s %8.3f ms  qtest and QMP answer\n", COLUMN - 3, "start the host",
                   run->start_ms);
    failure = run_session(build, run, client, with_registers);
    if (failure) {
        ob_client_free(client);
    } else {
        ob_client_quit(client);
    }
    return failure;
}

static char *run_libtpms(const Build *build, Run *run)
{
    return run_host(build, run, "-tpmdev libtpms,id=tpm0", true);
}

static char *run_swtpm(const Build *build, Run *run)
{
    HW_ERROR(error, 1024);
    ObSwtpm *swtpm = ob_swtpm_start(&error);
    g_autofree char *tpm = NULL;
    char *failure;

    if (!swtpm) {
        return g_strdup(error.text);
    }
    tpm = g_strdup_printf("-chardev socket,id=chr0,path=%s -tpmdev emulator,id=tpm0,chardev=chr0",
                          ob_swtpm_path(swtpm));
    failure = run_host(build, run, tpm, false);
    ob_swtpm_free(swtpm);
    return failure;
}

/* ------------------------------------------------------------------------ the end */

static void print_summary(const Run *libtpms, const Run *swtpm)
{
    ob_text_printf("\n  %-*s %11s %11s\n", COLUMN - 3,
                   "Times, with every register access over a socket", "libtpms", "swtpm");
    ob_text_printf("  %-*s %8.3f ms %8.3f ms\n", COLUMN + 4, "start the host", libtpms->start_ms,
                   swtpm->start_ms);
    for (size_t i = 0; i < job_step_count; i++) {
        ob_text_printf("  %-*s %8.3f ms %8.3f ms\n", COLUMN + 4, job_steps[i].name,
                       libtpms->step_ms[i], swtpm->step_ms[i]);
    }
}

static void print_next(const Build *build)
{
    ob_text_printf(
        "\nTo go on:\n"
        "  tpm2-tools on a TPM in their own process, kept in a file:\n"
        "    tpm2_getrandom -T %s:in-process,state=$XDG_RUNTIME_DIR/outboard-tpm --hex 16\n"
        "  a host that stays, and tpm2-tools through its CRB:\n"
        "    %s -M q35 -tpmdev libtpms,id=tpm0 \\\n"
        "        -device tpm-crb,tpmdev=tpm0 -trace 'tpm_crb_*' \\\n"
        "        -qtest unix:$XDG_RUNTIME_DIR/outboard.qtest,server=on,wait=off &\n"
        "    tpm2_getrandom -T %s:qtest=$XDG_RUNTIME_DIR/outboard.qtest --hex 16; kill $!\n"
        "  the devices and what they take:\n"
        "    %s -device help\n"
        "  all tests:\n"
        "    scripts/test\n\n",
        build->tcti, build->program, build->tcti, build->program);
}

/* Returns the path as a user would type it. */
static char *shortest_path(const char *directory, const char *name)
{
    g_autofree char *here = g_get_current_dir();
    char *path = g_build_filename(directory, name, NULL);

    if (g_str_has_prefix(path, here) && path[strlen(here)] == '/') {
        memmove(path, path + strlen(here) + 1, strlen(path + strlen(here) + 1) + 1);
    }
    return path;
}

static bool build_find(Build *build, HwError *error)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *set = NULL;

    build->directory = g_path_get_dirname(self ? self : ".");
    build->program = shortest_path(build->directory, "outboard-system-x86_64");
    build->tcti = shortest_path(build->directory, "libtss2-tcti-outboard.so");
    set = g_build_filename(build->directory, "outboard-devices.so", NULL);
    build->set = hw_plugin_set_inspect(set, error);
    return build->set;
}

static void build_clear(Build *build)
{
    hw_plugin_set_free(build->set);
    g_free(build->directory);
    g_free(build->program);
    g_free(build->tcti);
}

int main(void)
{
    HW_ERROR(error, 1024);
    Build build = { 0 };
    Run libtpms = { .name = "On libtpms, in the host's process" };
    Run swtpm = { .name = "On swtpm, a process of its own" };
    g_autofree char *failure = NULL;

    setvbuf(stdout, NULL, _IOLBF, 0);
    ob_text_printf(
        "The main job: a guest driver's session with a TPM 2.0 behind our CRB at 0xfed40000.\n"
        "Each register access is one of the guest's, by its name in the device's table.\n");
    if (!build_find(&build, &error)) {
        failure = g_strdup(error.text);
    } else {
        failure = run_libtpms(&build, &libtpms);
        failure = failure ? failure : run_swtpm(&build, &swtpm);
    }
    if (failure) {
        ob_text_printf("\nmain job: FAILED: %s\n", failure);
    } else {
        print_summary(&libtpms, &swtpm);
        print_next(&build);
        ob_text_printf("main job: ok\n");
    }
    build_clear(&build);
    return failure ? 1 : 0;
}
