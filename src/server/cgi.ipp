// Bodies of CGIHandler.
#include "server/cgi.hpp"

#include "core/config.hpp"
#include "core/files.hpp"
#include "core/process.hpp"
#include "http/exceptions.hpp"
#include "server/cgi_request.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>

namespace microflask {

namespace detail {

/// Standard input, as far as CONTENT_LENGTH says, or to its end where nothing is said.
class CgiInput final : public InputStream {
public:
    CgiInput(std::uint64_t length, bool has_length) noexcept
        : rest_(has_length ? length : UINT64_MAX) {}

    std::size_t read(char* buffer, std::size_t size) override {
        if (size > rest_) size = static_cast<std::size_t>(rest_);
        if (size == 0) return 0;
        const std::size_t count = std::fread(buffer, 1, size, stdin);
        if (count == 0 && rest_ != UINT64_MAX) throw ClientDisconnected();
        if (rest_ != UINT64_MAX) rest_ -= count;
        return count;
    }

private:
    std::uint64_t rest_;
};

}  // namespace detail

MICROFLASK_INLINE void CGIHandler::run(const Application& application) {
    detail::set_standard_streams_to_binary();
    detail::CgiVariables variables;
    for (const auto& [name, value] : detail::environment_variables()) variables.add(name, value);
    if (variables.get("REQUEST_METHOD").empty()) variables.add("REQUEST_METHOD", "GET");
    // Without CONTENT_LENGTH there is a body only where one was said to come in chunks.
    const bool has_length =
        variables.get("HTTP_TRANSFER_ENCODING").empty() || !variables.get("CONTENT_LENGTH").empty();
    const std::optional<std::uint64_t> length = variables.content_length();
    detail::CgiInput input(length.value_or(0), has_length);
    Environ request;
    variables.fill(request, input, {.believes_script_name = true});
    const auto write = [](std::string_view bytes, bool) {
        if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() ||
            std::fflush(stdout) != 0) {
            throw ClientDisconnected();
        }
    };
    detail::answer_cgi_request(detail::application_for_length(application, length, 0), request,
                               detail::CgiForm::status_field, write);
}

}  // namespace microflask
