/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options with values that were right once: bytes are changed, doubled and lost, and two options stand
 * together that may contradict each other.  Each line is read, or refused by one sentence; some lines
 * start, which ends in order.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/options/option-table.h"
#include "qtest/host/program.h"

#define MUTATIONS 300 /* a line's; OB_MUTATIONS changes the number, and draws others each time */
#define STARTS    120 /* pairs of lines that start */
#define LINE_MAX_ 4096
#define SECONDS   100 /* a child that waits is killed */

/* Values that were right: none makes a file, runs a program or waits for a peer. */
typedef struct Line {
    const char *text;
    const char *needs; /* another line, in front; NULL: none */
} Line;

static const Line lines[] = {
    { "-machine q35,hmat=on,smp.cpus=2,memory-backend=m", NULL },
    { "-machine pc-i440fx-10.0,x-oem-id=ABC,suppress-vmdesc=on", NULL },
    { "-machine type=none", NULL },
    { "-m 64M,slots=2,maxmem=1G", NULL },
    { "-smp 4,sockets=2,cores=2,maxcpus=4", NULL },
    { "-accel tcg,thread=multi", NULL },
    { "-cpu max", NULL },
    { "-numa node,nodeid=0,cpus=0,memdev=m", NULL },
    { "-numa dist,src=0,dst=0,val=10", "-numa node,nodeid=0" },
    { "-numa cpu,node-id=0,socket-id=0", "-numa node,nodeid=0" },
    { "-smbios type=1,manufacturer=Acme,uuid=324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87", NULL },
    { "-smbios type=17,loc_pfx=DIMM,speed=2000", NULL },
    { "-rtc base=2006-06-17T16:01:21,clock=vm", NULL },
    { "-boot order=cd,menu=on,reboot-timeout=5", NULL },
    { "-fw_cfg name=opt/a,string=b", NULL },
    { "-uuid 324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87", NULL },
    { "-name Ada,process=x,debug-threads=on", NULL },
    { "-incoming defer", NULL },
    { "-device beacon,id=b,addr=0xfe000000", NULL },
    { "-device {'driver':'vmgenid','id':'v','guid':'auto'}", NULL },
    { "-device vmclock,addr=0xfeffb000", NULL },
    { "-device ns16550a-isa,chardev=c,iobase=0x3e8,irq-line=5", NULL },
    { "-device pcie-root-port,id=r,bus=pcie.0,addr=4.1,chassis=2", NULL },
    { "-device ne2k_pci,netdev=n,mac=52:54:00:12:34:57", NULL },
    { "-global vmgenid.guid=auto", NULL },
    { "-global driver=beacon,property=addr,value=0xfe001000", NULL },
    { "-drive if=none,id=d,file=/dev/null,format=raw", NULL },
    { "-netdev user,id=n,net=10.0.5.0/24,restrict=on,dnssearch=a,dnssearch=b", NULL },
    { "-netdev hubport,id=n,hubid=3", NULL },
    { "-netdev {'type':'test','id':'n'}", NULL },
    { "-nic user,model=ne2k_pci,mac=52:54:00:12:34:58", NULL },
    { "-net nic,model=ne2k_pci,macaddr=52:54:00:12:34:58", NULL },
    { "-net user,id=u,net=10.0.2.0/24", NULL },
    { "-chardev ringbuf,id=c,size=64", NULL },
    { "-chardev null,id=c,logappend=on,mux=on", NULL },
    { "-serial mon:null", NULL },
    { "-chardev test,id=c", NULL },
    { "-mon chardev=c,mode=readline,pretty=on", "-chardev null,id=c" },
    { "-object memory-backend-ram,id=m,size=64M,prealloc=off,share=on", NULL },
    { "-object filter-buffer,id=f,netdev=n,interval=100,queue=rx,position=head", NULL },
    { "-object filter-mirror,id=g,netdev=n,outdev=c,status=off", NULL },
    { "-object {'qom-type':'iothread','id':'i','poll-max-ns':5}", NULL },
    { "-object secret,id=s,data=abc,format=raw", NULL },
    { "-object throttle-group,id=t,x-iops-total=5", NULL },
    { "-run-with exit-with-parent=off,async-teardown=on", NULL },
    { "-action shutdown=pause,reboot=reset,panic=none,watchdog=debug", NULL },
    { "-watchdog-action inject-nmi", NULL },
    { "-set device.b.addr=0xfe002000", "-device beacon,id=b" },
    { "-vnc none", NULL },
    { "-display none", NULL },
    { "-trace beacon_*", NULL },
    { "-d guest_errors,unimp,trace:x", NULL },
    { "-serial null", NULL },
    { "-parallel none", NULL },
    { "-msg timestamp=on", NULL },
    { "-overcommit mem-lock=off,cpu-pm=on", NULL },
    { "-compat deprecated-input=accept", NULL },
    { "-echr 1", NULL },
    { "-no-acpi ", NULL },
    { "-S ", NULL },
    { "-preconfig ", NULL },
    { "-no-shutdown ", NULL },
};

/* Text with a meaning somewhere. */
static const char *const pieces[] = { ",",
                                      ",,",
                                      "=",
                                      ":",
                                      "id=",
                                      "on",
                                      "-1",
                                      "0x",
                                      "{",
                                      "}",
                                      "'",
                                      "\"",
                                      "..",
                                      "help",
                                      "?",
                                      "%n",
                                      "[]",
                                      "*",
                                      "/",
                                      " ",
                                      "\x1b",
                                      "\xff",
                                      "\n",
                                      "1T",
                                      ".",
                                      "!",
                                      "#net",
                                      "4294967296",
                                      "18446744073709551616" };

static guint mutations = MUTATIONS;
static guint seed;
static char *line_tried; /* shared with the children: the line under way */

/* ----------------------------------------------------------------------- mutations */

static uint32_t below(GRand *random, uint32_t limit)
{
    return (uint32_t)g_rand_int_range(random, 0, (gint32)MAX(limit, 1u));
}

static void mutate(GString *value, GRand *random)
{
    uint32_t at = below(random, (uint32_t)value->len + 1);
    uint32_t count = 1 + below(random, 6);
    g_autofree char *part = g_strndup(value->str + at, count);

    switch (below(random, 5)) {
    case 0:
        g_string_erase(value, (gssize)at, (gssize)MIN(count, value->len - at));
        break;
    case 1:
        g_string_insert(value, (gssize)at, part);
        break;
    case 2:
        g_string_insert(value, (gssize)at, pieces[below(random, G_N_ELEMENTS(pieces))]);
        break;
    case 3:
        g_string_append_printf(value, ",%s", part);
        break;
    default:
        if (at < value->len) {
            value->str[at] = (char)(1 + below(random, 255));
        }
    }
}

/* "-option value", with a value that may have anything. */
static char *mutant(const char *line, GRand *random)
{
    const char *space = strchr(line, ' ');
    GString *value = g_string_new(space + 1);
    char *text;

    for (uint32_t i = below(random, 4) + 1; i; i--) {
        mutate(value, random);
    }
    text = g_strdup_printf("%.*s %s", (int)(space - line), line, value->str);
    g_string_free(value, TRUE);
    return text;
}

/* --------------------------------------------------------------------------- tries */

static void words_add(GPtrArray *words, const char *line)
{
    const char *space = line ? strchr(line, ' ') : NULL;

    if (!line) {
        return;
    }
    g_ptr_array_add(words, g_strndup(line, (gsize)(space - line)));
    if (space[1]) {
        g_ptr_array_add(words, g_strdup(space + 1));
    }
}

/* One to three lines as words; NULL: no line. */
static GPtrArray *words_of(const char *needs, const char *one, const char *other)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(words, g_strdup("outboard-system-x86_64"));
    g_ptr_array_add(words, g_strdup("-nodefaults"));
    words_add(words, needs);
    words_add(words, one);
    words_add(words, other);
    g_ptr_array_add(words, NULL);
    g_snprintf(line_tried, LINE_MAX_, "%s %s", one, other ? other : "");
    return words;
}

/* Reads the options, and starts if asked.  Ends the process if neither options nor a sentence come. */
static void try(const char *needs, const char *one, const char *other, bool starts)
{
    g_autoptr(GPtrArray) words = words_of(needs, one, other);
    HW_ERROR(error, 512);
    ObOptions *options = ob_options_new((int)words->len - 1, (char **)words->pdata, &error);
    ObSystem system = { .loop = starts ? ob_loop_new() : NULL };

    g_assert_true(!options == !!error.text[0]);
    if (options && starts && options->show == OB_SHOW_NOTHING && !options->daemonize) {
        g_assert_true(ob_system_init(&system, options, &error) == !error.text[0]);
        ob_system_clear(&system);
    }
    ob_options_free(options);
}

/* The children run `body`, which must end. */
static void in_a_child(void (*body)(gconstpointer data), gconstpointer data)
{
    pid_t child = fork();
    int status;

    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);

        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        alarm(SECONDS);
        body(data);
        _exit(0);
    }
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    if (status) {
        g_autofree char *shown = g_strescape(line_tried, NULL);

        g_test_message("status 0x%x: %s", (unsigned)status, shown);
        g_test_fail();
    }
}

static void mutants_try(gconstpointer data)
{
    const Line *line = data;
    GRand *random = g_rand_new_with_seed(g_str_hash(line->text) ^ seed);

    for (guint i = 0; i < mutations; i++) {
        g_autofree char *text = mutant(line->text, random);

        try(line->needs, text, NULL, false);
    }
    g_rand_free(random);
}

static void test_mutants(gconstpointer data)
{
    in_a_child(mutants_try, data);
}

/* Each line beside each, the same one too. */
static void pairs_try(gconstpointer data)
{
    const Line *line = data;

    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        try(line->needs, line->text, lines[i].text, false);
    }
}

static void test_pairs(gconstpointer data)
{
    in_a_child(pairs_try, data);
}

static void pair_start(gconstpointer data)
{
    GRand *random = g_rand_new_with_seed(GPOINTER_TO_UINT(data) ^ seed);

    const Line *one = &lines[below(random, G_N_ELEMENTS(lines))];
    const Line *other = &lines[below(random, G_N_ELEMENTS(lines))];

    try(one->needs, one->text, other->text, true);
    g_rand_free(random);
}

static void test_starts(void)
{
    for (guint i = 0; i < STARTS; i++) {
        in_a_child(pair_start, GUINT_TO_POINTER(i));
    }
}

/* The mutants of a wrong line would all end at the same word. */
static void test_seeds(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(GPtrArray) words = words_of(lines[i].needs, lines[i].text, NULL);
        HW_ERROR(error, 512);
        ObOptions *options = ob_options_new((int)words->len - 1, (char **)words->pdata, &error);

        g_assert_cmpstr(error.text, ==, "");
        ob_options_free(options);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    line_tried = mmap(NULL, LINE_MAX_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    g_assert_true(line_tried != MAP_FAILED);
    if (g_getenv("OB_MUTATIONS")) {
        mutations = (guint)atoi(g_getenv("OB_MUTATIONS"));
        seed = (guint)g_test_rand_int();
    }
    g_test_add_func("/options/seeds-are-right", test_seeds);
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *name = g_strndup(lines[i].text + 1, strcspn(lines[i].text + 1, " "));
        g_autofree char *mutated = g_strdup_printf("/options/mutated/%s-%zu", name, i);
        g_autofree char *paired = g_strdup_printf("/options/paired/%s-%zu", name, i);

        g_test_add_data_func(mutated, &lines[i], test_mutants);
        g_test_add_data_func(paired, &lines[i], test_pairs);
    }
    g_test_add_func("/options/paired/starts", test_starts);
    return g_test_run();
}
