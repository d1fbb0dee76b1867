// Bodies of the arbiter. Signals only set bits and wake the loop; everything else happens in the loop.
#include "server/arbiter.hpp"

#include "core/config.hpp"
#include "core/os_headers.hpp"
#include "server/wakeup.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

namespace microflask::detail {

#if MICROFLASK_OS_POSIX

struct ArbiterSignals {
    std::atomic<unsigned> stop{0};
    std::atomic<bool> reload{false};
    std::atomic<bool> reopen{false};
    std::atomic<int> change{0};  // workers to add or to remove
    std::atomic<const Wakeup*> wakeup{nullptr};
};
inline ArbiterSignals arbiter_signals;

extern "C" inline void microflask_on_arbiter_signal(int number) {
    switch (number) {
    case SIGINT:
    case SIGTERM: arbiter_signals.stop.fetch_add(1); break;
    case SIGHUP: arbiter_signals.reload = true; break;
    case SIGUSR1: arbiter_signals.reopen = true; break;
    case SIGTTIN: arbiter_signals.change.fetch_add(1); break;
    case SIGTTOU: arbiter_signals.change.fetch_sub(1); break;
    default: break;
    }
    if (const Wakeup* const wakeup = arbiter_signals.wakeup.load()) wakeup->notify();
}

/// While it lives, the arbiter's signals come to it.
class ArbiterSignalGuard {
public:
    explicit ArbiterSignalGuard(const Wakeup& wakeup) {
        arbiter_signals.stop = 0;
        arbiter_signals.reload = false;
        arbiter_signals.reopen = false;
        arbiter_signals.change = 0;
        arbiter_signals.wakeup = &wakeup;
        struct sigaction action {};
        action.sa_handler = &microflask_on_arbiter_signal;
        sigemptyset(&action.sa_mask);
        for (std::size_t i = 0; i < count; ++i) ::sigaction(numbers[i], &action, &before_[i]);
    }
    ~ArbiterSignalGuard() { restore(); }
    ArbiterSignalGuard(const ArbiterSignalGuard&) = delete;
    ArbiterSignalGuard& operator=(const ArbiterSignalGuard&) = delete;

    void restore() noexcept {
        for (std::size_t i = 0; i < count; ++i) ::sigaction(numbers[i], &before_[i], nullptr);
        arbiter_signals.wakeup = nullptr;
    }
    /// Makes signals wait in this thread, so that a new process does not take one for the arbiter.
    static void hold(bool held) noexcept {
        sigset_t set;
        sigemptyset(&set);
        for (const int number : numbers) sigaddset(&set, number);
        ::sigprocmask(held ? SIG_BLOCK : SIG_UNBLOCK, &set, nullptr);
    }

private:
    static constexpr int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGTTIN, SIGTTOU, SIGUSR1, SIGCHLD};
    static constexpr std::size_t count = sizeof numbers / sizeof numbers[0];
    struct sigaction before_[count] = {};
};

class Arbiter {
public:
    Arbiter(std::size_t count, std::chrono::milliseconds patience, FunctionRef<void()> serve)
        : wanted_(count), patience_(patience), serve_(serve), signals_(wakeup_) {}

    int run() {
        for (;;) {
            reap();
            if (arbiter_signals.stop.load() != 0) return stop(0);
            if (quick_deaths_ > most_quick_deaths) {
                std::fprintf(stderr, "The workers die as soon as they start; giving up.\n");
                return stop(3);
            }
            if (const int change = arbiter_signals.change.exchange(0); change != 0) {
                const auto asked = static_cast<std::ptrdiff_t>(wanted_) + change;
                wanted_ = static_cast<std::size_t>((std::max)(std::ptrdiff_t{1}, asked));
            }
            if (arbiter_signals.reload.exchange(false)) ++generation_;
            if (arbiter_signals.reopen.exchange(false)) {
                for (const WorkerProcess& worker : workers_) ::kill(worker.pid, SIGUSR1);
            }
            adjust();
            wait_for_socket(wakeup_.handle(), false,
                            quick_deaths_ != 0 ? retry_milliseconds : 1000);
            wakeup_.drain();
        }
    }

private:
    using Clock = std::chrono::steady_clock;
    struct WorkerProcess {
        pid_t pid = 0;
        std::uint64_t generation = 0;
        Clock::time_point started;
        Clock::time_point told_to_stop{};
        bool stops = false;
    };
    static constexpr int most_quick_deaths = 10;
    static constexpr int retry_milliseconds = 200;

    /// Starts what is missing in the present generation, then tells what is too much to stop.
    void adjust() {
        std::size_t present = 0;
        for (const WorkerProcess& worker : workers_) {
            if (!worker.stops && worker.generation == generation_) ++present;
        }
        while (present < wanted_ && (quick_deaths_ == 0 || Clock::now() >= start_again_)) {
            if (!start()) return;
            ++present;
        }
        const Clock::time_point now = Clock::now();
        for (WorkerProcess& worker : workers_) {
            if (worker.stops) {
                if (now - worker.told_to_stop > patience_) ::kill(worker.pid, SIGKILL);
            } else if (worker.generation != generation_ && present >= wanted_) {
                tell_to_stop(worker);
            } else if (worker.generation == generation_ && present > wanted_) {
                tell_to_stop(worker);
                --present;
            }
        }
    }

    void tell_to_stop(WorkerProcess& worker) {
        worker.stops = true;
        worker.told_to_stop = Clock::now();
        ::kill(worker.pid, SIGTERM);
    }

    bool start() {
        std::fflush(nullptr);
        const pid_t arbiter = ::getpid();
        ArbiterSignalGuard::hold(true);
        const pid_t pid = ::fork();
        if (pid == 0) work(arbiter);
        ArbiterSignalGuard::hold(false);
        if (pid < 0) {
            std::perror("cannot start a worker process");
            ++quick_deaths_;
            start_again_ = Clock::now() + std::chrono::milliseconds(retry_milliseconds);
            return false;
        }
        workers_.push_back({pid, generation_, Clock::now(), {}, false});
        return true;
    }

    /// What the new process does; it ends here, without the clean-ups of the program that forked it.
    [[noreturn]] void work(pid_t arbiter) {
        signals_.restore();
        ::signal(SIGINT,
                 SIG_IGN);  // Ctrl-C reaches the whole group; the arbiter passes it on as SIGTERM
        ::signal(SIGTERM, SIG_DFL);  // until the server takes it: nothing is to be finished yet
        ::signal(SIGHUP, SIG_IGN);
        ::signal(SIGUSR1, SIG_IGN);  // until a server with a log takes it
        ArbiterSignalGuard::hold(false);
        end_with_parent(arbiter);
        int status = 0;
        try {
            serve_();
        } catch (const std::exception& exception) {
            std::fprintf(stderr, "A worker process failed: %s\n", exception.what());
            status = 1;
        }
        std::fflush(nullptr);
        std::_Exit(status);
    }
    static void end_with_parent(pid_t arbiter) noexcept;

    void reap() {
        for (std::size_t i = 0; i < workers_.size();) {
            int status = 0;
            if (::waitpid(workers_[i].pid, &status, WNOHANG) != workers_[i].pid) {
                ++i;
                continue;
            }
            const WorkerProcess worker = workers_[i];
            workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
            if (worker.stops) continue;
            const Clock::time_point now = Clock::now();
            std::fprintf(stderr, "Worker process %ld ended (%s %d); starting another.\n",
                         static_cast<long>(worker.pid), WIFSIGNALED(status) ? "signal" : "status",
                         WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
            if (now - worker.started < std::chrono::seconds(1)) {
                ++quick_deaths_;
                start_again_ = now + std::chrono::milliseconds(retry_milliseconds);
            } else {
                quick_deaths_ = 0;
            }
        }
        // One that has lived for a while shows that starting works.
        if (quick_deaths_ != 0 && !workers_.empty() && workers_.size() >= wanted_ &&
            Clock::now() - workers_.back().started > std::chrono::seconds(1)) {
            quick_deaths_ = 0;
        }
    }

    int stop(int result) {
        for (WorkerProcess& worker : workers_) {
            if (!worker.stops) tell_to_stop(worker);
        }
        const Clock::time_point deadline = Clock::now() + patience_;
        bool killed = false;
        while (!workers_.empty()) {
            reap();
            if (workers_.empty()) break;
            if (!killed && (Clock::now() > deadline || arbiter_signals.stop.load() > 1)) {
                killed = true;
                for (const WorkerProcess& worker : workers_) ::kill(worker.pid, SIGKILL);
            }
            wait_for_socket(wakeup_.handle(), false, 100);
            wakeup_.drain();
        }
        return result;
    }

    std::size_t wanted_;
    const std::chrono::milliseconds patience_;
    const FunctionRef<void()> serve_;
    Wakeup wakeup_;
    ArbiterSignalGuard signals_;
    std::vector<WorkerProcess> workers_;
    std::uint64_t generation_ = 0;
    int quick_deaths_ = 0;
    Clock::time_point start_again_{};
};

MICROFLASK_INLINE bool has_worker_processes() noexcept {
    return true;
}

MICROFLASK_INLINE int run_worker_processes(std::size_t count, std::chrono::milliseconds patience,
                                           FunctionRef<void()> ready, FunctionRef<void()> serve) {
    Arbiter arbiter(count, patience, serve);
    ready();
    return arbiter.run();
}

#else

MICROFLASK_INLINE bool has_worker_processes() noexcept {
    return false;
}

MICROFLASK_INLINE int run_worker_processes(std::size_t, std::chrono::milliseconds,
                                           FunctionRef<void()> ready, FunctionRef<void()> serve) {
    ready();
    serve();
    return 0;
}

#endif
#if MICROFLASK_OS_LINUX

MICROFLASK_INLINE void Arbiter::end_with_parent(pid_t arbiter) noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != arbiter) std::_Exit(0);
}

#elif MICROFLASK_OS_POSIX

MICROFLASK_INLINE void Arbiter::end_with_parent(pid_t) noexcept {}

#endif

}  // namespace microflask::detail
