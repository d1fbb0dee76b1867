// One URL rule, `/user/<int:id>`, parsed into parts and weights; and the factories that make several rules of one:
// Submount, Subdomain, EndpointPrefix, RuleTemplate.
#pragma once

#include "core/errors.hpp"
#include "core/function.hpp"
#include "core/list.hpp"
#include "json/value.hpp"
#include "routing/converters.hpp"
#include "routing/rule_syntax.hpp"

#include <compare>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

class Map;
class MapAdapter;
class RuleMatch;

namespace detail {
class Matcher;
class MatcherWalk;
class PartMatcher;
}  // namespace detail

/// Names of methods as an option: unset by default, a list in braces, or a vector. Names are put in upper case.
class MethodList {
public:
    MethodList() noexcept = default;
    MethodList(std::initializer_list<std::string_view> names);
    MethodList(const std::vector<std::string>& names);
    template <std::convertible_to<std::string_view> Text>
    MethodList(const Text&) {
        static_assert(!std::convertible_to<Text, std::string_view>,
                      "methods are a list, also where there is one: .methods = {\"GET\"}");
    }

    /// Returns whether a list was given, be it empty.
    bool is_set() const noexcept { return set_; }
    bool contains(std::string_view name) const;
    const std::vector<std::string>& names() const noexcept { return names_; }

    /// Adds a name in upper case unless it is there.
    void add(std::string_view name);

private:
    std::vector<std::string> names_;  // sorted
    bool set_ = false;
};

/// Where a rule redirects to: a text with variables in rule syntax, `foo/<slug>`, or a function of the adapter and
/// the values. Without a leading slash it is relative to the root of the application.
class RedirectTarget {
public:
    RedirectTarget() noexcept = default;
    template <class Text>
        requires std::convertible_to<const Text&, std::string_view> RedirectTarget(const Text& text)
            : text_(std::string(std::string_view(text))) {}
        template <class Callable>
            requires(!std::convertible_to<const Callable&, std::string_view> &&
                     std::is_invocable_r_v<std::string, Callable&, const MapAdapter&, const Json&>)
        RedirectTarget(Callable callable)
            : function_(std::make_shared<const Call>(std::move(callable))) {}

        explicit operator bool() const noexcept {
            return text_ || function_;
        }

    private:
        friend class MapAdapter;
        using Call = detail::Function<std::string(const MapAdapter&, const Json&)>;

        std::optional<std::string> text_;
        std::shared_ptr<const Call> function_;
};

/// The options of a rule, as Werkzeug's.
struct RuleOptions {
    Json defaults = nullptr;  ///< values for variables that the rule does not have
    std::optional<std::string> subdomain =
        {};                   ///< a rule for the subdomain; unset: that of the map
    MethodList methods = {};  ///< unset: all methods; GET brings HEAD
    bool build_only = false;  ///< never matches
    std::string endpoint = {};
    std::optional<bool> strict_slashes = {};  ///< unset: that of the map
    std::optional<bool> merge_slashes = {};   ///< unset: that of the map
    RedirectTarget redirect_to = {};
    bool alias = false;                    ///< redirects to the endpoint's other rule
    std::optional<std::string> host = {};  ///< a rule for the host, where the map matches hosts
    bool websocket = false;
};

/// Gives the text by which a parameter of a query string is sorted: `[](std::string_view name, std::string_view value)`.
using ParameterSortKey = std::string (*)(std::string_view name, std::string_view value);

namespace detail {

/// How the parameters of a built URL's query string are sorted.
struct ParameterOrder {
    bool is_sorted = false;
    ParameterSortKey key = nullptr;  ///< null: by name, then value
};

/// The settings of a map that its rules need.
struct RuleSettings {
    std::string default_subdomain;
    bool strict_slashes = true;
    bool merge_slashes = true;
    bool host_matching = false;
    bool subdomain_matching = true;
    ParameterOrder parameters;
};

/// Decides which of several parts is tried first: the smaller one. More and longer fixed texts first, then more
/// variables, then lighter converters.
struct RuleWeight {
    int number_static = 0;
    List<int> static_weights;  // the lengths of the fixed texts, negated
    int number_arguments = 0;
    List<int> argument_weights;

    friend auto operator<=>(const RuleWeight&, const RuleWeight&) = default;
};

/// Fixed text or one variable within a part of a rule.
struct RulePartToken {
    std::string text;
    std::optional<Converter> converter;
};

/// What stands between two slashes of a rule; or all the rest of it, from a converter on that takes slashes.
struct RulePart {
    List<RulePartToken> tokens;  ///< of a dynamic part
    std::string content;         ///< of a static part; of a dynamic one what tells it from others
    RuleWeight weight;
    bool is_static = true;
    bool final = false;     ///< takes all that is left of the path
    bool suffixed = false;  ///< final, and the rule ends with a slash
};

/// A part of a URL that is built: fixed text, quoted, or one of the rule's variables.
struct RuleBuildPiece {
    std::string text;
    std::size_t variable = static_cast<std::size_t>(-1);
};

/// A variable of a rule.
struct RuleVariable {
    std::string name;
    Converter converter;
};

}  // namespace detail

/// A URL rule: a path with variables, `<converter(arguments):name>`, and the endpoint that it stands for.
class Rule {
public:
    /// Throws ValueError where the rule does not begin with a slash, or a websocket rule has other
    /// methods than GET, HEAD and OPTIONS.
    explicit Rule(std::string_view rule, RuleOptions options = {});

    const std::string& rule() const noexcept { return rule_; }
    const std::string& endpoint() const noexcept { return options_.endpoint; }
    /// Returns the methods in order, HEAD among them where GET is; those of an unset list are all methods.
    const MethodList& methods() const noexcept { return options_.methods; }
    bool allows(std::string_view method) const {
        return !methods().is_set() || methods().contains(method);
    }
    const Json& defaults() const noexcept { return options_.defaults; }
    const std::optional<std::string>& subdomain() const noexcept { return options_.subdomain; }
    const std::optional<std::string>& host() const noexcept { return options_.host; }
    bool strict_slashes() const noexcept { return options_.strict_slashes.value_or(true); }
    bool merge_slashes() const noexcept { return options_.merge_slashes.value_or(true); }
    bool build_only() const noexcept { return options_.build_only; }
    bool alias() const noexcept { return options_.alias; }
    bool websocket() const noexcept { return options_.websocket; }
    bool is_leaf() const noexcept { return !is_branch(); }
    bool is_branch() const noexcept { return rule_.ends_with('/'); }
    const RedirectTarget& redirect_to() const noexcept { return options_.redirect_to; }

    /// Returns the names of the variables and defaults, sorted. Variables are known once the rule is in a map.
    const std::vector<std::string>& arguments() const noexcept { return arguments_; }

    /// Returns the variables in the order in which the values of a match stand: those of the domain, then the path's.
    std::span<const detail::RuleVariable> variables() const noexcept { return variables_; }

    /// A number for whoever registers rules; the framework keeps there which view a rule is for.
    std::size_t view_index() const noexcept { return view_index_; }
    void view_index(std::size_t index) noexcept { view_index_ = index; }

    /// Returns an equal rule that is in no map.
    Rule empty() const;

    /// Returns `<Rule '/user/<id>' (GET, HEAD) -> user>`.
    std::string to_string() const;

private:
    friend class Map;
    friend class MapAdapter;
    friend class Subdomain;
    friend class Submount;
    friend class EndpointPrefix;
    friend class RuleTemplate;
    friend class RuleMatch;
    friend class detail::Matcher;

    using Pieces = detail::List<detail::RuleBuildPiece>;

    void bind(const detail::RuleSettings& settings, const ConverterRegistry& converters);
    void parse(std::string_view text, bool merge_slashes, const ConverterRegistry& converters,
               Pieces& pieces);
    void add_argument(std::string_view name);
    bool has_argument(std::string_view name) const;
    bool suitable_for(const Json& values, std::string_view method) const;
    bool provides_defaults_for(const Rule& other) const;
    bool is_duplicate_of(const Rule& other) const;
    int compare_for_building(const Rule& other) const;
    std::optional<std::pair<std::string, std::string>> build(
        const Json& values, bool append_unknown, const detail::ParameterOrder& order) const;
    static std::string build_pieces(const Pieces& pieces, const Rule& rule, const Json& values);
    std::string unknown_query(const Json& values, const detail::ParameterOrder& order) const;

    std::string rule_;
    RuleOptions options_;
    std::vector<std::string> arguments_;
    detail::List<detail::RuleVariable> variables_;
    detail::List<detail::RulePart> parts_;
    Pieces domain_pieces_;
    Pieces path_pieces_;
    std::string trace_;
    detail::List<const Rule*>
        default_rules_;  // those that this one may redirect to, set by the map
    std::size_t view_index_ = static_cast<std::size_t>(-1);
    bool bound_ = false;
};

/// What a Map is filled from: a rule, or several that a factory made.
class RuleFactory {
public:
    RuleFactory(Rule rule) { rules_.push_back(std::move(rule)); }
    RuleFactory(std::vector<Rule> rules) : rules_(std::move(rules)) {}
    RuleFactory(std::initializer_list<RuleFactory> factories);

    const std::vector<Rule>& rules() const noexcept { return rules_; }

protected:
    std::vector<Rule> rules_;
};

/// The rules with the subdomain: `Subdomain("<lang>", {Rule("/", {.endpoint = "index"})})`.
class Subdomain : public RuleFactory {
public:
    Subdomain(std::string_view subdomain, std::initializer_list<RuleFactory> factories);
};

/// The rules below a path: `Submount("/blog", {Rule("/", {.endpoint = "blog"})})`.
class Submount : public RuleFactory {
public:
    Submount(std::string_view path, std::initializer_list<RuleFactory> factories);
};

/// The rules with a prefix before their endpoints: `EndpointPrefix("blog.", {...})`.
class EndpointPrefix : public RuleFactory {
public:
    EndpointPrefix(std::string_view prefix, std::initializer_list<RuleFactory> factories);
};

/// Rules whose texts hold `$name` or `${name}`, which a call fills in: `resource({{"name", "user"}})`.
class RuleTemplate {
public:
    RuleTemplate(std::initializer_list<RuleFactory> factories)
        : rules_(RuleFactory(factories).rules()) {}

    /// Throws ValueError for a name that has no value.
    RuleFactory operator()(const Json& values) const;

private:
    std::vector<Rule> rules_;
};

namespace detail {

/// Returns values as a query string: nulls left out, lists as repeated names.
std::string routing_query_string(const List<std::pair<std::string_view, const Json*>>& values,
                                 const ParameterOrder& order);

/// Returns the endpoint of a rule that is given none: its fixed parts, joined by `_`.
std::string endpoint_from_rule(std::string_view rule);

/// Returns what is wrong with a rule for a view with these parameters, naming the rule, the view and the mismatch, or
/// nothing. The rule must be in a map. The view takes the rule's variables, then the defaults that are no variables.
std::optional<std::string> check_view_parameters(const Rule& rule,
                                                 std::span<const ViewParameter> parameters,
                                                 std::string_view view);

}  // namespace detail

}  // namespace microflask
