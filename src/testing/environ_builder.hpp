// Makes the Environ of a request from a path, a form, JSON or files, without a socket.
#pragma once

#include "datastructures/auth.hpp"
#include "datastructures/headers.hpp"
#include "datastructures/multi_dict.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"
#include "json/value.hpp"
#include "wrappers/request.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

class EnvironBuilder;

namespace detail {

/// The value of a form field or parameter: text, or a number written as text.
class FieldValue {
public:
    FieldValue(const char* text) : text_(text) {}
    FieldValue(std::string_view text) : text_(text) {}
    FieldValue(std::string text) noexcept : text_(std::move(text)) {}
    template <std::integral Number>
        requires(!std::same_as<Number, bool> && !std::same_as<Number, char>)
    FieldValue(Number number) : text_(std::to_string(number)) {}
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

}  // namespace detail

/// Names and values in order: a form, a query string, or keys of an environ. Made of `{{"user", "bob"}, {"page", 2}}`.
class FieldList {
public:
    using Pair = std::pair<std::string, std::string>;

    FieldList() = default;
    FieldList(std::initializer_list<std::pair<std::string_view, detail::FieldValue>> pairs);
    FieldList(std::vector<Pair> pairs) noexcept : pairs_(std::move(pairs)) {}
    FieldList(const MultiDict& fields);

    [[nodiscard]] bool empty() const noexcept { return pairs_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return pairs_.size(); }
    [[nodiscard]] auto begin() const noexcept { return pairs_.begin(); }
    [[nodiscard]] auto end() const noexcept { return pairs_.end(); }
    void add(std::string_view key, std::string_view value) { pairs_.emplace_back(key, value); }
    /// Returns the fields as a query string.
    [[nodiscard]] std::string urlencode() const;

private:
    std::vector<Pair> pairs_;
};

/// Text, or names and values: what a request's `query_string` and `data` may be.
class TextOrFields {
public:
    TextOrFields() = default;
    TextOrFields(const char* text) : text_(text) {}
    TextOrFields(std::string_view text) : text_(text) {}
    TextOrFields(std::string text) noexcept : text_(std::move(text)) {}
    TextOrFields(std::initializer_list<std::pair<std::string_view, detail::FieldValue>> pairs)
        : fields_(pairs) {}
    TextOrFields(FieldList fields) noexcept : fields_(std::move(fields)) {}
    TextOrFields(const MultiDict& fields) : fields_(fields) {}

    [[nodiscard]] const std::optional<std::string>& text() const noexcept { return text_; }
    [[nodiscard]] const FieldList& fields() const noexcept { return fields_; }
    [[nodiscard]] bool empty() const noexcept { return !text_ && fields_.empty(); }

private:
    std::optional<std::string> text_;
    FieldList fields_;
};

/// What a request says about who sends it: `{"user", "password"}` or an Authorization.
class AuthChoice {
public:
    AuthChoice() = default;
    AuthChoice(std::string_view username, std::string_view password);
    AuthChoice(const std::pair<std::string, std::string>& login)
        : AuthChoice(login.first, login.second) {}
    AuthChoice(const Authorization& authorization);
    /// The Authorization field; empty for none.
    [[nodiscard]] const std::string& field() const noexcept { return field_; }

private:
    std::string field_;
};

/// A file that a test uploads: `{"content", "name.txt", "text/plain"}`.
struct FileUpload {
    std::string content = {};
    std::string filename = {};
    /// Guessed from the file's name where empty.
    std::string content_type = {};
};

/// What a test says about a request beside its path.
struct EnvironBuilderOptions {
    /// "GET" where empty.
    std::string method = {};
    Headers headers = {};
    TextOrFields query_string = {};
    /// The body as it is sent; or fields, which make a form.
    TextOrFields data = {};
    FieldList form = {};
    std::vector<std::pair<std::string, FileUpload>> files = {};
    /// Sent as application/json, unless null.
    Json json = {};
    std::string content_type = {};
    /// Scheme, host and the path under which the application is mounted; "http://localhost/" where empty.
    std::string base_url = {};
    AuthChoice auth = {};
    /// Keys of the environ, set last.
    FieldList environ_overrides = {};
    /// For clients: whether to follow redirects.
    bool follow_redirects = false;
    /// Keys of the environ, set first.
    FieldList environ_base = {};
    /// The content type, to which text types get "; charset=utf-8".
    std::string mimetype = {};
    /// Put before the host.
    std::string subdomain = {};
    /// Replaces the base URL's scheme.
    std::string url_scheme = {};
    /// For clients: whether to read the whole body at once.
    bool buffered = true;
};

namespace detail {

/// An Environ together with every text it refers to.
class TestEnviron {
public:
    TestEnviron() = default;
    TestEnviron(const TestEnviron&) = delete;
    TestEnviron& operator=(const TestEnviron&) = delete;

    [[nodiscard]] Environ& environ() noexcept { return environ_; }
    [[nodiscard]] const Environ& environ() const noexcept { return environ_; }
    [[nodiscard]] const std::string& body() const noexcept { return body_; }

private:
    friend class microflask::EnvironBuilder;
    void connect();

    std::string method_;
    std::string request_uri_;
    std::string script_name_;
    std::string path_info_;
    std::string query_string_;
    std::string body_;
    std::string server_name_;
    std::string server_port_;
    std::string url_scheme_;
    std::vector<std::pair<std::string, std::string>> header_texts_;
    std::vector<HeaderField> fields_;
    ServerInfo server_;
    MemoryInputStream input_;
    Environ environ_;
};

}  // namespace detail

/// Makes environs for tests (Werkzeug's `EnvironBuilder`).
class EnvironBuilder {
public:
    /// Takes a path, which may have a query string or be a whole URL. Throws ValueError where the options
    /// contradict each other.
    explicit EnvironBuilder(std::string_view path = "/", EnvironBuilderOptions options = {});

    [[nodiscard]] const std::string& method() const noexcept { return method_; }
    EnvironBuilder& method(std::string_view value);
    /// The percent-encoded path, without script root and query string.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    EnvironBuilder& path(std::string_view value);
    [[nodiscard]] const std::string& script_root() const noexcept { return script_root_; }
    EnvironBuilder& script_root(std::string_view value);
    [[nodiscard]] const std::string& host() const noexcept { return host_; }
    EnvironBuilder& host(std::string_view value);
    [[nodiscard]] const std::string& url_scheme() const noexcept { return url_scheme_; }
    EnvironBuilder& url_scheme(std::string_view value);
    [[nodiscard]] std::string base_url() const;
    EnvironBuilder& base_url(std::string_view value);
    [[nodiscard]] const std::string& query_string() const noexcept { return query_string_; }
    EnvironBuilder& query_string(std::string_view value);
    [[nodiscard]] Headers& headers() noexcept { return headers_; }
    [[nodiscard]] const Headers& headers() const noexcept { return headers_; }
    /// The content type that will be sent; none where there is no body.
    [[nodiscard]] std::optional<std::string> content_type() const;
    EnvironBuilder& content_type(std::string_view value);
    [[nodiscard]] std::optional<std::string> mimetype() const;
    [[nodiscard]] FieldList& form() noexcept { return form_; }
    [[nodiscard]] std::vector<std::pair<std::string, FileUpload>>& files() noexcept {
        return files_;
    }
    /// The body, where it was given as it is.
    [[nodiscard]] const std::optional<std::string>& data() const noexcept { return data_; }
    EnvironBuilder& data(std::string value);
    /// Removes the body and the fields that describe it.
    EnvironBuilder& clear_body();
    /// The host without its port.
    [[nodiscard]] std::string server_name() const;
    [[nodiscard]] int server_port() const;

    /// Makes the environ. It is independent of the builder.
    [[nodiscard]] std::unique_ptr<detail::TestEnviron> get_environ() const;

private:
    void take_body(EnvironBuilderOptions& options);
    [[nodiscard]] std::string encode_body(std::optional<std::string>& content_type) const;

    std::string method_;
    std::string path_;
    std::string script_root_;
    std::string host_;
    std::string url_scheme_;
    std::string query_string_;
    std::string request_uri_;
    Headers headers_;
    FieldList form_;
    std::vector<std::pair<std::string, FileUpload>> files_;
    std::optional<std::string> data_;
    FieldList environ_base_;
    FieldList environ_overrides_;
};

/// Makes an environ in one call.
[[nodiscard]] std::unique_ptr<detail::TestEnviron> create_environ(
    std::string_view path = "/", EnvironBuilderOptions options = {});

/// Writes fields and files as multipart/form-data and returns boundary and body (Werkzeug's `encode_multipart`).
[[nodiscard]] std::pair<std::string, std::string> encode_multipart(
    const FieldList& fields, const std::vector<std::pair<std::string, FileUpload>>& files = {},
    std::string_view boundary = {});

}  // namespace microflask
