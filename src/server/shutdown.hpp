// Ctrl-C, SIGTERM and the console's events become one call; what handled them before is restored.
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

}  // namespace microflask::detail
