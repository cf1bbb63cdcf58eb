/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/stream/stock-logs.h"

#include <stdlib.h>
#include <string.h>

#include "qtest/tests/lib/tool-run.h"

typedef struct Refusal {
    const char *name;
    const char *source, *destination; /* more arguments of each */
    const char *through;              /* a program for the stream; NULL: none */
    const char *says;
} Refusal;

static const Refusal refusals[] = {
    { "other-machine", NULL, "-M virt-7.1", NULL,
      "cause:  The source runs machine type virt-7.2, and the destination virt-7.1.\n" },
    { "other-memory", NULL, "-m 2M", NULL,
      "cause:  Block 'mach-virt.ram' has 0x100000 bytes at the source and 0x200000 at the "
      "destination.\n" },
    { "device-is-missing", "-device virtio-rng-pci", NULL, NULL,
      "cause:  The source has a device 'virtio-rng' at 0000:00:01.0, and the destination has no "
      "such device there.\n" },
    { "other-device-at-the-place", "-device virtio-rng-pci", "-device virtio-balloon-pci", NULL,
      "cause:  The source has a device 'virtio-rng' at 0000:00:01.0, and" },
    { "other-configuration", "-device piix3-usb-uhci", "-device ich9-usb-uhci1", NULL,
      "cause:  Byte 0x2 of a PCI device's configuration is 20 at the source and 34 at the "
      "destination" },
    { "other-property", "-device e1000e,romfile=", "-device e1000e,romfile=,subsys=7", NULL,
      "cause:  A device of Intel has another subsystem id at the destination" },
    { "stream-is-cut-in-ram", NULL, NULL, "head -c 300000", "cause:  The stream end" },
    { "stream-is-cut-in-devices", NULL, NULL, "head -c -60000", "cause:  " },
    { "no-stream", NULL, NULL, "tr QEVM abcd",
      "cause:  The destination did not get a plain stream." },
};

typedef struct Case {
    const Refusal *refusal;
    const QemuRelease *release;
    const char *directory;
} Case;

static char *stream_make(const Case *c)
{
    const StockMachine machine = {
        .release = c->release, .cpu = "cortex-a57", .gic = 2, .more = c->refusal->source
    };
    g_autofree char *whole = stock_stream(&machine, c->directory);
    char *path = g_build_filename(c->directory, "changed", NULL);
    g_autofree char *command = g_strdup_printf("%s <%s >%s",
                                               c->refusal->through ? c->refusal->through : "cat",
                                               whole, path);

    g_assert_cmpint(system(command), ==, 0);
    return path;
}

static void test_refusal(gconstpointer data)
{
    const Case *c = data;
    const StockMachine machine = {
        .release = c->release, .cpu = "cortex-a57", .gic = 2, .more = c->refusal->destination
    };
    g_autofree char *stream = stream_make(c), *why = NULL;
    g_autofree char *log = g_build_filename(c->directory, "why", NULL);
    Run run;

    g_assert_false(stock_loads(&machine, stream, c->directory, &why));
    RUN(&run, "explain", "--log", log);
    g_assert_cmpint(run.status, ==, 1);
    assert_has(run.out, c->refusal->says);
    if (strstr(run.out, "not known here")) {
        g_test_message("%s", run.out);
        g_test_fail();
    }
    run_clear(&run);
}

void stock_logs_add(const QemuRelease *release, const char *directory)
{
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        const Case c = { &refusals[i], release, directory };
        g_autofree char *name = g_strdup_printf("/stream-pairs/log/%s/%s", release->name,
                                                refusals[i].name);

        g_test_add_data_func_full(name, g_memdup2(&c, sizeof(c)), test_refusal, g_free);
    }
}
