// The lowest layer: a bare socket loop that answers every connection, on the portable socket layer that the server of
// microflask stands on. It is a lesson, not a server: no parsing, one connection at a time.
#include "microflask.hpp"
#include <cstdio>
#include <cstdlib>
using namespace microflask;

namespace {

constexpr std::string_view answer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 22\r\nConnection: "
    "close\r\n\r\n<h1>Hello, world!</h1>";

/// Reads until the blank line that ends a request's head; false where the client goes away first.
bool read_head(detail::Socket& connection) {
    std::string head;
    char bytes[1024];
    while (head.find("\r\n\r\n") == std::string::npos) {
        if (head.size() > 8192 || !detail::wait_for_socket(connection.handle(), false, 5000))
            return false;
        const detail::SocketResult received = connection.receive(bytes, sizeof bytes);
        if (received.status == detail::SocketStatus::would_block) continue;
        if (received.status == detail::SocketStatus::failed || received.count == 0) return false;
        head.append(bytes, received.count);
    }
    return true;
}

void send_answer(detail::Socket& connection) {
    std::string_view rest = answer;
    while (!rest.empty() && detail::wait_for_socket(connection.handle(), true, 5000)) {
        const detail::SocketResult sent = connection.send(rest);
        if (sent.status == detail::SocketStatus::failed) return;
        rest.remove_prefix(sent.count);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 8001);
    std::vector<detail::Socket> listeners = detail::listen_on("127.0.0.1", port);
    detail::Socket& listener = listeners.front();
    std::printf("Listening on port %d...\n", detail::local_port(listener));
    std::fflush(stdout);

    while (true) {
        detail::Socket connection;
        detail::PeerAddress peer;
        if (!detail::wait_for_socket(listener.handle(), false, -1)) continue;
        if (listener.accept(connection, peer) != detail::AcceptStatus::accepted) continue;
        if (read_head(connection)) send_answer(connection);
    }
}
