// All rules of an application: the map, and the map bound to a host, which matches paths and builds URLs.
#pragma once

#include "core/list.hpp"
#include "json/value.hpp"
#include "routing/converters.hpp"
#include "routing/exceptions.hpp"
#include "routing/matcher.hpp"
#include "routing/rules.hpp"

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// The options of a map, as Werkzeug's.
struct MapOptions {
    std::string default_subdomain = {};
    bool strict_slashes = true;  ///< a path without the slash that its rule ends with is redirected
    bool merge_slashes = true;   ///< a path with several slashes in a row is redirected
    bool redirect_defaults =
        true;  ///< a URL that spells a default out is redirected to the rule with the default
    bool sort_parameters = false;         ///< the query strings of built URLs are sorted
    ParameterSortKey sort_key = nullptr;  ///< by which they are sorted; null: by name, then value
    bool host_matching = false;           ///< rules have hosts instead of subdomains
    bool subdomain_matching = true;       ///< false: subdomains of rules are ignored
};

/// How a map is bound. What is not given is Werkzeug's default.
struct BindOptions {
    std::optional<std::string> script_name = {};
    std::optional<std::string> subdomain = {};
    std::string url_scheme = "http";
    std::string default_method = "GET";
    std::optional<std::string> path_info = {};
    Json query_args = nullptr;  ///< for redirects: text as it is, or an object
};

/// How a map is bound to a request.
struct BindToEnvironOptions {
    /// The application's own name, behind the subdomain; the request's host where not given, or where hosts are matched.
    std::optional<std::string> server_name = {};
    /// What stands before the server's name where not given; that of the map where the host is another one.
    std::optional<std::string> subdomain = {};
};

/// The options of MapAdapter::match beyond path and method.
struct MatchOptions {
    Json query_args = nullptr;  ///< for redirects, instead of those that the map was bound with
    std::optional<bool> websocket = {};  ///< unset: by the URL scheme
};

/// The options of MapAdapter::build.
struct BuildOptions {
    std::string method = {};      ///< picks the rule; empty: the default method's, else any
    bool force_external = false;  ///< with scheme and host
    bool append_unknown = true;   ///< values that the rule does not have go into the query string
    std::optional<std::string> url_scheme = {};  ///< instead of the one that the map was bound with
};

/// Rules of a map, in order: `for (const Rule& rule : map.iter_rules())`.
class RuleRange {
public:
    class Iterator {
    public:
        using value_type = const Rule;
        using difference_type = std::ptrdiff_t;
        Iterator() noexcept = default;
        explicit Iterator(const Rule* const* place) noexcept : place_(place) {}
        const Rule& operator*() const noexcept { return **place_; }
        const Rule* operator->() const noexcept { return *place_; }
        Iterator& operator++() noexcept {
            ++place_;
            return *this;
        }
        Iterator operator++(int) noexcept { return Iterator(place_++); }
        friend bool operator==(const Iterator&, const Iterator&) = default;

    private:
        const Rule* const* place_ = nullptr;
    };

    RuleRange() noexcept = default;
    explicit RuleRange(detail::List<const Rule*> rules) : rules_(std::move(rules)) {}
    Iterator begin() const noexcept { return Iterator(rules_.data()); }
    Iterator end() const noexcept { return Iterator(rules_.data() + rules_.size()); }
    std::size_t size() const noexcept { return rules_.size(); }
    bool empty() const noexcept { return rules_.empty(); }

private:
    detail::List<const Rule*> rules_;
};

namespace detail {

/// What binding reads from a request.
struct BoundRequest {
    std::string_view host;  ///< as the request says it; empty where only its environ is known
    std::string_view http_host;
    std::string_view server_name;
    std::string_view server_port;
    std::string_view scheme;
    std::string_view connection;
    std::string_view upgrade;
    std::string_view script_name;
    std::string_view path_info;
    std::string_view query_string;
    std::string_view method;
};

/// What a map and its adapters share.
struct MapState {
    struct Endpoint {
        std::string name;
        List<Rule*> rules;  // in the order in which building tries them
    };

    const Endpoint* find(std::string_view endpoint) const;
    Endpoint& find_or_add(std::string_view endpoint);
    List<const Rule*> all_rules() const;

    RuleSettings settings;
    bool redirect_defaults = true;
    ConverterRegistry converters;
    Matcher matcher;
    List<std::unique_ptr<Rule>> rules;
    List<Endpoint> endpoints;          // in the order in which they came
    std::vector<std::size_t> by_name;  // positions in endpoints, sorted by name
};

}  // namespace detail

/// All URL rules. Rules are added first; matching and building then may be done from several threads. It can be moved;
/// its adapters stay valid.
class Map {
public:
    explicit Map(MapOptions options = {});
    /// Makes a map of rules, or of factories of rules: `Map({Rule("/", {.endpoint = "index"}), Submount(...)})`.
    Map(std::initializer_list<RuleFactory> rules, MapOptions options = {});
    Map(Map&&) noexcept = default;
    Map& operator=(Map&&) noexcept = default;
    Map(const Map&) = delete;
    Map& operator=(const Map&) = delete;

    /// Adds a rule and returns it as it is in the map. Throws DuplicateRuleError where another rule matches in the
    /// same way, ValueError where the rule is malformed, LookupError where it names a converter that does not exist.
    Rule& add(Rule rule);
    /// Adds the rules of a factory.
    void add(const RuleFactory& factory);

    /// Returns the converters, to which more may be added before the rules that use them.
    ConverterRegistry& converters() noexcept { return state_->converters; }
    const ConverterRegistry& converters() const noexcept { return state_->converters; }

    /// Returns all rules, those of one endpoint together.
    RuleRange iter_rules() const { return RuleRange(state_->all_rules()); }
    /// Returns the rules of an endpoint in the order in which building tries them; none where there is no such one.
    RuleRange iter_rules(std::string_view endpoint) const;
    std::size_t size() const noexcept { return state_->rules.size(); }

    /// Returns whether a rule of the endpoint has all these arguments: `is_endpoint_expecting("index", "lang")`.
    template <std::convertible_to<std::string_view>... Names>
    bool is_endpoint_expecting(std::string_view endpoint, const Names&... names) const {
        return is_expecting(endpoint, {std::string_view(names)...});
    }

    /// Returns the map bound to a request: to its host, root, path, query string, method and scheme. Takes an Environ,
    /// or anything else with `get("HTTP_HOST")`, or a Request, whose trusted hosts hold (SecurityError).
    template <class Source>
    MapAdapter bind_to_environ(const Source& source, BindToEnvironOptions options = {}) const;

    /// Returns the map bound to a host. The host is put in lower case and into IDNA; BadHost where it cannot be.
    MapAdapter bind(std::string_view server_name, BindOptions options = {}) const;

    /// Finds the rule for a request without throwing anything; what MapAdapter::match is made of.
    MatchOutcome match(const MatchRequest& request) const {
        MatchOutcome outcome;
        match(request, outcome);
        return outcome;
    }
    /// The same into an outcome that was just made.
    /// Finds a rule of the default domain for a path, also one that is no UTF-8, the quickest of all; false where that
    /// takes more than a look, and `match` is to be asked.
    bool match_directly(std::string_view path, std::string_view method,
                        MatchOutcome& outcome) const noexcept {
        return state_->matcher.match_directly(path, method, outcome);
    }
    void match(const MatchRequest& request, MatchOutcome& outcome) const {
        state_->matcher.match(request, state_->settings.merge_slashes, state_->redirect_defaults,
                              outcome);
    }

    const std::string& default_subdomain() const noexcept {
        return state_->settings.default_subdomain;
    }
    bool strict_slashes() const noexcept { return state_->settings.strict_slashes; }
    bool merge_slashes() const noexcept { return state_->settings.merge_slashes; }
    bool redirect_defaults() const noexcept { return state_->redirect_defaults; }
    bool sort_parameters() const noexcept { return state_->settings.parameters.is_sorted; }
    bool host_matching() const noexcept { return state_->settings.host_matching; }
    bool subdomain_matching() const noexcept { return state_->settings.subdomain_matching; }
    // The setters hold for rules that are added later; those without rules yet for all.
    void default_subdomain(std::string_view subdomain) {
        state_->settings.default_subdomain = subdomain;
    }
    void strict_slashes(bool value) noexcept { state_->settings.strict_slashes = value; }
    void merge_slashes(bool value) noexcept { state_->settings.merge_slashes = value; }
    void redirect_defaults(bool value) noexcept { state_->redirect_defaults = value; }
    void sort_parameters(bool value) noexcept { state_->settings.parameters.is_sorted = value; }
    void host_matching(bool value) noexcept {
        state_->settings.host_matching = value;
        if (value) state_->settings.subdomain_matching = false;
    }
    void subdomain_matching(bool value) noexcept {
        state_->settings.subdomain_matching = value && !state_->settings.host_matching;
    }

    /// Returns `Map([<Rule '/' -> index>, ...])`.
    std::string to_string() const;

private:
    MapAdapter bind_to_request(const detail::BoundRequest& request,
                               BindToEnvironOptions options) const;
    bool is_expecting(std::string_view endpoint,
                      std::initializer_list<std::string_view> names) const;

    std::shared_ptr<detail::MapState> state_;
};

/// A map bound to a host: matches paths and builds URLs. It may outlive the Map object.
class MapAdapter {
public:
    /// Returns endpoint and values of the rule for a path. Throws NotFound, MethodNotAllowed, WebsocketMismatch, or
    /// RequestRedirect. Path and method default to those that the map was bound with.
    std::pair<std::string, Json> match(std::optional<std::string_view> path_info = {},
                                       std::string_view method = {},
                                       const MatchOptions& options = {}) const;
    /// The same, with the rule instead of its endpoint.
    std::pair<const Rule&, Json> match_rule(std::optional<std::string_view> path_info = {},
                                            std::string_view method = {},
                                            const MatchOptions& options = {}) const;
    /// The same without exceptions. The path must live as long as the outcome is used.
    MatchOutcome match_outcome(std::string_view path_info, std::string_view method = {},
                               std::optional<bool> websocket = {}) const;

    /// Returns where an outcome that is a redirect leads to: an absolute URL.
    std::string redirect_url(const MatchOutcome& outcome, std::string_view method,
                             const Json& query_args) const;
    /// Throws what an outcome that is no match stands for.
    [[noreturn]] void raise(const MatchOutcome& outcome, std::string_view method,
                            const Json& query_args) const;

    /// Returns whether a rule matches, be it with a redirect.
    bool test(std::optional<std::string_view> path_info = {}, std::string_view method = {}) const;
    /// Returns the methods of all rules that match the path, sorted.
    std::vector<std::string> allowed_methods(std::optional<std::string_view> path_info = {}) const;

    /// Calls `view(endpoint, values)` for the rule that matches and returns what it returns.
    template <class View>
    auto dispatch(View&& view, std::optional<std::string_view> path_info = {},
                  std::string_view method = {}) const {
        auto matched = match(path_info, method);
        return std::forward<View>(view)(std::as_const(matched.first), matched.second);
    }

    /// Returns the URL of an endpoint: a path where it is on the same host, else absolute. Nulls count as missing.
    /// Throws BuildError where no rule takes the values, ValueError where a converter does not.
    std::string build(std::string_view endpoint, const Json& values = {},
                      const BuildOptions& options = {}) const;

    /// Returns the host for a subdomain, or for a host where the map matches hosts; by default the bound one.
    std::string get_host(const std::optional<std::string>& domain_part = {}) const;
    /// Returns the absolute URL of a path below the application's root.
    std::string make_redirect_url(std::string_view path_info, const Json& query_args = nullptr,
                                  const std::optional<std::string>& domain_part = {}) const;

    const std::string& server_name() const noexcept { return server_name_; }
    const std::string& script_name() const noexcept { return script_name_; }  ///< ends with a slash
    const std::string& subdomain() const noexcept { return subdomain_; }
    const std::string& url_scheme() const noexcept { return url_scheme_; }
    const std::string& path_info() const noexcept { return path_info_; }
    const std::string& default_method() const noexcept { return default_method_; }
    const Json& query_args() const noexcept { return query_args_; }
    bool websocket() const noexcept { return websocket_; }

    /// Returns the rules of the map.
    RuleRange map_rules() const { return RuleRange(state_->all_rules()); }

private:
    friend class Map;
    struct Built {
        std::string domain;
        std::string path;
        bool websocket = false;
    };

    MapAdapter(std::shared_ptr<const detail::MapState> state, std::string_view server_name,
               BindOptions options);
    std::string_view method_or_default(std::string_view method) const {
        return method.empty() ? std::string_view(default_method_) : method;
    }
    std::optional<Built> build_with(std::string_view endpoint, const Json& values,
                                    std::string_view method, bool append_unknown) const;
    std::string target_url(const MatchOutcome& outcome) const;

    std::shared_ptr<const detail::MapState> state_;
    std::string server_name_;
    std::string script_name_;
    std::string subdomain_;
    std::string url_scheme_;
    std::string path_info_;
    std::string default_method_;
    Json query_args_;
    bool websocket_ = false;
};

namespace detail {

/// Reads what binding needs; `get` gives views.
template <class Environ>
BoundRequest bound_request(const Environ& environ, std::string_view host) {
    const auto text = [&environ](std::string_view key) {
        const std::optional<std::string_view> value = environ.get(key);
        return value.value_or(std::string_view{});
    };
    return {host,
            text("HTTP_HOST"),
            text("SERVER_NAME"),
            text("SERVER_PORT"),
            text("wsgi.url_scheme"),
            text("HTTP_CONNECTION"),
            text("HTTP_UPGRADE"),
            text("SCRIPT_NAME"),
            text("PATH_INFO"),
            text("QUERY_STRING"),
            text("REQUEST_METHOD")};
}

}  // namespace detail

template <class Source>
MapAdapter Map::bind_to_environ(const Source& source, BindToEnvironOptions options) const {
    if constexpr (requires { source.environ(); }) {
        return bind_to_request(detail::bound_request(source.environ(), source.host()),
                               std::move(options));
    } else {
        return bind_to_request(detail::bound_request(source, {}), std::move(options));
    }
}

}  // namespace microflask
