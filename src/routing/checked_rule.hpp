// A rule literal checked against its view while compiling, as std::format checks its arguments: too many variables,
// or a parameter of the wrong type, is an error whose text names the mistake.
#pragma once

#include "core/function.hpp"
#include "routing/rule_syntax.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace microflask {

/// A rule made at run time, which is checked against its view when it is registered; made by `runtime_rule`.
struct RuntimeRule {
    std::string text;

    operator std::string_view() const noexcept { return text; }
};

/// Lets a rule that is no literal be used in the one-call form: `app.route(runtime_rule(prefix + "/<id>"), view)`.
[[nodiscard]] inline RuntimeRule runtime_rule(std::string_view text) {
    return {std::string(text)};
}

namespace detail {

/// Where in the user's sources something stands. The file's name lives for ever.
struct SourcePlace {
    const char* file = "";
    int line = 0;
};

/// A rule as text, and where it stands: what decorators take.
class PlacedRule {
public:
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view>)
    PlacedRule(const Text& text, const char* file = __builtin_FILE(), int line = __builtin_LINE())
        : text_(text), place_{file, line} {}

    /// Returns the text, which lives as long as what this was made of.
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] SourcePlace place() const noexcept { return place_; }

private:
    std::string_view text_;
    SourcePlace place_;
};

// The compiler prints the names of these functions when a rule literal does not go with its view: they are not
// constexpr, and are called while compiling only then.
void the_rule_must_begin_with_a_slash();
void the_rule_is_malformed();
void the_rule_has_malformed_converter_arguments();
void the_rule_uses_a_variable_twice();
void the_rule_has_more_variables_than_the_view_has_parameters();
void the_view_has_more_parameters_than_the_rule_has_variables();
void the_view_cannot_be_called_with_the_variables_of_the_rule();

/// The parameter of the view with that number, counted from 1.
template <std::size_t Number>
struct view_parameter {
    static void must_be_a_value_or_a_const_reference();
    static void must_be_an_integer_for_the_converter_int();
    static void must_be_double_for_the_converter_float();
    static void must_be_std_string_or_std_string_view();
};

/// The parameters of a view, to check it at registration: `view_parameters<View>()`, a std::array of ViewParameter.
template <class View>
requires CallableTraits<View>::has_signature inline auto view_parameters() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        using Arguments = typename CallableTraits<View>::Arguments;
        return std::array<ViewParameter, sizeof...(I)>{
            ViewParameter{parameter_kind<std::tuple_element_t<I, Arguments>>(),
                          &typeid(std::remove_cvref_t<std::tuple_element_t<I, Arguments>>)}...};
    }
    (std::make_index_sequence<CallableTraits<View>::arity>());
}

/// How a rule is checked against a view whose signature is known.
template <class View, bool HasSignature = CallableTraits<View>::has_signature>
struct RuleChecker {
    using Arguments = typename CallableTraits<View>::Arguments;
    static constexpr std::size_t arity = CallableTraits<View>::arity;

    template <std::size_t... I>
    static constexpr RuleProblem find(std::string_view rule, RuleCheck check,
                                      std::index_sequence<I...>) {
        const ParameterKind kinds[arity + 1] = {
            parameter_kind<std::tuple_element_t<I, Arguments>>()..., ParameterKind::other};
        return find_view_problem(rule, kinds, arity, check);
    }
    static constexpr RuleProblem find(std::string_view rule, RuleCheck check) {
        return find(rule, check, std::make_index_sequence<arity>());
    }
    using Indices = std::make_index_sequence<arity>;
};

template <class View, std::size_t... I>
constexpr bool takes_texts(std::index_sequence<I...>) {
    return std::is_invocable_v<View&, decltype(std::string_view(), (void)I, std::string_view())...>;
}

/// How a rule is checked against a view with `auto` parameters or several overloads: it must be callable with
/// long long, double and std::string_view. The types are tried for up to two variables, the number for up to eight.
template <class View>
struct RuleChecker<View, false> {
    template <class First, class... Rest>
    static constexpr bool accepts(std::string_view rule, std::size_t index) {
        switch (converter_kind(rule_variable(rule, index).converter)) {
        case ConverterKind::integer: return std::is_invocable_v<View&, Rest..., long long>;
        case ConverterKind::floating: return std::is_invocable_v<View&, Rest..., double>;
        default: return std::is_invocable_v<View&, Rest..., First>;
        }
    }
    static constexpr bool accepts_number(std::size_t variables) {
        switch (variables) {
        case 3: return takes_texts<View>(std::make_index_sequence<3>());
        case 4: return takes_texts<View>(std::make_index_sequence<4>());
        case 5: return takes_texts<View>(std::make_index_sequence<5>());
        case 6: return takes_texts<View>(std::make_index_sequence<6>());
        case 7: return takes_texts<View>(std::make_index_sequence<7>());
        case 8: return takes_texts<View>(std::make_index_sequence<8>());
        default: return true;
        }
    }
    static constexpr bool accepts_all(std::string_view rule) {
        const std::size_t variables = count_rule_variables(rule);
        if (variables == 0) return std::is_invocable_v<View&>;
        if (variables == 1) return accepts<std::string_view>(rule, 0);
        if (variables > 2) return accepts_number(variables);
        switch (converter_kind(rule_variable(rule, 0).converter)) {
        case ConverterKind::integer: return accepts<std::string_view, long long>(rule, 1);
        case ConverterKind::floating: return accepts<std::string_view, double>(rule, 1);
        default: return accepts<std::string_view, std::string_view>(rule, 1);
        }
    }
    static constexpr bool has_custom_converter(std::string_view rule) {
        for (std::size_t i = 0; i < count_rule_variables(rule); ++i) {
            if (converter_kind(rule_variable(rule, i).converter) == ConverterKind::custom)
                return true;
        }
        return false;
    }
    static constexpr RuleProblem find(std::string_view rule, RuleCheck check) {
        if (check != RuleCheck::exact || has_custom_converter(rule) || accepts_all(rule)) return {};
        return {RuleProblem::Kind::not_callable, 0, {}};
    }
    using Indices = std::index_sequence<>;
};

template <class>
inline constexpr bool rule_is_a_literal = false;

/// The rule of a view as a parameter type: made while compiling from a string literal, which is then checked
/// against the view, or from a `RuntimeRule`.
///
///     template <class View>
///     auto route(CheckedRule<View> rule, View&& view);
template <class View, RuleCheck Check = RuleCheck::exact,
          class Indices = typename RuleChecker<std::remove_cvref_t<View>>::Indices>
class BasicCheckedRule;

template <class View, RuleCheck Check, std::size_t... I>
class BasicCheckedRule<View, Check, std::index_sequence<I...>> {
public:
    template <std::size_t N>
    consteval BasicCheckedRule(const char (&literal)[N], const char* file = __builtin_FILE(),
                               int line = __builtin_LINE())
        : text_(literal, N - 1), place_{file, line}, checked_(true) {
        using Kind = RuleProblem::Kind;
        RuleProblem problem = find_syntax_problem(text_, Check);
        if (problem.kind == Kind::none)
            problem = RuleChecker<std::remove_cvref_t<View>>::find(text_, Check);
        const Kind kind = problem.kind;
        if (kind == Kind::none) return;
        if (kind == Kind::no_leading_slash) the_rule_must_begin_with_a_slash();
        if (kind == Kind::malformed) the_rule_is_malformed();
        if (kind == Kind::malformed_arguments) the_rule_has_malformed_converter_arguments();
        if (kind == Kind::variable_used_twice) the_rule_uses_a_variable_twice();
        if (kind == Kind::too_few_parameters)
            the_rule_has_more_variables_than_the_view_has_parameters();
        if (kind == Kind::too_many_parameters)
            the_view_has_more_parameters_than_the_rule_has_variables();
        if (kind == Kind::not_callable) the_view_cannot_be_called_with_the_variables_of_the_rule();
        if (kind == Kind::wrong_integer)
            ((problem.index == I ? view_parameter<I + 1>::must_be_an_integer_for_the_converter_int()
                                 : void()),
             ...);
        if (kind == Kind::wrong_floating)
            ((problem.index == I ? view_parameter<I + 1>::must_be_double_for_the_converter_float()
                                 : void()),
             ...);
        if (kind == Kind::wrong_text)
            ((problem.index == I ? view_parameter<I + 1>::must_be_std_string_or_std_string_view()
                                 : void()),
             ...);
        if (kind == Kind::mutable_reference)
            ((problem.index == I ? view_parameter<I + 1>::must_be_a_value_or_a_const_reference()
                                 : void()),
             ...);
    }

    /// The rule must live as long as this object, so until the end of the call that it is an argument of.
    BasicCheckedRule(const RuntimeRule& rule, const char* file = __builtin_FILE(),
                     int line = __builtin_LINE())
        : text_(rule.text), place_{file, line} {}

    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::is_array_v<Text>)
    BasicCheckedRule(const Text&) {
        static_assert(rule_is_a_literal<Text>,
                      "a rule that is no literal is wrapped: app.route(runtime_rule(text), view)");
    }

    /// Returns the text of the rule: that of the literal or of the RuntimeRule.
    constexpr std::string_view text() const noexcept { return text_; }

    /// Returns where the rule stands.
    constexpr SourcePlace place() const noexcept { return place_; }

    /// Returns whether the rule was checked while compiling.
    constexpr bool is_checked() const noexcept { return checked_; }

private:
    std::string_view text_;
    SourcePlace place_;
    bool checked_ = false;
};

}  // namespace detail

/// The rule of a view as a parameter type, checked while compiling. `View` is not deduced from it.
template <class View, detail::RuleCheck Check = detail::RuleCheck::exact>
using CheckedRule = detail::BasicCheckedRule<std::type_identity_t<View>, Check>;

}  // namespace microflask
