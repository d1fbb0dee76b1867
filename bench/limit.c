// The bare loop that everything is measured against: one thread, epoll, a canned answer for each blank line found.
// It parses nothing and checks nothing; no server can be faster by much.
// Usage: limit [port] [close]    with "close" it ends each connection after its answer
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const char keeps[] =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 13\r\n"
    "Server: limit/1.0.0000000\r\n"
    "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "\r\n"
    "Hello, World!";
static const char closes[] =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 13\r\n"
    "Connection: close\r\n"
    "Server: limit/1.0.0000000\r\n"
    "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "\r\n"
    "Hello, World!";
enum { largest_answer = sizeof closes - 1, input_size = 65536 };

static char input[input_size];
static char output[input_size / 18 * largest_answer + largest_answer];
static const char* answer = keeps;
static size_t answer_size = sizeof keeps - 1;

static void serve(int client) {
    ssize_t count = recv(client, input, sizeof input, 0);
    if (count <= 0) {
        close(client);
        return;
    }
    size_t filled = 0;
    const char* at = input;
    const char* end = input + count;
    while ((at = memmem(at, (size_t)(end - at), "\r\n\r\n", 4)) != NULL) {
        memcpy(output + filled, answer, answer_size);
        filled += answer_size;
        at += 4;
    }
    if (filled == 0) return;
    if (send(client, output, filled, MSG_NOSIGNAL) != (ssize_t)filled || answer == closes) close(client);
}

static void stop(int number) {
    _exit(number == SIGTERM ? 0 : 1);
}

int main(int argc, char** argv) {
    signal(SIGTERM, stop);
    const int port = argc > 1 ? atoi(argv[1]) : 5001;
    if (argc > 2) {
        answer = closes;
        answer_size = sizeof closes - 1;
    }
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct sockaddr_in address = {0};
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr*)&address, sizeof address) != 0 || listen(listener, 4096) != 0) {
        perror("limit");
        return 1;
    }
    const int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    struct epoll_event events[256];
    for (;;) {
        const int count = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < count; ++i) {
            if (events[i].data.fd != listener) {
                serve(events[i].data.fd);
                continue;
            }
            int client;
            while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                event.events = EPOLLIN;
                event.data.fd = client;
                epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
            }
        }
    }
}
