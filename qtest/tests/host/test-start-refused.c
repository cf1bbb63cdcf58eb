/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refusals at the program's start that need files or many devices.  Other options' refusals are in
 * test-options-refused.c. */
#include <glib.h>

#include "qtest/tests/lib/shell.h"

typedef struct Row {
    const char *name;
    const char *command; /* in a scratch directory; $HOST is the program, $TOOL outboard-stream */
    const char *sentence;
} Row;

/* clang-format off */
static const Row refusals[] = {
    { "fw-cfg-file-that-is-a-directory", "\"$HOST\" -machine pc -fw_cfg name=opt/x,file=/",
      "-fw_cfg: Failed to read file '/': Is a directory" },
    { "bios-that-is-nowhere", "\"$HOST\" -machine pc -bios missing",
      "-bios: could not load PC BIOS 'missing': Could not open 'missing': No such file" },
    { "bios-that-is-a-directory", "\"$HOST\" -machine pc -bios .",
      "-bios: could not load PC BIOS '.': 'file' driver requires '.' to be a regular file" },
    { "bios-of-odd-size", "head -c 65100 /dev/zero >bios && \"$HOST\" -machine pc -bios bios",
      "could not load PC BIOS 'bios': 65100 bytes, expected a multiple of 65536" },
    { "bios-and-flash-on-virt",
      "truncate -s 64M f && \"${HOST%x86_64}aarch64\" -bios f -drive if=pflash,format=raw,file=f",
      "The contents of the first flash device may be specified with -bios or with -drive "
      "if=pflash, but you cannot use both options at once" },
    { "flash-that-is-nowhere", "\"$HOST\" -machine pc -drive if=pflash,format=raw,file=missing",
      "-drive: Could not open 'missing': No such file or directory" },
    { "flash-of-a-missing-node",
      "\"$HOST\" -blockdev file,node-name=n,filename=missing -machine pc,pflash0=n",
      "-machine: Could not open 'missing': No such file or directory" },
    { "flash-of-odd-size",
      "echo >f && \"$HOST\" -machine pc -drive if=pflash,format=raw,file=f",
      "system firmware block device pflash0 has invalid size 512" },
    { "flash-of-a-machine-without-it",
      "truncate -s 4K f && \"$HOST\" -machine none -drive if=pflash,format=raw,file=f",
      "-drive: machine type does not support if=pflash,bus=0,unit=0" },
    { "low-ram-of-half-a-page", "\"$HOST\" -machine pc,max-ram-below-4g=4097",
      "-machine: max-ram-below-4g: 4097 bytes, expected a multiple of 4096" },
    { "fw-cfg-of-an-unknown-generator", "\"$HOST\" -machine pc -fw_cfg opt/x,gen_id=g",
      "-fw_cfg: Cannot find object ID 'g'" },
    { "fw-cfg-of-no-generator",
      "\"$HOST\" -machine pc -object iothread,id=g -fw_cfg opt/x,gen_id=g",
      "-fw_cfg: Object ID 'g' is not a 'fw_cfg-data-generator' subclass" },
    { "pipe-that-is-nowhere",
      "\"$HOST\" -machine pc -chardev pipe,id=c,path=missing -mon chardev=c",
      "pipe:missing: can't open: No such file or directory" },
    { "plugin-watched-in-a-missing-directory", "\"$HOST\" -machine pc -plugin-set /none/x.so,watch=on",
      "-plugin-set: /none can't be watched: No such file or directory" },
    { "filter-dump-into-a-missing-directory",
      "\"$HOST\" -netdev hubport,hubid=0,id=n -object filter-dump,id=f,netdev=n,file=missing/x",
      "-object: filter-dump: can't write 'missing/x': No such file or directory" },
    { "memory-in-a-directory-without-files",
      "\"$HOST\" -m 64M -object memory-backend-file,id=m,size=64M,mem-path=/proc",
      "-object: m: can't create a file in '/proc': No such file or directory" },
    { "network-cards-for-each-address",
      "\"$HOST\" -machine pc $(for n in $(seq 257); do "
      "echo -netdev hubport,hubid=0,id=n$n -device virtio-net-mmio,netdev=n$n; done)",
      "no address is left, expected mac=" },
    { "stream-check-without-a-plugin",
      "cp \"$TOOL\" tool && ./tool check \"$OB_STREAMS/x86-crb-reset-7.2.bin\"",
      "check: the plugin is missing, expected --set FILE" },
};

/* The program goes on. */
static const Row warnings[] = {
    { "flash-file-that-is-full",
      "truncate -s 4K f; mkfifo in out; (trap '' XFSZ; ulimit -f 0; "
      "exec \"$HOST\" -machine pc -pflash f -qtest stdio <in >out) & exec 3>in 4<out; "
      "printf 'writeb 0xfffff000 0x40\\nwriteb 0xfffff000 0\\n' >&3; read a <&4; read a <&4; "
      "kill $!; wait $!; test \"$a\" = OK",
      "Could not update PFLASH: File too large" },
    { "disk-smaller-than-a-sector",
      "echo >small && echo quit | \"$HOST\" -machine pc -drive if=none,id=d,file=small "
      "-device ide-hd,drive=d -monitor stdio",
      "disk: can't read the first sector of 'small': it is smaller" },
    { "nographic-and-a-monitor-behind-a-key",
      "printf '\\001cquit\\n' | \"$HOST\" -machine pc -nographic",
      "monitor - type 'help' for more information" },
    { "low-ram-too-small-for-firmware",
      "echo quit | \"$HOST\" -machine q35,max-ram-below-4g=64K -monitor stdio",
      "warning: Only 65536 bytes of RAM below the 4GiB boundary,BIOS may not work with less than 1MiB" },
    { "low-ram-of-pc-not-in-gibibytes",
      "echo quit | \"$HOST\" -machine pc,max-ram-below-4g=64M -monitor stdio",
      "warning: Large machine and max_ram_below_4g (67108864) not a multiple of 1G; possible bad "
      "performance." },
    { "low-ram-of-q35-not-in-gibibytes",
      "echo quit | \"$HOST\" -machine q35,max-ram-below-4g=600M -m 2G -monitor stdio",
      "warning: There is possibly poor performance as the ram size  (0x80000000) is more then twice the "
      "size of max-ram-below-4g (629145600) and max-ram-below-4g is not a multiple of 1G." },
    { "fw-cfg-name-of-the-host",
      "echo quit | \"$HOST\" -machine pc -fw_cfg name=etc/x,string=y -monitor stdio",
      "warning: -fw_cfg: etc/x: such names are for the host itself, expected a name that starts "
      "with opt/" },
};
/* clang-format on */

static void test_refusal(gconstpointer opaque)
{
    const Row *row = opaque;
    ObScratch *scratch = ob_scratch_new();

    shell_assert_refused(scratch, row->command, row->sentence);
    ob_scratch_free(scratch);
}

static void test_warning(gconstpointer opaque)
{
    const Row *row = opaque;
    ObScratch *scratch = ob_scratch_new();

    shell_assert_says(scratch, row->command, row->sentence);
    ob_scratch_free(scratch);
}

static void rows_add(const Row *rows, size_t count, const char *kind, GTestDataFunc function)
{
    for (size_t i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("/start/%s/%s", kind, rows[i].name);

        g_test_add_data_func(path, &rows[i], function);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    rows_add(refusals, G_N_ELEMENTS(refusals), "refused", test_refusal);
    rows_add(warnings, G_N_ELEMENTS(warnings), "warned-of", test_warning);
    return g_test_run();
}
