// Bodies of cli.hpp.
#include "flask/cli.hpp"

#include "core/config.hpp"
#include "core/list.hpp"
#include "core/process.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"
#include "flask/app.hpp"
#include "flask/app_state.hpp"
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

MICROFLASK_INLINE void Cli::take(Cli& other, const std::string& group) {
    for (detail::Command& command : other.commands_) {
        if (!group.empty()) command.name = group + " " + command.name;
        commands_.push_back(std::move(command));
    }
    other.commands_.clear();
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
    if (address.starts_with("unix:")) {
        options.host = address;
        return;
    }
    const std::size_t colon = address.rfind(':');
    const bool has_port =
        colon != std::string::npos && address.find(']', colon) == std::string::npos;
    options.host = has_port ? address.substr(0, colon) : address;
    if (options.host.size() > 1 && options.host.front() == '[' && options.host.back() == ']') {
        options.host = options.host.substr(1, options.host.size() - 2);
    }
    options.port = has_port ? option_number("--bind", address.substr(colon + 1), 65535) : 8000;
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
        } else if (line.peek() == "--debug" || line.peek() == "--no-debug") {
            options.debug = line.take() == "--debug";
        } else if (line.peek().starts_with("-")) {
            throw UsageError("No such option: " + line.peek());
        } else {
            throw UsageError("Got unexpected extra argument (" + line.peek() + ")");
        }
    }
    return options;
}

/// The table of `routes`, sorted by endpoint, as `flask routes` prints it.
MICROFLASK_INLINE void echo_routes(AppState& app) {
    struct Row {
        std::string endpoint;
        std::string methods;
        std::string rule;
    };
    List<Row> rows;
    for (const Rule& rule : app.url_map.iter_rules()) {
        std::string methods;
        for (const std::string& method : rule.methods().names()) {
            if (method == "HEAD" || method == "OPTIONS") continue;
            if (!methods.empty()) methods += ", ";
            methods += method;
        }
        rows.push_back(
            {std::string(rule.endpoint()), std::move(methods), std::string(rule.rule())});
    }
    sort_items(rows,
               [](const Row& left, const Row& right) { return left.endpoint < right.endpoint; });
    rows.insert(rows.begin(), {"Endpoint", "Methods", "Rule"});
    std::size_t endpoint_width = 0;
    std::size_t methods_width = 0;
    std::size_t rule_width = 0;
    for (const Row& row : rows) {
        endpoint_width = (std::max)(endpoint_width, row.endpoint.size());
        methods_width = (std::max)(methods_width, row.methods.size());
        rule_width = (std::max)(rule_width, row.rule.size());
    }
    rows.insert(rows.begin() + 1, {std::string(endpoint_width, '-'),
                                   std::string(methods_width, '-'), std::string(rule_width, '-')});
    for (const Row& row : rows) {
        std::string text =
            row.endpoint + std::string(endpoint_width - row.endpoint.size() + 2, ' ') +
            row.methods + std::string(methods_width - row.methods.size() + 2, ' ') + row.rule;
        echo(text);
    }
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
    echo("  -b, --bind HOST:PORT    Both at once; unix:PATH for a Unix socket.");
    echo("  -w, --workers INTEGER   The number of worker processes.");
    echo("      --threads INTEGER   The most views that may block at a time.");
    echo("      --debug / --no-debug  Set debug mode.");
    echo("      --help              Show this message and exit.");
}

/// Finds the command whose name, of one or two words, the line begins with; takes those words.
MICROFLASK_INLINE const Command* take_command(AppState& app, CommandLine& line) {
    const std::vector<std::string> words = line.rest();
    for (const Command& command : app.cli.commands()) {
        const std::size_t space = command.name.find(' ');
        const bool in_group = space != std::string::npos;
        if (!in_group && command.name != words[0]) continue;
        if (in_group && (words.size() < 2 || command.name != words[0] + " " + words[1])) continue;
        line.take();
        if (in_group) line.take();
        return &command;
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
        }
        CommandLine line(arguments);
        if (line.at_end() || line.peek().starts_with("-"))
            return app.self.run(read_run_options(line));
        if (const Command* command = take_command(app, line)) {
            const AppContextGuard context = app.self.app_context();
            return command->run(line.rest());
        }
        if (line.peek() == "run") {
            line.take();
            return app.self.run(read_run_options(line));
        }
        if (line.peek() == "routes") {
            line.take();
            if (!line.at_end())
                throw UsageError("Got unexpected extra argument (" + line.peek() + ")");
            echo_routes(app);
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
