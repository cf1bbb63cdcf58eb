/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device such as pvpanic tells of the guest's operating system: QEMU's events and actions. */
#include "hw-api/ext/draft/guest-state.h"
#include "qtest/host/io/log.h"
#include "qtest/host/io/loop.h"
#include "qtest/host/run/system.h"
#include "qtest/text/json.h"

#define BIT(news) (UINT32_C(1) << (news))

enum { PAUSE, POWEROFF, RUN };

const char *const ob_guest_panic_actions[] = {
    [PAUSE] = "pause",
    [POWEROFF] = "poweroff",
    [RUN] = "run",
    NULL,
};

static void tell(ObSystem *system, const char *event, const char *action)
{
    ob_system_event(system, event, json_pack("{s:o}", "action", ob_json_text(action)));
}

static int panic_action(const ObActions *actions)
{
    static const int plain[] = {
        [OB_PANIC_SHUTDOWN] = POWEROFF,
        [OB_PANIC_PAUSE] = PAUSE,
        [OB_PANIC_EXIT_FAILURE] = POWEROFF,
        [OB_PANIC_NONE] = RUN,
    };

    return actions->panic == OB_PANIC_SHUTDOWN && actions->shutdown_pauses ? PAUSE
                                                                           : plain[actions->panic];
}

static void machine_stop(ObSystem *system, ObRunState state)
{
    if (system->state == OB_RUNSTATE_RUNNING) {
        ob_system_stop(system);
        system->state = state;
    }
}

static void panicked(ObSystem *system)
{
    int action = panic_action(&system->actions);

    tell(system, "GUEST_PANICKED", ob_guest_panic_actions[action]);
    if (action == RUN) {
        return;
    }
    machine_stop(system, OB_RUNSTATE_GUEST_PANICKED);
    if (action == POWEROFF) {
        ob_system_shutdown(system, "guest-panic");
        if (system->ending && system->actions.panic == OB_PANIC_EXIT_FAILURE) {
            system->exit_status = 1;
        }
    }
}

/* No CPU runs that could get an NMI, or could answer the button: those actions are events alone. */
static void watchdog_expired(ObSystem *system)
{
    ObWatchdogAction action = system->actions.watchdog;

    tell(system, "WATCHDOG", ob_watchdog_actions[action]);
    if (action == OB_WATCHDOG_RESET) {
        ob_system_reset(system, "guest-reset");
    } else if (action == OB_WATCHDOG_SHUTDOWN) {
        ob_system_event(system, "POWERDOWN", NULL);
    } else if (action == OB_WATCHDOG_POWEROFF) {
        ob_system_quit(system, "guest-reset");
    } else if (action == OB_WATCHDOG_PAUSE) {
        machine_stop(system, OB_RUNSTATE_WATCHDOG);
    } else if (action == OB_WATCHDOG_DEBUG) {
        ob_report_warning("the watchdog has expired");
    }
}

/* Runs from the loop, since the guest's access must end first. */
static bool news_tell(void *opaque)
{
    ObSystem *system = opaque;
    uint32_t news = system->news;

    system->news = 0;
    g_clear_pointer(&system->teller, ob_idle_free);
    if (news & BIT(HW_GUEST_CRASH_LOADED)) {
        tell(system, "GUEST_CRASHLOADED", ob_guest_panic_actions[RUN]);
    }
    if (news & BIT(HW_GUEST_PANICKED)) {
        panicked(system);
    }
    if (news & BIT(HW_GUEST_SHUTS_DOWN)) {
        ob_system_event(system, "GUEST_PVSHUTDOWN", NULL);
        ob_system_shutdown(system, "guest-shutdown");
    }
    if (news & BIT(HW_GUEST_HANGS)) {
        watchdog_expired(system);
    }
    return false;
}

void ob_system_guest_told(void *opaque, uint32_t news)
{
    ObSystem *system = opaque;

    if (news > HW_GUEST_HANGS) {
        return;
    }
    system->news |= BIT(news);
    if (!system->teller) {
        system->teller = ob_idle_new(system->loop, news_tell, system);
    }
}
