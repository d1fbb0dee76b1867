#include "server/arbiter.hpp"

#include "server/serving.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"

#if !defined(_WIN32)

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace microflask;
using test_support::RawClient;
using test_support::RawResponse;

namespace {

/// A program of its own that runs workers; its application answers with the number of its process.
class WorkersProgram {
public:
    explicit WorkersProgram(int workers, bool dies = false) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(ends[0]);
            RunSimpleOptions options;
            options.workers = workers;
            options.banner = false;
            options.access_log = AccessLogFormat::none;
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
    int failed = 0;
    int answered = 0;
    RawClient kept(program.port());
    CHECK(kept.get("/").status == 200);
    for (int reload = 0; reload < 3; ++reload) {
        program.signal(SIGHUP);
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
        while (std::chrono::steady_clock::now() < end) {
            RawClient client(program.port());
            for (int i = 0; i < 5; ++i) {
                const RawResponse response = client.get("/");
                ++(response.status == 200 ? answered : failed);
                if (response.field("Connection") == "close") break;
            }
        }
    }
    CHECK(failed == 0);
    CHECK(answered > 100);
    CHECK(program.ask_for_another(old) != 0);
    program.signal(SIGINT);
    CHECK(program.wait() == 0);
}

TEST_CASE("SIGTTIN and SIGTTOU add and remove a worker", "[live]") {
    WorkersProgram program(1 + 1);
    program.signal(SIGTTIN);
    std::set<pid_t> seen;
    for (int i = 0; i < 3000 && seen.size() < 3; ++i) {
        seen.insert(program.ask());
        seen.erase(0);
    }
    CHECK(seen.size() >= 1);
    program.signal(SIGTTOU);
    program.signal(SIGTTOU);
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
