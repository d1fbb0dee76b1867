// Bodies of what the gateways share.
#include "server/cgi_request.hpp"

#include "core/config.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "datastructures/headers.hpp"
#include "http/exceptions.hpp"
#include "http/hosts.hpp"
#include "http/status.hpp"
#include "server/response_writer.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE void CgiVariables::add(std::string_view name, std::string_view value) {
    for (const Variable& variable : variables_)
        if (variable.name == name) return;
    if (variables_.size() == most_variables) throw BadRequest("A request has too many variables.");
    variables_.push_back({std::string(name), std::string(value)});
}

MICROFLASK_INLINE std::string_view CgiVariables::get(std::string_view name) const noexcept {
    for (const Variable& variable : variables_)
        if (variable.name == name) return variable.value;
    return {};
}

MICROFLASK_INLINE std::optional<std::uint64_t> CgiVariables::content_length() const noexcept {
    const std::string_view digits = get("CONTENT_LENGTH");
    return digits.empty() ? 0 : parse_unsigned(digits);
}

MICROFLASK_INLINE Application application_for_length(const Application& application,
                                                     std::optional<std::uint64_t> length,
                                                     std::uint64_t limit) {
    if (!length) {
        return Application([](Environ&, StartResponse) -> Body {
            throw BadRequest("CONTENT_LENGTH is no number.");
        });
    }
    if (limit != 0 && *length > limit) {
        return Application([](Environ&, StartResponse) -> Body { throw RequestEntityTooLarge(); });
    }
    return application;
}

/// Finds SCRIPT_NAME and PATH_INFO. Servers differ in what they put there, but REQUEST_URI is always what the client sent.
MICROFLASK_INLINE void CgiVariables::fill_path(Environ& request, const PathChoice& choice) const {
    const std::string_view target = get("REQUEST_URI");
    const std::string_view said_script = get("SCRIPT_NAME");
    const std::string_view said_path = get("PATH_INFO");
    if (target.empty()) {
        request.set_path(said_script, said_path, get("QUERY_STRING"));
        return;
    }
    request.set_target(target);
    const std::string_view path = request.path_info();
    std::size_t script = 0;
    if (choice.script_name) {
        const std::string_view prefix = *choice.script_name;
        const bool within = path.starts_with(prefix) &&
                            (path.size() == prefix.size() || path[prefix.size()] == '/');
        if (within) script = prefix.size();
    } else if (path == concat({said_script, said_path}) &&
               (choice.believes_script_name || !said_path.empty())) {
        script = said_script.size();
    }
    if (script != 0)
        request.set_path(path.substr(0, script), path.substr(script), request.query_string());
}

MICROFLASK_INLINE void CgiVariables::fill(Environ& request, InputStream& input,
                                          const PathChoice& choice) {
    const std::string_view method = get("REQUEST_METHOD");
    if (method.empty()) throw BadRequest("The server in front passed no REQUEST_METHOD.");
    const std::string_view protocol = get("SERVER_PROTOCOL");
    request.set_request_line(method, get("REQUEST_URI"),
                             protocol.empty() ? std::string_view("HTTP/1.0") : protocol);
    fill_path(request, choice);
    const std::string_view https = get("HTTPS");
    const bool secure = https == "1" || equals_ignoring_case(https, "on") ||
                        equals_ignoring_case(get("REQUEST_SCHEME"), "https");
    const std::string_view name = host_without_port(get("SERVER_NAME"));  // some put one there
    if (!name.empty()) info_.name = name;
    const std::string_view port = get("SERVER_PORT");
    if (!port.empty()) info_.port = port;
    info_.url_scheme = secure ? "https" : "http";
    const std::string_view software = get("SERVER_SOFTWARE");
    if (!software.empty()) info_.software = software;
    request.set_server(info_);
    const std::optional<std::uint64_t> remote_port = parse_unsigned(get("REMOTE_PORT"), 65535);
    request.set_remote(get("REMOTE_ADDR"), static_cast<std::uint16_t>(remote_port.value_or(0)));
    request.set_input(input, true);
    for (const Variable& variable : variables_) {
        const std::string_view key = variable.name;
        const bool is_field = key.starts_with("HTTP_") || key.starts_with("CONTENT_");
        // The body arrives whole: what is said of its transfer no longer holds.
        if (is_field ? key == "HTTP_TRANSFER_ENCODING" || variable.value.empty()
                     : request.contains(key)) {
            continue;
        }
        request.set(key, variable.value);
    }
}

/// The answer to one request: what an application sees as start_response.
class CgiAnswer {
public:
    CgiAnswer(const Environ& request, CgiForm form,
              FunctionRef<void(std::string_view, bool)> write) noexcept
        : write_(write), form_(form), is_head_(request.request_method() == "HEAD") {}

    static constexpr bool adds_content_length = true;

    void operator()(std::string_view status, const Headers& headers,
                    const std::exception_ptr& exc_info) {
        if (started_) {
            if (!exc_info)
                throw std::logic_error(
                    "start_response was called twice, the second time without exc_info.");
            if (head_sent_) std::rethrow_exception(exc_info);
        }
        begin(status);
        for (std::size_t i = 0; i < headers.size(); ++i) {
            const auto [name, value] = headers.at(i);
            add_field(name, value);
        }
    }

    void send(Body& body) {
        std::optional<std::string> piece;
        if (!started_) piece = body.next();  // PEP 3333: as late as in the first step
        if (!started_)
            throw std::logic_error(
                "The application returned without having called start_response.");
        if (!has_length_ && has_body_) {
            std::optional<std::uint64_t> size = body.size();
            if (size && piece) *size += piece->size();
            if (size) add_field("Content-Length", std::to_string(*size));
        }
        if (!has_body_ || is_head_) {
            send_head({}, true);
            return;
        }
        const bool is_whole = !body.is_streamed();
        if (!piece) piece = body.next();
        for (; piece; piece = body.next()) {
            if (head_sent_)
                write_(*piece, false);
            else
                send_head(*piece, is_whole);
        }
        if (!head_sent_) send_head({}, true);
    }

    void fail(const HTTPException& error) {
        if (head_sent_) throw;
        begin(concat({std::to_string(error.code()), " ", http_status_name(error.code())}));
        for (const auto& [name, value] : error.get_headers()) add_field(name, value);
        const std::string page = error.get_body();
        add_field("Content-Length", std::to_string(page.size()));
        send_head(is_head_ ? std::string_view() : std::string_view(page), true);
    }

    void fail(const Environ& request, std::string_view what) {
        write_to_stderr(concat({"Exception on ", request.path_info(), " [",
                                request.request_method(), "]\n", what, "\n"}));
        fail(InternalServerError());
    }

private:
    void begin(std::string_view status) {
        head_.clear();
        started_ = false;
        has_length_ = false;
        const std::optional<std::uint64_t> code = parse_unsigned(status.substr(0, 3));
        if (!code || *code < 200 || (status.size() > 3 && status[3] != ' '))
            throw std::invalid_argument(concat({"'", status, "' is no status line."}));
        has_body_ = *code != 204 && *code != 304;
        if (form_ == CgiForm::status_field) {
            write_response_field(head_, "Status", status);
        } else {
            if (status.find_first_of("\r\n") != std::string_view::npos)
                throw std::invalid_argument("A status line must have no line break.");
            head_.append(concat({"HTTP/1.1 ", status, "\r\n"}));
        }
        started_ = true;
    }
    void add_field(std::string_view name, std::string_view value) {
        if (equals_ignoring_case(name, "Transfer-Encoding") ||
            equals_ignoring_case(name, "Connection") || equals_ignoring_case(name, "Status")) {
            return;  // the server in front says these
        }
        if (equals_ignoring_case(name, "Content-Length")) has_length_ = true;
        write_response_field(head_, name, value);
    }
    void send_head(std::string_view first, bool is_whole) {
        head_.append("\r\n");
        head_.append(first);
        head_sent_ = true;
        write_(head_.view(), is_whole);
    }

    FunctionRef<void(std::string_view, bool)> write_;
    Buffer head_;
    CgiForm form_;
    bool is_head_;
    bool started_ = false;
    bool head_sent_ = false;
    bool has_length_ = false;
    bool has_body_ = true;
};

MICROFLASK_INLINE void answer_cgi_request(const Application& application, Environ& request,
                                          CgiForm form,
                                          FunctionRef<void(std::string_view, bool)> write) {
    CgiAnswer answer(request, form, write);
    try {
        Body body = application(request, answer);
        send_and_close(body, [&answer](Body& sent) { answer.send(sent); });
    } catch (const ClientDisconnected&) {
        throw;
    } catch (const HTTPException& error) {
        answer.fail(error);
    } catch (const std::exception& error) {
        answer.fail(request, error.what());
    } catch (...) {
        answer.fail(request, "an exception that is no std::exception");
    }
}

}  // namespace microflask::detail
