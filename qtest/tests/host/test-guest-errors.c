/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each line of -d guest_errors, and the accesses that bring it. */
#include <string.h>

#include "qtest/client/client.h"
#include "qtest/client/process/scratch.h"

#define TPM      "-device tpm-crb,tpmdev=t -tpmdev libtpms,id=t"
#define CTRL_REQ "0xfed40040"

typedef struct Row {
    const char *name;
    const char *device;
    const char *lines; /* the answer to each is OK */
    bool looks;        /* then somebody looks at the screen */
    const char *log;   /* the whole */
} Row;

/* The function at 00:04.0: BAR 0 at 0xfe000000, memory and bus master on. */
#define CONFIG(offset)  "outl 0xcf8 0x800020" offset "\n"
#define FUNCTION_MAPPED CONFIG("10") "outl 0xcfc 0xfe000000\n" CONFIG("04") "outw 0xcfc 0x6\n"

/* Messages go to the function's own register that sends messages. */
#define EDU_MESSAGES                                                  \
    CONFIG("44")                                                      \
    "outl 0xcfc 0xfe000060\n" CONFIG("48") "outl 0xcfc 0x0\n" CONFIG( \
        "4c") "outl 0xcfc 0x1\n" CONFIG("40") "outw 0xcfe 0x1\n"

#define BOCHS_MODE(width, height, bits)                                  \
    "writew 0xfe000502 " width "\nwritew 0xfe000504 " height "\nwritew " \
    "0xfe000506 " bits "\nwritew 0xfe000508 0x1\n"

/* clang-format off */
static const Row rows[] = {
    { "reserved-bits", TPM, "writel " CTRL_REQ " 0xf0\n", false,
      "tpm-crb: CTRL_REQ: reserved or read-only bits written: 0xf0\n" },
    { "no-register", TPM, "writew 0xfed40010 0x17\n", false,
      "tpm-crb: mmio: write of 0x17, 2 bytes, where there is no register: 0x10\n" },
    { "past-the-buffer",
      "-tpmdev libtpms,id=t -device tpm-crb-device,tpmdev=t,addr=0xfe000000,window=16384",
      "writel 0xfe001000 0x17\n", false,
      "tpm-crb-device: write of 0x17 at offset 0x1000, past the buffer\n" },
    { "unknown-events", "-device pvpanic", "outb 0x505 0x80\n", false,
      "pvpanic: unknown events 0x80, expected bits of 0x07\n" },
    { "ring-outside-of-ram", "-device sand-glass,addr=0xfe000000",
      "writel 0xfe00000c 0x0\nwritel 0xfe000010 0x70\nwritel 0xfe000014 0x4\n"
      "writel 0xfe000020 0x64\nwritel 0xfe00001c 0x1\nwritel 0xfe000004 0x1\n"
      "clock_step 100000\n", false,
      "sand-glass: descriptor 0 or its buffer is not in RAM\n" },
    { "transfer-of-too-many-bytes", "-device edu,addr=4",
      FUNCTION_MAPPED
      "writeq 0xfe000080 0x0\nwriteq 0xfe000088 0x40000\nwriteq 0xfe000090 0x1001\n"
      "writeq 0xfe000098 0x1\nclock_step 1000000000\n", false,
      "edu: the transfer of 0x1001 bytes failed\n" },
    { "message-that-sends-another", "-device edu,addr=4",
      FUNCTION_MAPPED EDU_MESSAGES "writel 0xfe000060 0x1\n", false,
      "edu: the message to 0xfe000060 makes the function send another, ignored\n" },
    { "mode-that-is-small", "-device bochs-display,addr=4",
      CONFIG("18") "outl 0xcfc 0xfe000000\n" CONFIG("10") "outl 0xcfc 0xd0000000\n"
      CONFIG("04") "outw 0xcfc 0x6\n" BOCHS_MODE("0x20", "0x30", "0x20"), true,
      "bochs-display: mode 32x48, 32 bits: not possible: "
      "expected 64x64 or more, 16 or 32 bits, in video memory\n" },
};
/* clang-format on */

static ObClient *program_start(const Row *row, const char *log)
{
    HW_ERROR(error, 4096);
    g_autofree char *arguments = g_strdup_printf("-machine pc %s -d guest_errors -D %s",
                                                 row->device, log);
    const ObStart start = { .program = g_getenv("OB_PROGRAM"), .arguments = arguments };
    ObClient *c = ob_client_start(&start, &error);

    g_assert_cmpstr(error.text, ==, "");
    return c;
}

static void screen_look(ObClient *c, const char *file)
{
    json_t *error = NULL;

    json_decref(ob_client_qmp(c, "screendump", json_pack("{s:s}", "filename", file), &error));
    json_decref(error);
}

static void test_row(gconstpointer opaque)
{
    const Row *row = opaque;
    ObScratch *scratch = ob_scratch_new();
    g_autofree char *log = g_build_filename(ob_scratch_path(scratch), "log", NULL);
    g_autofree char *screen = g_build_filename(ob_scratch_path(scratch), "screen", NULL);
    g_auto(GStrv) lines = g_strsplit(row->lines, "\n", 0);
    g_autofree char *text = NULL;
    ObClient *c = program_start(row, log);

    for (char **line = lines; **line; line++) {
        g_autofree char *answer = ob_client_qtest(c, *line);

        g_assert_true(g_str_has_prefix(answer, "OK"));
    }
    if (row->looks) {
        screen_look(c, screen);
    }
    ob_client_quit(c);
    g_assert_true(g_file_get_contents(log, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, row->log);
    ob_scratch_free(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/guest-errors/", rows[i].name, NULL);

        g_test_add_data_func(path, &rows[i], test_row);
    }
    return g_test_run();
}
