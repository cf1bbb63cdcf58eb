/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The qtest protocol in process: large blocks, pauses, interrupts, and a peer's end. */
#include <string.h>

#include "hw-api/ext/clock.h"
#include "qtest/tests/host/qtest-peer.h"

/* ------------------------------------------------------------------- blocks */

#define LARGE (16 * 1024 * 1024)

static void large_write(const char *command, const char *prefix, const char *text)
{
    char *head = g_strdup_printf("%s 0x100000 %d %s", command, LARGE, prefix);
    size_t length = strlen(text);

    g_string_truncate(replies, 0);
    input(head);
    for (size_t at = 0; at < length; at += 65521) {
        ob_qtest_session_input(session, text + at, MIN(65521, length - at));
    }
    g_assert_cmpstr(replies->str, ==, "");
    input("\n");
    g_assert_cmpstr(replies->str, ==, "OK\n");
    g_free(head);
}

static void test_large_blocks(GadgetHost *f, gconstpointer data)
{
    uint8_t *bytes = g_malloc(LARGE);
    char *text;

    (void)data;
    for (size_t i = 0; i < LARGE; i++) {
        bytes[i] = i * 7 + (i >> 11);
    }
    text = g_base64_encode(bytes, LARGE);
    large_write("b64write", "", text);
    g_assert_true(memcmp(ob_host_ram_pointer(f->host, 0x100000, LARGE), bytes, LARGE) == 0);
    g_string_truncate(replies, 0);
    input("b64read 0x100000 16777216\n");
    g_assert_cmpuint(replies->len, ==, 3 + strlen(text) + 1);
    g_assert_true(memcmp(replies->str + 3, text, strlen(text)) == 0);

    input("memset 0x100000 16777216 0\n");
    g_string_truncate(replies, 0);
    input("read 0x100000 16777216\n");
    g_assert_cmpuint(replies->len, ==, 5 + 2 * LARGE + 1);
    memset(replies->str + 5, '5', 2 * LARGE);
    replies->str[5 + 2 * LARGE] = '\0';
    g_free(text);
    text = g_strdup(replies->str + 5);
    large_write("write", "0x", text);
    g_assert_cmphex(readl(f, 0x100000 + LARGE - 4), ==, 0x55555555);
    g_free(text);
    g_free(bytes);
}

static void test_refused_block_is_skipped(GadgetHost *f, gconstpointer data)
{
    (void)f;
    (void)data;
    expect("write 0x1000 4 0xzz", "FAIL write: data: not a hex digit\n");
    expect("12345678", "");
    expect("\nread 0x1000 4\n", "OK 0x00000000\n");
}

static void test_announced_block_takes_no_memory(GadgetHost *f, gconstpointer data)
{
    (void)f;
    (void)data;
    expect("b64write 0x1000 0x10000000 AQID\nb64write 0x1000 0x10000000 AQ",
           "FAIL b64write: data: 3 bytes, expected 268435456\n");
}

static void test_block_read_by_device(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "addr=0xfed10000");
    expect("read 0xfed10000 8\n", "OK 0x000000001d000000\n");
}

/* ------------------------------------------------------------- flow control */

static void test_pause(GadgetHost *f, gconstpointer data)
{
    size_t before;

    (void)data;
    accepting = false;
    input("read 0x100000 0x100000\nendianness\nreadb 0\n");
    before = replies->len;
    g_assert_cmpuint(before, <, 512 * 1024);
    input("endianness\n");
    g_assert_cmpuint(replies->len, ==, before);
    /* The reply has the values of one moment: this later write does not change it. */
    writel(f, 0x1ffffc, 0xffffffff);
    accepting = true;
    ob_qtest_session_resume(session);
    g_assert_cmpuint(replies->len, ==, 5 + 2 * 0x100000 + 1 + 10 + 22 + 10);
    g_assert_true(g_str_has_suffix(replies->str, "0000\nOK little\n"
                                                 "OK 0x0000000000000000\nOK little\n"));
}

static void test_pause_repeated(GadgetHost *f, gconstpointer data)
{
    uint32_t pauses = 0;

    (void)f;
    (void)data;
    accepting = false;
    input("b64read 0x100000 0x100000\nendianness\n");
    while (!g_str_has_suffix(replies->str, "OK little\n")) {
        pauses++;
        ob_qtest_session_resume(session);
    }
    g_assert_cmpuint(pauses, >, 3);
    g_assert_cmpuint(replies->len, ==, 3 + (0x100000 + 2) / 3 * 4 + 1 + 10);
}

/* --------------------------------------------------------------- interrupts */

static void test_irq_in(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "addr=0xfed10000");
    expect("writel 0xfed10000 1\nwritel 0xfed10000 0\n", "OK\nOK\n");
    expect("irq_intercept_in ioapic\n", "OK\n");
    expect("writel 0xfed10000 1\nwritel 0xfed10000 3\nwritel 0xfed10000 0\n",
           "IRQ raise 5\nOK\nOK\nIRQ lower 5\nOK\n");
}

static void test_irq_set(GadgetHost *f, gconstpointer data)
{
    (void)f;
    (void)data;
    expect("irq_intercept_in /machine/ioapic\n"
           "set_irq_in ioapic unnamed-gpio-in 7 1\nset_irq_in ioapic unnamed-gpio-in 7 2\n"
           "set_irq_in ioapic unnamed-gpio-in 7 0\n",
           "OK\nIRQ raise 7\nOK\nOK\nIRQ lower 7\nOK\n");
}

static void test_irq_by_itself(GadgetHost *f, gconstpointer data)
{
    (void)data;
    expect("irq_intercept_in ioapic\n", "OK\n");
    g_string_truncate(replies, 0);
    ob_host_irq_set(f->host, 3, true);
    g_assert_cmpstr(replies->str, ==, "IRQ raise 3\n");
}

static void test_irq_twice(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "id=g,addr=0xfed10000");
    expect("irq_intercept_in ioapic\nirq_intercept_in ioapic\nirq_intercept_out g\n",
           "OK\nOK\nFAIL IRQ intercept already enabled\n");
}

static void test_irq_out(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "id=a,addr=0xfed10000,line=5");
    device_add(f, "gadget", "id=b,addr=0xfed20000,line=6");
    expect("irq_intercept_out /machine/peripheral/b\n", "OK\n");
    expect("writel 0xfed10000 1\nwritel 0xfed20000 1\n", "OK\nIRQ raise 6\nOK\n");
}

static void test_irq_out_named(GadgetHost *f, gconstpointer data)
{
    (void)data;
    device_add(f, "gadget", "id=g,addr=0xfed10000");
    expect("irq_intercept_out g bogus\n", "FAIL No intercepts installed\n");
    expect("irq_intercept_in g\n", "FAIL No intercepts installed\n");
    expect("irq_intercept_out g sysbus-irq\n", "OK\n");
    expect("set_irq_in g unnamed-gpio-in 0 1\n", "FAIL set_irq_in: path: device has no inputs\n");
}

static void test_irq_not_in_a_reply(GadgetHost *f, gconstpointer data)
{
    (void)data;
    expect("irq_intercept_in ioapic\n", "OK\n");
    accepting = false;
    input("read 0x100000 0x100000\n");
    ob_host_irq_set(f->host, 3, true);
    ob_host_irq_set(f->host, 4, true);
    ob_host_irq_set(f->host, 4, false);
    g_assert_null(strstr(replies->str, "IRQ"));
    accepting = true;
    ob_qtest_session_resume(session);
    g_assert_true(g_str_has_suffix(replies->str, "00\nIRQ raise 3\n"));
}

static void test_irq_dropped_at_close(GadgetHost *f, gconstpointer data)
{
    (void)data;
    expect("irq_intercept_in ioapic\n", "OK\n");
    ob_qtest_session_close(session);
    g_string_truncate(replies, 0);
    ob_host_irq_set(f->host, 3, true);
    g_assert_cmpstr(replies->str, ==, "");
    ob_qtest_session_open(session);
    expect("irq_intercept_in ioapic\n", "OK\n");
}

static void test_irq_without_controller(GadgetHost *f, gconstpointer data)
{
    (void)f;
    (void)data;
    expect("irq_intercept_in ioapic\nirq_intercept_in gic\n", "FAIL Unknown device\nOK\n");
}

/* -------------------------------------------------------------------- clock */

static void test_clock_deadline(GadgetHost *f, gconstpointer data)
{
    HwDevice *dev = device_add(f, "gadget", "")->dev;
    const HwClock *clock = hw_clock(dev);

    (void)data;
    clock->timer_set(clock->timer_new(dev, gadget_note_word, (void *)"fired"), 50);
    expect("clock_step\n", "OK 50\n");
    g_assert_nonnull(strstr(gadget_happened->str, ":fired"));
}

/* ---------------------------------------------------------- closing, logging */

static void test_close_forgets(GadgetHost *f, gconstpointer data)
{
    (void)f;
    (void)data;
    input("write 0x1000 4 0x01");
    ob_qtest_session_close(session);
    ob_qtest_session_open(session);
    expect("read 0x1000 4\n", "OK 0x00000000\n");
    input("readl 0");
    ob_qtest_session_close(session);
    ob_qtest_session_open(session);
    expect("endianness\n", "OK little\n");
}

static char *log_without_times(const char *text)
{
    GRegex *times = g_regex_new("[0-9]+\\.[0-9]{6}", 0, 0, NULL);
    char *plain = g_regex_replace_literal(times, text, -1, 0, "T", 0, NULL);

    g_regex_unref(times);
    return plain;
}

/* Each line has QEMU's format. */
static void test_log(GadgetHost *f, gconstpointer data)
{
    char *text = NULL;
    size_t size = 0;
    FILE *log = open_memstream(&text, &size);
    char *plain;

    (void)f;
    (void)data;
    ob_qtest_session_set_log(session, log);
    ob_qtest_session_open(session);
    input("endianness\nreadb 0\nwrite 0x1000 1 0");
    input("x01\nfoo\n");
    ob_qtest_session_close(session);
    ob_qtest_session_set_log(session, NULL);
    fclose(log);
    plain = log_without_times(text);
    g_assert_cmpstr(plain, ==,
                    "[I T] OPENED\n"
                    "[R +T] endianness\n[S +T] OK little\n"
                    "[R +T] readb 0\n[S +T] OK 0x0000000000000000\n"
                    "[R +T] write 0x1000 1 0x01\n[S +T] OK\n"
                    "[R +T] foo\n[S +T] FAIL Unknown command 'foo'\n"
                    "[I +T] CLOSED\n");
    g_free(plain);
    free(text);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/qtest/block/16-mib-in-pieces", test_large_blocks);
    ADD("/qtest/block/refused-is-skipped-to-its-end", test_refused_block_is_skipped);
    ADD("/qtest/block/announced-size-takes-no-memory", test_announced_block_takes_no_memory);
    ADD("/qtest/block/of-a-device", test_block_read_by_device);
    ADD("/qtest/pause/keeps-work-and-input", test_pause);
    ADD("/qtest/pause/again-and-again", test_pause_repeated);
    ADD("/qtest/irq/in-precedes-the-reply", test_irq_in);
    ADD("/qtest/irq/in-set", test_irq_set);
    ADD("/qtest/irq/tells-between-commands", test_irq_by_itself);
    ADD("/qtest/irq/second-intercept", test_irq_twice);
    ADD("/qtest/irq/out-of-one-device", test_irq_out);
    ADD("/qtest/irq/out-by-name", test_irq_out_named);
    ADD("/qtest/irq/waits-for-the-end-of-a-reply", test_irq_not_in_a_reply);
    ADD("/qtest/irq/intercept-ends-with-the-peer", test_irq_dropped_at_close);
    g_test_add("/qtest/irq/controller-of-virt", GadgetHost, "virt", qtest_set_up,
               test_irq_without_controller, qtest_tear_down);
    ADD("/qtest/clock/steps-to-the-deadline", test_clock_deadline);
    ADD("/qtest/close/forgets-half-a-line", test_close_forgets);
    ADD("/qtest/log/as-qemu-writes-it", test_log);
    return g_test_run();
}
