// The application of the soak: an answer of each kind, each of which a client can check. Prints its port when it serves.
#include "microflask.hpp"

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

using namespace microflask;

namespace {

/// The i-th piece of a text that has no two equal lines.
std::string line(int i) {
    return "line " + std::to_string(i) + "\n";
}

std::string lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += line(i);
    return text;
}

}  // namespace

int main(int argc, char** argv) {
    Flask app;
    app.secret_key("soak");

    app.route("/text/<int:number>")([](int number) { return "text " + std::to_string(number); });
    app.route("/lines/<int:count>")([](int count) { return lines(count); });
    app.post("/echo")([] { return request->get_data(); });
    app.post("/count")([] {
        std::size_t size = 0;
        char piece[10000];
        while (const std::size_t count = request->stream().read(piece, sizeof piece)) size += count;
        return std::to_string(size);
    });
    app.post("/ignore")([] { return "ignored"; });
    app.route("/stream/<int:count>")([](int count) {
        return stream([i = 0, count]() mutable -> std::optional<std::string> {
            if (i == count) return std::nullopt;
            return line(i++);
        });
    });
    app.route("/file")([&app] { return send_file(app.config.get<std::string>("FILE", "")); });
    app.route("/sleep/<int:milliseconds>")([](int milliseconds) {
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
        return "slept " + std::to_string(milliseconds);
    });
    app.route("/session")([] {
        const int count = session.get<int>("count", 0) + 1;
        session["count"] = count;
        return std::to_string(count);
    });
    app.route("/throw")([]() -> std::string { throw std::runtime_error("a secret"); });

    app.config["FILE"] = argc > 1 ? argv[1] : "";
    RunOptions options;
    options.host = "127.0.0.1";
    options.port = 0;
    options.access_log_format = AccessLogFormat::json;
    options.access_log_file = argc > 2 ? argv[2] : "";
    options.limits.header_timeout = std::chrono::seconds(4);
    options.limits.body_timeout = std::chrono::seconds(4);
    options.limits.write_timeout = std::chrono::seconds(4);
    options.limits.keep_alive_timeout = std::chrono::seconds(4);
    options.on_ready = [](int port) {
        std::printf("%d\n", port);
        std::fflush(stdout);
    };
    return app.run(std::move(options));
}
