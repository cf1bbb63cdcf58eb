/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/program.h"

#include "hw-api/device/error.h"
#include "hw-api/host/child/sandbox.h"
#include "hw-api/host/recording/recorder.h"
#include "qtest/host/block/nodes.h"
#include "qtest/host/chardev/chardev.h"
#include "qtest/host/firmware-files.h"
#include "qtest/host/io/channel.h"
#include "qtest/host/io/log.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/migration/migration.h"
#include "qtest/host/net/announce.h"
#include "qtest/host/net/netdev.h"
#include "qtest/host/options/suggest.h"
#include "qtest/host/plugin-sets.h"
#include "qtest/host/qmp/line-editor.h"
#include "qtest/host/qmp/monitor.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/host/qtest/server.h"
#include "qtest/host/run/firmware-images.h"
#include "qtest/host/run/low-ram.h"
#include "qtest/host/run/nodes.h"
#include "qtest/host/run/objects.h"
#include "qtest/host/run/secret.h"
#include "qtest/host/vnc/server.h"
#include "qtest/machine/board.h"
#include "qtest/machine/parts/acpi.h"
#include "qtest/machine/parts/fw-cfg.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ------------------------------------------------------------------ machine */

static void host_wake(void *opaque)
{
    ob_loop_wake(opaque);
}

static bool machine_check(const ObOptions *options, HwError *error)
{
    const ObMachine *machine = ob_machine_find(options->architecture, options->machine);
    ObSuggestion suggestion;

    if (machine) {
        return !machine->max_cpus || options->max_cpus <= machine->max_cpus ||
               hw_error_set(error, "-smp: %u CPUs, expected at most %u on machine '%s'",
                            options->max_cpus, machine->max_cpus, machine->name);
    }
    if (!options->machine) {
        return hw_error_set(error,
                            "architecture '%s' is unknown: the program's name must end in "
                            "-x86_64 or -aarch64",
                            options->architecture);
    }
    ob_suggestion_start(&suggestion, options->machine);
    for (uint32_t i = 0; (machine = ob_machine_at(i)); i++) {
        if (ob_machine_fits(machine, options->architecture)) {
            ob_suggestion_offer(&suggestion, machine->name);
        }
    }
    return hw_error_set(error, "-machine: unknown machine '%s'%s", options->machine,
                        suggestion.best ? ob_suggestion_text(&suggestion) : ", see -machine help");
}

static bool low_ram_set(ObHostConfig *config, const ObOptions *options, HwError *error)
{
    const ObMachine *machine = ob_machine_find(options->architecture, options->machine);

    config->ram_low_most = ob_low_ram_most(options, machine);
    return ob_low_ram_check(options, machine, error);
}

bool ob_system_init_host(ObSystem *system, const ObOptions *options, HwError *error)
{
    ObBoot boot = options->boot;
    ObHostConfig config = {
        .architecture = options->architecture,
        .machine = options->machine,
        .ram_size = options->ram_size,
        .boot = &boot,
        .phandle_start = options->phandle_start,
        .acpi_bridges = options->acpi_bridges,
        .no_reboot = options->no_reboot,
        .smbase_smram = options->smbase_smram,
        .tseg_mbytes = options->tseg_mbytes,
        .low_ecam = options->low_memory || options->low_ecam,
        .low_memory_bars = options->low_memory || options->low_memory_bars,
        .firmware_most = options->firmware_most,
        .no_acpi = options->no_acpi,
        .threaded = true,
        .wake = host_wake,
        .log = ob_log_device,
        .opaque = system->loop,
    };

    system->options = options;
    system->actions = options->actions;
    system->tell = ob_qmp_event;
    system->sessions = g_ptr_array_new();
    system->monitors = g_ptr_array_new();
    if (!machine_check(options, error) || !low_ram_set(&config, options, error) ||
        !ob_images_open(system, &config, error) || !ob_objects_open(system, &config, error)) {
        return false;
    }
    ob_nodes_collect_tables(system, ob_machine_find(config.architecture, config.machine));
    boot.tables = system->tables;
    system->host = ob_host_new(&config, error);
    if (!system->host) {
        return false;
    }
    ob_images_settle(system);
    ob_nodes_tell_firmware(system);
    return ob_plugin_sets_load(system, error);
}

/* ------------------------------------------------------------------ devices */

static bool devices_add(ObSystem *system, HwError *error)
{
    const GPtrArray *devices = system->options->devices;
    HW_ERROR(reason, 512);

    for (guint i = 0; i < devices->len; i++) {
        const ObKeyval *keyval = devices->pdata[i];
        g_autofree ObOption *options = g_new(ObOption, keyval->count);
        uint32_t count = 0;

        for (uint32_t j = 0; j < keyval->count; j++) {
            if (strcmp(keyval->options[j].key, "driver") != 0) {
                options[count++] = keyval->options[j];
            }
        }
        if (!ob_system_add_device(system, ob_keyval_get(keyval, "driver"), options, count,
                                  &reason)) {
            return hw_error_set(error, "%s: %s", i < system->options->cards ? "-nic" : "-device",
                                reason.text);
        }
    }
    return true;
}

/* --------------------------------------------------------------------- TPMs */

/* A backend needs a socket's path; chardev= names a chardev that has it. */
static bool tpm_option_convert(const ObSystem *system, const ObOption *option, HwTpmOption *to,
                               HwError *error)
{
    ObChardev *chardev;

    *to = (HwTpmOption) { option->key, option->value };
    if (strcmp(option->key, "chardev") != 0) {
        return true;
    }
    chardev = ob_options_chardev(system->options, option->value);
    if (!chardev) {
        return hw_error_set(error, "chardev '%s' is unknown", option->value);
    }
    if (chardev->address.kind != OB_SOCKET_UNIX || chardev->address.server) {
        return hw_error_set(error,
                            "chardev '%s' does not fit, expected path= of a socket to "
                            "connect to",
                            option->value);
    }
    chardev->user = "-tpmdev";
    *to = (HwTpmOption) { "path", chardev->address.path };
    return true;
}

static bool tpm_add(ObSystem *system, const ObKeyval *keyval, HwError *error)
{
    g_autofree HwTpmOption *options = g_new(HwTpmOption, keyval->count);
    uint32_t count = 0;

    for (uint32_t i = 0; i < keyval->count; i++) {
        const char *key = keyval->options[i].key;

        if (strcmp(key, "type") == 0 || strcmp(key, "id") == 0) {
            continue;
        }
        if (!tpm_option_convert(system, &keyval->options[i], &options[count++], error)) {
            return false;
        }
    }
    return hw_tpm_add(ob_host_tpms(system->host), ob_keyval_get(keyval, "type"),
                      ob_keyval_get(keyval, "id"), options, count, error);
}

static bool tpms_add(ObSystem *system, HwError *error)
{
    const GPtrArray *tpmdevs = system->options->tpmdevs;
    HW_ERROR(reason, 512);

    if (system->options->incoming) {
        hw_tpm_set_incoming(ob_host_tpms(system->host));
    }
    for (guint i = 0; i < tpmdevs->len; i++) {
        if (!tpm_add(system, tpmdevs->pdata[i], &reason)) {
            return hw_error_set(error, "-tpmdev: %s", reason.text);
        }
    }
    return true;
}

/* ----------------------------------------------------------------- networks */

static bool netdevs_add(ObSystem *system, HwError *error)
{
    const GPtrArray *netdevs = system->options->netdevs;
    HW_ERROR(reason, 512);

    for (guint i = 0; i < netdevs->len; i++) {
        if (!ob_netdev_new(system->loop, system->host, netdevs->pdata[i], &reason)) {
            return hw_error_set(error, "%s: %s",
                                i + system->options->nics < netdevs->len ? "-netdev" : "-nic",
                                reason.text);
        }
    }
    return true;
}

/* ----------------------------------------------------------------- chardevs */

static void key_quit(void *opaque)
{
    ob_system_quit(opaque, "host-qmp-quit");
}

static bool chardev_add(ObSystem *system, const ObChardev *chardev, HwError *error)
{
    const ObMuxKeys keys = {
        .escape = system->options->escape,
        .raw = chardev->mux && ob_line_editor_exists(),
        .quit = key_quit,
        .opaque = system,
    };

    return ob_chardev_new(system->loop, system->host, chardev, &keys, error);
}

static bool chardevs_add(ObSystem *system, HwError *error)
{
    const GPtrArray *chardevs = system->options->chardevs;
    HW_ERROR(reason, 512);

    for (guint i = 0; i < chardevs->len; i++) {
        if (!chardev_add(system, chardevs->pdata[i], &reason)) {
            return hw_error_set(error, "-chardev: %s", reason.text);
        }
    }
    return true;
}

/* -------------------------------------------------------------------- vCPUs */

static bool vcpus_add(ObSystem *system, HwError *error)
{
    HW_ERROR(reason, 512);

    if (!system->options->vcpus) {
        return true;
    }
    system->vcpus = ob_vcpus_new(system->options->vcpus, &reason);
    if (!system->vcpus) {
        return hw_error_set(error, "-vcpu-registers: %s", reason.text);
    }
    ob_host_set_vcpus(system->host, hw_vcpu_model_vcpus(system->vcpus));
    return true;
}

/* -------------------------------------------------------------------- whole */

static void traces_add(ObSystem *system)
{
    const GPtrArray *patterns = system->options->traces;
    HW_ERROR(reason, 512);

    system->trace = ob_trace_new(system->host, system->options->guest_errors);
    if ((system->options->wave_file || system->options->timeline_file) && patterns->len == 0) {
        ob_trace_add(system->trace, "*", &reason);
    }
    for (guint i = 0; i < patterns->len; i++) {
        if (!ob_trace_add(system->trace, patterns->pdata[i], &reason)) {
            ob_report_warning("-trace: %s", reason.text);
        }
    }
}

/* A file of waves names the devices at its start, so they come first. */
static bool trace_files_open(ObSystem *system, HwError *error)
{
    const ObOptions *options = system->options;
    HW_ERROR(reason, 512);

    return ((!options->wave_file || ob_trace_wave(system->trace, options->wave_file, &reason)) &&
            (!options->timeline_file ||
             ob_trace_timeline(system->trace, options->timeline_file, &reason)) &&
            (!options->coverage_file ||
             ob_trace_coverage(system->trace, options->coverage_file, &reason))) ||
           hw_error_set(error, "-trace: %s", reason.text);
}

/* A recording begins with its devices, so it comes before them. */
static bool record_open(ObSystem *system, HwError *error)
{
    const char *path = system->options->record_file;

    if (!path) {
        return true;
    }
    system->recorder = hw_recorder_new(path, ob_host_api(system->host), error);
    ob_host_record(system->host, system->recorder);
    return system->recorder;
}

static void record_end(ObSystem *system)
{
    HW_ERROR(reason, 512);

    if (!hw_recorder_free(system->recorder, &reason)) {
        ob_report_warning("%s", reason.text);
    }
}

static bool qtest_open(ObSystem *system, HwError *error)
{
    const ObOptions *options = system->options;
    HW_ERROR(reason, 512);

    if (!options->has_qtest) {
        return true;
    }
    if (options->qtest_log) {
        system->qtest_log = fopen(options->qtest_log, "we");
        if (!system->qtest_log) {
            return hw_error_set(error, "-qtest-log: cannot write '%s': %s", options->qtest_log,
                                strerror(errno));
        }
    }
    system->qtest = ob_qtest_server_open(system->loop, system->host, &options->qtest,
                                         system->qtest_log, &reason);
    return system->qtest || hw_error_set(error, "-qtest: %s", reason.text);
}

/* Completes slow work, and makes the calls that devices have deferred. */
static bool host_poll(void *opaque)
{
    ob_net_resume(((ObSystem *)opaque)->host);
    ob_chardev_resume(((ObSystem *)opaque)->host);
    return ob_host_poll(((ObSystem *)opaque)->host);
}

static bool machine_runs(void *opaque)
{
    return ((ObSystem *)opaque)->state == OB_RUNSTATE_RUNNING;
}

/* After the devices: the screen is looked for. */
static bool vnc_open(ObSystem *system, HwError *error)
{
    const ObVncOptions *options = &system->options->vnc;
    g_autofree char *password = NULL;
    HW_ERROR(reason, 512);

    if (!options->is_given || options->is_none) {
        return true;
    }
    if (options->secret) {
        password = ob_secret_text(system, options->secret, &reason);
    }
    if (password || !options->secret) {
        system->vnc = ob_vnc_server_new(system->loop, system->host, options, password, &reason);
    }
    if (!system->vnc) {
        return hw_error_set(error, "-vnc: %s", reason.text);
    }
    ob_vnc_server_observe(system->vnc, ob_qmp_vnc_told, system);
    return true;
}

static void state_settle(ObSystem *system)
{
    const ObOptions *options = system->options;

    system->preconfig = options->preconfig;
    system->state = options->preconfig  ? OB_RUNSTATE_PRELAUNCH
                    : options->incoming ? OB_RUNSTATE_INMIGRATE
                    : options->stopped  ? OB_RUNSTATE_PRELAUNCH
                                        : OB_RUNSTATE_RUNNING;
    system->autostart = !options->stopped;
    if (!options->has_qtest) {
        system->clock = ob_run_clock_new(system);
    }
}

/* Like QEMU, deny what nothing here needs unless it is asked for.  Programs are only for exec:. */
static bool sandbox_enter(const ObSandbox *choice, HwError *error)
{
    const HwSandbox sandbox = {
        .obsolete = choice->obsolete != OB_CHOICE_ALLOW,
        .privileges = choice->privileges == OB_CHOICE_DENY,
        .programs = choice->spawn != OB_CHOICE_ALLOW,
        .children = choice->spawn == OB_CHOICE_DENY,
        .resources = choice->resources == OB_CHOICE_DENY,
    };
    HW_ERROR(reason, 512);

    if (!choice->on) {
        return true;
    }
    if (sandbox.programs) {
        ob_channel_forbid_commands();
    }
    return hw_sandbox_enter(&sandbox, &reason) || hw_error_set(error, "-sandbox: %s", reason.text);
}

static bool incoming_start(ObSystem *system, HwError *error)
{
    const char *uri = system->options->incoming;
    HW_ERROR(reason, 512);

    return !uri || strcmp(uri, "defer") == 0 ||
           ob_migration_receive(system->migration, uri, true, true, &reason) ||
           hw_error_set(error, "-incoming: %s", reason.text);
}

/* Devices that come later are plugged into a running machine. */
static bool machine_complete(ObSystem *system)
{
    ob_host_observe_removals(system->host, ob_qmp_device_gone, system);
    if (!system->preconfig) {
        ob_host_set_hot(system->host);
    }
    return true;
}

static bool firmware_start(ObSystem *system, HwError *error)
{
    if (system->options->firmware_stand_in && !ob_host_fw_cfg(system->host)) {
        return hw_error_set(error,
                            "-machine: firmware: 'stand-in' needs fw_cfg, which machine "
                            "'%s' does not have",
                            ob_host_machine(system->host)->name);
    }
    system->boot_is_due = !system->options->incoming;
    ob_system_boot(system);
    return true;
}

bool ob_system_init(ObSystem *system, const ObOptions *options, HwError *error)
{
    if (!ob_system_init_host(system, options, error)) {
        return false;
    }
    system->poll = ob_idle_new(system->loop, host_poll, system);
    system->migration = ob_migration_new(system);
    traces_add(system);
    state_settle(system);
    ob_acpi_observe_sleep(system->host, ob_system_sleep, system);
    ob_host_observe_guest(system->host, ob_system_guest_told, system);
    ob_host_follow(system->host, machine_runs, system);
    ob_net_observe_peers(system->host, ob_qmp_net_peer_changed, system);
    return ob_firmware_files_add(system, error) && ob_system_check_globals(system, error) &&
           tpms_add(system, error) && netdevs_add(system, error) && chardevs_add(system, error) &&
           ob_objects_begin_filters(system, error) && vcpus_add(system, error) &&
           record_open(system, error) && devices_add(system, error) &&
           trace_files_open(system, error) && ob_firmware_smbios_add(system, error) &&
           machine_complete(system) && firmware_start(system, error) && vnc_open(system, error) &&
           qtest_open(system, error) && ob_monitors_open(system, error) &&
           sandbox_enter(&options->sandbox, error) && incoming_start(system, error);
}

void ob_system_wait_for_peers(ObSystem *system)
{
    if (system->qtest && system->options->qtest.server && !system->options->qtest.no_wait) {
        ob_qtest_server_wait(system->qtest);
    }
    ob_monitors_wait(system);
    ob_chardevs_wait(system->host, system->options);
}

void ob_system_clear(ObSystem *system)
{
    if (system->monitors) {
        ob_monitors_close(system);
        g_ptr_array_free(system->monitors, TRUE);
        g_ptr_array_free(system->sessions, TRUE);
    }
    ob_block_graph_free(system->block);
    ob_vnc_server_free(system->vnc);
    ob_migration_free(system->migration);
    ob_announcer_free(system->announcer);
    ob_qtest_server_close(system->qtest);
    if (system->qtest_log) {
        fclose(system->qtest_log);
    }
    ob_run_clock_free(system->clock);
    ob_idle_free(system->sleeper);
    ob_idle_free(system->teller);
    ob_idle_free(system->poll);
    if (system->plugin_watches) {
        g_ptr_array_free(system->plugin_watches, TRUE);
    }
    if (system->snapshots) {
        g_hash_table_destroy(system->snapshots);
    }
    ob_trace_free(system->trace);
    record_end(system);
    ob_objects_end_filters(system);
    ob_host_free(system->host);
    ob_images_close(system);
    ob_objects_close(system);
    if (system->tables) {
        g_ptr_array_free(system->tables, TRUE);
    }
    hw_vcpu_model_free(system->vcpus);
    ob_loop_free(system->loop);
    *system = (ObSystem) { 0 };
}
