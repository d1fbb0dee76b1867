// Bodies of cli.hpp.
#include "flask/cli.hpp"

#include "core/config.hpp"
#include "core/files.hpp"
#include "core/list.hpp"
#include "core/process.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"
#include "core/version.hpp"
#include "flask/app.hpp"
#include "flask/app_state.hpp"
#include "http/hosts.hpp"
#include "local/local.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>

namespace microflask {

namespace detail {

/// Where `echo` writes: null for stdout.
MICROFLASK_INLINE std::string*& echo_target() {
    thread_local std::string* target = nullptr;
    return target;
}

}  // namespace detail

MICROFLASK_INLINE void echo(std::string_view line) {
    if (std::string* target = detail::echo_target()) {
        target->append(line).append("\n");
        return;
    }
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

MICROFLASK_INLINE void Cli::take(const Cli& other, const std::string& group) {
    for (detail::Command command : other.commands_) {
        if (!group.empty()) command.name = group + " " + command.name;
        commands_.push_back(std::move(command));
    }
}

namespace detail {

/// Reads one line of a .env file: `NAME=value`, `export NAME='value'`, a comment, or nothing.
MICROFLASK_INLINE std::optional<std::pair<std::string, std::string>> read_dotenv_line(
    std::string_view line) {
    line = trim(line);
    if (line.starts_with("export ")) line = trim(line.substr(7));
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos || equals == 0)
        return std::nullopt;
    const std::string_view name = trim(line.substr(0, equals));
    std::string_view text = trim(line.substr(equals + 1));
    const char quote = text.empty() ? ' ' : text[0];
    if (quote != '"' && quote != '\'') {
        const std::size_t comment = text.find(" #");
        return std::pair(std::string(name), std::string(trim(text.substr(0, comment))));
    }
    std::string value;
    for (text.remove_prefix(1); !text.empty() && text[0] != quote; text.remove_prefix(1)) {
        if (text[0] == '\\' && text.size() > 1) {
            text.remove_prefix(1);
            const bool is_newline = quote == '"' && text[0] == 'n';
            if (text[0] != quote && text[0] != '\\' && !is_newline) value += '\\';
            value += is_newline ? '\n' : text[0];
        } else {
            value += text[0];
        }
    }
    return std::pair(std::string(name), std::move(value));
}

/// Sets what a .env file says, unless it is set. Returns whether the file was there.
MICROFLASK_INLINE bool load_dotenv_file(const std::string& path) {
    const std::optional<std::string> text = read_file(path);
    if (!text) return false;
    for (const std::string_view line : split(*text, '\n')) {
        const auto variable = read_dotenv_line(line);
        if (variable && !environment_variable(variable->first))
            set_environment_variable(variable->first, variable->second);
    }
    return true;
}

/// Loads the file of that name from the working folder, or else from the nearest folder above that has it.
MICROFLASK_INLINE bool load_nearest_dotenv(std::string_view name) {
    std::string folder = absolute_path(".");
    while (true) {
        if (load_dotenv_file(join_path(folder, name))) return true;
        const std::string parent(parent_path(folder));
        if (parent.size() >= folder.size()) return false;
        folder = parent;
    }
}

}  // namespace detail

MICROFLASK_INLINE bool load_dotenv(std::string_view path) {
    const std::string skip =
        detail::to_lower(detail::environment_variable("FLASK_SKIP_DOTENV").value_or(""));
    if (!skip.empty() && skip != "0" && skip != "false" && skip != "no") return false;
    if (!path.empty()) return detail::load_dotenv_file(std::string(path));
    const bool env = detail::load_nearest_dotenv(".env");
    const bool flaskenv = detail::load_nearest_dotenv(".flaskenv");
    return env || flaskenv;
}

namespace detail {

/// A command line that cannot be obeyed; `what()` says why.
class UsageError : public RuntimeError {
public:
    using RuntimeError::RuntimeError;
};

/// Reads the words of a command line from front to end.
class CommandLine {
public:
    explicit CommandLine(const std::vector<std::string>& words) noexcept : words_(&words) {}

    [[nodiscard]] bool at_end() const noexcept { return next_ == words_->size(); }
    [[nodiscard]] const std::string& peek() const noexcept { return (*words_)[next_]; }
    const std::string& take() noexcept { return (*words_)[next_++]; }
    [[nodiscard]] std::vector<std::string> rest() const {
        return std::vector<std::string>(words_->begin() + static_cast<std::ptrdiff_t>(next_),
                                        words_->end());
    }

    /// Takes the option `name` with its value, `--host X` or `--host=X`; nothing where another word comes next.
    std::optional<std::string> take_option(std::string_view name,
                                           std::string_view short_name = {}) {
        const std::string_view word = peek();
        if (word.starts_with(name) && word.size() > name.size() && word[name.size()] == '=') {
            return take().substr(name.size() + 1);
        }
        if (word != name && (short_name.empty() || word != short_name)) return std::nullopt;
        const std::string option = take();
        if (at_end()) throw UsageError("Option '" + option + "' requires an argument.");
        return take();
    }

private:
    const std::vector<std::string>* words_;
    std::size_t next_ = 0;
};

/// Reads the number of an option; throws UsageError where it is none, or out of range.
MICROFLASK_INLINE int option_number(std::string_view option, const std::string& text,
                                    std::uint64_t max) {
    const std::optional<std::uint64_t> number = parse_unsigned(text);
    if (!number) {
        throw UsageError("Invalid value for '" + std::string(option) + "': '" + text +
                         "' is not a valid integer.");
    }
    if (*number > max) {
        throw UsageError("Invalid value for '" + std::string(option) + "': " + text +
                         " is not in the range 0<=x<=" + std::to_string(max) + ".");
    }
    return static_cast<int>(*number);
}

MICROFLASK_INLINE void set_bind_address(RunOptions& options, const std::string& address) {
    if (address.starts_with("unix:") || address.starts_with("fd://")) {
        options.host = address;
        return;
    }
    const HostParts parts = split_host(address);
    options.host = unbracketed_host(parts.name);
    options.port = parts.port ? option_number("--bind", std::string(*parts.port), 65535) : 8000;
}

MICROFLASK_INLINE void set_access_log_format(RunOptions& options, std::string_view format) {
    if (format == "werkzeug") {
        options.access_log_format = AccessLogFormat::werkzeug;
    } else if (format == "combined") {
        options.access_log_format = AccessLogFormat::combined;
    } else if (format == "json") {
        options.access_log_format = AccessLogFormat::json;
    } else if (format == "none") {
        options.access_log_format = AccessLogFormat::none;
    } else {
        throw UsageError("Invalid value for '--access-log-format': '" + std::string(format) +
                         "' is not one of 'werkzeug', 'combined', 'json', 'none'.");
    }
}

/// Reads the options of `run` into what `app.run` takes.
MICROFLASK_INLINE RunOptions read_run_options(CommandLine& line) {
    RunOptions options;
    if (auto host = environment_variable("FLASK_RUN_HOST")) options.host = *host;
    if (auto port = environment_variable("FLASK_RUN_PORT")) {
        options.port = option_number("FLASK_RUN_PORT", *port, 65535);
    }
    while (!line.at_end()) {
        if (auto host = line.take_option("--host", "-h")) {
            options.host = *host;
        } else if (auto port = line.take_option("--port", "-p")) {
            options.port = option_number("--port", *port, 65535);
        } else if (auto bind = line.take_option("--bind", "-b")) {
            set_bind_address(options, *bind);
        } else if (auto workers = line.take_option("--workers", "-w")) {
            options.workers = option_number("--workers", *workers, 1024);
        } else if (auto threads = line.take_option("--threads")) {
            options.threads = option_number("--threads", *threads, 65536);
        } else if (auto file = line.take_option("--access-logfile")) {
            options.access_log_file = *file;
        } else if (auto format = line.take_option("--access-log-format")) {
            set_access_log_format(options, *format);
        } else if (line.peek() == "--debug" || line.peek() == "--no-debug") {
            options.debug = line.take() == "--debug";
        } else if (line.peek() == "--reload" || line.peek() == "--no-reload") {
            options.use_reloader = line.take() == "--reload";
        } else if (line.peek() == "--debugger" || line.peek() == "--no-debugger") {
            options.use_debugger = line.take() == "--debugger";
        } else if (line.peek().starts_with("-")) {
            throw UsageError("No such option: " + line.peek());
        } else {
            throw UsageError("Got unexpected extra argument (" + line.peek() + ")");
        }
    }
    return options;
}

/// Writes a table: the first row is the head, the columns are as wide as they must be.
MICROFLASK_INLINE void echo_table(List<std::vector<std::string>> rows) {
    std::vector<std::size_t> widths(rows[0].size());
    for (const std::vector<std::string>& row : rows) {
        for (std::size_t i = 0; i < widths.size(); ++i)
            widths[i] = (std::max)(widths[i], row[i].size());
    }
    std::vector<std::string> rulers;
    for (const std::size_t width : widths) rulers.emplace_back(width, '-');
    rows.insert(rows.begin() + 1, std::move(rulers));
    for (const std::vector<std::string>& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) line.append(widths[i - 1] - row[i - 1].size() + 2, ' ');
            line += row[i];
        }
        echo(line);
    }
}

/// The table of `routes`, as `flask routes` prints it.
MICROFLASK_INLINE void echo_routes(AppState& app, CommandLine& line) {
    std::string sort = "endpoint";
    bool all_methods = false;
    while (!line.at_end()) {
        if (auto by = line.take_option("--sort", "-s")) {
            sort = *by;
        } else if (line.peek() == "--all-methods") {
            line.take();
            all_methods = true;
        } else if (line.peek().starts_with("-")) {
            throw UsageError("No such option: " + line.peek());
        } else {
            throw UsageError("Got unexpected extra argument (" + line.peek() + ")");
        }
    }
    const bool matches_hosts = app.url_map.host_matching();
    bool has_domains = matches_hosts;
    for (const Rule& rule : app.url_map.iter_rules())
        has_domains = has_domains || !rule.subdomain().value_or("").empty();

    List<std::vector<std::string>> rows;
    for (const Rule& rule : app.url_map.iter_rules()) {
        std::string methods;
        for (const std::string& method : rule.methods().names()) {
            if (!all_methods && (method == "HEAD" || method == "OPTIONS")) continue;
            if (!methods.empty()) methods += ", ";
            methods += method;
        }
        std::vector<std::string> row{std::string(rule.endpoint()), std::move(methods)};
        if (has_domains)
            row.emplace_back((matches_hosts ? rule.host() : rule.subdomain()).value_or(""));
        row.emplace_back(rule.rule());
        rows.push_back(std::move(row));
    }
    if (rows.empty()) {
        echo("No routes were registered.");
        return;
    }
    std::vector<std::string> head{"Endpoint", "Methods"};
    if (has_domains) head.emplace_back(matches_hosts ? "Host" : "Subdomain");
    head.emplace_back("Rule");
    const std::vector<std::string> orders =
        has_domains ? std::vector<std::string>{"endpoint", "methods", "domain", "rule"}
                    : std::vector<std::string>{"endpoint", "methods", "rule"};
    const auto order = std::find(orders.begin(), orders.end(), sort);
    if (order == orders.end() && sort != "match" && sort != "domain") {
        throw UsageError("Invalid value for '--sort' / '-s': '" + sort +
                         "' is not one of 'endpoint', 'methods', 'domain', 'rule', 'match'.");
    }
    if (order != orders.end()) {
        const auto column = static_cast<std::size_t>(order - orders.begin());
        sort_items(rows, [column](const auto& left, const auto& right) {
            return left[column] < right[column];
        });
    }
    rows.insert(rows.begin(), std::move(head));
    echo_table(std::move(rows));
}

MICROFLASK_INLINE void echo_help(AppState& app, std::string_view program) {
    echo("Usage: " + std::string(program) + " [COMMAND] [OPTIONS]");
    echo("");
    echo("Commands:");
    std::vector<std::pair<std::string, std::string>> rows{
        {"run", "Serve the application (what happens without a command)."},
        {"routes", "Show the routes of the application."}};
    for (const Command& command : app.cli.commands()) rows.emplace_back(command.name, command.help);
    std::size_t width = 0;
    for (const auto& row : rows) width = (std::max)(width, row.first.size());
    for (const auto& [name, help] : rows)
        echo("  " + name + std::string(width - name.size() + 2, ' ') + help);
    echo("");
    echo("Options of run:");
    echo("  -h, --host TEXT         The interface to bind to.");
    echo("  -p, --port INTEGER      The port to bind to.");
    echo(
        "  -b, --bind HOST:PORT    Both at once; unix:PATH for a Unix socket, fd://N for one "
        "given.");
    echo("  -w, --workers INTEGER   The number of worker processes.");
    echo("      --threads INTEGER   The most views that may block at a time.");
    echo("      --access-logfile FILE  Append the access log to a file; - for stdout.");
    echo("      --access-log-format FORMAT  werkzeug, combined, json or none.");
    echo("      --debug / --no-debug  Set debug mode.");
    echo("      --debugger / --no-debugger  Show errors in the browser; by default in debug mode.");
    echo("      --reload / --no-reload  Start again when the source changes.");
    echo("");
    echo("Options of routes:");
    echo(
        "  -s, --sort BY           endpoint, methods, domain, rule, or match for the order of "
        "matching.");
    echo("      --all-methods       Show HEAD and OPTIONS too.");
    echo("");
    echo("      --version           Show the version and exit.");
    echo("      --help              Show this message and exit.");
}

/// Finds the command whose name, with those of its groups, the line begins with; takes those words. What was registered
/// last replaces what has its name.
MICROFLASK_INLINE const Command* take_command(AppState& app, CommandLine& line) {
    const std::vector<std::string> words = line.rest();
    const List<Command>& commands = app.cli.commands();
    for (std::size_t i = commands.size(); i-- > 0;) {
        const std::vector<std::string_view> names = split(commands[i].name, ' ');
        if (names.size() > words.size() || !std::equal(names.begin(), names.end(), words.begin()))
            continue;
        for (std::size_t taken = 0; taken < names.size(); ++taken) line.take();
        return &commands[i];
    }
    return nullptr;
}

MICROFLASK_INLINE int run_command_line(AppState& app, std::string_view program,
                                       const std::vector<std::string>& arguments) {
    try {
        for (const std::string& word : arguments) {
            if (word == "--") break;
            if (word == "--help") {
                echo_help(app, program);
                return 0;
            }
            if (word == "--version") {
                echo("microflask " MICROFLASK_VERSION);
                return 0;
            }
        }
        CommandLine line(arguments);
        if (line.at_end() || line.peek().starts_with("-"))
            return app.self.run(read_run_options(line));
        if (const Command* command = take_command(app, line)) {
            const AppContextGuard context = app.self.app_context();
            return (*command->run)(line.rest());
        }
        if (line.peek() == "run") {
            line.take();
            return app.self.run(read_run_options(line));
        }
        if (line.peek() == "routes") {
            line.take();
            echo_routes(app, line);
            return 0;
        }
        throw UsageError("No such command '" + line.peek() + "'.");
    } catch (const UsageError& error) {
        const std::string message = "Usage: " + std::string(program) +
                                    " [COMMAND] [OPTIONS]\nTry '" + std::string(program) +
                                    " --help' for help.\n\nError: " + error.what();
        if (echo_target()) {
            echo(message);
        } else {
            std::fprintf(stderr, "%s\n", message.c_str());
        }
        return 2;
    }
}

}  // namespace detail

MICROFLASK_INLINE CliResult
FlaskCliRunner::invoke(const std::vector<std::string>& arguments) const {
    std::string output;
    struct Capture {
        std::string* before;
        explicit Capture(std::string& target)
            : before(std::exchange(detail::echo_target(), &target)) {}
        ~Capture() { detail::echo_target() = before; }
    } const capture(output);
    try {
        const int exit_code = detail::run_command_line(*app_, app_->name, arguments);
        return CliResult(exit_code, std::move(output));
    } catch (const std::exception& error) {
        return CliResult(1, output + "Error: " + error.what() + "\n");
    }
}

}  // namespace microflask
