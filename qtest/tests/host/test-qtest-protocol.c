/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The qtest protocol in process: each command, each malformed form. */
#include <string.h>

#include "qtest/tests/host/qtest-peer.h"

/* ----------------------------------------------------------- tables of lines */

typedef struct Exchange {
    const char *path;
    const char *lines;
    const char *replies;
} Exchange;

/* clang-format off */
static const Exchange exchanges[] = {
    { "read/byte", "readb 0x1000\n", "OK 0x0000000000000000\n" },
    { "write/byte-to-quad-little-endian",
      "writeb 0x1000 0x11\nwritew 0x1002 0x2233\nwritel 0x1004 0x44556677\n"
      "readb 0x1000\nreadw 0x1002\nreadl 0x1004\nreadq 0x1000\n",
      "OK\nOK\nOK\nOK 0x0000000000000011\nOK 0x0000000000002233\nOK 0x0000000044556677\n"
      "OK 0x4455667722330011\n" },
    { "write/quad", "writeq 0x1000 0x8877665544332211\nreadl 0x1004\n",
      "OK\nOK 0x0000000088776655\n" },
    { "write/value-is-cut-to-its-width", "writew 0x1000 -1\nreadl 0x1000\n",
      "OK\nOK 0x000000000000ffff\n" },
    { "comment-behind-a-command", "writeb 0x1000 0x12  # CTRL: not finished\nreadb 0x1000 # x\n",
      "OK\nOK 0x0000000000000012\n" },
    { "read/unmapped-is-no-error", "readl 0xffff0000ffff0000\n", "OK 0x0000000000000000\n" },
    { "read/last-byte-of-the-address-space", "readb 0xffffffffffffffff\n",
      "OK 0x0000000000000000\n" },
    { "read/past-the-address-space", "readl 0xffffffffffffffff\nread 0xffffffffffffffff 4\n",
      "OK 0x0000000000000000\nOK 0x00000000\n" },
    { "numbers/decimal-octal-hex-negative",
      "writeb 4096 010\nreadb 010000\nwriteb 0X1000 0XaB\nreadb 0x1000\nreadb -1\nreadb +0\n",
      "OK\nOK 0x0000000000000008\nOK\nOK 0x00000000000000ab\nOK 0x0000000000000000\n"
      "OK 0x0000000000000000\n" },
    { "io/four-digits-at-least", "inb 0x80\ninw 0x80\ninl 0x80\n",
      "OK 0x00ff\nOK 0xffff\nOK 0xffffffff\n" },
    { "io/out", "outb 0x80 1\noutw 0x80 1\noutl 0xffff 1\n", "OK\nOK\nOK\n" },
    { "block/read-hex", "writel 0x1000 0x04030201\nread 0x1000 5\n", "OK\nOK 0x0102030400\n" },
    { "block/read-base64", "writel 0x1000 0x04030201\nb64read 0x1000 4\n",
      "OK\nOK AQIDBA==\n" },
    { "block/read-nothing", "read 0x1000 0\nb64read 0x1000 0\n", "OK 0x\nOK \n" },
    { "block/write-hex", "write 0x1000 4 0x0102aBCd\nread 0x1000 4\n", "OK\nOK 0x0102abcd\n" },
    { "block/write-hex-pads-with-zeros",
      "memset 0x1000 8 0xff\nwrite 0x1000 6 0x01\nread 0x1000 8\n",
      "OK\nOK\nOK 0x010000000000ffff\n" },
    { "block/write-base64", "b64write 0x1000 4 AQIDBA==\nread 0x1000 4\n",
      "OK\nOK 0x01020304\n" },
    { "block/write-nothing", "write 0x1000 0 0x\nb64write 0x1000 0 \n", "OK\nOK\n" },
    { "block/memset", "memset 0x1000 3 0x1ab\nread 0x1000 4\nmemset 0x1000 0 1\n",
      "OK\nOK 0xababab00\nOK\n" },
    { "endianness", "endianness\n", "OK little\n" },
    { "clock/step", "clock_step 100\nclock_step 0x10\n", "OK 100\nOK 116\n" },
    { "clock/set", "clock_set 1000000\nclock_step 1\n", "OK 1000000\nOK 1000001\n" },
    { "clock/set-does-not-go-back", "clock_set 500\nclock_set 100\n", "OK 500\nFAIL 500\n" },
    { "clock/step-stops-at-the-largest-time", "clock_step 9\nclock_step 0x7fffffffffffffff\n",
      "OK 9\nOK 9223372036854775807\n" },
    { "clock/step-without-a-deadline", "clock_step\n", "FAIL cannot advance clock to the next "
      "deadline because there is no pending deadline\n" },
    { "module/present", "module_load hw- gadget\n", "OK\n" },
    { "module/absent", "module_load hw- nothing\n",
      "FAIL module_load: name: no such device class\n" },
    { "pipelined", "endianness\nreadb 0\nendianness\n",
      "OK little\nOK 0x0000000000000000\nOK little\n" },
};

/* After each of these the session must still answer. */
static const Exchange malformed[] = {
    { "empty-line", "\n", "FAIL Unknown command ''\n" },
    { "unknown-command", "x 1 2\n", "FAIL Unknown command 'x'\n" },
    { "upper-case-command", "READB 0\n", "FAIL Unknown command 'READB'\n" },
    { "beginning-of-a-command", "read 0\n", "FAIL read: size: missing\n" },
    { "leading-space", " readb 0\n", "FAIL Unknown command ''\n" },
    { "unprintable-command", "\x01\xff\r\n", "FAIL Unknown command '\?\?\?'\n" },
    { "long-command", "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee\n",
      "FAIL Unknown command 'aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd...'\n" },
    { "missing-address", "readl\n", "FAIL readl: address: missing\n" },
    { "missing-value", "writel 0x1000\n", "FAIL writel: value: missing\n" },
    { "missing-data", "write 0x1000 4\n", "FAIL write: data: missing\n" },
    { "missing-clock", "clock_set\n", "FAIL clock_set: time: missing\n" },
    { "missing-path", "irq_intercept_in\n", "FAIL irq_intercept_in: path: missing\n" },
    { "too-many", "readl 0 1\n", "FAIL readl: too many arguments, expected 1\n" },
    { "too-many-of-many", "readl 0 1 2 3 4 5 6 7 8 9\n",
      "FAIL readl: too many arguments, expected 1\n" },
    { "too-many-for-none", "endianness x\n",
      "FAIL endianness: too many arguments, expected 0\n" },
    { "comment-without-space", "readl 0x1000#\n",
      "FAIL readl: address: '0x1000#' is not a number\n" },
    { "comment-alone", "# x\n", "FAIL Unknown command '#'\n" },
    { "two-spaces", "readl  0\n", "FAIL readl: too many arguments, expected 1\n" },
    { "empty-number", "readl \n", "FAIL readl: address: '' is not a number\n" },
    { "word-for-a-number", "readl here\n", "FAIL readl: address: 'here' is not a number\n" },
    { "number-and-more", "readl 12z\n", "FAIL readl: address: '12z' is not a number\n" },
    { "hex-without-digits", "readl 0x\n", "FAIL readl: address: '0x' is not a number\n" },
    { "hex-with-a-wrong-digit", "readl 0xg\n", "FAIL readl: address: '0xg' is not a number\n" },
    { "octal-with-a-wrong-digit", "readl 08\n", "FAIL readl: address: '08' is not a number\n" },
    { "sign-alone", "readl -\n", "FAIL readl: address: '-' is not a number\n" },
    { "two-signs", "readl +-1\n", "FAIL readl: address: '+-1' is not a number\n" },
    { "carriage-return", "readl 0\r\n", "FAIL readl: address: '0?' is not a number\n" },
    { "over-64-bits", "readl 0x10000000000000000\n", "FAIL readl: address: "
      "0x10000000000000000 is out of range, expected 0 to 0xffffffffffffffff\n" },
    { "value-over-64-bits", "writel 0 18446744073709551616\n", "FAIL writel: value: "
      "18446744073709551616 is out of range, expected 0 to 0xffffffffffffffff\n" },
    { "port-over-16-bits", "inb 0x10000\n",
      "FAIL inb: port: 0x10000 is out of range, expected 0 to 0xffff\n" },
    { "port-negative", "outb -1 0\n",
      "FAIL outb: port: -1 is out of range, expected 0 to 0xffff\n" },
    { "size-too-large", "read 0 0x10000001\n",
      "FAIL read: size: 0x10000001 is out of range, expected 0 to 0x10000000\n" },
    { "size-negative", "b64read 0 -1\n",
      "FAIL b64read: size: -1 is out of range, expected 0 to 0x10000000\n" },
    { "memset-too-large", "memset 0 0xffffffffffffffff 0\n", "FAIL memset: size: "
      "0xffffffffffffffff is out of range, expected 0 to 0x10000000\n" },
    { "write-size-too-large", "write 0x1000 0x10000001 0x11\n",
      "FAIL write: size: 0x10000001 is out of range, expected 0 to 0x10000000\n" },
    { "write-wrong-address", "write x 1 0x11\n", "FAIL write: address: 'x' is not a number\n" },
    { "write-without-0x", "write 0x1000 1 11\n", "FAIL write: data: does not begin with 0x\n" },
    { "write-no-data", "write 0x1000 1 \n",
      "FAIL write: data: missing, expected 0x and hex digits\n" },
    { "write-0x-alone", "write 0x1000 1 0x\n", "FAIL write: data: no digit after 0x\n" },
    { "write-odd-hex", "write 0x1000 2 0x123\n",
      "FAIL write: data: an odd number of hex digits\n" },
    { "write-wrong-hex", "write 0x1000 2 0x12zz\n", "FAIL write: data: not a hex digit\n" },
    { "write-one-more-argument", "write 0x1000 4 0x12 1\n",
      "FAIL write: data: not a hex digit\n" },
    { "write-more-than-size", "write 0x1000 1 0x1234\n",
      "FAIL write: data: longer than size, expected 1 bytes\n" },
    { "base64-wrong-digit", "b64write 0x1000 3 AQ!D\n", "FAIL b64write: data: not base64\n" },
    { "base64-no-padding", "b64write 0x1000 1 AQ\n", "FAIL b64write: data: not base64\n" },
    { "base64-padding-inside", "b64write 0x1000 4 AQ==AQID\n",
      "FAIL b64write: data: not base64\n" },
    { "base64-less-than-size", "b64write 0x1000 4 AQID\n",
      "FAIL b64write: data: 3 bytes, expected 4\n" },
    { "base64-more-than-size", "b64write 0x1000 2 AQID\n",
      "FAIL b64write: data: 3 bytes, expected 2\n" },
    { "base64-much-more-than-size", "b64write 0x1000 2 AQIDAQIDAQID\n",
      "FAIL b64write: data: longer than size, expected 2 bytes\n" },
    { "clock-negative", "clock_step -1\n",
      "FAIL clock_step: time: -1 is out of range, expected 0 to 0x7fffffffffffffff\n" },
    { "irq-unknown-device", "irq_intercept_in nowhere\n", "FAIL Unknown device\n" },
    { "irq-empty-path", "irq_intercept_out \n", "FAIL Unknown device\n" },
    { "irq-out-of-the-controller", "irq_intercept_out ioapic\n",
      "FAIL No intercepts installed\n" },
    { "irq-in-unknown-device", "set_irq_in nowhere unnamed-gpio-in 1 1\n",
      "FAIL Unknown device\n" },
    { "irq-in-unknown-name", "set_irq_in ioapic foo 1 1\n",
      "FAIL set_irq_in: name: 'foo' is unknown, expected unnamed-gpio-in\n" },
    { "irq-in-unknown-line", "set_irq_in ioapic unnamed-gpio-in 24 1\n",
      "FAIL set_irq_in: line: 24 is out of range, expected 0 to 23\n" },
    { "chardev-unknown", "chardev_event c opened\n",
      "FAIL chardev_event: chardev 'c' does not exist\n" },
    { "irq-in-huge-line", "set_irq_in ioapic unnamed-gpio-in 0x100000005 1\n",
      "FAIL set_irq_in: line: 0x100000005 is out of range, expected 0 to 0xffffffff\n" },
};
/* clang-format on */

static void test_exchange(GadgetHost *f, gconstpointer data)
{
    const Exchange *exchange = data;

    (void)f;
    expect(exchange->lines, exchange->replies);
}

static void test_malformed(GadgetHost *f, gconstpointer data)
{
    const Exchange *exchange = data;

    (void)f;
    expect("write 0x1000 4 0xaaaaaaaa\n", "OK\n");
    expect(exchange->lines, exchange->replies);
    expect("read 0x1000 4\n", "OK 0xaaaaaaaa\n");
}

/* The replies are the same wherever the stream is cut. */
static void test_cut_anywhere(GadgetHost *f, gconstpointer data)
{
    const Exchange *exchange = data;

    (void)f;
    g_string_truncate(replies, 0);
    for (const char *byte = exchange->lines; *byte; byte++) {
        ob_qtest_session_input(session, byte, 1);
    }
    g_assert_cmpstr(replies->str, ==, exchange->replies);
}

/* -------------------------------------------------------------------- lines */

static void test_zero_bytes(GadgetHost *f, gconstpointer data)
{
    static const char lines[] = "readl\0 0\nreadl 0\0\nwrite 0 1 0x1\0\n";

    (void)f;
    (void)data;
    ob_qtest_session_input(session, lines, sizeof(lines) - 1);
    g_assert_cmpstr(replies->str, ==,
                    "FAIL Unknown command 'readl?'\n"
                    "FAIL readl: address: '0?' is not a number\n"
                    "FAIL write: data: not a hex digit\n");
}

static void test_endless_line(GadgetHost *f, gconstpointer data)
{
    char block[1000];

    (void)f;
    (void)data;
    memset(block, 'a', sizeof(block));
    for (int i = 0; i < 10; i++) {
        ob_qtest_session_input(session, block, sizeof(block));
    }
    g_assert_cmpstr(replies->str, ==, "FAIL line is too long, expected up to 4096 bytes\n");
    expect("\nendianness\n", "OK little\n");
}

static void test_long_whole_line(GadgetHost *f, gconstpointer data)
{
    char *line = g_strnfill(5000, 'a');

    (void)f;
    (void)data;
    line[4999] = '\n';
    expect(line, "FAIL line is too long, expected up to 4096 bytes\n");
    expect("endianness\n", "OK little\n");
    g_free(line);
}

static void test_one_output_a_batch(GadgetHost *f, gconstpointer data)
{
    GString *lines = g_string_new(NULL);

    (void)f;
    (void)data;
    for (int i = 0; i < 256; i++) {
        g_string_append(lines, "readl 0x1000\n");
    }
    input(lines->str);
    g_assert_cmpuint(outputs, ==, 1);
    g_assert_cmpuint(replies->len, ==, 256 * 22);
    g_string_free(lines, TRUE);
}

static void exchange_set_up(GadgetHost *f, gconstpointer data)
{
    (void)data;
    qtest_set_up(f, NULL);
}

static void exchanges_add(const char *prefix, const Exchange *list, size_t count,
                          void (*test)(GadgetHost *f, gconstpointer data))
{
    for (size_t i = 0; i < count; i++) {
        char *path = g_strdup_printf("/qtest/%s/%s", prefix, list[i].path);

        g_test_add(path, GadgetHost, &list[i], exchange_set_up, test, qtest_tear_down);
        g_free(path);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchanges_add("command", exchanges, G_N_ELEMENTS(exchanges), test_exchange);
    exchanges_add("malformed", malformed, G_N_ELEMENTS(malformed), test_malformed);
    exchanges_add("cut", exchanges, G_N_ELEMENTS(exchanges), test_cut_anywhere);
    exchanges_add("cut-malformed", malformed, G_N_ELEMENTS(malformed), test_cut_anywhere);
    ADD("/qtest/line/zero-bytes-are-malformed", test_zero_bytes);
    ADD("/qtest/line/without-end-is-refused-once", test_endless_line);
    ADD("/qtest/line/too-long-is-refused", test_long_whole_line);
    ADD("/qtest/line/batch-is-put-out-at-once", test_one_output_a_batch);
    return g_test_run();
}
