// What a server in front passes on by CGI's variables (RFC 3875), as an Environ; and an application's answer in CGI's form or
// HTTP's. Shared by the gateways of CGI, FastCGI, SCGI and uwsgi. No sockets.
#pragma once

#include "core/function.hpp"
#include "core/list.hpp"
#include "gateway/application.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"
#include "server/buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace microflask::detail {

/// The variables of one request, and the Environ made of them. Used by one thread.
class CgiVariables {
public:
    /// Adds a variable; the first of a name counts. Throws BadRequest where there are more than a thousand.
    void add(std::string_view name, std::string_view value);
    /// Returns a variable, or empty text.
    [[nodiscard]] std::string_view get(std::string_view name) const noexcept;
    /// Returns the length of the body, 0 where none was given; nothing where it is no number.
    [[nodiscard]] std::optional<std::uint64_t> content_length() const noexcept;

    /// How the application's path is found.
    struct PathChoice {
        /// The prefix under which the application is mounted; the server in front is believed where there is none.
        std::optional<std::string_view> script_name = {};
        /// Whether SCRIPT_NAME is right also where there is no PATH_INFO, as it is in CGI itself.
        bool believes_script_name = false;
    };
    /// Fills an Environ, which refers to this object from now on. Throws BadRequest where there is no method.
    void fill(Environ& request, InputStream& input, const PathChoice& choice);

private:
    struct Variable {
        std::string name;
        std::string value;
    };
    void fill_path(Environ& request, const PathChoice& choice) const;

    static constexpr std::size_t most_variables = 1000;

    List<Variable> variables_;
    ServerInfo info_;
};

/// Returns the application that a request with a body of such a length gets: the one given, or one that answers 400 where the
/// length is no number, and 413 where it is beyond the limit (0 is none).
[[nodiscard]] Application application_for_length(const Application& application,
                                                 std::optional<std::uint64_t> length,
                                                 std::uint64_t limit);

/// How the head of an answer begins: with `Status: 200 OK`, or with a status line.
enum class CgiForm : std::uint8_t { status_field, status_line };

/// Calls an application, and writes its answer piece by piece. What an exception leaves of the answer is a page that says 500,
/// unless the head was written already; then the exception is thrown on. `write` gets the bytes and whether they are the whole
/// answer; it throws ClientDisconnected.
void answer_cgi_request(const Application& application, Environ& request, CgiForm form,
                        FunctionRef<void(std::string_view, bool)> write);

}  // namespace microflask::detail
