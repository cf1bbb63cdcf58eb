/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saves a guest into a file, and moves a running guest to another QEMU. */
#include "hw-api/device/error.h"
#include "qtest/guest/guest-internal.h"
#include "qtest/text/json.h"

/* Waits for the migration's last event; true if it says `completed`. */
static bool migration_completes(ObGuest *guest)
{
    json_t *event;
    bool more, completed = false;

    do {
        const char *status;

        event = ob_client_qmp_event(guest->client, "MIGRATION", (uint32_t)ob_guest_left_ms(guest));
        status = json_string_value(json_object_get(json_object_get(event, "data"), "status"));
        completed = g_strcmp0(status, "completed") == 0;
        more = event && !completed && g_strcmp0(status, "failed") != 0;
        json_decref(event);
    } while (more);
    return completed;
}

static bool guest_send(ObGuest *guest, const char *uri)
{
    ObClient *c = guest->client;

    json_decref(ob_client_qmp(c, "migrate-set-capabilities",
                              json_pack("{s: [{s: o, s: b}]}", "capabilities", "capability",
                                        ob_json_text("events"), "state", 1),
                              NULL));
    json_decref(ob_client_qmp(c, "migrate", json_pack("{s: o}", "uri", ob_json_text(uri)), NULL));
    return !guest->died && migration_completes(guest);
}

static void guest_stop(ObGuest *guest)
{
    json_decref(ob_client_qmp(guest->client, "stop", NULL, NULL));
}

bool ob_guest_save(ObGuest *guest, const char *path, HwError *error)
{
    g_autofree char *uri = g_strdup_printf("exec:cat > %s", path);

    guest_stop(guest);
    if (guest_send(guest, uri)) {
        return true;
    }
    return ob_guest_fail(guest, error, guest->died ? guest->died : "the guest can't be saved");
}

/* QEMU before 9.0 loses stores of a guest that runs while it is saved by software emulation
 * (QEMU's commit 03bfc2188f). */
static bool guest_loses_stores(ObGuest *guest)
{
    json_t *version = ob_client_qmp(guest->client, "query-version", NULL, NULL);
    json_t *numbers = json_object_get(version, "qemu");
    json_int_t major = json_integer_value(json_object_get(numbers, "major"));

    json_decref(version);
    return major < 9;
}

bool ob_guest_migrate(ObGuest *from, ObGuest *to, HwError *error)
{
    g_autofree char *uri = g_strdup_printf("unix:%s", to->incoming);

    if (guest_loses_stores(from)) {
        guest_stop(from);
    }
    if (guest_send(from, uri)) {
        return ob_guest_await_run(to, error);
    }
    return ob_guest_fail(from, error, from->died ? from->died : "the guest can't be migrated");
}
