/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI functions in the life of a guest.  Linux resets one, and the bus above it.  It puts them to
 * sleep and wakes them.  They come and go.  A guest moves to another QEMU while it transfers and
 * takes interrupts.
 */
#include <glib.h>
#include <string.h>

#include "qtest/tests/guest/pci-guest.h"

#define Q35    "amd64-6.1", "OB_GUEST_LOOK_PCI_AMD64"
#define VIRT   "arm64-6.1", "OB_GUEST_LOOK_PCI_ARM64"
#define PORT   "-device pcie-root-port,id=rp,chassis=1,addr=3 "
#define IOMMUS "-machine virt,iommu=smmuv3,gic-version=3 -cpu cortex-a57 -m 256 "

enum { INPUT = 3, LAB_DIGITS = 2 * 4096 }; /* a line of the card; of a configuration space */

typedef struct Scene {
    const char *path;
    const char *kernel;
    const char *program;
    const char *parameters;
    const char *machine;
    const char *plugin; /* options of -plugin */
    const char *words;
    char *(*run)(ObGuest *guest, const ObGuestBoot *boot);
    const char *const *expected; /* texts of the output, in this order; NULL ends it */
} Scene;

/* -------------------------------------------------------------------- scenes */

/* clang-format off */
#define LAB           "01:00.0"
#define RESET(method)                                                       \
    "write=" method "," PCI_FUNCTION(LAB) "reset_method "                   \
    "write=1," PCI_FUNCTION(LAB) "reset "
#define LAB_WORDS                                                           \
    "text=" PCI_FUNCTION(LAB) "reset_method " PCI_ENABLE(LAB) PCI_CONFIG(LAB) \
    PCI_BAR(LAB, "live") RESET("flr") PCI_BAR(LAB, "peek,live") RESET("bus") \
    PCI_BAR(LAB, "peek") PCI_CONFIG(LAB) PCI_WARNED(LAB)

#define EDU           "00:04.0"
#define FREEZE_OPTION "suspend.pm_test_delay=1"
#define LIFE_WORDS                                                          \
    PCI_VFIO_MODULES PCI_VFIO(EDU, "stream,intx,dma") PCI_BAR(EDU, "live")   \
    "write=devices,/sys/power/pm_test write=freeze,/sys/power/state "       \
    PCI_BAR(EDU, "peek") PCI_VFIO(EDU, "intx,msi,dma") PCI_WARNED(EDU)

/* A function that is plugged later. */
#define LATE_WORDS(function)                                                \
    "cue=plug seen=" PCI_FUNCTION(function) "resource0 " PCI_ENABLE(function) \
    PCI_BAR(function, "live,factorial")                                     \
    "cue=unplug gone=" PCI_FUNCTION(function) " " PCI_WARNED(function)

/* The port and the function below it are one group of SMMUv3.  Once vfio-pci has the group, the port's
 * messages are faults, also with QEMU's own edu.  So Linux drives this one without vfio-pci. */
#define PLUG_WORDS                                                          \
    LATE_WORDS("01:00.0")                                                   \
    "module=/gpio-pci-idio-16.ko run=/drive-gpio,0000:00:06.0,1,19 "        \
    PCI_WARNED("00:06.0")
/* clang-format on */

static const char *const lab_expected[] = {
    "flr bus\n",
    "live 12345678\nwritten\nwritten\npeek 00000000\n",
    "live 12345678\nwritten\nwritten\npeek 00000000\n",
    "\n0\n",
    NULL,
};

static const char *const lab_lspci[] = {
    "0880: 1b36:00f1",
    "LnkSta:",
    "MSI-X: Enable- Count=4 Masked-",
    "Vector table: BAR=4 offset=00000000",
    "Device Serial Number 11-22-33-44-55-66-77-88",
};

/* The resets leave the configuration space as it was. */
static char *run_lab(ObGuest *guest, const ObGuestBoot *boot)
{
    char *said = pci_guest_finish(guest);
    g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
    const char *first = NULL;
    g_autofree char *shown = NULL;

    (void)boot;
    for (char **at = lines; *at; at++) {
        if (strlen(*at) == LAB_DIGITS) {
            g_assert_true(!first || strcmp(first, *at) == 0);
            first = first ? first : *at;
        }
    }
    shown = pci_guest_lspci(first);
    g_assert_nonnull(strstr(shown, "FLReset+"));
    for (size_t i = 0; i < G_N_ELEMENTS(lab_lspci); i++) {
        pci_guest_next(shown, lab_lspci[i]);
    }
    return said;
}

static const char *const life_expected[] = {
    "stream same, fired 2\nintx before 0, fired 1, irq 2\ndma same, fired 2\n",
    "live edcba987\nwritten\nwritten\npeek edcba987\n"
    "intx before 0, fired 1, irq 2\nmsi before 0, fired 1, irq 2\ndma same, fired 2\n0\n",
    NULL,
};

/* The guest runs while it moves, and transfers. */
static ObGuest *move(ObGuest *guest, const ObGuestBoot *boot)
{
    ObGuestBoot target = *boot;
    ObGuest *next;

    pci_guest_expect(guest, "streaming\n");
    target.incoming = true;
    next = pci_guest_start(&target);
    pci_guest_good(ob_guest_migrate(guest, next, &pci_guest_error));
    ob_guest_free(guest);
    pci_guest_type(next);
    return next;
}

static char *run_life(ObGuest *guest, const ObGuestBoot *boot)
{
    return pci_guest_finish(move(guest, boot));
}

static const char *const plug_expected[] = {
    "yes\nwritten\nlive edcba987\nfactorial 120\nunplug\n",
    "yes\n0\n",
    "raised\n",
    "lowered\nwatching\nrising edge, level 1\nfalling edge, level 0\n0\n",
    NULL,
};

static void plug_and_unplug(ObGuest *guest, const char *bus, const char *address)
{
    pci_guest_expect(guest, "plug\n");
    pci_guest_plug(guest, bus, address);
    pci_guest_type(guest);
    pci_guest_expect(guest, "unplug\n");
    pci_guest_unplug(guest);
    pci_guest_type(guest);
}

static void input(ObGuest *guest, bool level)
{
    g_assert_true(ob_client_set_irq_in(ob_guest_client(guest), "/machine/peripheral/card", "in",
                                       INPUT, level));
}

static char *run_plug(ObGuest *guest, const ObGuestBoot *boot)
{
    (void)boot;
    plug_and_unplug(guest, "rp", NULL);
    pci_guest_expect(guest, "raised\n");
    pci_guest_type(guest);
    pci_guest_expect(guest, "watching\n");
    input(guest, true);
    pci_guest_expect(guest, "rising edge, level 1\n");
    input(guest, false);
    return pci_guest_finish(guest);
}

/* The guest's AML asks the chipset for the slot, and ejects it. */
static const char *const acpi_expected[] = {
    "yes\nwritten\nlive edcba987\nfactorial 120\nunplug\n",
    "yes\n0\n",
    NULL,
};

static char *run_acpi(ObGuest *guest, const ObGuestBoot *boot)
{
    (void)boot;
    plug_and_unplug(guest, "pci.0", "9");
    return pci_guest_finish(guest);
}

static const Scene scenes[] = {
    { "/guest-pci-life/q35/resets-a-function-and-its-bus", Q35, "", "-machine q35 -m 256 " PORT,
      "set=%s -device pci-lab-express,bus=rp", LAB_WORDS, run_lab, lab_expected },
    { "/guest-pci-life/virt/resets-a-function-and-its-bus", VIRT, "", IOMMUS PORT,
      "set=%s -device pci-lab-express,bus=rp", LAB_WORDS, run_lab, lab_expected },
    { "/guest-pci-life/q35/moves-under-load-and-sleeps", Q35,
      "intel_iommu=on " PCI_NO_TIMER_CHECK FREEZE_OPTION,
      "-machine q35 -m 256 -device intel-iommu ", "-device outboard-edu,addr=4",
      "module=/irqbypass.ko " LIFE_WORDS, run_life, life_expected },
    { "/guest-pci-life/virt/moves-under-load-and-sleeps", VIRT, FREEZE_OPTION, IOMMUS,
      "-device outboard-edu,addr=4", LIFE_WORDS, run_life, life_expected },
    { "/guest-pci-life/virt/plugs-edu-and-drives-lines", VIRT, "", IOMMUS PORT,
      "-device pci-idio-16,id=card,addr=6", PLUG_WORDS, run_plug, plug_expected },
    { "/guest-pci-life/pc/plugs-edu-by-acpi", Q35, "", "-machine pc -m 256 ", "",
      LATE_WORDS("00:09.0"), run_acpi, acpi_expected },
};

/* ---------------------------------------------------------------------- tests */

/* Returns the output, or NULL if the guest can't be booted here. */
static char *said_by(const Scene *scene)
{
    g_auto(GStrv) parts = g_strsplit(scene->plugin, "%s", 2);
    g_autofree char *plugin = g_strjoinv(g_getenv("OB_PCI_LAB"), parts);
    g_autofree char *arguments = g_strdup_printf("%s-plugin file=%s%s%s", scene->machine,
                                                 g_getenv("OUTBOARD_BRIDGE"),
                                                 *plugin == 's' ? "," : " ", plugin);
    const ObGuestBoot boot = { .kernel = scene->kernel,
                               .initramfs = g_getenv(scene->program),
                               .words = scene->words,
                               .parameters = scene->parameters,
                               .arguments = arguments,
                               .limit_s = 200 };
    g_autofree char *missing = ob_guest_missing(&boot);

    if (missing) {
        g_test_skip(missing);
        return NULL;
    }
    return scene->run(pci_guest_start(&boot), &boot);
}

static void test_scene(gconstpointer data)
{
    const Scene *scene = data;
    g_autofree char *said = said_by(scene);
    const char *rest = said;

    for (size_t i = 0; said && scene->expected[i]; i++) {
        rest = pci_guest_next(rest, scene->expected[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(scenes); i++) {
        g_test_add_data_func(scenes[i].path, &scenes[i], test_scene);
    }
    return g_test_run();
}
