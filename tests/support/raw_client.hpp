// A client for tests over real sockets: sends the bytes it is told, one by one if need be, and reads what comes.
#pragma once

#include "server/serving.hpp"
#include "server/socket.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace test_support {

/// An answer taken apart. `status` is 0 where nothing came.
struct RawResponse {
    int status = 0;
    std::string head;
    std::string body;

    [[nodiscard]] std::string field(std::string_view name) const {
        const auto lower = [](std::string text) {
            for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            return text;
        };
        const std::string wanted = "\r\n" + lower(std::string(name)) + ": ";
        const std::size_t at = lower(head).find(wanted);
        if (at == std::string::npos) return {};
        const std::size_t begin = at + wanted.size();
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
};

class RawClient {
public:
    explicit RawClient(int port, const std::string& host = "127.0.0.1")
        : socket_(microflask::detail::connect_to(host, static_cast<std::uint16_t>(port))) {}

    /// Sends all of it; false where the other end is gone.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto result = socket_.send(bytes);
            if (result.status == microflask::detail::SocketStatus::failed) return false;
            bytes.remove_prefix(result.count);
        }
        return true;
    }
    /// Sends the first bytes, waits until the server has surely seen them, and sends the rest.
    bool send_split(std::string_view bytes, std::size_t at, std::chrono::milliseconds pause) {
        if (!send(bytes.substr(0, at))) return false;
        std::this_thread::sleep_for(pause);
        return send(bytes.substr(at));
    }
    void finish_sending() { socket_.shut_down_sending(); }
    void close() { socket_.close(); }

    /// Reads one answer; `to_head`: the request was a HEAD, so that no body follows.
    RawResponse read_response(bool to_head = false) {
        RawResponse response;
        std::size_t end = 0;
        while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
            if (!receive()) return response;
        }
        response.head = received_.substr(0, end + 2);
        received_.erase(0, end + 4);
        response.status = std::atoi(response.head.c_str() + 9);
        if (to_head || response.status == 204 || response.status == 304 || response.status < 200)
            return response;
        if (response.field("Transfer-Encoding") == "chunked") {
            read_chunks(response);
        } else if (const std::string length = response.field("Content-Length"); !length.empty()) {
            const std::size_t size =
                static_cast<std::size_t>(std::strtoull(length.c_str(), nullptr, 10));
            while (received_.size() < size && receive()) {
            }
            response.body = received_.substr(0, size);
            received_.erase(0, size);
        } else {
            response.body = read_to_end();
        }
        return response;
    }
    /// Reads what comes next; nothing where the other end has closed.
    std::string read_piece() {
        if (received_.empty()) receive();
        return std::exchange(received_, {});
    }
    /// Reads until the other end closes.
    std::string read_to_end() {
        while (receive()) {
        }
        return std::exchange(received_, {});
    }
    /// Whether the other end closes within so many milliseconds, without sending more.
    bool is_closed(int milliseconds = 5000) {
        if (!received_.empty()) return false;
        if (!microflask::detail::wait_for_socket(socket_.handle(), false, milliseconds))
            return false;
        return !receive();
    }
    /// Whether something, or the end, arrives within so many milliseconds.
    bool is_readable(int milliseconds) {
        return !received_.empty() ||
               microflask::detail::wait_for_socket(socket_.handle(), false, milliseconds);
    }
    RawResponse get(const std::string& path) {
        send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        return read_response();
    }

private:
    bool receive() {
        // A server that never answers must not hang the test.
        if (!microflask::detail::wait_for_socket(socket_.handle(), false, 30000)) return false;
        char bytes[16384];
        const auto result = socket_.receive(bytes, sizeof bytes);
        if (result.status != microflask::detail::SocketStatus::done || result.count == 0)
            return false;
        received_.append(bytes, result.count);
        return true;
    }
    void read_chunks(RawResponse& response) {
        for (;;) {
            std::size_t end = 0;
            while ((end = received_.find("\r\n")) == std::string::npos) {
                if (!receive()) return;
            }
            const std::size_t size =
                static_cast<std::size_t>(std::strtoull(received_.c_str(), nullptr, 16));
            while (received_.size() < end + 2 + size + 2) {
                if (!receive()) return;
            }
            response.body += received_.substr(end + 2, size);
            received_.erase(0, end + 2 + size + 2);
            if (size == 0) return;
        }
    }

    microflask::detail::Socket socket_;
    std::string received_;
};

/// A server on a free port that serves on its own thread until the object ends.
class ServerFixture {
public:
    explicit ServerFixture(microflask::Application application,
                           const microflask::ServerOptions& options = {},
                           const std::string& host = "127.0.0.1")
        : server_(microflask::make_server(host, 0, std::move(application), options)),
          thread_([this] { server_->serve_forever(); }) {}
    ~ServerFixture() { stop(); }
    ServerFixture(const ServerFixture&) = delete;
    ServerFixture& operator=(const ServerFixture&) = delete;

    void stop() {
        if (!thread_.joinable()) return;
        server_->shutdown();
        thread_.join();
    }
    [[nodiscard]] int port() const { return server_->port(); }
    [[nodiscard]] microflask::BaseWSGIServer& server() { return *server_; }

private:
    std::unique_ptr<microflask::BaseWSGIServer> server_;
    std::thread thread_;
};

}  // namespace test_support
