// Worker processes: started, watched, replaced, stopped (Gunicorn's arbiter). POSIX only.
#pragma once

#include "core/function.hpp"

#include <chrono>
#include <cstddef>

namespace microflask::detail {

/// Whether this system can fork worker processes.
bool has_worker_processes() noexcept;

/// Calls `ready` once, then runs `serve` in so many processes until SIGINT or SIGTERM, and returns what `main` returns. A worker that dies is
/// replaced; SIGTERM makes a worker finish and end. SIGHUP replaces all workers, new ones first; SIGTTIN and SIGTTOU
/// add and remove one; SIGUSR1 is passed on. Workers that take longer than `patience` to end are killed. Workers that die at once again
/// and again end it all with 3. The process must not have other threads yet.
int run_worker_processes(std::size_t count, std::chrono::milliseconds patience,
                         FunctionRef<void()> ready, FunctionRef<void()> serve);

}  // namespace microflask::detail
