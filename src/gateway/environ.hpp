// Everything a server knows about one request, read like PEP 3333's dict: views of the server's own buffers,
// nothing copied, split or decoded before somebody asks.
#pragma once

#include "core/config.hpp"
#include "core/list.hpp"
#include "core/text.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

class InputStream;

/// One header field of a request as it was received; both are views of the server's buffer.
struct HeaderField {
    std::string_view name;
    std::string_view value;
};

/// What a server knows about itself, the same for every request on one listening socket.
struct ServerInfo {
    std::string_view name = "127.0.0.1";
    std::string_view port = "80";
    std::string_view url_scheme = "http";
    std::string_view software = "microflask";
    bool multithread = false;
    bool multiprocess = false;
    bool run_once = false;
    bool use_debugger = false;  // whether an application may show its exceptions
};

/// The request as the gateway passes it on (PEP 3333's environ). One per request, used by one thread at a time.
/// Servers fill the public setters; everything handed out lives as long as the request does.
class Environ {
public:
    /// What `environ["KEY"]` gives: the value as text (empty where there is none), assignable.
    class Entry : public std::string_view {
    public:
        Entry& operator=(std::string_view value);
        Entry(const Entry&) = default;

    private:
        friend class Environ;
        Entry(Environ& owner, std::string_view key);
        Environ* environ_;
        std::string_view key_;
    };

    Environ() noexcept = default;
    Environ(const Environ&) = delete;
    Environ& operator=(const Environ&) = delete;

    /// Returns the value of a key, which may be assigned to: `REQUEST_METHOD`, `HTTP_USER_AGENT`, `wsgi.url_scheme`, ...
    Entry operator[](std::string_view key) { return Entry(*this, key); }
    /// Returns the value of a key, or empty text.
    std::string_view operator[](std::string_view key) const {
        return get(key).value_or(std::string_view{});
    }
    /// Returns the value of a key, if there is one. Repeated fields are joined by ", ".
    [[nodiscard]] std::optional<std::string_view> get(std::string_view key) const;
    [[nodiscard]] bool contains(std::string_view key) const { return get(key).has_value(); }
    /// Adds or replaces a key; both texts are copied.
    void set(std::string_view key, std::string_view value);
    /// Removes a key; a field of the request too.
    void erase(std::string_view key);
    /// Returns every key that has a value, for display and debugging.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> items() const;

    // The keys that everybody needs, without a look-up.
    [[nodiscard]] std::string_view request_method() const noexcept { return method_; }
    [[nodiscard]] std::string_view script_name() const noexcept { return script_name_; }
    /// The decoded path below script_name, beginning with "/" (or empty).
    [[nodiscard]] std::string_view path_info() const noexcept { return path_info_; }
    [[nodiscard]] std::string_view query_string() const noexcept { return query_string_; }
    /// The request target as received, still percent-encoded.
    [[nodiscard]] std::string_view request_uri() const noexcept { return request_uri_; }
    [[nodiscard]] std::string_view server_protocol() const noexcept { return protocol_; }
    [[nodiscard]] std::string_view url_scheme() const noexcept {
        return url_scheme_.data() ? url_scheme_ : server_->url_scheme;
    }
    [[nodiscard]] std::string_view remote_addr() const noexcept { return remote_addr_; }
    [[nodiscard]] const ServerInfo& server() const noexcept { return *server_; }
    /// Returns the first field of a name (compared without case), if there is one.
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const noexcept;
    /// The fields in order, after what middleware changed.
    [[nodiscard]] const HeaderField* fields_begin() const noexcept { return fields_; }
    [[nodiscard]] const HeaderField* fields_end() const noexcept { return fields_ + field_count_; }

    /// The request's body (`wsgi.input`). Reading it may wait for the client.
    [[nodiscard]] InputStream& input() const noexcept;
    /// The body's length where the client gave one; none for a chunked body or no body at all.
    [[nodiscard]] std::optional<std::uint64_t> content_length() const;
    /// Whether the input ends where the body does, so that it may be read without a length (`wsgi.input_terminated`).
    [[nodiscard]] bool input_terminated() const noexcept { return input_terminated_; }

    // For servers and gateways. The views given must live as long as the request.
    void set_request_line(std::string_view method, std::string_view target,
                          std::string_view protocol) noexcept;
    /// Splits and decodes the target into PATH_INFO and QUERY_STRING (RFC 9112, section 3.2).
    void set_target(std::string_view target);
    void set_path(std::string_view script_name, std::string_view path_info,
                  std::string_view query) noexcept;
    void set_fields(const HeaderField* first, std::size_t count) noexcept {
        fields_ = first;
        field_count_ = count;
    }
    void set_server(const ServerInfo& server) noexcept { server_ = &server; }
    void set_remote(std::string_view address, std::uint16_t port) noexcept {
        remote_addr_ = address;
        remote_port_ = port;
    }
    void set_input(InputStream& input, bool terminated) noexcept {
        input_ = &input;
        input_terminated_ = terminated;
    }

private:
    struct Changes;  // what middleware set and erased; made when first needed
    Changes& changes() const;
    /// Keeps text that belongs to the environ itself, and returns a view of it.
    std::string_view keep(std::string_view text) const;
    /// Returns the member that holds a key's value, or null.
    std::string_view* member(std::string_view key) noexcept;
    [[nodiscard]] std::optional<std::string_view> server_fact(std::string_view key) const;
    /// Returns the fields named by the rest of an HTTP_ key, joined where there are several.
    [[nodiscard]] std::optional<std::string_view> joined_field(std::string_view wanted) const;
    /// Returns the fields as a list of our own, to be changed.
    detail::List<HeaderField>& own_fields();

    std::string_view method_;
    std::string_view script_name_;
    std::string_view path_info_;
    std::string_view query_string_;
    std::string_view request_uri_;
    std::string_view protocol_ = "HTTP/1.1";
    std::string_view url_scheme_;
    std::string_view remote_addr_;
    const HeaderField* fields_ = nullptr;
    std::size_t field_count_ = 0;
    const ServerInfo* server_ = &default_server_info;
    InputStream* input_ = nullptr;
    std::uint16_t remote_port_ = 0;
    bool input_terminated_ = false;
    mutable std::unique_ptr<Changes, void (*)(Changes*)> changes_{nullptr, nullptr};

    static inline constexpr ServerInfo default_server_info{};
};

}  // namespace microflask
