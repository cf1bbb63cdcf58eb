/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration by which scripts/peers compiles QEMU's qtest programs on Linux. */
#define CONFIG_LINUX                     1
#define CONFIG_POSIX                     1
#define CONFIG_ACCEPT4                   1
#define CONFIG_AF_VSOCK                  1
#define CONFIG_ATOMIC64                  1
#define CONFIG_EPOLL                     1
#define CONFIG_EVENTFD                   1
#define CONFIG_GETTID                    1
#define CONFIG_INT128                    1
#define CONFIG_IOVEC                     1
#define CONFIG_MADVISE                   1
#define CONFIG_MEMFD                     1
#define CONFIG_PPOLL                     1
#define CONFIG_PTHREAD_CONDATTR_SETCLOCK 1
#define CONFIG_PTHREAD_SETNAME_NP_W_TID  1
#define CONFIG_SYSMACROS                 1
#define CONFIG_TIMERFD                   1
#define HAVE_GLIB_WITH_ALIGNED_ALLOC     1
#define HAVE_STRCHRNUL                   1
#define HAVE_SYSTEM_FUNCTION             1

#define CONFIG_TCG                       1
#define CONFIG_TPM                       1
#define CONFIG_VNC                       1
#define CONFIG_KVM_TARGETS               ""
#define CONFIG_IASL                      "iasl"
#define CONFIG_HOST_DSOSUF               ".so"
#define CONFIG_PREFIX                    "/usr/local"
#define CONFIG_BINDIR                    "/usr/local/bin"
#define CONFIG_SYSCONFDIR                "/usr/local/etc"
#define CONFIG_QEMU_CONFDIR              "/usr/local/etc/qemu"
#define CONFIG_QEMU_LOCALSTATEDIR        "/usr/local/var"
#define CONFIG_QEMU_MODDIR               "/usr/local/lib/qemu"
