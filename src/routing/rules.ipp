// The bodies of routing/rules.hpp.
#include "routing/rules.hpp"

#include "core/list.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

#include <algorithm>

namespace microflask {

MICROFLASK_INLINE MethodList::MethodList(std::initializer_list<std::string_view> names)
    : set_(true) {
    for (const std::string_view name : names) add(name);
}

MICROFLASK_INLINE MethodList::MethodList(const std::vector<std::string>& names) : set_(true) {
    for (const std::string& name : names) add(name);
}

MICROFLASK_INLINE bool MethodList::contains(std::string_view name) const {
    return std::binary_search(names_.begin(), names_.end(), name);
}

MICROFLASK_INLINE void MethodList::add(std::string_view name) {
    std::string upper = detail::to_upper(name);
    const auto place = std::lower_bound(names_.begin(), names_.end(), upper);
    if (place == names_.end() || *place != upper) names_.insert(place, std::move(upper));
    set_ = true;
}

MICROFLASK_INLINE Rule::Rule(std::string_view rule, RuleOptions options)
    : rule_(rule), options_(std::move(options)) {
    if (!rule.starts_with('/')) {
        throw ValueError(detail::concat({"URL rule '", rule, "' must start with a slash."}));
    }
    if (!options_.defaults.is_null() && !options_.defaults.is_object()) {
        throw ValueError(
            detail::concat({"The defaults of URL rule '", rule, "' must be an object."}));
    }
    if (options_.methods.contains("GET")) options_.methods.add("HEAD");
    if (options_.websocket) {
        for (const std::string& method : options_.methods.names()) {
            if (method == "GET" || method == "HEAD" || method == "OPTIONS") continue;
            throw ValueError("WebSocket rules can only use 'GET', 'HEAD', and 'OPTIONS' methods.");
        }
    }
    for (const auto& [name, value] : options_.defaults.items()) add_argument(name);
}

MICROFLASK_INLINE Rule Rule::empty() const {
    Rule copy(rule_, options_);
    copy.view_index_ = view_index_;
    return copy;
}

MICROFLASK_INLINE std::string Rule::to_string() const {
    std::string methods;
    for (const std::string& name : options_.methods.names()) {
        methods += detail::concat({methods.empty() ? " (" : ", ", name});
    }
    if (!methods.empty()) methods += ')';
    return detail::concat(
        {"<Rule '", bound_ ? trace_ : rule_, "'", methods, " -> ", endpoint(), ">"});
}

MICROFLASK_INLINE void Rule::add_argument(std::string_view name) {
    const auto place = std::lower_bound(arguments_.begin(), arguments_.end(), name);
    if (place == arguments_.end() || *place != name) arguments_.insert(place, std::string(name));
}

MICROFLASK_INLINE bool Rule::has_argument(std::string_view name) const {
    return std::binary_search(arguments_.begin(), arguments_.end(), name);
}

namespace detail {

/// Collects the tokens between two slashes.
class RulePartMaker {
public:
    void add_text(std::string_view text) {
        part_.weight.static_weights.push_back(-static_cast<int>(count_code_points(text)));
        append(text);
    }
    void add_variable(Converter converter) {
        part_.is_static = false;
        if (!converter.part_isolating) part_.final = true;
        part_.weight.argument_weights.push_back(converter.weight);
        part_.tokens.push_back({"", std::move(converter)});
    }
    /// Adds a slash; whether the part ended before it.
    bool add_slash() {
        if (part_.final) append("/");
        return !part_.final;
    }
    RulePart take(bool last) {
        RulePart part = std::exchange(part_, RulePart());
        if (last && part.final && !part.tokens.back().converter &&
            part.tokens.back().text.ends_with('/')) {
            part.suffixed = true;
            part.tokens.back().text.pop_back();
            if (part.tokens.back().text.empty()) part.tokens.pop_back();
        }
        part.weight.number_static = -static_cast<int>(part.weight.static_weights.size());
        part.weight.number_arguments = -static_cast<int>(part.weight.argument_weights.size());
        if (part.is_static) {
            for (const RulePartToken& token : part.tokens) part.content += token.text;
            part.tokens.clear();
        } else {
            for (const RulePartToken& token : part.tokens) describe(token, part.content);
        }
        return part;
    }

private:
    void append(std::string_view text) {
        if (part_.tokens.empty() || part_.tokens.back().converter) part_.tokens.emplace_back();
        part_.tokens.back().text += text;
    }
    static void describe(const RulePartToken& token, std::string& content) {
        if (token.converter) {
            append_unsigned(content += '<', static_cast<unsigned>(token.converter->kind));
            append_unsigned(content += ' ', token.converter->identity.size());
            content += concat({" ", token.converter->identity, ">"});
        } else {
            append_unsigned(content += '"', token.text.size());
            content += concat({" ", token.text, "\""});
        }
    }

    RulePart part_;
};

}  // namespace detail

MICROFLASK_INLINE void Rule::parse(std::string_view text, bool merge_slashes,
                                   const ConverterRegistry& converters, Pieces& pieces) {
    using Kind = detail::RuleToken::Kind;
    detail::RulePartMaker maker;
    Kind before = Kind::end;
    std::size_t position = 0;
    while (true) {
        const detail::RuleToken token = detail::next_rule_token(text, position);
        if (token.kind == Kind::end) break;
        if (token.kind == Kind::malformed) {
            throw ValueError(detail::concat({"malformed url rule: '", text, "'"}));
        }
        if (token.kind == Kind::slash) {
            if (merge_slashes && before == Kind::slash) continue;
            pieces.push_back({"/"});
            trace_ += '/';
            if (maker.add_slash()) parts_.push_back(maker.take(false));
        } else if (token.kind == Kind::text) {
            pieces.emplace_back();
            detail::append_quoted_path(pieces.back().text, token.text);
            trace_ += token.text;
            maker.add_text(token.text);
        } else {
            for (const detail::RuleVariable& variable : variables_) {
                if (variable.name != token.name) continue;
                throw ValueError(detail::concat(
                    {"variable name '", token.name, "' used twice in url rule '", text, "'"}));
            }
            pieces.push_back({"", variables_.size()});
            trace_ += detail::concat({"<", token.name, ">"});
            if (!converters.contains(token.converter)) {
                throw LookupError(detail::concat({"the converter '", token.converter,
                                                  "' of url rule '", text, "' does not exist"}));
            }
            try {
                variables_.push_back(
                    {std::string(token.name), converters.make(token.converter, token.arguments)});
            } catch (const ValueError& error) {
                throw ValueError(detail::concat({"url rule '", text, "': ", error.what()}));
            }
            add_argument(token.name);
            maker.add_variable(variables_.back().converter);
        }
        before = token.kind;
    }
    parts_.push_back(maker.take(true));
    if (parts_.back().suffixed) parts_.emplace_back();
}

MICROFLASK_INLINE void Rule::bind(const detail::RuleSettings& settings,
                                  const ConverterRegistry& converters) {
    if (bound_)
        throw ValueError(detail::concat({"url rule ", to_string(), " is already in a map"}));
    if (!options_.strict_slashes) options_.strict_slashes = settings.strict_slashes;
    if (!options_.merge_slashes) options_.merge_slashes = settings.merge_slashes;
    if (!options_.subdomain) options_.subdomain = settings.default_subdomain;

    std::string domain;
    if (settings.host_matching)
        domain = options_.host.value_or("");
    else if (settings.subdomain_matching)
        domain = *options_.subdomain;
    parse(domain, false, converters, domain_pieces_);
    if (parts_.size() != 1 || parts_.front().final) {
        throw ValueError(detail::concat({"a domain has no slashes: '", domain, "'"}));
    }
    if (!domain.empty()) trace_ += '|';
    parse(rule_, merge_slashes(), converters, path_pieces_);

    // A default for a variable of the rule itself is fixed text in URLs.
    for (Pieces* pieces : {&domain_pieces_, &path_pieces_}) {
        for (detail::RuleBuildPiece& piece : *pieces) {
            if (piece.variable == static_cast<std::size_t>(-1)) continue;
            const detail::RuleVariable& variable = variables_[piece.variable];
            if (!options_.defaults.contains(variable.name)) continue;
            piece.text = variable.converter.to_url(options_.defaults.at(variable.name));
            piece.variable = static_cast<std::size_t>(-1);
        }
    }
    bound_ = true;
}

MICROFLASK_INLINE bool Rule::suitable_for(const Json& values, std::string_view method) const {
    if (!method.empty() && !allows(method)) return false;
    for (const std::string& name : arguments_) {
        const Json* value = values.find(name);
        const Json* preset = options_.defaults.find(name);
        if (!value || value->is_null()) {
            if (!preset) return false;
        } else if (preset && *preset != *value) {
            return false;
        }
    }
    return true;
}

MICROFLASK_INLINE bool Rule::provides_defaults_for(const Rule& other) const {
    return !build_only() && !options_.defaults.empty() && endpoint() == other.endpoint() &&
           trace_ != other.trace_ && arguments_ == other.arguments_;
}

MICROFLASK_INLINE bool Rule::is_duplicate_of(const Rule& other) const {
    if (websocket() != other.websocket()) return false;
    if (!methods().is_set() || !other.methods().is_set() ||
        methods().names() == other.methods().names())
        return true;
    const auto shared = [&other](const std::string& name) {
        return name != "HEAD" && name != "OPTIONS" && other.methods().contains(name);
    };
    return std::any_of(methods().names().begin(), methods().names().end(), shared);
}

MICROFLASK_INLINE int Rule::compare_for_building(const Rule& other) const {
    if (alias() != other.alias()) return alias() ? 1 : -1;
    if (arguments_.size() != other.arguments_.size())
        return arguments_.size() > other.arguments_.size() ? -1 : 1;
    const std::size_t mine = defaults().size();
    const std::size_t others = other.defaults().size();
    return mine == others ? 0 : mine > others ? -1 : 1;
}

MICROFLASK_INLINE std::string Rule::build_pieces(const Pieces& pieces, const Rule& rule,
                                                 const Json& values) {
    std::string url;
    for (const detail::RuleBuildPiece& piece : pieces) {
        if (piece.variable == static_cast<std::size_t>(-1)) {
            url += piece.text;
        } else {
            const detail::RuleVariable& variable = rule.variables_[piece.variable];
            url += variable.converter.to_url(values.at(variable.name));
        }
    }
    return url;
}

namespace detail {

/// Appends a name or value of a query string, a space as "+".
inline void append_quoted_query(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (is_ascii_alnum(c) ||
            std::string_view("_.-~!$'()*,/:;?@").find(c) != std::string_view::npos) {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            constexpr std::string_view digits = "0123456789ABCDEF";
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
}

MICROFLASK_INLINE std::string routing_query_string(
    const List<std::pair<std::string_view, const Json*>>& values, const ParameterOrder& order) {
    List<std::pair<std::string_view, std::string>> items;
    for (const auto& [name, value] : values) {
        if (value->is_array()) {
            for (const Json& element : *value) {
                if (!element.is_null()) items.emplace_back(name, routing_text_of(element));
            }
        } else if (!value->is_null()) {
            items.emplace_back(name, routing_text_of(*value));
        }
    }
    if (order.is_sorted) {
        sort_items(items, [key = order.key](const auto& a, const auto& b) {
            return key ? key(a.first, a.second) < key(b.first, b.second) : a < b;
        });
    }
    std::string query;
    for (const auto& [name, text] : items) {
        if (!query.empty()) query += '&';
        append_quoted_query(query, name);
        append_quoted_query(query += '=', text);
    }
    return query;
}

}  // namespace detail

MICROFLASK_INLINE std::string Rule::unknown_query(const Json& values,
                                                  const detail::ParameterOrder& order) const {
    detail::List<std::pair<std::string_view, const Json*>> unknown;
    for (const auto& [name, value] : values.items()) {
        if (!has_argument(name)) unknown.emplace_back(name, &value);
    }
    return detail::routing_query_string(unknown, order);
}

MICROFLASK_INLINE std::optional<std::pair<std::string, std::string>> Rule::build(
    const Json& values, bool append_unknown, const detail::ParameterOrder& order) const {
    try {
        std::pair<std::string, std::string> built(build_pieces(domain_pieces_, *this, values),
                                                  build_pieces(path_pieces_, *this, values));
        if (append_unknown) {
            const std::string query = unknown_query(values, order);
            if (!query.empty()) built.second += detail::concat({"?", query});
        }
        return built;
    } catch (const ValidationError&) {
        return std::nullopt;
    }
}

MICROFLASK_INLINE RuleFactory::RuleFactory(std::initializer_list<RuleFactory> factories) {
    for (const RuleFactory& factory : factories) {
        for (const Rule& rule : factory.rules()) rules_.push_back(rule.empty());
    }
}

MICROFLASK_INLINE Subdomain::Subdomain(std::string_view subdomain,
                                       std::initializer_list<RuleFactory> factories)
    : RuleFactory(factories) {
    for (Rule& rule : rules_) rule.options_.subdomain = std::string(subdomain);
}

MICROFLASK_INLINE Submount::Submount(std::string_view path,
                                     std::initializer_list<RuleFactory> factories)
    : RuleFactory(factories) {
    while (path.ends_with('/')) path.remove_suffix(1);
    if (!path.empty() && !path.starts_with('/')) {
        throw ValueError(detail::concat({"Submount path '", path, "' must start with a slash."}));
    }
    for (Rule& rule : rules_) rule.rule_.insert(0, path);
}

MICROFLASK_INLINE EndpointPrefix::EndpointPrefix(std::string_view prefix,
                                                 std::initializer_list<RuleFactory> factories)
    : RuleFactory(factories) {
    for (Rule& rule : rules_) rule.options_.endpoint.insert(0, prefix);
}

namespace detail {

/// Fills `$name` and `${name}` in; `$$` is a dollar.
inline std::string fill_rule_template(std::string_view text, const Json& values) {
    std::string filled;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '$') {
            filled += text[i];
            continue;
        }
        const bool braces = i + 1 < text.size() && text[i + 1] == '{';
        const std::size_t start = i + (braces ? 2 : 1);
        const std::size_t end = rule_name_end(text, start);
        const std::string_view name = text.substr(start, end - start);
        if (name.empty() && !braces && start < text.size() && text[start] == '$') {
            filled += '$';
            i = start;
            continue;
        }
        if (name.empty() || (braces && (end >= text.size() || text[end] != '}')) ||
            !values.contains(name)) {
            throw ValueError(concat({"rule template '", text, "': no value for '", name, "'"}));
        }
        filled += routing_text_of(values.at(name));
        i = braces ? end : end - 1;
    }
    return filled;
}

}  // namespace detail

MICROFLASK_INLINE RuleFactory RuleTemplate::operator()(const Json& values) const {
    std::vector<Rule> filled;
    for (const Rule& rule : rules_) {
        RuleOptions options = rule.options_;
        options.endpoint = detail::fill_rule_template(options.endpoint, values);
        if (options.subdomain)
            options.subdomain = detail::fill_rule_template(*options.subdomain, values);
        for (auto& member : options.defaults.items()) {
            if (!member.value().is_string()) continue;
            member.value() =
                detail::fill_rule_template(detail::routing_text_of(member.value()), values);
        }
        filled.emplace_back(detail::fill_rule_template(rule.rule_, values), std::move(options));
        filled.back().view_index_ = rule.view_index_;
    }
    return RuleFactory(std::move(filled));
}

namespace detail {

MICROFLASK_INLINE std::string endpoint_from_rule(std::string_view rule) {
    std::string fixed;
    std::string variables;
    bool separated = false;
    std::size_t position = 0;
    for (RuleToken token = next_rule_token(rule, position);
         token.kind != RuleToken::Kind::end && token.kind != RuleToken::Kind::malformed;
         token = next_rule_token(rule, position)) {
        if (token.kind == RuleToken::Kind::variable) {
            variables += concat({variables.empty() ? "" : "_", token.name});
        }
        if (token.kind != RuleToken::Kind::text) separated = true;
        for (const char c : token.text) {
            if (!is_ascii_alnum(c) && static_cast<unsigned char>(c) < 0x80) {
                separated = true;
                continue;
            }
            if (separated && !fixed.empty()) fixed += '_';
            separated = false;
            fixed += c;
        }
    }
    if (!fixed.empty()) return fixed;
    return variables.empty() ? "index" : variables;
}

inline std::string_view name_of_converter_kind(ConverterKind kind) {
    switch (kind) {
    case ConverterKind::string: return "string";
    case ConverterKind::integer: return "int";
    case ConverterKind::floating: return "float";
    case ConverterKind::path: return "path";
    case ConverterKind::any: return "any";
    case ConverterKind::uuid: return "uuid";
    case ConverterKind::custom: break;
    }
    return "custom";
}

inline std::string_view name_of_parameter_kind(ConverterKind kind) {
    if (kind == ConverterKind::integer) return "an integer";
    if (kind == ConverterKind::floating) return "double or float";
    if (kind == ConverterKind::custom) return "the type that the converter makes";
    return "std::string or std::string_view";
}

/// Returns the kind of a default as a converter that would make it; nothing where any type might read it.
inline std::optional<ConverterKind> converter_kind_of_default(const Json& value) {
    if (value.is_integer()) return ConverterKind::integer;
    if (value.is_double()) return ConverterKind::floating;
    if (value.is_string()) return ConverterKind::string;
    return std::nullopt;
}

MICROFLASK_INLINE std::optional<std::string> check_view_parameters(
    const Rule& rule, std::span<const ViewParameter> parameters, std::string_view view) {
    const std::string about =
        concat({"The rule '", rule.rule(), "' does not go with its view '", view, "': "});
    std::vector<std::string_view> names;
    for (const RuleVariable& variable : rule.variables()) names.push_back(variable.name);
    for (const auto& [name, value] : rule.defaults().items()) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    if (names.size() != parameters.size()) {
        std::string message = about;
        append_unsigned(message += "it has ", names.size());
        append_unsigned(message += " variables, the view takes ", parameters.size());
        message += " parameters.";
        return message;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool is_variable = i < rule.variables().size();
        const Converter* converter = is_variable ? &rule.variables()[i].converter : nullptr;
        std::optional<ConverterKind> kind = converter_kind_of_default(rule.defaults()[names[i]]);
        if (converter) kind = converter->kind;
        const ViewParameter& parameter = parameters[i];
        bool fits = kind ? converter_fits(*kind, parameter.kind)
                         : parameter.kind != ParameterKind::mutable_reference;
        if (!is_variable && kind == ConverterKind::integer &&
            parameter.kind == ParameterKind::floating)
            fits = true;
        if (converter && converter->custom && parameter.type &&
            *parameter.type != converter->custom->value_type()) {
            fits = false;
        }
        if (fits) continue;
        std::string message = about;
        append_unsigned(message += "parameter ", i + 1);
        message +=
            concat({" takes '", names[i], "'", converter ? " of the converter " : ", a default",
                    converter ? name_of_converter_kind(*kind) : "", ", so it must be ",
                    name_of_parameter_kind(kind.value_or(ConverterKind::custom)),
                    ", by value or by const reference."});
        return message;
    }
    return std::nullopt;
}

}  // namespace detail

}  // namespace microflask
