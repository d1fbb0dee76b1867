// Bodies of the debug page.
#include "flask/debughelpers.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/files.hpp"
#include "core/list.hpp"
#include "core/markup.hpp"
#include "core/process.hpp"
#include "core/text.hpp"
#include "flask/app_state.hpp"
#include "flask/ctx.hpp"
#include "http/exceptions.hpp"
#include "http/hosts.hpp"
#include "jinja/exceptions.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE bool may_see_debug_page(const Environ& request) {
    if (!request.server().use_debugger) return false;
    for (const std::string_view forwarded :
         {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"}) {
        if (request.field(forwarded)) return false;
    }
    const std::string_view client = request.remote_addr();
    const bool is_local = client.starts_with("127.") || client == "::1";
    // The name too: another site's name may have been made to mean this machine.
    const std::string host = to_lower(host_without_port(request.field("Host").value_or("")));
    const bool is_local_name = host == "localhost" || host.ends_with(".localhost") ||
                               host.starts_with("127.") || host == "[::1]";
    return is_local && is_local_name;
}

/// What is said of an exception: its type, its message, and where in a template it happened.
struct DebugError {
    std::string type;
    std::string message;
    std::string template_name;
    std::string template_file;
    int template_line = 0;
};

MICROFLASK_INLINE DebugError describe_debug_error(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const TemplateError& wrong) {
        return {std::string(wrong.type_name()), wrong.message(), wrong.name(), wrong.filename(),
                wrong.lineno()};
    } catch (const std::exception& wrong) {
        return {readable_type_name(typeid(wrong)), wrong.what(), {}, {}, 0};
    } catch (...) {  // shown, not handled
        return {"an object that is no std::exception", {}, {}, {}, 0};
    }
}

/// Writes the page's HTML; every text that comes in is escaped here.
class DebugPage {
public:
    void begin(const DebugError& error) {
        html_ =
            "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n"
            "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n<title>";
        append_escaped(html_, concat({error.type, ": ", first_line(error.message)}));
        html_ += " // microflask debug page</title>\n";
        html_ += style;
        html_ += "<header><h1>";
        append_escaped(html_, error.type);
        html_ += "</h1>\n<p class=message>";
        append_escaped(html_, error.message);
        html_ += "</p></header>\n<main>\n";
    }
    void section(std::string_view title) {
        html_ += "<h2>";
        append_escaped(html_, title);
        html_ += "</h2>\n";
    }
    void begin_table() { html_ += "<table>\n"; }
    void row(std::string_view name, std::string_view value) {
        html_ += "<tr><th>";
        append_escaped(html_, name);
        html_ += "<td><code>";
        append_escaped(html_, value);
        html_ += "</code>\n";
    }
    void end_table() { html_ += "</table>\n"; }

    /// Shows the lines around one of a file, where the file can be read.
    void excerpt(std::string_view path, int line) {
        constexpr std::size_t most = 4 * 1024 * 1024;
        constexpr int around = 5;
        const std::optional<std::string> text = line > 0 ? read_file(path, most) : std::nullopt;
        if (!text) return;
        html_ += "<pre>";
        std::string_view rest = *text;
        for (int number = 1; !rest.empty() && number <= line + around; ++number) {
            const std::string_view this_line = first_line(rest);
            rest.remove_prefix((std::min)(rest.size(), this_line.size() + 1));
            if (number < line - around) continue;
            html_ += number == line ? "<span class=here>" : "<span>";
            const std::string digits = std::to_string(number);
            html_.append(digits.size() < 5 ? 5 - digits.size() : 0, ' ');
            html_ += digits;
            html_ += "  ";
            append_escaped(html_, this_line);
            html_ += "</span>\n";
        }
        html_ += "</pre>\n";
    }

    std::string end() && {
        html_ +=
            "</main>\n<footer>This page is shown to clients on this machine while the application "
            "runs in debug mode. Do not run it so in production.</footer>\n</html>\n";
        return std::move(html_);
    }

private:
    static constexpr std::string_view style =
        "<style>\n"
        ":root { color-scheme: light dark; --line: #8884; --accent: #b3261e; }\n"
        "@media (prefers-color-scheme: dark) { :root { --accent: #ff897d; } }\n"
        "body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;"
        " padding: 0 1rem; }\n"
        "h1 { color: var(--accent); font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }\n"
        "h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }\n"
        ".message { font-size: 1.15rem; white-space: pre-wrap; margin: .3rem 0; }\n"
        "table { border-collapse: collapse; width: 100%; }\n"
        "th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;"
        " border-bottom: 1px solid var(--line); }\n"
        "th { width: 11rem; font-weight: 500; } td { overflow-wrap: anywhere; }\n"
        "pre { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px;"
        " padding: .5rem 0; }\n"
        "pre span { display: inline-block; min-width: 100%; padding: 0 .75rem;"
        " box-sizing: border-box; }\n"
        ".here { background: #ff897d33; }\n"
        "footer { margin: 3rem 0 1rem; font-size: .85rem; opacity: .7; }\n"
        "</style>\n";

    static std::string_view first_line(std::string_view text) noexcept {
        return text.substr(0, text.find('\n'));
    }

    std::string html_;
};

MICROFLASK_INLINE void write_debug_route(DebugPage& page, RequestContext& context) {
    const RouteEntry* const route = context.route();
    page.section("Route");
    if (!route) {
        page.begin_table();
        page.row("matched", "none");
        page.end_table();
        return;
    }
    page.begin_table();
    page.row("rule", route->rule);
    page.row("endpoint", route->endpoint);
    for (const auto& [name, value] : context.request().view_args().items())
        page.row(concat({"  ", name}), value.dump());
    if (route->place.line > 0)
        page.row("view", concat({route->place.file, ":", std::to_string(route->place.line)}));
    page.end_table();
    page.excerpt(route->place.file, route->place.line);
}

MICROFLASK_INLINE void write_debug_request(DebugPage& page, Request& request) {
    page.section("Request");
    page.begin_table();
    page.row("method", request.method());
    page.row("URL", request.url());
    page.row("client", request.remote_addr().value_or(""));
    page.end_table();
    page.section("Header fields");
    page.begin_table();
    for (const auto& [name, value] : request.headers()) {
        const bool is_secret = equals_ignoring_case(name, "Cookie") ||
                               equals_ignoring_case(name, "Authorization") ||
                               equals_ignoring_case(name, "Proxy-Authorization");
        page.row(name, is_secret ? std::string_view("(not shown)") : std::string_view(value));
    }
    page.end_table();
    if (request.args().empty()) return;
    page.section("Query string");
    page.begin_table();
    for (const auto& [name, value] : request.args()) page.row(name, value);
    page.end_table();
}

MICROFLASK_INLINE Response make_debug_page(RequestContext& context,
                                           const std::exception_ptr& error) {
    const DebugError described = describe_debug_error(error);
    DebugPage page;
    page.begin(described);
    if (described.template_line > 0) {
        page.section("Template");
        page.begin_table();
        page.row("name", described.template_name);
        page.row("line", std::to_string(described.template_line));
        page.end_table();
        page.excerpt(described.template_file, described.template_line);
    }
    write_debug_route(page, context);
    write_debug_request(page, context.request());
    Response response(std::move(page).end(), 500, {}, {.mimetype = "text/html"});
    response.headers().set("Content-Security-Policy",
                           "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    response.headers().set("X-Content-Type-Options", "nosniff");
    return response;
}

}  // namespace microflask::detail
