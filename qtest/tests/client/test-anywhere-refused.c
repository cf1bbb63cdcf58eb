/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that can't migrate to the next program: the report says why. */
#include <string.h>

#include "qtest/client/client.h"

#define CTRL        UINT64_C(0xfe000004)
#define RAM         UINT64_C(0x200000)
#define WITH_BEACON "-machine q35 -device beacon,addr=0xfe000000"

static ObClient *client_start(const ObStart *wanted)
{
    ObStart start = *wanted;
    HW_ERROR(error, 4096);
    ObClient *c;

    start.program = g_getenv("OB_PROGRAM");
    c = ob_client_start(&start, &error);
    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static char *arguments_without_beacon(void *opaque)
{
    (void)opaque;
    return g_strdup("-machine q35");
}

static void keep_report(ObClient *c, const char *report, void *opaque)
{
    (void)c;
    *(char **)opaque = g_strdup(report);
}

static void test_refused_stream(void)
{
    const ObStart start = { .arguments = WITH_BEACON,
                            .migrate_every = 1,
                            .next_arguments = arguments_without_beacon };
    ObClient *c = client_start(&start);
    g_autofree char *report = NULL;

    ob_client_on_failure(c, keep_report, &report);
    g_assert_cmphex(ob_client_readl(c, CTRL), ==, 0);
    g_assert_true(ob_client_failed(c));
    g_assert_nonnull(report);
    g_assert_nonnull(strstr(report, "can't migrate: the stream was sent, and refused"));
    g_assert_nonnull(strstr(report, "the receiver ended with status 1"));
    g_assert_nonnull(strstr(report, "Unknown savevm section or instance 'beacon' 0"));
    g_assert_nonnull(strstr(report, "readl    0xfe000004 -> no answer"));
    ob_client_quit(c);
}

/* The next program, and the test's changes that it must have, too. */
typedef struct Next {
    const char *path;
    const char *arguments, *next;
    const char *intercept, *input; /* lines of the first program; NULL: none */
    const char *sentence;
} Next;

#define I2C        "-machine q35 -device i2c-ocores,id=i2c0,addr=0xfe010000 "
#define PINS(name) I2C "-device pca9538,id=" name ",bus=i2c0,address=0x70"
#define PATH(name) "/machine/peripheral/" name

static const Next nexts[] = {
    { "does-not-start", WITH_BEACON, "-machine nonsense", NULL, NULL,
      "has not connected to its qtest socket: it ended with status 1" },
    { "lacks-the-intercepted-device", PINS("a"), PINS("b"), PATH("a"), NULL,
      "migrate_every: can't intercept /machine/peripheral/a again" },
    { "lacks-the-driven-device", PINS("a"), PINS("b"), NULL, PATH("a"),
      "migrate_every: can't drive /machine/peripheral/a 3 again" },
};

static char *next_arguments(void *opaque)
{
    return g_strdup(((const Next *)opaque)->next);
}

static void test_next(gconstpointer data)
{
    const Next *next = data;
    const ObStart start = { .arguments = next->arguments,
                            .migrate_every = 1,
                            .next_arguments = next_arguments,
                            .next_opaque = (void *)next };
    ObClient *c = client_start(&start);
    g_autofree char *report = NULL;

    ob_client_on_failure(c, keep_report, &report);
    g_assert_false(ob_client_set_irq_in(c, PATH("nowhere"), "in", 3, true)); /* not kept */
    g_assert_false(ob_client_irq_intercept_in(c, PATH("nowhere")));
    g_assert_true(!next->intercept || ob_client_irq_intercept_out(c, next->intercept, "out"));
    g_assert_true(!next->input || ob_client_set_irq_in(c, next->input, "in", 3, true));
    g_assert_cmphex(ob_client_readl(c, RAM), ==, 0);
    g_assert_true(ob_client_failed(c));
    g_assert_nonnull(report);
    if (!strstr(report, next->sentence)) {
        g_assert_cmpstr(report, ==, next->sentence);
    }
    ob_client_quit(c);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/anywhere-refused/report-says-what-the-receiver-refused", test_refused_stream);
    for (size_t i = 0; i < G_N_ELEMENTS(nexts); i++) {
        g_autofree char *path = g_strconcat("/anywhere-refused/next-program-", nexts[i].path, NULL);

        g_test_add_data_func(path, &nexts[i], test_next);
    }
    return g_test_run();
}
