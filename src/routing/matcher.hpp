// Finds the rule for a path: a tree over the parts between the slashes. The cost grows with the length of the path,
// not with the number of rules, and finding a rule of up to eight variables takes no memory from the heap.
#pragma once

#include "core/list.hpp"
#include "json/value.hpp"
#include "routing/converters.hpp"
#include "routing/rules.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// A rule that matched, and the values of its variables in the order of `Rule::variables()`. Their texts are views of
/// the path and the domain that were matched.
class RuleMatch {
public:
    RuleMatch() noexcept {}
    RuleMatch(const RuleMatch& other) { *this = other; }
    RuleMatch(RuleMatch&& other) noexcept { *this = std::move(other); }
    RuleMatch& operator=(const RuleMatch& other);
    RuleMatch& operator=(RuleMatch&& other) noexcept;
    ~RuleMatch() = default;

    /// Returns the rule; it is null where nothing matched.
    const Rule* rule() const noexcept { return rule_; }

    /// Returns the number of variables.
    std::size_t size() const noexcept { return size_; }
    const MatchedValue& operator[](std::size_t index) const noexcept {
        return index < inside_size ? inside_[index] : outside_[index - inside_size];
    }

    /// Returns the values by name, defaults included, as Flask's `view_args`.
    Json values() const;

private:
    friend class detail::Matcher;
    friend class detail::MatcherWalk;
    friend class detail::PartMatcher;
    static constexpr std::size_t inside_size = 8;

    MatchedValue& at(std::size_t index) noexcept {
        return index < inside_size ? inside_[index] : outside_[index - inside_size];
    }
    void push_back(std::string_view text) { push_back(MatchedValue(text)); }
    void push_back(const MatchedValue& value) {
        if (size_ < inside_size)
            inside_[size_] = value;
        else
            outside_.push_back(value);
        ++size_;
    }
    void truncate(std::size_t size) {
        if (size_ > inside_size) outside_.resize(size > inside_size ? size - inside_size : 0);
        size_ = size;
    }

    const Rule* rule_ = nullptr;
    std::size_t size_ = 0;
    union {  // not initialised: only the first `size_` are there
        MatchedValue inside_[inside_size];
    };
    detail::List<MatchedValue> outside_;
    detail::List<std::shared_ptr<const void>> objects_;  // what custom converters made
};

/// How matching ended.
enum class MatchStatus : unsigned char {
    matched,
    not_found,
    method_not_allowed,
    websocket_mismatch,
    redirect_to_path,  ///< `MatchOutcome::path` is what should have been asked for: a slash more, or fewer
    redirect_to_alias,    ///< the rule is an alias of another rule of its endpoint
    redirect_to_default,  ///< `MatchOutcome::default_rule` has the values as its defaults
    redirect_to_target    ///< the rule has `redirect_to`
};

/// What matching found. Nothing is thrown on the way to it.
struct MatchOutcome {
    MatchStatus status = MatchStatus::not_found;
    RuleMatch match;   ///< where matched, and for the redirects but that to a path
    std::string path;  ///< of redirect_to_path
    const Rule* default_rule = nullptr;       ///< of redirect_to_default
    std::uint32_t allowed_mask = 0;           ///< the common methods among those allowed
    detail::List<const Rule*> allowed_rules;  ///< rules that allow uncommon methods

    explicit operator bool() const noexcept { return status == MatchStatus::matched; }
    bool is_redirect() const noexcept { return status >= MatchStatus::redirect_to_path; }

    /// Returns the methods of all rules that matched but for the method, sorted.
    std::vector<std::string> allowed_methods() const;
};

/// What to match. The texts must live as long as the outcome is used. The path is decoded (not percent-encoded).
struct MatchRequest {
    std::string_view path = "/";
    std::string_view method = "GET";
    std::string_view domain = "";  ///< the subdomain, or the host where the map matches hosts
    bool websocket = false;
};

namespace detail {

/// Returns the bit of a common method, 0 for another.
constexpr std::uint32_t method_bit(std::string_view method) noexcept {
    const auto is = [method](const char* name) {
        for (std::size_t i = 0; i < method.size(); ++i) {
            if (method[i] != name[i]) return false;
        }
        return true;
    };
    if (method.size() == 3) return is("GET") ? 1 : is("PUT") ? 2 : 0;
    switch (method.size()) {
    case 4: return is("POST") ? 4 : is("HEAD") ? 8 : 0;
    case 5: return is("PATCH") ? 16 : is("TRACE") ? 32 : 0;
    case 6: return is("DELETE") ? 64 : 0;
    case 7: return is("OPTIONS") ? 128 : is("CONNECT") ? 256 : 0;
    default: return 0;
    }
}

/// A state of the matcher: what may follow the parts that were matched so far.
struct MatcherNode {
    struct StaticEdge {
        std::string content;
        std::unique_ptr<MatcherNode> node;
    };
    struct DynamicEdge {
        RulePart part;
        std::unique_ptr<MatcherNode> node;
        bool takes_digits = false;  // one `<int:x>` without arguments
        bool takes_text = false;    // one `<x>` without arguments
    };
    struct Leaf {
        const Rule* rule = nullptr;
        std::uint32_t methods = 0;
        bool all_methods = false;
        bool other_methods = false;  // has methods without a bit
        bool strict_slashes = true;
        bool websocket = false;
        bool is_plain = false;  // leads nowhere else
    };

    static constexpr std::size_t linear_limit = 4;

    const MatcherNode* find(std::string_view content) const noexcept;
    MatcherNode& find_or_add(std::string_view content);
    MatcherNode& find_or_add(const RulePart& part);

    List<StaticEdge> edges;
    std::vector<std::uint32_t>
        table;  // positions in edges plus 1, by hash; empty up to linear_limit edges
    List<DynamicEdge> dynamic;  // lightest first
    List<Leaf> leaves;
    MatcherNode* slash = nullptr;  // the edge of an empty part
};

/// Nodes by the text that leads to them: where a walk of the tree would first come to, found at once.
class PathTable {
public:
    void add(std::string_view path, const MatcherNode& node);
    [[nodiscard]] const MatcherNode* find(std::string_view path) const noexcept;

private:
    struct Entry {
        std::string path;
        const MatcherNode* node = nullptr;
    };
    std::uint64_t lengths_ = 0;  // a bit for each length that a path here has: a quick no
    List<Entry> slots_;          // by hash; those without a node are free
    std::size_t count_ = 0;
};

/// The tree of a map's rules. Adding is not to be done while others match.
class Matcher {
public:
    /// Returns the rule that would match as this one, or null. The rule must be in its map.
    const Rule* find_duplicate(const Rule& rule) const;
    void add(const Rule& rule);
    void match(const MatchRequest& request, bool merge_slashes, bool redirect_defaults,
               MatchOutcome& outcome) const;
    /// Matches a rule of the default domain that is nothing but text, or text and one plain variable behind its last
    /// slash, where nothing else is to be considered; else says no. The path may be no UTF-8.
    bool match_directly(std::string_view path, std::string_view method,
                        MatchOutcome& outcome) const noexcept;

private:
    /// The part of `match_directly` for a rule with a variable.
    bool match_variable(std::string_view path, std::uint32_t bit,
                        MatchOutcome& outcome) const noexcept;
    /// Takes the first of the leaves that allows the method, where that leads nowhere else.
    static bool take_leaf(const MatcherNode& node, std::uint32_t bit,
                          MatchOutcome& outcome) noexcept;
    static bool convert(MatchOutcome& outcome, std::string_view method, bool redirect_defaults);
    void walk(const MatchRequest& request, bool merge_slashes, bool redirect_defaults,
              MatchOutcome& outcome) const;

    MatcherNode root_;
    PathTable exact_paths_;  // of the rules without variables
    PathTable prefixes_;     // of those with one behind the last slash: what stands before it
};

}  // namespace detail

}  // namespace microflask
