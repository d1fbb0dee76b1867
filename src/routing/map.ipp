// The bodies of routing/map.hpp.
#include "routing/map.hpp"

#include "core/list.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "http/hosts.hpp"
#include "http/urls.hpp"

#include <algorithm>

namespace microflask {

namespace detail {

MICROFLASK_INLINE const MapState::Endpoint* MapState::find(std::string_view endpoint) const {
    const auto before = [this](std::size_t index, std::string_view name) {
        return endpoints[index].name < name;
    };
    const auto place = std::lower_bound(by_name.begin(), by_name.end(), endpoint, before);
    return place != by_name.end() && endpoints[*place].name == endpoint ? &endpoints[*place]
                                                                        : nullptr;
}

MICROFLASK_INLINE MapState::Endpoint& MapState::find_or_add(std::string_view endpoint) {
    const auto before = [this](std::size_t index, std::string_view name) {
        return endpoints[index].name < name;
    };
    const auto place = std::lower_bound(by_name.begin(), by_name.end(), endpoint, before);
    if (place != by_name.end() && endpoints[*place].name == endpoint) return endpoints[*place];
    by_name.insert(place, endpoints.size());
    endpoints.push_back({std::string(endpoint), {}});
    return endpoints.back();
}

MICROFLASK_INLINE List<const Rule*> MapState::all_rules() const {
    List<const Rule*> all;
    all.reserve(rules.size());
    for (const Endpoint& endpoint : endpoints) {
        for (const Rule* rule : endpoint.rules) all.push_back(rule);
    }
    return all;
}

/// Returns query arguments as they stand behind the "?".
inline std::string routing_query_args(const Json& query_args) {
    if (query_args.is_string()) return routing_text_of(query_args);
    List<std::pair<std::string_view, const Json*>> values;
    for (const auto& [name, value] : query_args.items()) values.emplace_back(name, &value);
    return routing_query_string(values, {});
}

/// Returns a host as the DNS has it: lower case, letters beyond ASCII as IDNA. The port is no part of the name.
inline std::string routing_host_name(std::string_view host) {
    const auto beyond_ascii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
    if (std::none_of(host.begin(), host.end(), beyond_ascii)) return to_lower(host);
    const std::string_view name = host_without_port(host);
    try {
        return concat({to_lower(idna_encode(name)), host.substr(name.size())});
    } catch (const ValueError&) {
        throw BadHost();
    }
}

inline std::string_view without_leading_slashes(std::string_view path) {
    while (path.starts_with('/')) path.remove_prefix(1);
    return path;
}

inline std::string_view without_trailing_slashes(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

}  // namespace detail

MICROFLASK_INLINE Map::Map(MapOptions options) : state_(std::make_shared<detail::MapState>()) {
    state_->settings.default_subdomain = std::move(options.default_subdomain);
    state_->settings.strict_slashes = options.strict_slashes;
    state_->settings.merge_slashes = options.merge_slashes;
    state_->settings.host_matching = options.host_matching;
    state_->settings.subdomain_matching = options.subdomain_matching && !options.host_matching;
    state_->settings.parameters = {options.sort_parameters, options.sort_key};
    state_->redirect_defaults = options.redirect_defaults;
}

MICROFLASK_INLINE Map::Map(std::initializer_list<RuleFactory> rules, MapOptions options)
    : Map(std::move(options)) {
    for (const RuleFactory& factory : rules) add(factory);
}

MICROFLASK_INLINE void Map::add(const RuleFactory& factory) {
    for (const Rule& rule : factory.rules()) add(rule.empty());
}

MICROFLASK_INLINE Rule& Map::add(Rule rule) {
    detail::MapState& state = *state_;
    auto added = std::make_unique<Rule>(std::move(rule));
    added->bind(state.settings, state.converters);
    if (!added->build_only()) {
        if (const Rule* existing = state.matcher.find_duplicate(*added))
            throw DuplicateRuleError(*existing, *added);
        state.matcher.add(*added);
    }
    Rule& result = *added;
    state.rules.push_back(std::move(added));

    detail::List<Rule*>& rules = state.find_or_add(result.endpoint()).rules;
    const auto before = [](const Rule* left, const Rule* right) {
        return left->compare_for_building(*right) < 0;
    };
    rules.insert(std::upper_bound(rules.begin(), rules.end(), &result, before), &result);
    // Rules that are tried earlier for building may have this rule's values as defaults, and the other way round.
    for (std::size_t i = 0; i < rules.size(); ++i) {
        rules[i]->default_rules_.clear();
        for (std::size_t j = 0; j < i; ++j) {
            if (rules[j]->provides_defaults_for(*rules[i]))
                rules[i]->default_rules_.push_back(rules[j]);
        }
    }
    return result;
}

MICROFLASK_INLINE RuleRange Map::iter_rules(std::string_view endpoint) const {
    const detail::MapState::Endpoint* found = state_->find(endpoint);
    return found ? RuleRange({found->rules.begin(), found->rules.end()}) : RuleRange();
}

MICROFLASK_INLINE bool Map::is_expecting(std::string_view endpoint,
                                         std::initializer_list<std::string_view> names) const {
    for (const Rule& rule : iter_rules(endpoint)) {
        const auto expects = [&rule](std::string_view name) { return rule.has_argument(name); };
        if (std::all_of(names.begin(), names.end(), expects)) return true;
    }
    return false;
}

MICROFLASK_INLINE std::string Map::to_string() const {
    std::string text;
    for (const Rule& rule : iter_rules())
        text += detail::concat({text.empty() ? "" : ", ", rule.to_string()});
    return detail::concat({"Map([", text, "])"});
}

MICROFLASK_INLINE MapAdapter Map::bind(std::string_view server_name, BindOptions options) const {
    if (host_matching() && options.subdomain) {
        throw ValueError("Passing 'subdomain' is invalid when host matching is enabled.");
    }
    if (!options.subdomain)
        options.subdomain = host_matching() ? std::string() : default_subdomain();
    return MapAdapter(state_, server_name, std::move(options));
}

namespace detail {

/// Whether a request asks for a WebSocket.
MICROFLASK_INLINE bool asks_for_websocket(const BoundRequest& request) {
    if (!equals_ignoring_case(request.upgrade, "websocket")) return false;
    for (const std::string_view option : split(request.connection, ',')) {
        if (equals_ignoring_case(trim(option), "upgrade")) return true;
    }
    return false;
}

}  // namespace detail

MICROFLASK_INLINE MapAdapter Map::bind_to_request(const detail::BoundRequest& request,
                                                  BindToEnvironOptions options) const {
    BindOptions bound;
    bound.url_scheme = request.scheme;
    if (detail::asks_for_websocket(request))
        bound.url_scheme = request.scheme == "https" ? "wss" : "ws";
    bound.script_name = std::string(request.script_name);
    bound.path_info = detail::replace_invalid_utf8(request.path_info);
    bound.query_args = request.query_string;
    bound.default_method = request.method;

    std::string host(!request.host.empty() ? request.host : request.http_host);
    if (host.empty()) host = detail::concat({request.server_name, ":", request.server_port});
    host = detail::to_lower(detail::host_without_default_port(host, bound.url_scheme));

    const std::string server_name = options.server_name && !host_matching()
                                        ? detail::to_lower(detail::host_without_default_port(
                                              *options.server_name, bound.url_scheme))
                                        : host;
    bound.subdomain = std::move(options.subdomain);
    if (!bound.subdomain && subdomain_matching()) {
        if (host == server_name)
            bound.subdomain = "";
        else if (host.ends_with(detail::concat({".", server_name})))
            bound.subdomain = host.substr(0, host.size() - server_name.size() - 1);
    }
    return bind(server_name, std::move(bound));
}

MICROFLASK_INLINE MapAdapter::MapAdapter(std::shared_ptr<const detail::MapState> state,
                                         std::string_view server_name, BindOptions options)
    : state_(std::move(state)),
      server_name_(detail::routing_host_name(server_name)),
      script_name_(options.script_name.value_or("/")),
      subdomain_(options.subdomain.value_or("")),
      url_scheme_(std::move(options.url_scheme)),
      path_info_(options.path_info.value_or("/")),
      default_method_(std::move(options.default_method)),
      query_args_(std::move(options.query_args)),
      websocket_(url_scheme_ == "ws" || url_scheme_ == "wss") {
    if (!script_name_.ends_with('/')) script_name_ += '/';
}

MICROFLASK_INLINE MatchOutcome MapAdapter::match_outcome(std::string_view path_info,
                                                         std::string_view method,
                                                         std::optional<bool> websocket) const {
    MatchRequest request;
    request.path = path_info;
    request.method = method_or_default(method);
    request.websocket = websocket.value_or(websocket_);
    if (state_->settings.host_matching)
        request.domain = server_name_;
    else if (state_->settings.subdomain_matching)
        request.domain = subdomain_;
    MatchOutcome outcome;
    state_->matcher.match(request, state_->settings.merge_slashes, state_->redirect_defaults,
                          outcome);
    return outcome;
}

MICROFLASK_INLINE std::pair<const Rule&, Json> MapAdapter::match_rule(
    std::optional<std::string_view> path_info, std::string_view method,
    const MatchOptions& options) const {
    const MatchOutcome outcome =
        match_outcome(path_info.value_or(path_info_), method, options.websocket);
    if (!outcome) raise(outcome, method, options.query_args);
    return {*outcome.match.rule(), outcome.match.values()};
}

MICROFLASK_INLINE std::pair<std::string, Json> MapAdapter::match(
    std::optional<std::string_view> path_info, std::string_view method,
    const MatchOptions& options) const {
    auto [rule, values] = match_rule(path_info, method, options);
    return {rule.endpoint(), std::move(values)};
}

[[noreturn]] MICROFLASK_INLINE void MapAdapter::raise(const MatchOutcome& outcome,
                                                      std::string_view method,
                                                      const Json& query_args) const {
    if (outcome.is_redirect()) throw RequestRedirect(redirect_url(outcome, method, query_args));
    if (outcome.status == MatchStatus::method_not_allowed)
        throw MethodNotAllowed(outcome.allowed_methods());
    if (outcome.status == MatchStatus::websocket_mismatch) throw WebsocketMismatch();
    throw NotFound();
}

MICROFLASK_INLINE std::string MapAdapter::redirect_url(const MatchOutcome& outcome,
                                                       std::string_view method,
                                                       const Json& query_args) const {
    const Json& query = query_args.is_null() ? query_args_ : query_args;
    switch (outcome.status) {
    case MatchStatus::redirect_to_path: {
        std::string path;
        detail::append_quoted_path(path, outcome.path);
        return make_redirect_url(path, query);
    }
    case MatchStatus::redirect_to_alias: {
        BuildOptions options;
        options.method = detail::to_upper(method_or_default(method));
        options.force_external = true;
        options.append_unknown = false;
        std::string url = build(outcome.match.rule()->endpoint(), outcome.match.values(), options);
        const std::string text = detail::routing_query_args(query);
        return text.empty() ? url : detail::concat({url, "?", text});
    }
    case MatchStatus::redirect_to_default: {
        Json values = outcome.match.values();
        values.update(outcome.default_rule->defaults());
        const auto built = outcome.default_rule->build(values, true, state_->settings.parameters);
        if (!built) throw BuildError(outcome.default_rule->endpoint(), values, method, this);
        return make_redirect_url(built->second, query, built->first);
    }
    case MatchStatus::redirect_to_target: return target_url(outcome);
    default: throw ValueError("the outcome of matching is no redirect");
    }
}

MICROFLASK_INLINE std::string MapAdapter::target_url(const MatchOutcome& outcome) const {
    const Rule& rule = *outcome.match.rule();
    const Json values = outcome.match.values();
    const RedirectTarget& target = rule.redirect_to();
    std::string url;
    if (target.function_) {
        url = (*target.function_)(*this, values);
    } else {
        std::string_view rest = *target.text_;
        while (!rest.empty()) {
            const std::size_t open = rest.find('<');
            const std::size_t close = open == std::string_view::npos ? open : rest.find('>', open);
            if (close == std::string_view::npos || close == open + 1) {
                url += rest;
                break;
            }
            url += rest.substr(0, open);
            const std::string_view name = rest.substr(open + 1, close - open - 1);
            const auto named = [name](const detail::RuleVariable& variable) {
                return variable.name == name;
            };
            const auto variable =
                std::find_if(rule.variables().begin(), rule.variables().end(), named);
            if (variable == rule.variables().end()) {
                throw ValueError(
                    detail::concat({"redirect_to of the rule '", rule.rule(), "' names '", name,
                                    "', which is no variable of it"}));
            }
            url += variable->converter.to_url(values.at(name));
            rest.remove_prefix(close + 1);
        }
    }
    const std::string base = detail::concat(
        {url_scheme_.empty() ? "http" : url_scheme_, "://", get_host(subdomain_), script_name_});
    return detail::urljoin(base, url);
}

MICROFLASK_INLINE bool MapAdapter::test(std::optional<std::string_view> path_info,
                                        std::string_view method) const {
    const MatchOutcome outcome = match_outcome(path_info.value_or(path_info_), method);
    return outcome || outcome.is_redirect();
}

MICROFLASK_INLINE std::vector<std::string> MapAdapter::allowed_methods(
    std::optional<std::string_view> path_info) const {
    const MatchOutcome outcome = match_outcome(path_info.value_or(path_info_), "--");
    if (outcome.status != MatchStatus::method_not_allowed) return {};
    return outcome.allowed_methods();
}

MICROFLASK_INLINE std::string MapAdapter::get_host(
    const std::optional<std::string>& domain_part) const {
    if (state_->settings.host_matching) return domain_part.value_or(server_name_);
    const std::string& subdomain = domain_part ? *domain_part : subdomain_;
    return subdomain.empty() ? server_name_ : detail::concat({subdomain, ".", server_name_});
}

MICROFLASK_INLINE std::string MapAdapter::make_redirect_url(
    std::string_view path_info, const Json& query_args,
    const std::optional<std::string>& domain_part) const {
    const std::string query =
        detail::routing_query_args(query_args.is_null() ? query_args_ : query_args);
    const std::string_view script =
        detail::without_trailing_slashes(detail::without_leading_slashes(script_name_));
    return detail::concat({url_scheme_.empty() ? "http" : url_scheme_, "://", get_host(domain_part),
                           "/", script, script.empty() ? "" : "/",
                           detail::without_leading_slashes(path_info), query.empty() ? "" : "?",
                           query});
}

MICROFLASK_INLINE std::optional<MapAdapter::Built> MapAdapter::build_with(
    std::string_view endpoint, const Json& values, std::string_view method,
    bool append_unknown) const {
    const detail::MapState::Endpoint* found = state_->find(endpoint);
    if (!found) return std::nullopt;
    std::optional<Built> first;
    for (const Rule* rule : found->rules) {
        if (!rule->suitable_for(values, method)) continue;
        auto built = rule->build(values, append_unknown, state_->settings.parameters);
        if (!built) continue;
        Built result{std::move(built->first), std::move(built->second), rule->websocket()};
        if (!state_->settings.host_matching || result.domain == server_name_) return result;
        if (!first) first = std::move(result);
    }
    return first;
}

MICROFLASK_INLINE std::string MapAdapter::build(std::string_view endpoint, const Json& values,
                                                const BuildOptions& options) const {
    std::optional<Built> built;
    if (options.method.empty())
        built = build_with(endpoint, values, default_method_, options.append_unknown);
    if (!built) built = build_with(endpoint, values, options.method, options.append_unknown);
    if (!built) throw BuildError(endpoint, values, options.method, this);

    std::string scheme = options.url_scheme.value_or(url_scheme_);
    const bool secure = scheme == "https" || scheme == "wss";
    const bool external = options.force_external || built->websocket;
    if (built->websocket)
        scheme = secure ? "wss" : "ws";
    else if (!scheme.empty())
        scheme = secure ? "https" : "http";

    const std::string_view path = detail::without_leading_slashes(built->path);
    const std::string host = state_->settings.host_matching || state_->settings.subdomain_matching
                                 ? get_host(built->domain)
                                 : get_host();
    const bool same_host = state_->settings.host_matching        ? host == server_name_
                           : state_->settings.subdomain_matching ? built->domain == subdomain_
                                                                 : true;
    if (!external && same_host)
        return detail::concat({detail::without_trailing_slashes(script_name_), "/", path});
    return detail::concat({scheme, scheme.empty() ? "" : ":", "//", host,
                           std::string_view(script_name_).substr(0, script_name_.size() - 1), "/",
                           path});
}

}  // namespace microflask
