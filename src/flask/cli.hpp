// The command line of an application: `run`, `routes`, and the application's own commands (Flask's `cli`).
#pragma once

#include "core/function.hpp"
#include "core/list.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

class Flask;

namespace detail {
class AppState;

using CommandFunction = Function<int(const std::vector<std::string>&)>;

/// A command of the user's: its name (with that of its group), one line of help, and what it does.
struct Command {
    std::string name;
    std::string help;
    CommandFunction run;
};

/// Makes a command's function of a callable that takes the arguments or nothing, and returns an exit code or nothing.
template <class Callable>
CommandFunction make_command(Callable callable) {
    return
        [callable = std::move(callable)](const std::vector<std::string>& arguments) mutable -> int {
            constexpr bool takes_arguments =
                std::is_invocable_v<Callable&, const std::vector<std::string>&> &&
                !takes_c_arguments<Callable>();
            auto call = [&]() -> decltype(auto) {
                if constexpr (takes_arguments) {
                    return callable(arguments);
                } else {
                    return callable();
                }
            };
            if constexpr (std::is_convertible_v<decltype(call()), int>) {
                return static_cast<int>(call());
            } else {
                call();
                return 0;
            }
        };
}

}  // namespace detail

/// Writes a line for the user of a command: to stdout, or to the test that invoked it (click's `echo`).
void echo(std::string_view line);

/// The commands of an application or a blueprint (click's groups).
class Cli {
public:
    class CommandDecorator {
    public:
        CommandDecorator(Cli& cli, std::string name, std::string help) noexcept
            : cli_(&cli), name_(std::move(name)), help_(std::move(help)) {}
        template <class Callable>
        Callable operator()(Callable callable) && {
            cli_->add(detail::Command{std::move(name_), std::move(help_),
                                      detail::make_command(callable)});
            return callable;
        }

    private:
        Cli* cli_;
        std::string name_;
        std::string help_;
    };

    /// Registers a command: `app.cli().command("init-db", "Create the tables")([](...) { ... })`. It runs in an
    /// application context.
    [[nodiscard]] CommandDecorator command(std::string_view name, std::string_view help = {}) {
        return CommandDecorator(*this, std::string(name), std::string(help));
    }
    void add(detail::Command command) { commands_.push_back(std::move(command)); }
    [[nodiscard]] const detail::List<detail::Command>& commands() const noexcept {
        return commands_;
    }
    /// Takes the commands of a blueprint, each named after the group; merged where the group is empty.
    void take(Cli& other, const std::string& group);

private:
    detail::List<detail::Command> commands_;
};

/// What a command did when a test invoked it.
class CliResult {
public:
    CliResult(int exit_code, std::string output) noexcept
        : exit_code_(exit_code), output_(std::move(output)) {}
    [[nodiscard]] int exit_code() const noexcept { return exit_code_; }
    /// What the command wrote with `echo`, and messages of errors.
    [[nodiscard]] const std::string& output() const noexcept { return output_; }

private:
    int exit_code_;
    std::string output_;
};

/// Invokes commands in tests (Flask's `FlaskCliRunner`).
class FlaskCliRunner {
public:
    explicit FlaskCliRunner(detail::AppState& app) noexcept : app_(&app) {}
    CliResult invoke(std::initializer_list<std::string_view> arguments) const {
        return invoke(std::vector<std::string>(arguments.begin(), arguments.end()));
    }
    [[nodiscard]] CliResult invoke(const std::vector<std::string>& arguments) const;

private:
    detail::AppState* app_;
};

namespace detail {

/// Runs the command line and returns the exit code.
int run_command_line(AppState& app, std::string_view program,
                     const std::vector<std::string>& arguments);

}  // namespace detail

}  // namespace microflask
