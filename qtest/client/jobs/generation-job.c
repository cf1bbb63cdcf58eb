/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The generation job: follows a VM Generation ID as a guest sees it.  The firmware stand-in
 * puts the ID in memory, and the ACPI tables lead to it.  Then the machine is restored with
 * another ID: the new ID is in memory, and the guest is notified.  vmclock's page beside it has
 * another generation counter and disruption marker, by the same decision.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "devices/vmclock-regs.h"
#include "hw-api/device/bytes.h"
#include "qtest/client/drivers/acpi.h"
#include "qtest/client/drivers/migration.h"
#include "qtest/text/json.h"
#include "qtest/text/show.h"

#define FIRST_GUID  "00112233-4455-6677-8899-aabbccddeeff"
#define SECOND_GUID "324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87"
#define CLOCK       "0xfeffb000"
#define COLUMN      44 /* the column of the timings */
#define RESTORE_S   20

enum {
    SSDT_VGIA = 42,     /* in vmgenid's SSDT: 4 bytes, the address of the ID's page */
    GUID_PLACE = 0x28,  /* in this page */
    GPE_STATUS = 0x620, /* q35 */
    GPE_ENABLE = 0x628,
    GPE_BITS = 1 << 5 | 1 << 7, /* vmgenid's and vmclock's bits */
    SCI = 9,
};

typedef struct Job {
    char *program;
    char *directory; /* for the socket between the two hosts */
    char *socket;
    ObClient *client; /* the client of the host that has the machine */
    uint64_t page;    /* the page's address in the guest */
    uint64_t marker;  /* in vmclock's page, as the guest read them last */
    uint64_t counter;
    bool host_failed;
    char text[1024];
    HwError error;
} Job;

G_GNUC_PRINTF(2, 3)
static bool job_fail(Job *job, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(job->text, sizeof(job->text), format, args);
    va_end(args);
    return false;
}

/* -------------------------------------------------------------------------- hosts */

static void host_failed(ObClient *client, const char *report, void *opaque)
{
    Job *job = opaque;

    (void)client;
    ob_text_printf("\n%s\n", report);
    job->host_failed = true;
    job_fail(job, "a host failed");
}

static ObClient *host_start(Job *job, const char *guid, const char *more)
{
    g_autofree char *arguments = g_strdup_printf(
        "-machine q35,firmware=stand-in -device vmgenid,guid=%s -device vmclock,addr=" CLOCK "%s",
        guid, more);
    const ObStart start = { .program = job->program, .arguments = arguments };
    g_autofree char *base = g_path_get_basename(job->program);
    ObClient *client;

    ob_text_printf("    %s %s\n", base, arguments);
    client = ob_client_start(&start, &job->error);
    if (client) {
        ob_client_on_failure(client, host_failed, job);
    }
    return client;
}

static bool restore_await(Job *job, ObClient *client)
{
    g_autofree char *status = ob_migration_await(client, "completed", RESTORE_S * 1000);

    return g_strcmp0(status, "completed") == 0 ||
           job_fail(job, "the restore has status %s after at most %d s, expected completed",
                    status ? status : "none", RESTORE_S);
}

/* Migrates the machine to the other host. */
static bool machine_move(Job *job, ObClient *to)
{
    g_autofree char *uri = g_strdup_printf("unix:%s", job->socket);
    bool moved;

    json_decref(
        ob_client_qmp(job->client, "migrate", json_pack("{s:o}", "uri", ob_json_text(uri)), NULL));
    moved = restore_await(job, job->client) && restore_await(job, to);
    ob_client_quit(job->client);
    job->client = to;
    return moved;
}

/* -------------------------------------------------------------------------- steps */

static char *guid_text(const uint8_t *guid)
{
    return g_strdup_printf("%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                           (uint32_t)hw_load_le(guid, 4), (uint32_t)hw_load_le(guid + 4, 2),
                           (uint32_t)hw_load_le(guid + 6, 2), guid[8], guid[9], guid[10], guid[11],
                           guid[12], guid[13], guid[14], guid[15]);
}

static bool guid_check(Job *job, const char *expected)
{
    uint8_t guid[16];
    g_autofree char *found = NULL;

    ob_client_memread(job->client, job->page + GUID_PLACE, guid, sizeof(guid));
    found = guid_text(guid);
    ob_text_printf("    guest memory at 0x%" PRIx64 ": %s\n", job->page + GUID_PLACE, found);
    return g_strcmp0(found, expected) == 0 ||
           job_fail(job, "guest memory has %s, expected %s", found, expected);
}

/* The page's values differ from those that were read before. */
static bool clock_check(Job *job)
{
    uint64_t page = g_ascii_strtoull(CLOCK, NULL, 0);
    uint64_t marker = ob_client_readq(job->client, page + VMCLOCK_DISRUPTION_MARKER);
    uint64_t counter = ob_client_readq(job->client, page + VMCLOCK_GENERATION_COUNTER);
    bool differ = marker != job->marker && counter != job->counter;

    ob_text_printf("    vmclock's page at " CLOCK ": disruption marker 0x%016" PRIx64
                   ", generation counter 0x%016" PRIx64 "\n",
                   marker, counter);
    job->marker = marker;
    job->counter = counter;
    return differ || job_fail(job, "vmclock's page has the old values, expected others");
}

static bool step_boot(Job *job)
{
    job->client = host_start(job, FIRST_GUID, "");
    return job->client;
}

static bool step_tables(Job *job)
{
    g_autoptr(GBytes) ssdt = ob_acpi_find_table(job->client, 0, "SSDT", &job->error);

    if (!ssdt) {
        return false;
    }
    job->page = ob_acpi_number(ssdt, SSDT_VGIA, 4);
    ob_text_printf("    RSDP at 0x%" PRIx64 ", RSDT, SSDT: VGIA is 0x%" PRIx64 "\n",
                   ob_acpi_find_rsdp(job->client, 0), job->page);
    return job->page || job_fail(job, "VGIA is 0, expected an address");
}

static bool step_first_guid(Job *job)
{
    return guid_check(job, FIRST_GUID) && clock_check(job);
}

static bool step_enable(Job *job)
{
    ob_client_outb(job->client, GPE_ENABLE, GPE_BITS);
    return ob_client_inb(job->client, GPE_STATUS) == 0 ||
           job_fail(job, "the event already happened");
}

static bool step_restore(Job *job)
{
    g_autofree char *uri = g_strdup_printf("unix:%s", job->socket);
    ObClient *to = host_start(job, SECOND_GUID ",next-load=restore", " -incoming defer");

    if (!to) {
        return false;
    }
    /* A host that ends when it refuses the stream may be gone before it is asked for the status. */
    json_decref(ob_client_qmp(to, "migrate-incoming",
                              json_pack("{s:o, s:b}", "uri", ob_json_text(uri), "exit-on-error", 0),
                              NULL));
    ob_client_irq_intercept_in(to, "ioapic");
    return machine_move(job, to);
}

static bool step_second_guid(Job *job)
{
    return guid_check(job, SECOND_GUID) && clock_check(job);
}

static bool step_notification(Job *job)
{
    uint8_t status = ob_client_inb(job->client, GPE_STATUS);
    bool level = ob_client_irq_get(job->client, SCI);

    ob_text_printf("    event block: 0x%02x (\\_GPE._E05 notifies \\_SB.VGEN, _E07 \\_SB.VCLK), "
                   "SCI: %s\n",
                   status, level ? "raised" : "not raised");
    return (status == GPE_BITS && level) ||
           job_fail(job, "the guest is not notified, expected bits 5 and 7 and the SCI");
}

static const struct {
    const char *name;
    bool (*run)(Job *job); /* false: job->text says why */
} steps[] = {
    { "boot: blob to memory, address back", step_boot },
    { "find the tables, as a guest does", step_tables },
    { "read the ID by the SSDT's address", step_first_guid },
    { "enable the events", step_enable },
    { "restore the machine with a new ID", step_restore },
    { "read the ID at the same address", step_second_guid },
    { "look for the notification", step_notification },
};

static bool job_run(Job *job)
{
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        int64_t begin = g_get_monotonic_time();
        bool done = steps[i].run(job) && !job->host_failed;

        ob_text_printf("  %-*s %8.3f ms  %s%s\n", COLUMN, steps[i].name,
                       (double)(g_get_monotonic_time() - begin) / 1000,
                       done ? "ok" : "FAILED: ", done ? "" : job->text);
        if (!done) {
            return false;
        }
    }
    return true;
}

/* --------------------------------------------------------------------------- life */

static bool job_prepare(Job *job)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *beside = g_path_get_dirname(self ? self : ".");

    job->error = (HwError) { job->text, sizeof(job->text), 0 };
    job->program = g_build_filename(beside, "outboard-system-x86_64", NULL);
    job->directory = g_dir_make_tmp("outboard-job-XXXXXX", NULL);
    if (!job->directory) {
        return job_fail(job, "no temporary directory: %s", g_strerror(errno));
    }
    job->socket = g_build_filename(job->directory, "machine", NULL);
    return true;
}

static void job_clear(Job *job)
{
    ob_client_free(job->client);
    if (job->directory) {
        g_unlink(job->socket);
        g_rmdir(job->directory);
    }
    g_free(job->socket);
    g_free(job->directory);
    g_free(job->program);
}

int main(void)
{
    Job job = { 0 };
    bool done;

    setvbuf(stdout, NULL, _IOLBF, 0);
    ob_text_printf(
        "The generation job: a VM Generation ID in guest memory, and a restore with another.\n");
    done = job_prepare(&job) && job_run(&job);
    if (done) {
        ob_text_printf("generation job: ok\n\n");
    } else {
        ob_text_printf("\ngeneration job: FAILED: %s\n", job.text);
    }
    job_clear(&job);
    return done ? 0 : 1;
}
