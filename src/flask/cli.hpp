// The command line of an application: `run`, `routes`, and the application's own commands (Flask's `cli`).
#pragma once

#include "core/function.hpp"
#include "core/list.hpp"

#include <initializer_list>
#include <memory>
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

/// A command of the user's: its name (behind those of its groups), one line of help, and what it does.
struct Command {
    std::string name;
    std::string help;
    std::shared_ptr<CommandFunction> run;
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

/// Sets the variables of the environment that a file names, `NAME=value` on each line, unless they are set; without a
/// path those of `.env`, then of `.flaskenv`, in the working folder or the nearest above it. The command line does that
/// by itself; an application that reads its settings from the environment does it first thing in `main`. Does nothing
/// where FLASK_SKIP_DOTENV is set. Returns whether a file was read.
bool load_dotenv(std::string_view path = {});

/// The commands of an application or a blueprint (click's groups).
class Cli {
public:
    class CommandDecorator {
    public:
        CommandDecorator(Cli& cli, std::string name, std::string help) noexcept
            : cli_(&cli), name_(std::move(name)), help_(std::move(help)) {}
        template <class Callable>
        Callable operator()(Callable callable) && {
            cli_->add(detail::Command{
                std::move(name_), std::move(help_),
                std::make_shared<detail::CommandFunction>(detail::make_command(callable))});
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
    /// Commands below a word of their own: `auto users = app.cli().group("users"); users.command("create")([] { ... });`
    /// is run by `./app users create`. Groups may have groups.
    class Group {
    public:
        [[nodiscard]] CommandDecorator command(std::string_view name, std::string_view help = {}) {
            return cli_->command(prefix_ + std::string(name), help);
        }
        [[nodiscard]] Group group(std::string_view name) {
            return Group(*cli_, prefix_ + std::string(name));
        }

    private:
        friend class Cli;
        Group(Cli& cli, const std::string& name) : cli_(&cli), prefix_(name + " ") {}
        Cli* cli_;
        std::string prefix_;
    };
    [[nodiscard]] Group group(std::string_view name) { return Group(*this, std::string(name)); }

    void add(detail::Command command) { commands_.push_back(std::move(command)); }
    [[nodiscard]] const detail::List<detail::Command>& commands() const noexcept {
        return commands_;
    }
    /// Takes the commands of a blueprint, each named after the group; merged where the group is empty.
    void take(const Cli& other, const std::string& group);

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
