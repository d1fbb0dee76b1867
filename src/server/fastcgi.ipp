// Bodies of FastCGIServer. Everything travels in records of a head of eight bytes (version, type, request id, size of the
// content, size of the padding, reserved), content and padding.
#include "server/fastcgi.hpp"

#include "core/config.hpp"
#include "http/exceptions.hpp"
#include "server/buffer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

enum class FastcgiType : unsigned char {
    begin_request = 1,
    abort_request = 2,
    end_request = 3,
    params = 4,
    stdin_data = 5,
    stdout_data = 6,
    get_values = 9,
    get_values_result = 10,
    unknown_type = 11
};

/// The head of a record.
struct FastcgiRecord {
    FastcgiType type{};
    unsigned id = 0;
    std::size_t size = 0;
    std::size_t padding = 0;
};

/// One connection's requests, one after the other.
class FastcgiConversation {
public:
    FastcgiConversation(GatewayConnection& connection, const GatewayService& service) noexcept
        : connection_(connection), service_(service) {}

    void run() {
        while (read_begin()) {
            read_params();
            answer();
            if (!keeps_connection_ || !drain()) return;
        }
    }

    /// Reads the body's next bytes; 0 at its end.
    std::size_t read_body(char* buffer, std::size_t size) {
        while (body_rest_ == 0) {
            if (body_ended_) return 0;
            skip(body_padding_);
            body_padding_ = 0;
            const FastcgiRecord record = read_record();
            if (record.type == FastcgiType::abort_request) throw ClientDisconnected();
            if (record.type != FastcgiType::stdin_data) {
                pass_over(record);
                continue;
            }
            body_rest_ = record.size;
            body_padding_ = record.padding;
            body_ended_ = record.size == 0;
        }
        const std::size_t count = connection_.read_some(buffer, (std::min)(size, body_rest_));
        if (count == 0) throw ClientDisconnected();
        body_rest_ -= count;
        body_total_ += count;
        if (service_.options.body != 0 && body_total_ > service_.options.body)
            throw RequestEntityTooLarge();
        return count;
    }

private:
    static constexpr std::size_t most_content = 32768;  // of the records that are written
    static constexpr std::size_t most_unread =
        262144;  // of a body, before the connection is given up

    static FastcgiRecord parse(const char* head) {
        const auto byte = [head](std::size_t at) -> unsigned {
            return static_cast<unsigned char>(head[at]);
        };
        if (byte(0) != 1) throw BadRequest("a FastCGI record has version 1");
        return {static_cast<FastcgiType>(byte(1)), byte(2) * 256 + byte(3), byte(4) * 256 + byte(5),
                byte(6)};
    }
    FastcgiRecord read_record() {
        char head[8];
        connection_.read(head, sizeof head);
        return parse(head);
    }
    std::string read_content(const FastcgiRecord& record) {
        std::string content(record.size, '\0');
        connection_.read(content.data(), content.size());
        skip(record.padding);
        return content;
    }
    void skip(std::size_t count) {
        char dropped[256];
        while (count != 0) {
            const std::size_t step = (std::min)(count, sizeof dropped);
            connection_.read(dropped, step);
            count -= step;
        }
    }

    void append_record(FastcgiType type, unsigned id, std::string_view content) {
        const char head[8] = {1,
                              static_cast<char>(type),
                              static_cast<char>(id >> 8U),
                              static_cast<char>(id & 255U),
                              static_cast<char>(content.size() >> 8U),
                              static_cast<char>(content.size() & 255U),
                              0,
                              0};
        out_.append({head, sizeof head});
        out_.append(content);
    }
    void append_end(unsigned id, char protocol_status) {
        const char content[8] = {0, 0, 0, 0, protocol_status, 0, 0, 0};
        append_record(FastcgiType::end_request, id, {content, sizeof content});
    }
    void flush() {
        connection_.write(out_.view());
        out_.clear();
    }

    /// Deals with a record that does not belong to the request at hand.
    void pass_over(const FastcgiRecord& record) {
        const std::string content = read_content(record);
        if (record.type == FastcgiType::get_values) {
            answer_values(content);
        } else if (record.type == FastcgiType::begin_request && record.id != id_) {
            append_end(record.id, 1);  // FCGI_CANT_MPX_CONN
        } else if (record.id == 0) {
            const char type[8] = {static_cast<char>(record.type), 0, 0, 0, 0, 0, 0, 0};
            append_record(FastcgiType::unknown_type, 0, {type, sizeof type});
        }
        flush();
    }

    /// Says that one connection carries one request at a time, where that is asked.
    void answer_values(std::string_view asked) {
        constexpr std::string_view name = "FCGI_MPXS_CONNS";
        std::string values;
        if (asked.find(name) != std::string_view::npos) {
            values += static_cast<char>(name.size());
            values += '\1';
            values += name;
            values += '0';
        }
        append_record(FastcgiType::get_values_result, 0, values);
    }

    /// Waits for a request; false where none comes.
    bool read_begin() {
        for (;;) {
            char head[8];
            if (!connection_.read_next(head, sizeof head)) return false;
            const FastcgiRecord record = parse(head);
            if (record.type != FastcgiType::begin_request) {
                id_ = 0;
                pass_over(record);
                continue;
            }
            const std::string content = read_content(record);
            if (content.size() < 3) throw BadRequest("a FastCGI request says its role and flags");
            if (content[0] != 0 || content[1] != 1) {
                append_end(record.id, 3);  // FCGI_UNKNOWN_ROLE
                flush();
                continue;
            }
            id_ = record.id;
            keeps_connection_ = (static_cast<unsigned char>(content[2]) & 1U) != 0;
            body_rest_ = body_padding_ = 0;
            body_total_ = 0;
            body_ended_ = false;
            return true;
        }
    }

    void read_params() {
        params_.clear();
        for (;;) {
            const FastcgiRecord record = read_record();
            if (record.type == FastcgiType::abort_request) throw ClientDisconnected();
            if (record.type != FastcgiType::params) {
                pass_over(record);
                continue;
            }
            if (record.size == 0) break;
            if (params_.size() + record.size > service_.options.header_bytes)
                throw BadRequest("the variables of a FastCGI request are longer than the limit");
            params_ += read_content(record);
        }
    }
    static std::size_t take_size(std::string_view& rest) {
        const auto byte = [&rest](std::size_t at) -> std::size_t {
            if (at >= rest.size()) throw BadRequest("a FastCGI variable is cut off");
            return static_cast<unsigned char>(rest[at]);
        };
        std::size_t size = byte(0);
        std::size_t used = 1;
        if (size >= 128) {
            size = (size - 128) << 24U | byte(1) << 16U | byte(2) << 8U | byte(3);
            used = 4;
        }
        rest.remove_prefix(used);
        return size;
    }
    static void add_params(CgiVariables& variables, std::string_view rest) {
        while (!rest.empty()) {
            const std::size_t name_size = take_size(rest);
            const std::size_t value_size = take_size(rest);
            if (name_size > rest.size() || value_size > rest.size() - name_size)
                throw BadRequest("a FastCGI variable is cut off");
            variables.add(rest.substr(0, name_size), rest.substr(name_size, value_size));
            rest.remove_prefix(name_size + value_size);
        }
    }

    void answer();

    /// Reads what the application left of the body; false where that is too much.
    bool drain() {
        char dropped[4096];
        const std::uint64_t before = body_total_;
        while (read_body(dropped, sizeof dropped) != 0) {
            if (body_total_ - before > most_unread) return false;
        }
        skip(body_padding_);
        return true;
    }

    GatewayConnection& connection_;
    const GatewayService& service_;
    Buffer out_;
    std::string params_;
    unsigned id_ = 0;
    bool keeps_connection_ = false;
    bool body_ended_ = false;
    std::size_t body_rest_ = 0;
    std::size_t body_padding_ = 0;
    std::uint64_t body_total_ = 0;
};

/// The body of the request at hand.
class FastcgiInput final : public InputStream {
public:
    explicit FastcgiInput(FastcgiConversation& conversation) noexcept
        : conversation_(conversation) {}
    std::size_t read(char* buffer, std::size_t size) override {
        return size == 0 ? 0 : conversation_.read_body(buffer, size);
    }
    using InputStream::read;

private:
    FastcgiConversation& conversation_;
};

MICROFLASK_INLINE void FastcgiConversation::answer() {
    CgiVariables variables;
    add_params(variables, params_);
    FastcgiInput input(*this);
    Environ request;
    variables.fill(request, input, {.script_name = service_.options.script_name});
    const auto write = [this](std::string_view bytes, bool is_whole) {
        for (; !bytes.empty(); bytes.remove_prefix((std::min)(bytes.size(), most_content)))
            append_record(FastcgiType::stdout_data, id_, bytes.substr(0, most_content));
        if (!is_whole) flush();
    };
    answer_cgi_request(service_.application, request, CgiForm::status_field, write);
    append_record(FastcgiType::stdout_data, id_, {});
    append_end(id_, 0);
    flush();
}

MICROFLASK_INLINE void serve_fastcgi(GatewayConnection& connection, const GatewayService& service) {
    FastcgiConversation(connection, service).run();
}

}  // namespace detail

MICROFLASK_INLINE FastCGIServer::FastCGIServer(std::string host, int port, Application application,
                                               GatewayServerOptions options)
    : GatewayServer(std::move(host), port, std::move(application), std::move(options),
                    &detail::serve_fastcgi) {}

}  // namespace microflask
