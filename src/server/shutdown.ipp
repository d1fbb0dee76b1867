// Bodies of the stop signals. A signal handler finds its target in static storage; there is no other way.
#include "server/shutdown.hpp"

#include "core/config.hpp"
#include "core/os_headers.hpp"

#include <atomic>

namespace microflask::detail {

struct StopSignalTarget {
    std::atomic<void (*)(void*)> stop{nullptr};
    std::atomic<void*> target{nullptr};
    std::atomic<int> count{0};
};
inline StopSignalTarget stop_signal_target;

struct ReopenSignalTarget {
    std::atomic<void (*)(void*)> reopen{nullptr};
    std::atomic<void*> target{nullptr};
};
inline ReopenSignalTarget reopen_signal_target;

#if MICROFLASK_OS_POSIX

struct StopSignalActions {
    struct sigaction interrupt {};
    struct sigaction terminate {};
    struct sigaction reopen {};
};
inline StopSignalActions stop_signal_actions;

extern "C" inline void microflask_on_stop_signal(int number) {
    const int saved = errno;
    if (stop_signal_target.count.fetch_add(1) != 0) {
        ::signal(number, SIG_DFL);
        ::raise(number);
    } else if (const auto stop = stop_signal_target.stop.load()) {
        stop(stop_signal_target.target.load());
    }
    errno = saved;
}

MICROFLASK_INLINE StopSignals::StopSignals(void (*stop)(void*), void* target) {
    void (*none)(void*) = nullptr;
    if (!stop_signal_target.stop.compare_exchange_strong(none, stop)) return;
    installed_ = true;
    stop_signal_target.target = target;
    stop_signal_target.count = 0;
    struct sigaction action {};
    action.sa_handler = &microflask_on_stop_signal;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, &stop_signal_actions.interrupt);
    ::sigaction(SIGTERM, &action, &stop_signal_actions.terminate);
}

MICROFLASK_INLINE StopSignals::~StopSignals() {
    if (!installed_) return;
    ::sigaction(SIGINT, &stop_signal_actions.interrupt, nullptr);
    ::sigaction(SIGTERM, &stop_signal_actions.terminate, nullptr);
    stop_signal_target.stop = nullptr;
}

extern "C" inline void microflask_on_reopen_signal(int) {
    const int saved = errno;
    if (const auto reopen = reopen_signal_target.reopen.load())
        reopen(reopen_signal_target.target.load());
    errno = saved;
}

MICROFLASK_INLINE ReopenSignal::ReopenSignal(void (*reopen)(void*), void* target) {
    void (*none)(void*) = nullptr;
    if (!reopen_signal_target.reopen.compare_exchange_strong(none, reopen)) return;
    installed_ = true;
    reopen_signal_target.target = target;
    struct sigaction action {};
    action.sa_handler = &microflask_on_reopen_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGUSR1, &action, &stop_signal_actions.reopen);
}

MICROFLASK_INLINE ReopenSignal::~ReopenSignal() {
    if (!installed_) return;
    ::sigaction(SIGUSR1, &stop_signal_actions.reopen, nullptr);
    reopen_signal_target.reopen = nullptr;
}

#else

extern "C" inline BOOL WINAPI microflask_on_console_event(DWORD) {
    if (stop_signal_target.count.fetch_add(1) != 0) return FALSE;
    const auto stop = stop_signal_target.stop.load();
    if (!stop) return FALSE;
    stop(stop_signal_target.target.load());
    return TRUE;
}

MICROFLASK_INLINE StopSignals::StopSignals(void (*stop)(void*), void* target) {
    void (*none)(void*) = nullptr;
    if (!stop_signal_target.stop.compare_exchange_strong(none, stop)) return;
    installed_ = true;
    stop_signal_target.target = target;
    stop_signal_target.count = 0;
    ::SetConsoleCtrlHandler(&microflask_on_console_event, TRUE);
}

MICROFLASK_INLINE StopSignals::~StopSignals() {
    if (!installed_) return;
    ::SetConsoleCtrlHandler(&microflask_on_console_event, FALSE);
    stop_signal_target.stop = nullptr;
}

MICROFLASK_INLINE ReopenSignal::ReopenSignal(void (*)(void*), void*) {}
MICROFLASK_INLINE ReopenSignal::~ReopenSignal() = default;

#endif

}  // namespace microflask::detail
