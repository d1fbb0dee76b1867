#include "server/arbiter.hpp"

#include "core/files.hpp"
#include "core/text.hpp"
#include "server/serving.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/raw_client.hpp"

#if !defined(_WIN32)

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <signal.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace microflask;
using test_support::comes_to_hold;
using test_support::RawClient;
using test_support::RawResponse;

namespace {

/// A program of its own that runs workers; its application answers with the number of its process.
class WorkersProgram {
public:
    explicit WorkersProgram(int workers, bool dies = false, const std::string& log = {}) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(ends[0]);
            RunSimpleOptions options;
            options.workers = workers;
            options.banner = false;
            options.access_log = log.empty() ? AccessLogFormat::none : AccessLogFormat::json;
            options.access_log_file = log;
            options.on_ready = [&ends](BaseWSGIServer& server) {
                const int port = server.port();
                if (::write(ends[1], &port, sizeof port) < 0) std::_Exit(99);
            };
            const auto application = [](Environ& request, StartResponse start_response) -> Body {
                if (request.path_info() == "/die") std::_Exit(7);
                start_response("200 OK", Headers{});
                return std::to_string(::getpid()) + " " + std::string(request["wsgi.multiprocess"]);
            };
            if (dies)
                std::_Exit(detail::run_worker_processes(
                    1, std::chrono::seconds(1), [] {}, [] { std::_Exit(5); }));
            std::_Exit(run_simple("127.0.0.1", 0, application, options));
        }
        ::close(ends[1]);
        if (!dies) REQUIRE(::read(ends[0], &port_, sizeof port_) == sizeof port_);
        ::close(ends[0]);
    }
    ~WorkersProgram() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }
    WorkersProgram(const WorkersProgram&) = delete;
    WorkersProgram& operator=(const WorkersProgram&) = delete;

    void signal(int number) const { ::kill(pid_, number); }
    /// The processes that it has started, where the system tells.
    [[nodiscard]] std::set<pid_t> workers() const {
        const std::string number = std::to_string(pid_);
        const std::string text =
            detail::read_file("/proc/" + number + "/task/" + number + "/children").value_or("");
        std::set<pid_t> found;
        for (const std::string_view each : detail::split(text, ' ')) {
            if (const auto pid = detail::parse_unsigned(each))
                found.insert(static_cast<pid_t>(*pid));
        }
        return found;
    }
    /// Waits until so many workers are there; true where the system does not tell.
    [[nodiscard]] bool comes_to_have(std::size_t count) const {
        if (!detail::file_status("/proc/self/task").exists) return true;
        for (int i = 0; i < 2000 && workers().size() != count; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return workers().size() == count;
    }
    /// Waits for the end and returns the exit status.
    int wait() {
        int status = -1;
        ::waitpid(pid_, &status, 0);
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    [[nodiscard]] int port() const { return port_; }
    /// Asks who answers, on a new connection; 0 where nobody does.
    [[nodiscard]] pid_t ask(const std::string& path = "/") const {
        try {
            RawClient client(port_);
            return static_cast<pid_t>(std::atoi(client.get(path).body.c_str()));
        } catch (const OSError&) {
            return 0;
        }
    }
    /// Asks until a process answers that is none of the known ones.
    [[nodiscard]] pid_t ask_for_another(const std::set<pid_t>& known) const {
        for (int i = 0; i < 2000; ++i) {
            const pid_t answer = ask();
            if (answer != 0 && known.count(answer) == 0) return answer;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return 0;
    }

private:
    pid_t pid_ = 0;
    int port_ = 0;
};

/// Clients that ask without pause, most of them on connections that are kept.
class Load {
public:
    Load(int port, int clients) {
        for (int i = 0; i < clients; ++i) threads_.emplace_back([this, port] { ask(port); });
    }
    ~Load() { stop(); }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    void stop() {
        over_ = true;
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
    }
    /// Waits until so many more requests have been answered.
    void await(int more) const {
        const int wanted = answered + more;
        while (answered < wanted) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

    std::atomic<int> answered{0};
    std::atomic<int> failed{0};

private:
    void ask(int port) {
        while (!over_) {
            RawClient client(port);
            for (int i = 0; i < 50 && !over_; ++i) {
                const RawResponse response = client.get("/");
                ++(response.status == 200 ? answered : failed);
                if (response.status != 200 || response.field("Connection") == "close") break;
            }
        }
    }

    std::atomic<bool> over_{false};
    std::vector<std::thread> threads_;
};

}  // namespace

TEST_CASE("workers serve one port, and a dead one is replaced", "[live]") {
    WorkersProgram program(2);
    const pid_t first = program.ask_for_another({});
    REQUIRE(first != 0);
    RawClient client(program.port());
    CHECK(client.get("/").body.find(" True") != std::string::npos);

    ::kill(first, SIGKILL);
    CHECK(program.ask_for_another({first}) != 0);
    CHECK(program.ask("/die") == 0);
    CHECK(program.ask_for_another({first}) != 0);

    program.signal(SIGTERM);
    CHECK(program.wait() == 0);
    CHECK(program.ask() == 0);
}

TEST_CASE("SIGHUP replaces the workers, and no request fails", "[live]") {
    WorkersProgram program(2);
    std::set<pid_t> old;
    for (int i = 0; i < 50; ++i) old.insert(program.ask_for_another({}));
    const std::set<pid_t> before = program.workers();
    Load load(program.port(), 4);
    for (int reload = 0; reload < 3; ++reload) {
        load.await(100);
        program.signal(SIGHUP);
        load.await(100);
        CHECK(program.ask_for_another(old) != 0);
        while (program.workers().size() > 2) load.await(1);
    }
    load.stop();
    CHECK(load.failed == 0);
    for (const pid_t worker : program.workers()) CHECK(before.count(worker) == 0);
    program.signal(SIGINT);
    CHECK(program.wait() == 0);
}

TEST_CASE("a killed worker takes nothing along but its own connections", "[live]") {
    WorkersProgram program(2);
    constexpr int clients = 4;
    Load load(program.port(), clients);
    load.await(100);
    constexpr int kills = 4;
    for (int i = 0; i < kills; ++i) {
        ::kill(program.ask_for_another({}), SIGKILL);
        load.await(100);  // the others go on at once
    }
    load.stop();
    CHECK(load.failed <= clients * kills);
    CHECK(program.comes_to_have(2));
    Load later(program.port(), clients);
    later.await(200);
    later.stop();
    CHECK(later.failed == 0);
}

TEST_CASE("SIGUSR1 has the access log opened anew, in every process", "[live]") {
    const int workers = GENERATE(0, 2);
    CAPTURE(workers);
    const std::string path = detail::make_temporary_file();
    {
        WorkersProgram program(workers, false, path);
        CHECK(program.ask("/first") != 0);
        CHECK(comes_to_hold(path, "\"target\":\"/first\""));
        REQUIRE(detail::rename_file(path, path + ".1"));
        program.signal(SIGUSR1);
        // The signal is on its way: soon all of them write to the new file, and none to the old one.
        bool anew = false;
        for (int i = 0; i < 2000 && !anew; ++i) {
            CHECK(program.ask("/after-" + std::to_string(i)) != 0);
            anew = detail::read_file(path).value_or("").find("/after-") != std::string::npos;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        CHECK(anew);
        if (workers != 0) program.signal(SIGHUP);  // and those to come write there, too
        CHECK(program.ask("/late") != 0);
        CHECK(comes_to_hold(path, "/late"));
        program.signal(SIGTERM);
        CHECK(program.wait() == 0);
    }
    detail::remove_file(path);
    detail::remove_file(path + ".1");
}

TEST_CASE("SIGTTIN and SIGTTOU add and remove a worker", "[live]") {
    WorkersProgram program(1 + 1);
    program.signal(SIGTTIN);
    CHECK(program.comes_to_have(3));
    program.signal(SIGTTOU);  // one at a time: signals of one kind are not counted
    CHECK(program.comes_to_have(2));
    program.signal(SIGTTOU);
    CHECK(program.comes_to_have(1));
    program.signal(SIGTTOU);
    CHECK(program.ask_for_another({}) != 0);
    program.signal(SIGTERM);
    CHECK(program.wait() == 0);
}

TEST_CASE("workers that die at once again and again end the program", "[live]") {
    WorkersProgram program(1, true);
    CHECK(program.wait() == 3);
}

#endif
