/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The images that the installed libvirt makes by `virsh save`, in each of its formats.  The tool
 * reads them, and `virsh restore` takes what filter makes of them.
 */
#include <stdlib.h>
#include <string.h>

#include "qtest/tests/lib/libvirt-sides.h"
#include "qtest/tests/lib/tool-run.h"

/* cortex-a57 by TCG, without firmware: the guest runs into exceptions for ever. */
static const char xml[] =
    "<domain type='qemu'><name>vm</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>"
    "<os><type arch='aarch64' machine='virt-7.2'>hvm</type></os>"
    "<cpu mode='custom'><model>cortex-a57</model></cpu><devices>"
    "<controller type='usb' model='none'/><memballoon model='none'/></devices></domain>";

typedef struct Format {
    const char *name;
    const char *kind; /* explain's words */
} Format;

static const Format formats[] = {
    { "raw", "libvirt's save image;" },
    { "gzip", "libvirt's save image, compressed by gzip;" },
    { "bzip2", "libvirt's save image, compressed by bzip2;" },
    { "xz", "libvirt's save image, compressed by xz;" },
    { "lzop", "libvirt's save image, compressed by lzop;" },
    { "zstd", "libvirt's save image, compressed by zstd;" },
    { "sparse", "libvirt's save image;" },
};

static char *path_of(const char *name)
{
    return g_build_filename(libvirt_side(0)->home, name, NULL);
}

static void assert_says(const char *command, const char *image, const char *text)
{
    Run run;

    RUN(&run, command, image);
    g_assert_cmpint(run.status, ==, 0);
    assert_has(run.out, text);
    run_clear(&run);
}

/* The image itself is a stream of the destination. */
static void filter_run(const char *image, const char *changed)
{
    g_autofree char *command = g_strdup_printf("'%s' filter --dest '%s' --policy "
                                               "pin=TPIDR_EL1=0x1234 <'%s' >'%s' 2>/dev/null",
                                               g_getenv("OB_STREAM_TOOL"), image, image, changed);

    g_assert_cmpint(system(command), ==, 0);
}

/* False: this libvirt does not know the format. */
static bool vm_save(const char *image)
{
    const LibvirtSide *side = libvirt_side(0);
    g_autofree char *line = g_strdup_printf("virsh -q -c qemu:///session save vm %s", image);
    g_autofree char *errors = NULL, *output = NULL;

    libvirt_file_write(libvirt_directory, "vm.xml", xml);
    g_free(virsh(side, "define %s/vm.xml", libvirt_directory));
    g_free(virsh(side, "start vm"));
    output = libvirt_side_try(side, line, &errors);
    if (!output) {
        g_test_message("%s", errors);
        assert_has(errors, "nvalid"); /* "Invalid save image format specified" */
        g_free(virsh(side, "destroy vm"));
    }
    return output != NULL;
}

static void image_pass(const Format *format)
{
    const LibvirtSide *side = libvirt_side(0);
    g_autofree char *image = path_of("image"), *changed = path_of("changed");
    g_autofree char *again = path_of("again");

    if (vm_save(image)) {
        assert_says("explain", image, format->kind);
        filter_run(image, changed);
        g_free(virsh(side, "restore --paused %s", changed));
        g_free(virsh(side, "save vm %s", again));
        assert_says("dump", again, "        TPIDR_EL1              0x603000000013c684 = 0x1234\n");
    }
    g_free(virsh(side, "undefine vm"));
}

static void test_format(gconstpointer data)
{
    const Format *format = data;
    g_autofree char *configuration = g_strdup_printf("save_image_format = \"%s\"\n", format->name);

    libvirt_sides_start(1, configuration);
    image_pass(format);
    libvirt_sides_end();
}

static int tests_run(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *name = g_strdup_printf("/stream-libvirt/filtered-image-is-restored/%s",
                                                formats[i].name);

        g_test_add_data_func(name, &formats[i], test_format);
    }
    return g_test_run();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!libvirt_exists()) {
        g_print("1..0 # SKIP libvirtd or virsh is missing: run scripts/setup qemu\n");
        return 0;
    }
    return libvirt_tests_run(tests_run);
}
