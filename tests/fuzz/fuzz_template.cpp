// Any bytes as a template: it is parsed and compiled, or refused on one of its lines.
#include "microflask.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace microflask;
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    Environment environment;
    EnvironmentOptions& options = environment.options();
    options.trim_blocks = (data[0] & 1) != 0;
    options.lstrip_blocks = (data[0] & 2) != 0;
    options.keep_trailing_newline = (data[0] & 4) != 0;
    if ((data[0] & 8) != 0) options.line_statement_prefix = "#";
    if ((data[0] & 16) != 0) options.line_comment_prefix = "##";
    if ((data[0] & 32) != 0) options.variable_start_string = "${";
    try {
        static_cast<void>(environment.from_string(text));
    } catch (const TemplateSyntaxError& error) {
        const auto lines = 1 + std::count(text.begin(), text.end(), '\n') +
                           std::count(text.begin(), text.end(), '\r');
        if (error.lineno() < 1 || error.lineno() > lines) std::abort();
    }
    return 0;
}
