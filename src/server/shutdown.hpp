// Ctrl-C, SIGTERM and the console's events become one call, SIGUSR1 another; what handled them before is restored.
#pragma once

namespace microflask::detail {

/// While it lives, the first such signal calls `stop(target)`, which must be safe in a signal handler; a second one
/// ends the process as if nobody handled it. One at a time in a process: a second object does nothing.
class StopSignals {
public:
    StopSignals(void (*stop)(void*), void* target);
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

private:
    bool installed_ = false;
};

/// While it lives, SIGUSR1 calls `reopen(target)`, which must be safe in a signal handler. One at a time in a process; does
/// nothing where there is no such signal.
class ReopenSignal {
public:
    ReopenSignal(void (*reopen)(void*), void* target);
    ~ReopenSignal();
    ReopenSignal(const ReopenSignal&) = delete;
    ReopenSignal& operator=(const ReopenSignal&) = delete;

private:
    bool installed_ = false;
};

}  // namespace microflask::detail
