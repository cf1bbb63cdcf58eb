/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stream whose HEAD no sand glass can have is refused, and changes nothing. */
#include <string.h>

#include "devices/misc/sand-glass-regs.h"
#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "qtest/machine/board.h"
#include "qtest/tests/lib/host-stream.h"

#define BASE     0xfe000000u
#define ENTRIES  4u
#define SENTENCE "HEAD is 4, expected at most 3"

static uint32_t get(ObHost *host, uint32_t reg)
{
    return (uint32_t)ob_host_load(host, HW_SPACE_MEMORY, BASE + 4 * reg, 4);
}

static void put(ObHost *host, uint32_t reg, uint32_t value)
{
    ob_host_store(host, HW_SPACE_MEMORY, BASE + 4 * reg, value, 4);
}

static ObHost *host_new(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    const ObOption place = { "addr", "0xfe000000" };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);

    g_assert_true(ob_host_load_plugins(host, g_getenv("OUTBOARD_SET"), &error));
    ob_host_add_device(host, "sand-glass", &place, 1, &error);
    g_assert_cmpstr(error.text, ==, "");
    put(host, SAND_ENTRIES, ENTRIES);
    return host;
}

/* Sets HEAD in the stream.  Its registers follow ID, which occurs once. */
static void head_forge(GByteArray *stream, uint32_t head)
{
    uint8_t id[4];
    uint8_t *regs;

    hw_store_be32(id, SAND_MAGIC);
    regs = memmem(stream->data, stream->len, id, sizeof(id));
    g_assert_nonnull(regs);
    g_assert_cmphex(hw_load_be32(regs + 4 * SAND_ENTRIES), ==, ENTRIES);
    hw_store_be32(regs + 4 * SAND_HEAD, head);
}

/* Loads the forged stream.  Returns the refusal, or NULL. */
static char *outcome(ObHost *host, uint32_t head)
{
    g_autoptr(GByteArray) stream = host_stream_save(host);

    head_forge(stream, head);
    put(host, SAND_PERIOD, 77);
    return host_stream_refusal(host, stream);
}

static void test_head_behind_the_ring(void)
{
    ObHost *host = host_new();
    g_autofree char *refusal = outcome(host, ENTRIES);

    g_assert_nonnull(refusal);
    g_assert_nonnull(strstr(refusal, SENTENCE));
    g_assert_cmpuint(get(host, SAND_HEAD), ==, 0);
    g_assert_cmpuint(get(host, SAND_PERIOD), ==, 77);
    ob_host_free(host);
}

static void test_head_in_the_ring(void)
{
    ObHost *host = host_new();
    g_autofree char *refusal = outcome(host, ENTRIES - 1);

    g_assert_null(refusal);
    g_assert_cmpuint(get(host, SAND_HEAD), ==, ENTRIES - 1);
    g_assert_cmpuint(get(host, SAND_PERIOD), ==, 1000); /* its reset value */
    ob_host_free(host);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sand-glass-refused/head-behind-the-ring", test_head_behind_the_ring);
    g_test_add_func("/sand-glass-refused/head-in-the-ring", test_head_in_the_ring);
    return g_test_run();
}
