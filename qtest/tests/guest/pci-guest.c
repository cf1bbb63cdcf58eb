/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/guest/pci-guest.h"

#include <glib.h>
#include <string.h>

#include "qtest/client/process/scratch.h"
#include "qtest/text/json.h"

enum { EVENT_MS = 100000 }; /* only a guest that hangs takes as long */

HwError pci_guest_error = { (char[8192]) { "" }, 8192, 0 };

void pci_guest_good(bool result)
{
    g_assert_cmpstr(pci_guest_error.text, ==, "");
    g_assert_true(result);
}

ObGuest *pci_guest_start(const ObGuestBoot *boot)
{
    ObGuest *guest = ob_guest_start(boot, &pci_guest_error);

    pci_guest_good(guest);
    return guest;
}

void pci_guest_expect(ObGuest *guest, const char *text)
{
    pci_guest_good(ob_guest_expect(guest, text, &pci_guest_error));
}

void pci_guest_type(ObGuest *guest)
{
    pci_guest_good(ob_guest_type(guest, "go", &pci_guest_error));
}

char *pci_guest_finish(ObGuest *guest)
{
    char *said = ob_guest_finish(guest, &pci_guest_error);

    ob_guest_free(guest);
    pci_guest_good(said);
    return said;
}

void pci_guest_event(ObGuest *guest, const char *name)
{
    json_t *event = ob_client_qmp_event(ob_guest_client(guest), name, EVENT_MS);

    g_assert_nonnull(event);
    json_decref(event);
}

void pci_guest_plug(ObGuest *guest, const char *bus, const char *address)
{
    json_t *arguments = json_pack("{s:s, s:s, s:o, s:o*}", "driver", "outboard-edu", "id", "late",
                                  "bus", ob_json_text(bus), "addr",
                                  address ? ob_json_text(address) : NULL);

    json_decref(ob_client_qmp(ob_guest_client(guest), "device_add", arguments, NULL));
}

void pci_guest_unplug(ObGuest *guest)
{
    json_decref(ob_client_qmp(ob_guest_client(guest), "device_del",
                              json_pack("{s:s}", "id", "late"), NULL));
    pci_guest_event(guest, "DEVICE_DELETED");
}

/* The form of `lspci -xxxx`. */
static char *dump_of(const char *line)
{
    g_autoptr(GBytes) bytes = ob_guest_bytes(line);
    GString *text = g_string_new("00:00.0 function");

    g_assert_nonnull(bytes);
    for (gsize i = 0; i < g_bytes_get_size(bytes); i++) {
        if (i % 16 == 0) {
            g_string_append_printf(text, "\n%02zx:", i);
        }
        g_string_append_printf(text, " %02x", ((const uint8_t *)g_bytes_get_data(bytes, NULL))[i]);
    }
    g_string_append(text, "\n\n");
    return g_string_free(text, false);
}

static char *lspci_run(const char *file)
{
    const char *const command[] = { "lspci", "-F", file, "-n", "-vvv", NULL };
    g_autoptr(GError) problem = NULL;
    char *said = NULL;

    g_spawn_sync(NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                 NULL, NULL, &said, NULL, NULL, &problem);
    g_assert_no_error(problem);
    return said;
}

char *pci_guest_lspci(const char *line)
{
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *file = g_build_filename(ob_scratch_path(scratch), "config", NULL);
    g_autofree char *dump = dump_of(line), *said = NULL;
    g_auto(GStrv) lines = NULL;
    GString *kept = g_string_new("");

    g_assert_true(g_file_set_contents(file, dump, -1, NULL));
    said = lspci_run(file);
    lines = g_strsplit(said, "\n", -1);
    for (char **at = lines; *at; at++) {
        if (!strstr(*at, "Region ") && !strstr(*at, "Interrupt: ")) {
            g_string_append_printf(kept, "%s\n", *at);
        }
    }
    ob_scratch_free(scratch);
    return g_string_free(kept, false);
}

const char *pci_guest_next(const char *said, const char *text)
{
    const char *found = strstr(said, text);

    if (!found) {
        g_test_message("expected:\n%s\nthe guest said:\n%s", text, said);
        g_test_fail();
        return said;
    }
    return found + strlen(text);
}
