// The bodies of routing/matcher.hpp.
#include "routing/matcher.hpp"

#include "core/text.hpp"
#include "core/utf8.hpp"

#include <algorithm>

namespace microflask {

MICROFLASK_INLINE RuleMatch& RuleMatch::operator=(const RuleMatch& other) {
    if (this == &other) return *this;
    rule_ = other.rule_;
    size_ = other.size_;
    std::copy_n(other.inside_, (std::min)(size_, inside_size), inside_);
    outside_ = other.outside_;
    objects_ = other.objects_;
    return *this;
}

MICROFLASK_INLINE RuleMatch& RuleMatch::operator=(RuleMatch&& other) noexcept {
    if (this == &other) return *this;
    rule_ = std::exchange(other.rule_, nullptr);
    size_ = std::exchange(other.size_, 0);
    std::copy_n(other.inside_, (std::min)(size_, inside_size), inside_);
    outside_ = std::move(other.outside_);
    objects_ = std::move(other.objects_);
    return *this;
}

MICROFLASK_INLINE Json RuleMatch::values() const {
    Json values = Json::object();
    if (!rule_) return values;
    for (std::size_t i = 0; i < size_; ++i)
        values[std::string_view(rule_->variables()[i].name)] = (*this)[i].json();
    for (const auto& [name, value] : rule_->defaults().items())
        values[std::string_view(name)] = value;
    return values;
}

MICROFLASK_INLINE std::vector<std::string> MatchOutcome::allowed_methods() const {
    MethodList methods;
    for (const std::string_view name :
         {"GET", "PUT", "POST", "HEAD", "PATCH", "TRACE", "DELETE", "OPTIONS", "CONNECT"}) {
        if (allowed_mask & detail::method_bit(name)) methods.add(name);
    }
    for (const Rule* rule : allowed_rules) {
        for (const std::string& name : rule->methods().names()) methods.add(name);
    }
    return methods.names();
}

namespace detail {

constexpr std::uint32_t matcher_hash(std::string_view text) noexcept {
    std::uint32_t hash = 0;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x9E3779B1u;
    return hash;
}
constexpr std::size_t matcher_slot(std::uint32_t hash, std::size_t slots) noexcept {
    return (hash ^ (hash >> 15)) & (slots - 1);
}

MICROFLASK_INLINE const MatcherNode* MatcherNode::find(std::string_view content) const noexcept {
    if (content.empty()) return slash;
    if (table.empty()) {
        for (const StaticEdge& edge : edges) {
            if (edge.content == content) return edge.node.get();
        }
        return nullptr;
    }
    for (std::size_t slot = matcher_slot(matcher_hash(content), table.size()); table[slot] != 0;
         slot = (slot + 1) & (table.size() - 1)) {
        const StaticEdge& edge = edges[table[slot] - 1];
        if (edge.content == content) return edge.node.get();
    }
    return nullptr;
}

MICROFLASK_INLINE MatcherNode& MatcherNode::find_or_add(std::string_view content) {
    if (const MatcherNode* found = find(content)) return *const_cast<MatcherNode*>(found);
    edges.push_back({std::string(content), std::make_unique<MatcherNode>()});
    MatcherNode& added = *edges.back().node;
    if (content.empty()) slash = &added;
    if (edges.size() <= linear_limit) return added;
    if (table.size() < 2 * edges.size())
        table.assign((std::max)(std::size_t{16}, 2 * table.size()), 0);
    else
        std::fill(table.begin(), table.end(), 0);
    for (std::size_t i = 0; i < edges.size(); ++i) {
        std::size_t slot = matcher_slot(matcher_hash(edges[i].content), table.size());
        while (table[slot] != 0) slot = (slot + 1) & (table.size() - 1);
        table[slot] = static_cast<std::uint32_t>(i + 1);
    }
    return added;
}

MICROFLASK_INLINE MatcherNode& MatcherNode::find_or_add(const RulePart& part) {
    if (part.is_static) return find_or_add(part.content);
    for (DynamicEdge& edge : dynamic) {
        if (edge.part.content == part.content && edge.part.final == part.final &&
            edge.part.suffixed == part.suffixed) {
            return *edge.node;
        }
    }
    const auto lighter = [](const RulePart& left, const DynamicEdge& right) {
        return left.weight < right.part.weight;
    };
    const auto place = std::upper_bound(dynamic.begin(), dynamic.end(), part, lighter);
    DynamicEdge added{part, std::make_unique<MatcherNode>()};
    if (part.tokens.size() == 1 && !part.final && part.tokens.front().converter->is_plain()) {
        const ConverterKind kind = part.tokens.front().converter->kind;
        added.takes_digits = kind == ConverterKind::integer;
        added.takes_text = kind == ConverterKind::string;
    }
    return *dynamic.insert(place, std::move(added))->node;
}

MICROFLASK_INLINE const Rule* Matcher::find_duplicate(const Rule& rule) const {
    const MatcherNode* node = &root_;
    for (const RulePart& part : rule.parts_) {
        const MatcherNode* next = nullptr;
        if (part.is_static) {
            next = node->find(part.content);
        } else {
            for (const MatcherNode::DynamicEdge& edge : node->dynamic) {
                if (edge.part.content == part.content && edge.part.final == part.final &&
                    edge.part.suffixed == part.suffixed) {
                    next = edge.node.get();
                }
            }
        }
        if (!next) return nullptr;
        node = next;
    }
    for (const MatcherNode::Leaf& leaf : node->leaves) {
        if (rule.is_duplicate_of(*leaf.rule)) return leaf.rule;
    }
    return nullptr;
}

MICROFLASK_INLINE void Matcher::add(const Rule& rule) {
    MatcherNode* node = &root_;
    const MatcherNode* parent = node;
    for (const RulePart& part : rule.parts_) {
        parent = node;
        node = &node->find_or_add(part);
    }
    MatcherNode::Leaf leaf;
    leaf.rule = &rule;
    leaf.all_methods = !rule.methods().is_set();
    leaf.strict_slashes = rule.strict_slashes();
    leaf.websocket = rule.websocket();
    leaf.is_plain = !rule.alias() && !rule.redirect_to();
    for (const std::string& name : rule.methods().names()) {
        leaf.methods |= method_bit(name);
        leaf.other_methods = leaf.other_methods || method_bit(name) == 0;
    }
    node->leaves.push_back(leaf);

    // Of the default domain, and nothing but text up to the last part: "", "", "a", "b" for "/a/b".
    std::string path;
    const std::size_t last = rule.parts_.size() - 1;
    for (std::size_t i = 0; i < last; ++i) {
        if (!rule.parts_[i].is_static || (i == 0 && !rule.parts_[i].content.empty())) return;
        path += rule.parts_[i].content;
        if (i > 0) path += '/';
    }
    if (!path.starts_with('/') || path.starts_with("//")) return;
    if (!rule.parts_[last].is_static)
        prefixes_.add(path, *parent);
    else
        exact_paths_.add(path + rule.parts_[last].content, *node);
}

MICROFLASK_INLINE void PathTable::add(std::string_view path, const MatcherNode& node) {
    if (find(path)) return;
    lengths_ |= std::uint64_t{1} << (path.size() % 64);
    if (slots_.size() < 2 * (count_ + 1)) {
        List<Entry> smaller;
        smaller.swap(slots_);
        slots_.resize((std::max)(std::size_t{16}, 2 * smaller.size()));
        count_ = 0;
        for (const Entry& entry : smaller) {
            if (entry.node) add(entry.path, *entry.node);
        }
    }
    std::size_t slot = matcher_slot(matcher_hash(path), slots_.size());
    while (slots_[slot].node) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot].path = path;
    slots_[slot].node = &node;
    ++count_;
}

MICROFLASK_INLINE const MatcherNode* PathTable::find(std::string_view path) const noexcept {
    if ((lengths_ >> (path.size() % 64) & 1) == 0) return nullptr;
    std::size_t slot = matcher_slot(matcher_hash(path), slots_.size());
    for (; slots_[slot].node; slot = (slot + 1) & (slots_.size() - 1)) {
        if (slots_[slot].path == path) return slots_[slot].node;
    }
    return nullptr;
}

/// Matches the tokens of one part as the regular expression would: each converter takes what it likes best, then the
/// next choice. An end is tried once for a variable that takes any text, so that the time grows with the text; for others
/// a pair of token and position that failed is not tried again once the text proves to be hard.
class PartMatcher {
public:
    PartMatcher(const RulePart& part, std::string_view text) : part_(part), text_(text) {}

    bool match(RuleMatch& captures, std::size_t index, std::size_t position) {
        if (index == part_.tokens.size()) return position == text_.size();
        const RulePartToken& token = part_.tokens[index];
        if (!token.converter) {
            return text_.substr(position).starts_with(token.text) &&
                   match(captures, index + 1, position + token.text.size());
        }
        const Converter& converter = *token.converter;
        if (index + 1 == part_.tokens.size()) {
            const std::string_view rest = text_.substr(position);
            const bool crosses =
                part_.final && converter.part_isolating && rest.find('/') != std::string_view::npos;
            if (crosses && converter.kind != ConverterKind::any) return false;
            if (!converter.takes(rest)) return false;
            captures.push_back(rest);
            return true;
        }
        if (converter.takes_any_length() && index < scanned_size)
            return match_any_length(captures, index, position);
        if (has_failed(index, position)) return false;
        for (std::size_t end = converter.first_end(text_, position); end != std::string_view::npos;
             end = converter.next_end(text_, position, end)) {
            if (match_until(captures, index, position, end)) return true;
        }
        remember_failure(index, position);
        return false;
    }

private:
    static constexpr std::size_t free_failures = 64;
    static constexpr std::size_t scanned_size = 16;

    /// The ends from which the rest of the tokens was found not to match: behind `from`, up to `last`.
    struct Scanned {
        std::size_t from = 0;
        std::size_t last = 0;
    };

    /// Matches the rest of the tokens behind what one takes.
    bool match_until(RuleMatch& captures, std::size_t index, std::size_t position,
                     std::size_t end) {
        const std::size_t captured = captures.size();
        captures.push_back(text_.substr(position, end - position));
        if (match(captures, index + 1, end)) return true;
        captures.truncate(captured);
        return false;
    }

    /// Matches from a converter on that would take any text: the longest first, or for a path the shortest. Whether the
    /// rest matches has nothing to do with where this text begins, so each end is tried but once.
    bool match_any_length(RuleMatch& captures, std::size_t index, std::size_t position) {
        const Converter& converter = *part_.tokens[index].converter;
        Scanned& scanned = scanned_[index];
        if (position >= scanned.from && position < scanned.last) return false;
        // What was scanned goes on from here, or begins anew.
        const bool is_before = position < scanned.from;
        std::size_t last =
            converter.last_end(is_before ? text_.substr(0, scanned.from + 1) : text_, position);
        if (last == position) return false;
        const bool goes_on = is_before && last > scanned.from;
        const std::size_t furthest = goes_on ? scanned.from : last;
        if (goes_on) last = scanned.last;
        if (converter.kind == ConverterKind::path) {
            for (std::size_t end = position; end < furthest;) {
                end = next_character(text_, end);
                if (match_until(captures, index, position, end)) return true;
            }
        } else {
            for (std::size_t end = furthest; end > position;) {
                if (match_until(captures, index, position, end)) return true;
                end = previous_character(text_, end, position);
            }
        }
        scanned = {position, last};
        return false;
    }

    bool has_failed(std::size_t index, std::size_t position) const {
        return !failed_.empty() && failed_[index * (text_.size() + 1) + position] != 0;
    }
    void remember_failure(std::size_t index, std::size_t position) {
        if (++failures_ < free_failures) return;
        if (failed_.empty()) failed_.assign(part_.tokens.size() * (text_.size() + 1), 0);
        failed_[index * (text_.size() + 1) + position] = 1;
    }

    const RulePart& part_;
    std::string_view text_;
    std::size_t failures_ = 0;
    std::string failed_;             // for each token and position a byte: whether it failed there
    Scanned scanned_[scanned_size];  // by token
};

/// One walk over the tree. Positions are those behind a slash; one beyond the end of the path means that no part is
/// left, the end itself that an empty one is.
class MatcherWalk {
public:
    enum class Result : unsigned char { none, found, slash_required };

    MatcherWalk(std::string_view path, std::string_view method, std::uint32_t bit, bool websocket,
                MatchOutcome& outcome)
        : path_(path),
          method_(method),
          bit_(bit),
          websocket_(websocket),
          match_(outcome.match),
          outcome_(outcome) {}

    Result start(const MatcherNode& root, std::string_view domain) {
        if (const MatcherNode* node = domain.empty() ? root.slash : root.find(domain)) {
            const Result result = start(*node);
            if (result != Result::none) return result;
        }
        for (const MatcherNode::DynamicEdge& edge : root.dynamic) {
            if (!take(edge.part, domain)) continue;
            const Result result = start(*edge.node);
            if (result != Result::none) return result;
            match_.truncate(0);
        }
        return Result::none;
    }

    const Rule* rule() const noexcept { return rule_; }
    bool websocket_mismatch() const noexcept { return websocket_mismatch_; }

private:
    // Every rule begins with a slash, and so does every path, be it left out.
    Result start(const MatcherNode& node) {
        if (path_.empty()) return walk(node, 0);
        return node.slash ? walk(*node.slash, path_.front() == '/' ? 1 : 0) : Result::none;
    }

    bool allows(const MatcherNode::Leaf& leaf) const {
        if (leaf.all_methods || (leaf.methods & bit_) != 0) return true;
        return leaf.other_methods && bit_ == 0 && leaf.rule->allows(method_);
    }

    bool use_leaf(const MatcherNode::Leaf& leaf) {
        if (!allows(leaf)) {
            outcome_.allowed_mask |= leaf.methods;
            if (leaf.other_methods) outcome_.allowed_rules.push_back(leaf.rule);
            return false;
        }
        if (leaf.websocket != websocket_) {
            websocket_mismatch_ = true;
            return false;
        }
        rule_ = leaf.rule;
        return true;
    }

    Result end(const MatcherNode& node) {
        for (const MatcherNode::Leaf& leaf : node.leaves) {
            if (use_leaf(leaf)) return Result::found;
        }
        if (!node.slash) return Result::none;
        for (const MatcherNode::Leaf& leaf : node.slash->leaves) {
            if (leaf.websocket != websocket_ || !allows(leaf)) continue;
            rule_ = leaf.rule;
            return leaf.strict_slashes ? Result::slash_required : Result::found;
        }
        return Result::none;
    }

    bool take(const RulePart& part, std::string_view text) {
        if (part.tokens.size() == 1) {
            if (!part.tokens.front().converter->takes(text)) return false;
            match_.push_back(text);
            return true;
        }
        const std::size_t captured = match_.size();
        if (PartMatcher(part, text).match(match_, 0, 0)) return true;
        match_.truncate(captured);
        return false;
    }

    Result walk(const MatcherNode& first, std::size_t position) {
        const MatcherNode* node = &first;
        for (;;) {
            if (position > path_.size()) return end(*node);
            std::size_t stop = position;
            while (stop < path_.size() && path_[stop] != '/') ++stop;
            const std::string_view segment(path_.data() + position, stop - position);
            const MatcherNode* next = node->edges.empty() ? nullptr : node->find(segment);
            // Where only one way leads on, nobody comes back.
            if (!next || segment.empty() || !node->dynamic.empty())
                return walk_all(*node, next, position, segment);
            node = next;
            position = stop + 1;
        }
    }

    /// Goes all ways that lead on from a node, the one by text first.
    Result walk_all(const MatcherNode& node, const MatcherNode* next, std::size_t position,
                    std::string_view segment) {
        const std::size_t stop = position + segment.size();
        if (next) {
            const Result result = walk(*next, stop + 1);
            if (result != Result::none) return result;
        }
        for (const MatcherNode::DynamicEdge& edge : node.dynamic) {
            const std::size_t captured = match_.size();
            const Result result =
                edge.part.final ? walk_final(edge, position) : walk_part(edge, segment, stop + 1);
            if (result != Result::none) return result;
            match_.truncate(captured);
        }
        if (position == path_.size()) {
            for (const MatcherNode::Leaf& leaf : node.leaves) {
                if (!leaf.strict_slashes && use_leaf(leaf)) return Result::found;
            }
        }
        return Result::none;
    }

    Result walk_part(const MatcherNode::DynamicEdge& edge, std::string_view segment,
                     std::size_t next) {
        return take(edge.part, segment) ? walk(*edge.node, next) : Result::none;
    }

    Result walk_final(const MatcherNode::DynamicEdge& edge, std::size_t position) {
        std::string_view rest = path_.substr(position);
        std::size_t next = path_.size() + 1;
        if (edge.part.suffixed) {
            if (rest.ends_with('/')) {
                rest.remove_suffix(1);
                next = path_.size();
            }
            if (rest.ends_with('/')) return Result::none;
        }
        return take(edge.part, rest) ? walk(*edge.node, next) : Result::none;
    }

    std::string_view path_;
    std::string_view method_;
    std::uint32_t bit_;
    bool websocket_;
    bool websocket_mismatch_ = false;
    RuleMatch& match_;
    MatchOutcome& outcome_;
    const Rule* rule_ = nullptr;
};

MICROFLASK_INLINE bool Matcher::convert(MatchOutcome& outcome, std::string_view method,
                                        bool redirect_defaults) {
    RuleMatch& match = outcome.match;
    const Rule& rule = *match.rule_;
    for (std::size_t i = 0; i < match.size_; ++i) {
        const Converter& converter = rule.variables_[i].converter;
        if (converter.makes_text()) continue;
        MatchedValue& value = match.at(i);
        if (!converter.convert(value.text(), value, match.objects_)) return false;
    }
    outcome.status = MatchStatus::matched;
    if (redirect_defaults) {
        if (rule.alias()) {
            outcome.status = MatchStatus::redirect_to_alias;
            return true;
        }
        if (!rule.default_rules_.empty()) {
            const Json values = match.values();
            for (const Rule* candidate : rule.default_rules_) {
                if (!candidate->suitable_for(values, method)) continue;
                outcome.status = MatchStatus::redirect_to_default;
                outcome.default_rule = candidate;
                return true;
            }
        }
    }
    if (rule.redirect_to()) outcome.status = MatchStatus::redirect_to_target;
    return true;
}

inline std::string matcher_merge_slashes(std::string_view path) {
    std::string merged = path.starts_with('/') ? "" : "/";
    for (const char c : path) {
        if (c != '/' || !merged.ends_with('/')) merged += c;
    }
    return merged;
}

MICROFLASK_INLINE void Matcher::match(const MatchRequest& request, bool merge_slashes,
                                      bool redirect_defaults, MatchOutcome& outcome) const {
    if (request.domain.empty() && !request.websocket &&
        match_directly(request.path, request.method, outcome)) {
        return;
    }
    walk(request, merge_slashes, redirect_defaults, outcome);
}

MICROFLASK_INLINE bool Matcher::match_directly(std::string_view path, std::string_view method,
                                               MatchOutcome& outcome) const noexcept {
    const std::uint32_t bit = method_bit(method);
    if (const MatcherNode* const node = exact_paths_.find(path))
        return take_leaf(*node, bit, outcome);
    return match_variable(path, bit, outcome);
}

MICROFLASK_INLINE bool Matcher::match_variable(std::string_view path, std::uint32_t bit,
                                               MatchOutcome& outcome) const noexcept {
    const std::size_t start = path.rfind('/') + 1;  // 0 where there is none
    const std::string_view text = path.substr(start);
    const MatcherNode* const node = prefixes_.find(path.substr(0, start));
    if (!node || text.empty() || (!node->edges.empty() && node->find(text))) return false;
    const MatcherNode::DynamicEdge& edge = node->dynamic.front();
    MatchedValue value;
    if (edge.takes_digits) {
        const std::optional<std::int64_t> number = read_short_number(text);
        if (!number) return false;
        value = MatchedValue(text, *number);
    } else if (edge.takes_text && is_valid_utf8(text)) {
        value = MatchedValue(text);
    } else {
        return false;
    }
    if (!take_leaf(*edge.node, bit, outcome)) return false;
    outcome.match.push_back(value);
    return true;
}

MICROFLASK_INLINE bool Matcher::take_leaf(const MatcherNode& node, std::uint32_t bit,
                                          MatchOutcome& outcome) noexcept {
    for (const MatcherNode::Leaf& leaf : node.leaves) {
        if (leaf.websocket || !(leaf.all_methods || (leaf.methods & bit) != 0)) continue;
        if (!leaf.is_plain || !leaf.rule->default_rules_.empty()) return false;
        outcome.match.rule_ = leaf.rule;
        outcome.status = MatchStatus::matched;
        return true;
    }
    return false;
}

MICROFLASK_INLINE void Matcher::walk(const MatchRequest& request, bool merge_slashes,
                                     bool redirect_defaults, MatchOutcome& outcome) const {
    using Walk = MatcherWalk;
    std::string_view method = request.method;
    std::string upper;
    std::uint32_t bit = method_bit(method);
    if (bit == 0) {
        method = upper = to_upper(method);
        bit = method_bit(method);
    }
    // "//a" is matched as "/a": what follows the slashes is no host.
    std::string_view path = request.path;
    while (path.size() > 1 && path[0] == '/' && path[1] == '/') path.remove_prefix(1);

    RuleMatch& match = outcome.match;
    Walk walk(path, method, bit, request.websocket, outcome);
    Walk::Result result = walk.start(root_, request.domain);
    bool websocket_mismatch = walk.websocket_mismatch();
    if (result == Walk::Result::found) {
        match.rule_ = walk.rule();
        if (convert(outcome, method, redirect_defaults)) return;
    } else if (result == Walk::Result::slash_required) {
        outcome.status = MatchStatus::redirect_to_path;
        outcome.path = concat({path.starts_with('/') || path.empty() ? "" : "/", path, "/"});
        return;
    } else if (merge_slashes && path.find("//") != std::string_view::npos) {
        const std::string merged = matcher_merge_slashes(path);
        match.truncate(0);
        Walk second(merged, method, bit, request.websocket, outcome);
        result = second.start(root_, request.domain);
        websocket_mismatch = websocket_mismatch || second.websocket_mismatch();
        match.truncate(0);
        if (result == Walk::Result::slash_required ||
            (result == Walk::Result::found && second.rule()->merge_slashes())) {
            outcome.status = MatchStatus::redirect_to_path;
            outcome.path = result == Walk::Result::found ? merged : merged + "/";
            return;
        }
    }
    match.rule_ = nullptr;
    match.truncate(0);
    if (outcome.allowed_mask != 0 || !outcome.allowed_rules.empty())
        outcome.status = MatchStatus::method_not_allowed;
    else if (websocket_mismatch)
        outcome.status = MatchStatus::websocket_mismatch;
    else
        outcome.status = MatchStatus::not_found;
}

}  // namespace detail

}  // namespace microflask
