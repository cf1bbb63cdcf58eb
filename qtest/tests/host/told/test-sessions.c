/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines in sessions of a few commands that build on each other.  A golden file has all that the monitor
 * answers.  A machine that has ended leaves no memory and no descriptor.
 */
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hw-api/device/error.h"
#include "qtest/client/process/scratch.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/migration/migration.h"
#include "qtest/host/program.h"
#include "qtest/host/qmp/qmp.h"
#include "qtest/tests/host/told/every-command.h"
#include "qtest/tests/lib/golden.h"
#include "qtest/tests/lib/left/left.h"

typedef struct Row {
    const char *name;
    const char *options;
    const char
        *lines; /* for people, or after "qmp ": a command of QMP and its arguments; after "& " the
                         * next one comes at once */
} Row;

/* clang-format off */
static const Row rows[] = {
    { "vnc", "-M pc -device bochs-display -vnc unix:v,password=on",
      "info vnc\nqmp query-vnc\nqmp query-vnc-servers\n"
      "qmp change-vnc-password {'password': 'y'}\nqmp set_password {'protocol': 'vnc', 'password': ''}\nqmp set_password {'protocol': 'spice', 'password': ''}" },
    { "vnc-without-a-password", "-M pc -device bochs-display -vnc unix:v",
      "info vnc\nqmp query-vnc-servers" },
    { "vnc-at-a-port", "-M pc -device bochs-display -vnc 127.0.0.1:900,to=999",
      "info vnc\nqmp query-vnc\nqmp query-vnc-servers" },
    { "block", "",
      "qmp blockdev-add {'driver': 'null-co', 'node-name': 'n', 'size': 1001, 'read-zeroes': true}\n"
      "qmp blockdev-add {'driver': 'blkdebug', 'node-name': 'a', 'image': 'n', 'read-only': true}\n"
      "qmp blockdev-add {'driver': 'blkdebug', 'node-name': 'b', 'config': '/dev/null', 'image': {'driver': "
      "'blkdebug', 'image': {'driver': 'null-aio', 'latency-ns': 1}}}\n"
      "qmp blockdev-add {'driver': 'null-co', 'node-name': 'm', 'size': 0}\n"
      "qmp query-named-block-nodes\nqmp query-named-block-nodes {'flat': true}\n"
      "qmp x-debug-query-block-graph\ninfo block\n"
      "qmp blockdev-del {'node-name': 'b'}\nqmp x-debug-query-block-graph" },
    { "channels", "-M none",
#define CHANNEL(addr) "qmp migrate {'channels': [{'channel-type': 'main', 'addr': {" addr "}}]}\n"
      CHANNEL("'transport': 'socket', 'type': 'inet', 'host': '::1', 'port': '0'")
      CHANNEL("'transport': 'socket', 'type': 'inet', 'host': '127.0.0.1', 'port': '0'")
      CHANNEL("'transport': 'socket', 'type': 'inet', 'host': 'h'")
      CHANNEL("'transport': 'socket', 'type': 'inet', 'port': 'h'")
      CHANNEL("'transport': 'socket', 'type': 'unix', 'path': 'none'")
      CHANNEL("'transport': 'socket', 'type': 'unix'")
      CHANNEL("'transport': 'socket', 'type': 'fd', 'str': 'none'")
      CHANNEL("'transport': 'socket', 'type': 'fd'")
      CHANNEL("'transport': 'socket', 'type': 'vsock'")
      CHANNEL("'transport': 'socket'")
      CHANNEL("'transport': 'exec', 'args': []")
      CHANNEL("'transport': 'file', 'filename': 'none/f', 'offset': 0")
      CHANNEL("'transport': 'file', 'filename': 'none/f'")
      CHANNEL("'transport': 'file', 'offset': 0")
      CHANNEL("'transport': 'rdma'")
      CHANNEL("")
      "qmp migrate {'channels': []}\nqmp migrate {}\nqmp migrate {'uri': 'x', 'channels': []}\n"
      "info migrate" },
    { "incoming-channels", "-M none -incoming defer",
      "qmp migrate {'uri': 'file:f'}\nqmp migrate-incoming {'uri': 'unix:none/p'}\nqmp migrate-incoming {}\n"
      "qmp migrate-incoming {'uri': 'file:none', 'exit-on-error': false}\n"
      "qmp migrate-incoming {'uri': 'unix:p'}\nqmp migrate-incoming {'uri': 'unix:p'}\ninfo status\n"
      "qmp query-migrate\ninfo migrate" },
    { "files", "-M q35,memory-backend=a -m 8M -object memory-backend-file,id=a,size=8M,mem-path=ram,share=on "
      "-trace 'beacon*,vcd=vcd,perfetto=time,coverage=cover' -device beacon "
      "-chardev file,id=f,path=chardev -serial file:serial -netdev hubport,id=n,hubid=0 "
      "-object filter-dump,id=d,netdev=n,file=dump -device bochs-display -vnc unix:vnc "
      "-qmp unix:qmp,server=on,wait=off -qtest unix:qtest,server=on,wait=off -qtest-log qtest.log",
      "screendump a.ppm\nscreendump a.png -f png\npmemsave 0 16 pmem\nmigrate_set_capability events on\n"
      "migrate -d file:stream,offset=x\nmigrate -d file:stream,offset=\nmigrate -d file:stream,offset=-1\n"
      "migrate -d unix:none\nmigrate -d fd:none\nmigrate -d file:none/f\ninfo migrate\n"
      "migrate -d file:stream,offset=0x10\ninfo migrate\nqmp query-migrate\nmigrate -d file:stream\n"
      "migrate_set_parameter max-bandwidth 4096\nmigrate_set_parameter downtime-limit 7\n"
      "info migrate_parameters\ninfo migrate_capabilities" },
    { "while-migrating", "-M none",
      "migrate_set_parameter max-bandwidth 1\n& migrate -d exec:cat>/dev/null\n& info migrate\n& qmp query-migrate\n"
      "& qmp x-plugin-reload\n& device_add beacon,id=b\n& device_del b\n& migrate -d file:none/f\n"
      "& qmp x-snapshot {'name': 'a'}\n& qmp x-restore {'name': 'a'}\n& info status\n& stop\n& cont\n"
      "migrate_cancel\ninfo migrate\nqmp query-migrate\nmigrate -d fd:f\nqmp closefd {'fdname': 'f'}\n"
      "migrate_set_parameter max-bandwidth -1\nmigrate_set_parameter downtime-limit 2000001\n"
      "migrate_set_parameter downtime-limit 2000000\ninfo migrate_parameters" },
    { "objects", "-object memory-backend-ram,id=b,size=1M,share=on -object secret,id=x,data=1 "
      "-object iothread,id=i,poll-grow=3 -object rng-random,id=r -object throttle-group,id=t,x-iops-total=5",
      "qom-list\nqom-list /\nqom-list /objects\nqom-list /objects/b\nqom-list /objects/x\nqom-list /objects/i\n"
      "qom-get /objects/b size\nqom-get /objects/b share\nqom-get /objects/b merge\nqom-get /objects/b policy\n"
      "qom-get /objects/b none\nqom-get /objects/x data\nqom-get /objects/x format\nqom-get /objects/i poll-grow\n"
      "qom-get /objects/t x-iops-total\nqom-set /objects/b size 5\nqom-set /objects/x data y\n"
      "qmp qom-set {'path': '/objects/x', 'property': 'format', 'value': 5}\n"
      "qmp qom-set {'path': '/objects/b', 'property': 'size', 'value': 5}\n"
      "qmp object-add {'qom-type': 'memory-backend-ram', 'id': 'c', 'size': '1M'}\n"
      "qmp object-add {'qom-type': 'memory-backend-ram', 'id': 'c', 'size': 4096, 'share': 'on'}\n"
      "qmp object-add {'qom-type': 'secret', 'id': 'c', 'data': 5}\n"
      "qmp object-add {'qom-type': 'memory-backend-ram', 'id': 'c', 'size': 4096, 'share': true}\n"
      "info memdev\ninfo iothreads\nqmp query-iothreads\nqmp query-memdev" },
    { "expressions", "",
      "p /o 8\np /c 65\np /u ~0\np /d ~0\np 1+(\np 1*(\np 1&(\np 1|)\np 1^1+)\np 7%4\np -(3)\np 5-7\np +5\n"
      "p 0x\np 08\np 18446744073709551615\np 18446744073709551616\np 6/4*2\np 1|2^3&6\np ((((((((((1))))))))))\n"
      "p ((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))\n"
      "p (((((((((((((((((((((((((((((((((1)))))))))))))))))))))))))))))))))\n"
      "xp /1048576xb 0xffffffff00000000\nxp /1048577xb 0xffffffff00000000\n"
      "p $pc\np 1 2\nhelp info pci\nhelp info\nhelp migrate\nhelp x y\nhelp sum\nxp /2xb 0xfffffffffffffff8\nx 0" },
    { "lines-and-bars", "-M pc -chardev ringbuf,id=r -device ns16550a-isa,chardev=r,iobase=0x3f8,irq-line=4 -device pci-testdev,addr=4 -device edu,addr=5",
      "info irq\no /b 0x3fc 8\no /b 0x3f9 2\ninfo irq\nqmp query-pci\n"
      "o /w 0xcf8 0x80002010\no /w 0xcfc 0xfe000000\no /w 0xcf8 0x80002014\no /w 0xcfc 0xc001\n"
      "o /w 0xcf8 0x80002004\no /w 0xcfc 3\no /w 0xcf8 0x80002810\no /w 0xcfc 0xfd000000\n"
      "o /w 0xcf8 0x80002804\no /w 0xcfc 2\ninfo pci\nqmp query-pci\ninfo mtree\nxp /4xb 0xfd000000" },
    { "sleep", "-M pc -action reboot=shutdown",
      "info status\nsystem_wakeup\no /h 0x604 0x2400\ninfo status\nqmp query-current-machine\nstop\ncont\n"
      "system_wakeup\ninfo status\no /h 0x604 0x2800\ninfo status\nsystem_powerdown\nqmp set-action "
      "{'shutdown': 'pause'}\no /h 0x604 0x2000\ninfo status\ncont\nsystem_reset\ninfo status" },
    { "preconfig", "-M none --preconfig",
      "qmp set-numa-node {'type': 'node', 'nodeid': 0}\nqmp query-cpus-fast\nqmp x-exit-preconfig\n"
      "info status\nexit_preconfig\nqmp x-exit-preconfig\nqmp query-cpus-fast\nqmp set-numa-node {'type': 'node', 'nodeid': 0}" },
    { "objects-come-and-go", "-netdev hubport,id=n,hubid=0 -chardev ringbuf,id=z,size=16",
      "object_add memory-backend-file,id=q,size=1M,mem-path=f,discard-data=on,share=on\nobject_del q\n"
      "object_add memory-backend-file,id=q,size=1M,mem-path=f,offset=4096\n"
      "object_add memory-backend-file,id=q,size=1M,mem-path=f,offset=5\n"
      "object_add memory-backend-file,id=q,size=1M,mem-path=.,prealloc=on,merge=off,dump=off\nobject_del q\n"
      "object_add memory-backend-memfd,id=q,size=1M,seal=off,reserve=off\nobject_del q\n"
      "object_add filter-dump,id=q,netdev=n,file=d\nobject_add filter-mirror,id=m,netdev=n,outdev=z\n"
      "object_add filter-redirector,id=r,netdev=n,indev=z\nobject_add filter-buffer,id=b,netdev=n,interval=1000\n"
      "qom-set /objects/b status off\nqom-set /objects/b status on\nqom-set /objects/b status x\n"
      "qom-set /objects/b interval 5\nqom-get /objects/b status\n"
      "info network\nobject_del q\nobject_del m\nobject_del b\n"
      "chardev-add pty,id=p\nqmp chardev-add {'id': 'o', 'backend': {'type': 'pty', 'data': {}}}\n"
      "chardev-change p ringbuf\nchardev-change p pty\ninfo chardev\nchardev-remove p\nchardev-remove o\n"
      "netdev_add user,id=u,hostfwd=tcp:127.0.0.1:0-:22\nnetdev_add stream,id=s,server=on,addr.type=unix,addr.path=s\n"
      "netdev_add dgram,id=d,local.type=unix,local.path=l,remote.type=unix,remote.path=m\n"
      "netdev_add socket,id=k,udp=127.0.0.1:9,localaddr=127.0.0.1:0\ninfo network\nnetdev_del u\nnetdev_del s\n"
      "qmp netdev_add {'type': 'user', 'id': 'v', 'restrict': true, 'hostfwd': [{'str': 'tcp:127.0.0.1:0-:22'}]}\n"
      "qmp netdev_add {'type': 'user', 'id': 'w', 'hostfwd': ['x']}\nqmp netdev_add {'type': 'user', 'id': 'w', "
      "'ipv4': null}\nqmp netdev_add {'type': 'stream', 'id': 'w', 'addr': {'type': 'unix', 'path': {}}}\n"
      "qmp netdev_add {'type': 'stream', 'id': 'w', 'server': true, 'addr': {'type': 'unix', 'path': 'a,b'}}\n"
      "qmp netdev_add {'type': 'hubport', 'id': 'x', 'hubid': 7}\ninfo network\nnetdev_del v\nnetdev_del w\n"
      "netdev_del d\nnetdev_del k\ndevice_add edu,id=e\ndevice_add beacon,id=f\ninfo qtree\ndevice_del e\n"
      "device_del f\nqmp x-snapshot {'name': 'a'}\nqmp x-snapshot {'name': 'b'}\nqmp x-restore {'name': 'a'}\n"
      "qmp x-snapshot-delete {'name': 'a'}\ntrace-event beacon on\nringbuf_write z 0123456789abcdefgh\n"
      "ringbuf_read z 20\nannounce_self" },
    { "flash", "-M pc -drive if=pflash,format=raw,file=flash,readonly=on -blockdev file,node-name=n,filename=flash "
      "-blockdev raw,node-name=m,file=n -machine pflash1=m -object memory-backend-file,id=f,size=1M,mem-path=m",
      "info mtree\ninfo ramblock\nqmp query-block" },
    { "each-kind-of-option",
      "-name a -uuid 324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87 -m 64M,slots=2,maxmem=1G -smp 2,maxcpus=4 -boot "
      "order=dc,menu=on -rtc base=2024-02-29T23:59:58,clock=vm -global beacon.irq-line=6 -fw_cfg "
      "name=opt/a,string=b -nic user,model=virtio -nic hubport,hubid=1 -net nic,model=ne2k_pci -net user "
      "-acpitable sig=ABCD,data=/dev/null -smbios type=1,product=p -device beacon -device vmgenid,guid=324e6eaf-d1d1-4bf6-bf41-b9bb6c91fb87 "
      "-object secret,id=x,data=1 -tpmdev libtpms,id=t -device tpm-crb,tpmdev=t -trace 'beacon*' "
      "-action panic=pause -watchdog-action pause -sandbox off -chardev null,id=nul -mon "
      "chardev=nul,mode=control,pretty=on -serial null -S",
      "info status\ninfo cpus\nqmp query-cpus-fast\ninfo network\ninfo qtree\nqmp query-tpm\nqmp query-rx-filter\ninfo tpm\nqmp query-chardev" },
};
/* clang-format on */

/* ---------------------------------------------------------------------- life */

/* A machine with a QMP session. */
typedef struct Life {
    char **argv; /* the options point into it */
    ObOptions *options;
    ObSystem system;
    ObQmp *session;
    GString *heard; /* NULL: nobody reads the answers */
} Life;

static bool hear(void *opaque, const char *bytes, size_t count)
{
    Life *life = opaque;

    if (life->heard) {
        g_string_append_len(life->heard, bytes, (gssize)count);
    }
    return true;
}

/* False: the start is refused. */
static bool life_try(Life *life, const char *options, HwError *error)
{
    g_autofree char *line = g_strconcat("outboard-system-x86_64 -plugin-set ",
                                        g_getenv("OUTBOARD_SET"), " ", options, NULL);
    bool done;
    int argc;

    g_assert_true(g_shell_parse_argv(line, &argc, &life->argv, NULL));
    life->options = ob_options_new(argc, life->argv, error);
    life->system.loop = ob_loop_new();
    done = life->options && ob_system_init(&life->system, life->options, error);
    life->session = done ? ob_qmp_new(&life->system, hear, life) : NULL;
    return done;
}

static void life_begin(Life *life, const char *options)
{
    HW_ERROR(error, 512);

    if (!life_try(life, options, &error)) {
        g_error("%s: %s", options, error.text);
    }
    ob_qmp_open(life->session);
}

/* Until nothing happens by itself. */
static void life_settle(Life *life)
{
    while (ob_loop_iterate(life->system.loop, 0)) {}
    while (ob_migration_busy(life->system.migration)) {
        ob_loop_iterate(life->system.loop, -1);
    }
}

static void life_say(Life *life, const char *text)
{
    ob_qmp_input(life->session, text, strlen(text));
    life_settle(life);
}

static void life_end(Life *life)
{
    ob_qmp_free(life->session);
    ob_system_clear(&life->system);
    ob_options_free(life->options);
    g_strfreev(life->argv);
}

static ObScratch *scratch_enter(void)
{
    static const char flash[65536];
    ObScratch *scratch = ob_scratch_new();

    g_assert_cmpint(chdir(ob_scratch_path(scratch)), ==, 0);
    g_assert_true(g_file_set_contents("flash", flash, sizeof(flash), NULL));
    return scratch;
}

static void scratch_leave(ObScratch *scratch)
{
    g_assert_cmpint(chdir("/"), ==, 0);
    ob_scratch_free(scratch);
}

/* ------------------------------------------------------------------- sessions */

/* A command of QMP, whose id is the line's number. */
static char *command_of(const char *line, guint number)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 3);
    bool is_qmp = strcmp(words[0], "qmp") == 0;
    g_autofree char *arguments = is_qmp ? g_strdup(words[2] ? words[2] : "{}")
                                        : g_strdup_printf("{'command-line': '%s'}", line);
    GString *json = g_string_new(NULL);

    g_string_printf(json, "{'execute': '%s', 'arguments': %s, 'id': %u}\n",
                    is_qmp ? words[1] : "human-monitor-command", arguments, number);
    g_string_replace(json, "'", "\"", 0);
    return g_string_free(json, FALSE);
}

static void value_append(GString *text, const char *head, const json_t *value)
{
    char *json = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);

    g_string_append_printf(text, "%s%s\n", head,
                           json_is_string(value) ? json_string_value(value) : json);
    free(json);
}

static void answer_append(GString *text, const char *line, char *const *asked)
{
    json_t *answer = json_loads(line, 0, NULL);
    const json_t *id = json_object_get(answer, "id");
    const json_t *error = json_object_get(answer, "error");
    const json_t *event = json_object_get(answer, "event");

    if (id) {
        g_string_append_printf(text, "> %s\n", asked[json_integer_value(id)]);
    }
    if (event) {
        g_string_append_printf(text, "event %s", json_string_value(event));
        value_append(text, " ", json_object_get(answer, "data"));
    } else if (error) {
        value_append(text, "refused: ", json_object_get(error, "desc"));
    } else if (id) {
        value_append(text, "", json_object_get(answer, "return"));
    }
    json_decref(answer);
}

/* The answers without what the system chooses. */
static char *told(const char *heard, char *const *asked)
{
    g_auto(GStrv) lines = g_strsplit(heard, "\n", -1);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GRegex) regex = g_regex_new(
        "(?<=thread_id=|thread-id\":|/pts/|fd\":|mbps\":|time\":|time: )[0-9.]+|"
        "(?<=127.0.0.1:|service\":\")6[89][0-9]{2}|\\r|(?<=127.0.0.1:)[0-9]{4,5}",
        G_REGEX_DEFAULT, 0, NULL);

    for (char **line = lines; *line; line++) {
        answer_append(text, *line, asked);
    }
    return g_regex_replace_literal(regex, text->str, -1, 0, "", G_REGEX_MATCH_DEFAULT, NULL);
}

static void row_live(const Row *row, GString *heard)
{
    g_auto(GStrv) asked = g_strsplit(row->lines, "\n", -1);
    Life life = { .heard = heard };

    life_begin(&life, row->options);
    life_say(&life, "{\"execute\": \"qmp_capabilities\"}\n");
    for (guint i = 0; asked[i]; i++) {
        bool at_once = g_str_has_prefix(asked[i], "& ");
        g_autofree char *command = command_of(asked[i] + (at_once ? 2 : 0), i);

        ob_qmp_input(life.session, command, strlen(command));
        if (!at_once) {
            life_settle(&life);
        }
    }
    life_end(&life);
}

/* The first lives leave what libraries keep. */
static void lives_expect_nothing(const Row *row, void (*live)(const Row *row, GString *heard))
{
    Left before;

    live(row, NULL);
    live(row, NULL);
    before = left_now();
    live(row, NULL);
    left_expect(&before, row->name);
}

/* Those that are left, and their modes. */
static void files_append(GString *text)
{
    g_autofree char *files = NULL;

    g_spawn_command_line_sync("sh -c 'LC_ALL=C stat -c \"%n %a\" *'", &files, NULL, NULL, NULL);
    g_string_append(text, files);
}

static void test_session(gconstpointer data)
{
    const Row *row = data;
    ObScratch *scratch = scratch_enter();
    g_autofree char *golden = g_strdup_printf("sessions/%s.txt", row->name);
    g_auto(GStrv) asked = g_strsplit(row->lines, "\n", -1);
    g_autoptr(GString) heard = g_string_new(NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *answers = NULL;

    row_live(row, heard);
    answers = told(heard->str, asked);
    g_string_append(text, answers);
    files_append(text);
    golden_expect(golden, text->str);
    lives_expect_nothing(row, row_live);
    scratch_leave(scratch);
}

/* ------------------------------------------------------------ refused starts */

/* clang-format off */
static const char *const refused[] = {
    "-device nosuch", "-device beacon,addr=x", "-device beacon,none=1", "-device edu,addr=77",
    "-device tpm-crb,tpmdev=t", "-tpmdev emulator,id=t,chardev=c", "-tpmdev emulator,id=t -device tpm-crb,tpmdev=t",
    "-chardev null,id=c -tpmdev emulator,id=t,chardev=c", 
    "-netdev user,id=n,net=x", "-netdev stream,id=n,addr.type=unix,addr.path=none/p,server=on",
    "-netdev socket,id=n,connect=127.0.0.1:1", "-netdev hubport,id=n,hubid=0 -netdev hubport,id=n,hubid=0",
    "-netdev dgram,id=n,local.type=unix,local.path=none/l,remote.type=unix,remote.path=m",
    
    
    "-monitor unix:none/m", "-qmp unix:none/m,server=on", "-qtest unix:none/q",
    "-monitor unix:m,server=on,wait=off -qmp unix:none/m",
    "-object memory-backend-file,id=b,size=1M,mem-path=none/f", "-object memory-backend-ram,id=b,size=5",
    "-object memory-backend-ram,id=b,size=0", "-object memory-backend-ram,id=b,size=1M,prealloc=on,reserve=off",
    "-object memory-backend-ram,id=pc.ram,size=1M", "-object memory-backend-memfd,id=b,size=1M,hugetlb=on,hugetlbsize=3",
    "-object memory-backend-ram,id=b,size=1M -m 2M -machine memory-backend=b", "-machine memory-backend=b",
    "-object secret,id=s", "-object secret,id=s,file=none", "-object secret,id=s,file=none,data=x",
    "-object filter-dump,id=f,netdev=n,file=d", "-netdev hubport,id=n,hubid=0 -object filter-dump,id=f,netdev=n,file=none/d",
    "-netdev hubport,id=n,hubid=0 -object filter-mirror,id=f,netdev=n,outdev=c",
    "-netdev hubport,id=n,hubid=0 -object filter-buffer,id=f,netdev=n,interval=0",
    "-mem-path none/f", "-M none -drive if=pflash,format=raw,file=flash", "-drive if=pflash,format=raw,file=none",
    "-bios none", "-fw_cfg name=opt/x,file=none",
    "-fw_cfg name=opt/x,gen_id=g", "-smbios type=11,path=none", "-smbios type=41,designation=d,pcidev=none",
    "-acpitable data=none", "-global beacon.none=1", "-trace beacon*,vcd=none/v",
    "-trace beacon*,perfetto=none/v", "-trace beacon*,coverage=none/v", "-vnc unix:none/v", "-vnc unix:v,display=s",
    "-incoming unix:none/p", "-incoming file:none", "-incoming fd:99", "-incoming x",
    "-M none,firmware=stand-in", "-numa node,memdev=none", "-M none -numa node",
    "-smp 2 -object memory-backend-ram,id=a,size=1M -m 2M -numa node,memdev=a", "-plugin-set none",
    "-device ide-hd,drive=d", "-pflash none", "-boot splash=none", "-readconfig none", "-D none/log -device nosuch",
    "-chardev socket,id=c,path=none/p,mux=on -mon chardev=c", "-chardev socket,id=c,path=none/p -device ns16550a-isa,chardev=c",
    "-chardev socket,id=c,path=none/p -netdev hubport,id=n,hubid=0 -object filter-mirror,id=f,netdev=n,outdev=c",
    "-chardev null,id=c,mux=on -mon chardev=c -mon chardev=c -mon chardev=c -mon chardev=c -mon chardev=c",
    "-chardev null,id=c,mux=on -mon chardev=c -mon chardev=c -mon chardev=c -mon chardev=c -device ns16550a-isa,chardev=c",
    "-chardev null,id=c -mon chardev=c -mon chardev=c", "-chardev null,id=c -mon chardev=c -device ns16550a-isa,chardev=c",
    "-chardev test,id=c -netdev hubport,id=n,hubid=0 -object filter-mirror,id=f,netdev=n,outdev=c",
    "-M none -drive if=none,id=d,file=flash,format=raw -device ide-hd,drive=d", "-nographic -daemonize",
    "-drive if=none,id=d,file=none,format=raw -device ide-hd,drive=d -M none",
    "-M none -device ne2k_pci", "-device vmgenid -device vmgenid", "-vcpu-registers model=none",
};
/* clang-format on */

static void refused_live(const Row *row, GString *heard)
{
    (void)row;
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        Life life = { 0 };
        HW_ERROR(error, 512);

        life_try(&life, refused[i], &error);
        life_end(&life);
        if (heard) {
            g_string_append_printf(heard, "%s\n  %s\n", refused[i], error.text);
        }
    }
}

static void test_refused(void)
{
    static const Row row = { .name = "a refused start" };
    ObScratch *scratch = scratch_enter();
    g_autoptr(GString) text = g_string_new(NULL);

    refused_live(NULL, text);
    golden_expect("sessions/refused.txt", text->str);
    lives_expect_nothing(&row, refused_live);
    scratch_leave(scratch);
}

/* -------------------------------------------------------------- each command */

static void commands_live(const Row *row, GString *heard)
{
    Life life = { .heard = heard };
    Told told;

    told_begin(&told);
    every_hmp(&told);
    every_qmp(&told);
    life_begin(&life, row->options);
    life_say(&life, told.input->str);
    life_end(&life);
    told_drop(&told);
}

static void test_commands(void)
{
    static const Row row = { .name = "each command", .options = TOLD_MACHINE };
    ObScratch *scratch = scratch_enter();

    lives_expect_nothing(&row, commands_live);
    scratch_leave(scratch);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    umask(0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/sessions/", rows[i].name, NULL);

        g_test_add_data_func(path, &rows[i], test_session);
    }
    g_test_add_func("/sessions/refused-starts-leave-nothing", test_refused);
    g_test_add_func("/sessions/each-command-leaves-nothing", test_commands);
    return g_test_run();
}
