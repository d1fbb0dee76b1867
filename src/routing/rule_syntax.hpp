// The grammar of a URL rule, `/user/<int(min=1):id>`, in one place: read while compiling by the check of rule
// literals and at run time by Rule. Also what kinds of parameters of a view the converters go with.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <typeinfo>

namespace microflask::detail {

/// What a converter makes of its text, which decides what parameter of a view it goes with.
enum class ConverterKind : unsigned char { string, integer, floating, path, any, uuid, custom };

/// What a parameter of a view can take: numbers, text, or something that only a custom converter makes.
enum class ParameterKind : unsigned char { integer, floating, text, other, mutable_reference };

/// A parameter of a view. `type` is without reference and const.
struct ViewParameter {
    ParameterKind kind = ParameterKind::other;
    const std::type_info* type = nullptr;
};

/// Returns the kind of the converter of that name; no name means the default converter.
constexpr ConverterKind converter_kind(std::string_view name) {
    if (name.empty() || name == "default" || name == "string") return ConverterKind::string;
    if (name == "int") return ConverterKind::integer;
    if (name == "float") return ConverterKind::floating;
    if (name == "path") return ConverterKind::path;
    if (name == "any") return ConverterKind::any;
    if (name == "uuid") return ConverterKind::uuid;
    return ConverterKind::custom;
}

/// Returns whether a value of the converter can be given to a parameter of that kind.
constexpr bool converter_fits(ConverterKind converter, ParameterKind parameter) {
    if (parameter == ParameterKind::mutable_reference) return false;
    if (converter == ConverterKind::custom) return true;
    if (converter == ConverterKind::integer) return parameter == ParameterKind::integer;
    if (converter == ConverterKind::floating) return parameter == ParameterKind::floating;
    return parameter == ParameterKind::text;
}

template <class T>
inline constexpr bool is_character_type =
    std::is_same_v<T, char> || std::is_same_v<T, signed char> || std::is_same_v<T, unsigned char> ||
    std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> || std::is_same_v<T, char16_t> ||
    std::is_same_v<T, char32_t>;

template <class String>
inline constexpr bool is_text_parameter = false;
template <class Traits>
inline constexpr bool is_text_parameter<std::basic_string_view<char, Traits>> = true;
template <class Traits, class Allocator, template <class, class, class> class String>
inline constexpr bool is_text_parameter<String<char, Traits, Allocator>> = true;

/// Returns the kind of a parameter as it is written in the view's signature.
template <class Parameter>
constexpr ParameterKind parameter_kind() {
    using T = std::remove_cvref_t<Parameter>;
    if constexpr (std::is_reference_v<Parameter> &&
                  !(std::is_lvalue_reference_v<Parameter> &&
                    std::is_const_v<std::remove_reference_t<Parameter>>)) {
        return ParameterKind::mutable_reference;
    } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool> &&
                         !is_character_type<T>) {
        return ParameterKind::integer;
    } else if constexpr (std::is_same_v<T, double> || std::is_same_v<T, float>) {
        return ParameterKind::floating;
    } else if constexpr (is_text_parameter<T>) {
        return ParameterKind::text;
    } else {
        return ParameterKind::other;
    }
}

constexpr bool is_rule_name_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_rule_name_character(char c) {
    return is_rule_name_start(c) || (c >= '0' && c <= '9');
}

/// Returns the end of the name that begins at `position`, or `position` where none does.
constexpr std::size_t rule_name_end(std::string_view rule, std::size_t position) {
    if (position >= rule.size() || !is_rule_name_start(rule[position])) return position;
    while (position < rule.size() && is_rule_name_character(rule[position])) ++position;
    return position;
}

/// A piece of a rule. All texts are views of the rule.
struct RuleToken {
    enum class Kind : unsigned char { end, slash, text, variable, malformed };

    Kind kind = Kind::end;
    std::string_view text;       ///< of fixed text
    std::string_view converter;  ///< of a variable; empty: the default converter
    std::string_view arguments;  ///< of a variable: what stands between the parentheses
    std::string_view name;       ///< of a variable
};

/// Reads `:name>` at `position`; an empty name where it does not stand there.
constexpr std::string_view rule_variable_ending(std::string_view rule, std::size_t position) {
    if (position >= rule.size() || rule[position] != ':') return {};
    const std::size_t end = rule_name_end(rule, position + 1);
    if (end == position + 1 || end >= rule.size() || rule[end] != '>') return {};
    return rule.substr(position + 1, end - position - 1);
}

/// Reads the piece of the rule at `position` and moves it behind the piece.
///
///     rule     = *( "/" / text / variable )
///     text     = 1*<any character but "/" and "<">
///     variable = "<" [ name [ "(" arguments ")" ] ":" ] name ">"
///
/// Arguments end at the first ")" behind which the rest of a variable stands, so they may hold ")" themselves.
constexpr RuleToken next_rule_token(std::string_view rule, std::size_t& position) {
    RuleToken token;
    if (position >= rule.size()) return token;
    const std::size_t start = position;
    if (rule[start] == '/') {
        ++position;
        token.kind = RuleToken::Kind::slash;
        return token;
    }
    if (rule[start] != '<') {
        while (position < rule.size() && rule[position] != '/' && rule[position] != '<') ++position;
        token.kind = RuleToken::Kind::text;
        token.text = rule.substr(start, position - start);
        return token;
    }
    token.kind = RuleToken::Kind::malformed;
    const std::size_t name_end = rule_name_end(rule, start + 1);
    if (name_end == start + 1 || name_end >= rule.size()) return token;
    token.converter = rule.substr(start + 1, name_end - start - 1);
    if (rule[name_end] == '>') {
        token.name = token.converter;
        token.converter = {};
        position = name_end + 1;
    } else if (rule[name_end] == ':') {
        token.name = rule_variable_ending(rule, name_end);
        position = name_end + 1 + token.name.size() + 1;
    } else if (rule[name_end] == '(') {
        for (std::size_t close = name_end + 1; close < rule.size() && token.name.empty(); ++close) {
            if (rule[close] != ')') continue;
            token.name = rule_variable_ending(rule, close + 1);
            token.arguments = rule.substr(name_end + 1, close - name_end - 1);
            position = close + 2 + token.name.size() + 1;
        }
    }
    if (!token.name.empty()) token.kind = RuleToken::Kind::variable;
    return token;
}

/// An argument of a converter as it is written; `name` is empty for one given by position.
struct RuleArgument {
    enum class Kind : unsigned char { end, value, malformed };

    Kind kind = Kind::end;
    std::string_view name;
    std::string_view text;  ///< without the quotes
    bool quoted = false;
};

constexpr bool is_rule_argument_character(char c) {
    return is_rule_name_character(c) || c == '.' || c == '-' || c == '+' ||
           static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_rule_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
constexpr std::size_t skip_rule_space(std::string_view text, std::size_t position) {
    while (position < text.size() && is_rule_space(text[position])) ++position;
    return position;
}

/// Reads the converter argument at `position` and moves it behind the comma that follows.
///
///     arguments = [ argument *( "," argument ) [ "," ] ]
///     argument  = [ name "=" ] ( word / string )      ; spaces are allowed around each
///     string    = <any text but the quote, in single or double quotes>
constexpr RuleArgument next_rule_argument(std::string_view arguments, std::size_t& position) {
    RuleArgument argument;
    position = skip_rule_space(arguments, position);
    if (position >= arguments.size()) return argument;
    argument.kind = RuleArgument::Kind::malformed;

    const std::size_t name_end = rule_name_end(arguments, position);
    const std::size_t equals = skip_rule_space(arguments, name_end);
    if (name_end > position && equals < arguments.size() && arguments[equals] == '=') {
        argument.name = arguments.substr(position, name_end - position);
        position = skip_rule_space(arguments, equals + 1);
    }
    std::size_t end = position;
    if (end < arguments.size() && (arguments[end] == '"' || arguments[end] == '\'')) {
        const std::size_t close = arguments.find(arguments[end], end + 1);
        if (close == std::string_view::npos) return argument;
        argument.text = arguments.substr(end + 1, close - end - 1);
        argument.quoted = true;
        end = close + 1;
    } else {
        while (end < arguments.size() && is_rule_argument_character(arguments[end])) ++end;
        if (end == position) return argument;
        argument.text = arguments.substr(position, end - position);
    }
    end = skip_rule_space(arguments, end);
    if (end < arguments.size() && arguments[end] != ',') return argument;
    position = end < arguments.size() ? end + 1 : end;
    argument.kind = RuleArgument::Kind::value;
    return argument;
}

/// Which parameters a view may have beyond the variables of its rule. Those of a blueprint's prefix come before,
/// those for the rule's defaults after them.
enum class RuleCheck : unsigned char { exact, more_after, more_anywhere };

/// What is wrong with a rule, or with a rule for a view.
struct RuleProblem {
    enum class Kind : unsigned char {
        none,
        no_leading_slash,
        malformed,
        malformed_arguments,
        variable_used_twice,
        too_few_parameters,
        too_many_parameters,
        mutable_reference,
        wrong_integer,
        wrong_floating,
        wrong_text,
        not_callable
    };

    Kind kind = Kind::none;
    std::size_t index = 0;  ///< of the parameter
    std::string_view variable;
};

/// Returns the `index`-th variable of a well-formed rule; a token of another kind where there are fewer.
constexpr RuleToken rule_variable(std::string_view rule, std::size_t index) {
    std::size_t position = 0;
    while (true) {
        const RuleToken token = next_rule_token(rule, position);
        if (token.kind == RuleToken::Kind::end || token.kind == RuleToken::Kind::malformed)
            return token;
        if (token.kind == RuleToken::Kind::variable && index-- == 0) return token;
    }
}

/// Returns what is wrong with the text of a rule itself.
constexpr RuleProblem find_syntax_problem(std::string_view rule, RuleCheck check) {
    using Kind = RuleProblem::Kind;
    const bool whole = check == RuleCheck::exact || check == RuleCheck::more_after;
    if (whole && (rule.empty() || rule[0] != '/')) return {Kind::no_leading_slash, 0, {}};
    if (rule.find('\0') != std::string_view::npos) return {Kind::malformed, 0, {}};
    std::size_t count = 0;
    std::size_t position = 0;
    while (true) {
        const RuleToken token = next_rule_token(rule, position);
        if (token.kind == RuleToken::Kind::end) return {};
        if (token.kind == RuleToken::Kind::malformed) return {Kind::malformed, 0, {}};
        if (token.kind != RuleToken::Kind::variable) continue;
        for (std::size_t i = 0; i < count; ++i) {
            if (rule_variable(rule, i).name == token.name)
                return {Kind::variable_used_twice, i, token.name};
        }
        ++count;
        std::size_t argument_position = 0;
        RuleArgument argument;
        do argument = next_rule_argument(token.arguments, argument_position);
        while (argument.kind == RuleArgument::Kind::value);
        if (argument.kind == RuleArgument::Kind::malformed)
            return {Kind::malformed_arguments, 0, token.name};
    }
}

constexpr std::size_t count_rule_variables(std::string_view rule) {
    std::size_t count = 0;
    while (rule_variable(rule, count).kind == RuleToken::Kind::variable) ++count;
    return count;
}

/// Returns what is wrong with the rule's variables for the parameters from the first on.
constexpr RuleProblem find_parameter_problem(std::string_view rule, std::size_t variables,
                                             const ParameterKind* parameters, std::size_t first) {
    using Kind = RuleProblem::Kind;
    for (std::size_t i = 0; i < variables; ++i) {
        const RuleToken variable = rule_variable(rule, i);
        const ConverterKind converter = converter_kind(variable.converter);
        const ParameterKind parameter = parameters[first + i];
        if (converter_fits(converter, parameter)) continue;
        Kind kind = Kind::wrong_text;
        if (converter == ConverterKind::integer) kind = Kind::wrong_integer;
        if (converter == ConverterKind::floating) kind = Kind::wrong_floating;
        if (parameter == ParameterKind::mutable_reference) kind = Kind::mutable_reference;
        return {kind, first + i, variable.name};
    }
    return {};
}

/// Returns what is wrong with the rule for a view that has these parameters.
constexpr RuleProblem find_view_problem(std::string_view rule, const ParameterKind* parameters,
                                        std::size_t count, RuleCheck check) {
    using Kind = RuleProblem::Kind;
    const std::size_t variables = count_rule_variables(rule);
    if (count < variables)
        return {Kind::too_few_parameters, count, rule_variable(rule, count).name};
    if (count > variables && check == RuleCheck::exact)
        return {Kind::too_many_parameters, variables, {}};
    // Where others may come before and after them, the variables are the parameters that they fit.
    std::size_t first = check == RuleCheck::more_anywhere ? count - variables : 0;
    const RuleProblem problem = find_parameter_problem(rule, variables, parameters, first);
    if (problem.kind == Kind::none) return {};
    while (first > 0) {
        if (find_parameter_problem(rule, variables, parameters, --first).kind == Kind::none)
            return {};
    }
    return problem;
}

}  // namespace microflask::detail
