/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each verb of a client over a socket: the lines that it sends, and what it makes of the answers. */
#include <string.h>

#include "qtest/tests/client/scripted-peer.h"

#define TIMEOUT_MS 20000

typedef struct Row {
    const char *name;
    void (*use)(ObClient *c);
    const char *script;  /* scripted-peer.h */
    const char *failure; /* NULL: the client has not failed */
} Row;

/* ----------------------------------------------------------------- guest accesses */

static void loads(ObClient *c)
{
    g_assert_cmphex(ob_client_readb(c, 0), ==, 0x1f);
    g_assert_cmphex(ob_client_readw(c, 0x10), ==, 0x1234);
    g_assert_cmphex(ob_client_readl(c, 0xfed40000), ==, 0x89abcdef);
    g_assert_cmphex(ob_client_readq(c, UINT64_MAX), ==, 0xfedcba9876543210);
}

static void stores(ObClient *c)
{
    ob_client_writeb(c, 0, 0);
    ob_client_writew(c, 0xf, 0x10);
    ob_client_writel(c, 0x10, 0xffffffff);
    ob_client_writeq(c, UINT64_MAX, UINT64_C(1) << 60);
}

static void ports(ObClient *c)
{
    g_assert_cmphex(ob_client_inb(c, 0x71), ==, 0x26);
    g_assert_cmphex(ob_client_inw(c, 0x510), ==, 0x8086);
    g_assert_cmphex(ob_client_inl(c, 0xcfc), ==, 0x29c08086);
    ob_client_outb(c, 0x70, 0x8f);
    ob_client_outw(c, 0x510, 5);
    ob_client_outl(c, 0xcf8, 0x80000000);
}

/* Answers may come before they are waited for. */
static void answers_early(ObClient *c)
{
    g_assert_cmphex(ob_client_readb(c, 1), ==, 1);
    g_assert_cmphex(ob_client_readb(c, 2), ==, 2);
    g_assert_cmphex(ob_client_readb(c, 3), ==, 3);
}

static void load_fails(ObClient *c)
{
    g_assert_cmphex(ob_client_readl(c, 0x10), ==, 0);
    ob_client_writel(c, 0x10, 0);
}

static void store_fails(ObClient *c)
{
    ob_client_writel(c, 0x10, 1);
}

/* ------------------------------------------------------------------- byte strings */

static void bytes_short(ObClient *c)
{
    uint8_t bytes[3] = { 9, 9, 9 };

    ob_client_memread(c, 0x20, bytes, 0);
    g_assert_cmphex(bytes[0], ==, 9);
    ob_client_memread(c, 0x20, bytes, 2);
    g_assert_cmpmem(bytes, 3, "\x0a\xb0\x09", 3);
    ob_client_memwrite(c, 0x20, bytes, 0);
    ob_client_memwrite(c, 0x20, bytes, 3);
    ob_client_memset(c, 0x20, 0x0f, 0x100);
}

/* 64 bytes are hexadecimal, more are base64. */
static void bytes_longer(ObClient *c)
{
    uint8_t bytes[65];

    memset(bytes, 0, sizeof(bytes));
    ob_client_memwrite(c, 1, bytes, 64);
    ob_client_memwrite(c, 1, bytes, 65);
    ob_client_memread(c, 1, bytes, 64);
    for (size_t i = 0; i < 64; i++) {
        g_assert_cmphex(bytes[i], ==, 0x11);
    }
    ob_client_memread(c, 1, bytes, 65);
    for (size_t i = 0; i < 65; i++) {
        g_assert_cmphex(bytes[i], ==, 0xff);
    }
}

static void read_fails(ObClient *c)
{
    uint8_t bytes[2] = { 7, 7 };

    ob_client_memread(c, 0x20, bytes, 2);
}

static void read_long_fails(ObClient *c)
{
    uint8_t bytes[66];

    ob_client_memread(c, 0x20, bytes, sizeof(bytes));
}

/* A host that refuses gives zeros. */
static void read_refused(ObClient *c)
{
    uint8_t bytes[2] = { 7, 7 };

    ob_client_memread(c, 0x20, bytes, 2);
    g_assert_cmpmem(bytes, 2, "\0\0", 2);
}

/* ---------------------------------------------------------- interrupts and clock */

static void order_of_bytes(ObClient *c)
{
    g_assert_true(ob_client_big_endian(c));
    g_assert_false(ob_client_big_endian(c));
    g_assert_false(ob_client_big_endian(c));
}

static void intercepts(ObClient *c)
{
    g_assert_true(ob_client_irq_intercept_in(c, "ioapic"));
    g_assert_true(ob_client_irq_intercept_out(c, "/machine/x", "line"));
    g_assert_false(ob_client_irq_intercept_out(c, "/machine/y", NULL));
}

static void levels(ObClient *c)
{
    static const struct {
        uint32_t line;
        bool level;
    } rows[] = { { 0, true }, { 1, false }, { 5, false }, { 255, true }, { 256, false } };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpint(ob_client_irq_get(c, rows[i].line), ==, rows[i].level);
    }
}

static void inputs(ObClient *c)
{
    g_assert_true(ob_client_set_irq_in(c, "/machine/x", NULL, 0, true));
    g_assert_false(ob_client_set_irq_in(c, "/machine/x", "line", 33, false));
}

static void times(ObClient *c)
{
    g_assert_cmpint(ob_client_clock_step(c, 100), ==, 1100);
    g_assert_cmpint(ob_client_clock_step_next(c), ==, 5000000000);
    g_assert_cmpint(ob_client_clock_step_next(c), ==, -1);
    g_assert_cmpint(ob_client_clock_set(c, 7), ==, 7);
}

/* ------------------------------------------------------------------- other peers */

static void frames(ObClient *c)
{
    size_t size;
    g_autofree uint8_t *frame = NULL;

    g_assert_true(ob_client_net_send(c, "net0", "\x01\xff", 2));
    g_assert_false(ob_client_net_send(c, "net0", "\x02", 1));
    frame = ob_client_net_receive(c, "net0", &size);
    g_assert_cmpmem(frame, size, "\xab\xcd\x0f", 3);
    g_assert_null(ob_client_net_receive(c, "net0", &size));
    g_assert_cmpuint(size, ==, 0);
}

static void streams(ObClient *c)
{
    size_t size;
    g_autofree uint8_t *bytes = NULL;

    g_assert_true(ob_client_chardev_send(c, "s0", "", 0));
    g_assert_true(ob_client_chardev_send(c, "s0", "ab", 2));
    g_assert_false(ob_client_chardev_send(c, "s0", "c", 1));
    bytes = ob_client_chardev_receive(c, "s0", &size);
    g_assert_cmpmem(bytes, size, "\x41", 1);
    g_assert_true(ob_client_chardev_event(c, "s0", "break"));
    g_assert_false(ob_client_chardev_event(c, "s0", "opened"));
}

static void raw_lines(ObClient *c)
{
    g_autofree char *answer = ob_client_qtest(c, "some line");

    g_assert_cmpstr(answer, ==, "FAIL Unknown command 'some'");
    g_assert_true(ob_client_module_load(c, "hw-", "x"));
    g_assert_false(ob_client_module_load(c, "hw-", "y"));
}

static void line_answered(void *opaque, size_t index, const char *answer, const bool *levels)
{
    g_string_append_printf(opaque, "%zu: %s, line 5 is %d\n", index, answer, levels[5]);
}

/* The levels are those that hold when each answer comes. */
static void lines_together(ObClient *c)
{
    static const char lines[] = "writel 0x0 0x1\nreadl 0x0\nnonsense\n";
    g_autoptr(GString) told = g_string_new(NULL);

    g_assert_true(ob_client_qtest_lines(c, lines, strlen(lines), 3, line_answered, told));
    g_assert_cmpstr(told->str, ==,
                    "0: OK, line 5 is 0\n1: OK 0x1, line 5 is 1\n2: FAIL unknown, line 5 is 1\n");
}

/* More than GATHERED of socket-lines.c, in two halves, from a host that answers late. */
static void lines_apart(ObClient *c)
{
    g_autoptr(GString) lines = g_string_new(NULL);
    g_autoptr(GString) told = g_string_new(NULL);

    for (int i = 0; i < 9; i++) {
        g_string_append(lines, "readl 0x0\n");
    }
    g_assert_true(ob_client_lines_send(c, lines->str, lines->len));
    g_assert_cmpstr(told->str, ==, "");
    g_assert_true(ob_client_lines_await(c, 9, line_answered, told));
    g_assert_true(g_str_has_prefix(told->str, "0: OK 0x0, line 5 is 0\n1: OK 0x1, line 5 is 0\n"));
    g_assert_true(g_str_has_suffix(told->str, "7: OK 0x7, line 5 is 1\n8: OK 0x8, line 5 is 1\n"));
}

static void long_request(ObClient *c)
{
    g_autofree char *path = g_strnfill(600, 'p');

    g_assert_false(ob_client_irq_intercept_in(c, path));
}

static void qmp(ObClient *c)
{
    g_assert_null(ob_client_qmp(c, "query-status", NULL, NULL));
}

static void qmp_event(ObClient *c)
{
    g_assert_null(ob_client_qmp_event(c, "RESET", 1));
}

static void reset(ObClient *c)
{
    ob_client_reset(c);
}

static void others(ObClient *c)
{
    g_assert_false(ob_client_poll(c));
    g_assert_cmpint(ob_client_pid(c), ==, 0);
    g_assert_null(ob_client_host(c));
}

/* clang-format off */
static const Row rows[] = {
    { "loads", loads,
      "> readb 0x0\n< OK 0x000000000000001f\n"
      "> readw 0x10\n< OK 0x0000000000001234\n"
      "> readl 0xfed40000\n< OK 0x0000000089abcdef\n"
      "> readq 0xffffffffffffffff\n< OK 0xfedcba9876543210\n", NULL },
    { "stores", stores,
      "> writeb 0x0 0x0\n< OK\n"
      "> writew 0xf 0x10\n< OK\n"
      "> writel 0x10 0xffffffff\n< OK\n"
      "> writeq 0xffffffffffffffff 0x1000000000000000\n< OK\n", NULL },
    { "ports", ports,
      "> inb 0x71\n< OK 0x0026\n> inw 0x510\n< OK 0x8086\n> inl 0xcfc\n< OK 0x29c08086\n"
      "> outb 0x70 0x8f\n< OK\n> outw 0x510 0x5\n< OK\n> outl 0xcf8 0x80000000\n< OK\n", NULL },
    { "answers-come-early", answers_early,
      "> readb 0x1\n< OK 0x1\n< OK 0x2\n< IRQ raise 4\n< OK 0x3\n> readb 0x2\n> readb 0x3\n", NULL },
    { "load-is-refused", load_fails, "> readl 0x10\n< FAIL no memory\n",
      "PEER refused: readl 0x10: FAIL no memory" },
    { "store-is-refused", store_fails, "> writel 0x10 0x1\n< ERR no memory\n",
      "PEER refused: writel 0x10 0x1: ERR no memory" },
    { "bytes", bytes_short,
      "> read 0x20 0x2\n< OK 0x0ab0\n"
      "> write 0x20 0x3 0x0ab009\n< OK\n"
      "> memset 0x20 0x100 0x0f\n< OK\n", NULL },
#define HEX_4(x)   x x x x
#define HEX_64(x)  HEX_4(HEX_4(HEX_4(x)))
#define B64_FF_65  HEX_4(HEX_4("////")) "////" "////" "////" "////" "////" "//8="
    { "more-bytes", bytes_longer,
      "> write 0x1 0x40 0x" HEX_64("00") "\n< OK\n"
      "> b64write 0x1 0x41 " HEX_4(HEX_4("AAAA")) "AAAA" "AAAA" "AAAA" "AAAA" "AAAA" "AAA=\n< OK\n"
      "> read 0x1 0x40\n< OK 0x" HEX_64("11") "\n"
      "> b64read 0x1 0x41\n< OK " B64_FF_65 "\n", NULL },
    { "bytes-are-refused", read_refused, "> read 0x20 0x2\n< FAIL\n",
      "PEER refused: read 0x20 0x2: FAIL" },
    { "too-few-bytes", read_fails, "> read 0x20 0x2\n< OK 0x0a\n",
      "PEER refused: read 0x20 0x2" },
    { "too-many-bytes", read_fails, "> read 0x20 0x2\n< OK 0x0a0b0c\n",
      "PEER refused: read 0x20 0x2" },
    { "bytes-that-are-no-digits", read_fails, "> read 0x20 0x2\n< OK 0x0a0x\n",
      "PEER refused: read 0x20 0x2" },
    { "bytes-that-begin-with-no-digit", read_fails, "> read 0x20 0x2\n< OK 0x0ax0\n",
      "PEER refused: read 0x20 0x2" },
    { "too-few-bytes-of-many", read_long_fails, "> b64read 0x20 0x42\n< OK " B64_FF_65 "\n",
      "PEER refused: b64read 0x20 0x42" },
    { "endianness", order_of_bytes,
      "> endianness\n< OK big\n> endianness\n< OK little\n> endianness\n< FAIL\n", NULL },
    { "intercepts", intercepts,
      "> irq_intercept_in ioapic\n< OK\n"
      "> irq_intercept_out /machine/x line\n< OK\n"
      "> irq_intercept_out /machine/y\n< FAIL Unknown device\n", NULL },
    { "levels-of-interrupts", levels,
      "> endianness\n< IRQ raise 0\n< IRQ raise 1\n< IRQ raise 255\n< IRQ raise 256\n< OK little\n"
      "> endianness\n< IRQ lower 1\n< OK little\n"
      "> endianness\n< IRQ message 5\n< IRQ raise\n< OK little\n"
      "> endianness\n< OK little\n> endianness\n< OK little\n", NULL },
    { "inputs", inputs,
      "> set_irq_in /machine/x unnamed-gpio-in 0 1\n< OK\n"
      "> set_irq_in /machine/x line 33 0\n< FAIL Unknown IRQ\n", NULL },
    { "clock", times,
      "> clock_step 100\n< OK 1100\n> clock_step\n< OK 5000000000\n"
      "> clock_step\n< FAIL No deadline\n> clock_set 7\n< OK 7\n", NULL },
    { "frames", frames,
      "> net_send net0 0x01ff\n< OK\n> net_send net0 0x02\n< FAIL\n"
      "> net_receive net0\n< OK 0xabcd0f\n> net_receive net0\n< OK\n", NULL },
    { "byte-streams", streams,
      "> chardev_send s0 0x6162\n< OK\n> chardev_send s0 0x63\n< FAIL\n"
      "> chardev_receive s0\n< OK 0x41\n"
      "> chardev_event s0 break\n< OK\n> chardev_event s0 opened\n< FAIL\n", NULL },
    { "raw-lines", raw_lines,
      "> some line\n< FAIL Unknown command 'some'\n"
      "> module_load hw- x\n< OK\n> module_load hw- y\n< FAIL\n", NULL },
    { "lines-together", lines_together,
      "> writel 0x0 0x1\n> readl 0x0\n> nonsense\n"
      "< OK\n< IRQ raise 5\n< OK 0x1\n< FAIL unknown\n", NULL },
    { "lines-apart", lines_apart,
      "> readl 0x0\n> readl 0x0\n> readl 0x0\n> readl 0x0\n> readl 0x0\n> readl 0x0\n"
      "> readl 0x0\n> readl 0x0\n> readl 0x0\n"
      "< OK 0x0\n< OK 0x1\n< OK 0x2\n< OK 0x3\n< OK 0x4\n< OK 0x5\n< OK 0x6\n< IRQ raise 5\n"
      "< OK 0x7\n< OK 0x8\n", NULL },
    { "request-is-too-long", long_request, "",
      "qtest: the request is too long: irq_intercept_in "
      "ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp..." },
    { "qmp", qmp, "",
      "PEER: there is no QMP connection for: {\"execute\":\"query-status\"}" },
    { "qmp-event", qmp_event, "", "PEER: there is no QMP connection for: event RESET" },
    { "reset", reset, "",
      "PEER: there is no QMP connection for: {\"execute\":\"system_reset\"}" },
    { "nothing-is-asked", others, "", NULL },
};
/* clang-format on */

/* The requests of a script. */
static char *requests_of(const char *script)
{
    g_auto(GStrv) lines = g_strsplit(script, "\n", 0);
    GString *requests = g_string_new(NULL);

    for (char **line = lines; *line; line++) {
        if (**line == '>') {
            g_string_append_printf(requests, "%s\n", *line);
        }
    }
    return g_string_free(requests, FALSE);
}

static void test_row(gconstpointer opaque)
{
    const Row *row = opaque;
    ScriptedPeer *peer = scripted_peer_new(row->script, TIMEOUT_MS);
    g_autofree char *expected = requests_of(row->script);
    g_autofree char *failure = NULL, *requests = NULL;

    row->use(scripted_peer_client(peer));
    failure = g_strdup(scripted_peer_failure(peer));
    requests = scripted_peer_end(peer);
    g_assert_cmpstr(requests, ==, expected);
    if (row->failure) {
        g_assert_true(failure && g_str_has_prefix(failure, row->failure));
    } else {
        g_assert_cmpstr(failure, ==, NULL);
    }
}

/* ------------------------------------------------------------------------- parts */

/* Lines of a frame's parts: 1024 bytes each, the last by net_send. */
static char *parts_script(const char *part, const char *last, size_t size, size_t last_min)
{
    GString *script = g_string_new(NULL);

    while (size >= last_min) {
        size_t count = MIN(size, 1024);
        g_autofree char *digits = g_strnfill(2 * count, 'e');

        g_string_append_printf(script, "> %s 0x%s\n< OK\n", size > 1024 ? part : last, digits);
        size -= count;
        if (!size) {
            break;
        }
    }
    return g_string_free(script, FALSE);
}

static void parts_test(bool net, size_t size)
{
    g_autofree char *script = net ? parts_script("net_part n", "net_send n", size, 0)
                                  : parts_script("chardev_send s", "chardev_send s", size, 1);
    g_autofree char *expected = requests_of(script), *requests = NULL;
    g_autofree uint8_t *bytes = g_malloc(size + 1);
    ScriptedPeer *peer = scripted_peer_new(script, TIMEOUT_MS);
    ObClient *c = scripted_peer_client(peer);

    memset(bytes, 0xee, size);
    g_assert_true(net ? ob_client_net_send(c, "n", bytes, size)
                      : ob_client_chardev_send(c, "s", bytes, size));
    requests = scripted_peer_end(peer);
    g_assert_cmpstr(requests, ==, expected);
}

static void test_parts(void)
{
    static const size_t sizes[] = { 1023, 1024, 1025, 2048, 2049, 4096 };

    parts_test(true, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        parts_test(true, sizes[i]);
        parts_test(false, sizes[i]);
    }
}

/* The parts after a refused one stay with the client. */
static void test_part_refused(void)
{
    g_autofree char *digits = g_strnfill(2048, '0');
    g_autofree char *script = g_strdup_printf("> net_part n 0x%s\n< FAIL\n", digits);
    g_autofree char *expected = requests_of(script), *requests = NULL;
    g_autofree uint8_t *bytes = g_malloc0(3000);
    ScriptedPeer *peer = scripted_peer_new(script, TIMEOUT_MS);

    g_assert_false(ob_client_net_send(scripted_peer_client(peer), "n", bytes, 3000));
    requests = scripted_peer_end(peer);
    g_assert_cmpstr(requests, ==, expected);
}

/* A mebibyte is a piece. */
static void test_pieces(void)
{
    g_autoptr(GString) script = g_string_new(NULL), expected = g_string_new(NULL);
    size_t size = (2 << 20) + 5;
    g_autofree uint8_t *bytes = g_malloc(size), *ones = g_malloc(size);
    g_autofree char *piece = NULL, *requests = NULL;
    ScriptedPeer *peer;

    memset(ones, 1, size);
    piece = g_base64_encode(ones, 1 << 20);
    g_string_printf(script,
                    "> b64read 0x7 0x100000\n< OK %s\n> b64read 0x100007 0x100000\n< OK %s\n"
                    "> read 0x200007 0x5\n< OK 0x0101010101\n",
                    piece, piece);
    g_string_printf(expected,
                    "> b64read 0x7 0x100000\n> b64read 0x100007 0x100000\n> read 0x200007 0x5\n"
                    "> b64write 0x3 0x100000 %s\n> write 0x100003 0x1 0x01\n",
                    piece);
    g_string_append(script, "> \n< OK\n> \n< OK\n");
    peer = scripted_peer_new(script->str, TIMEOUT_MS);
    ob_client_memread(scripted_peer_client(peer), 7, bytes, size);
    g_assert_cmpmem(bytes, size, ones, size);
    ob_client_memwrite(scripted_peer_client(peer), 3, ones, (1 << 20) + 1);
    requests = scripted_peer_end(peer);
    g_assert_true(g_str_equal(requests, expected->str));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/client-requests/", rows[i].name, NULL);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/client-requests/long-frames-have-parts", test_parts);
    g_test_add_func("/client-requests/refused-part-is-the-last", test_part_refused);
    g_test_add_func("/client-requests/long-strings-have-pieces", test_pieces);
    return g_test_run();
}
