// The bodies of routing/exceptions.hpp.
#include "routing/exceptions.hpp"

#include "core/markup.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"
#include "routing/map.hpp"
#include "routing/rules.hpp"

#include <algorithm>
#include <cstddef>
#include <new>

namespace microflask {

namespace detail {

/// Returns the number of characters in the blocks that both texts share: the longest one, then those on each side.
inline std::size_t count_matching_characters(std::string_view a, std::string_view b) {
    std::size_t longest = 0;
    std::size_t a_start = 0;
    std::size_t b_start = 0;
    std::vector<std::size_t> lengths(b.size() + 1);
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = b.size(); j-- > 0;) {
            lengths[j + 1] = a[i] == b[j] ? lengths[j] + 1 : 0;
        }
        for (std::size_t j = 0; j < b.size(); ++j) {
            if (lengths[j + 1] <= longest) continue;
            longest = lengths[j + 1];
            a_start = i + 1 - longest;
            b_start = j + 1 - longest;
        }
    }
    if (longest == 0) return 0;
    return longest + count_matching_characters(a.substr(0, a_start), b.substr(0, b_start)) +
           count_matching_characters(a.substr(a_start + longest), b.substr(b_start + longest));
}

MICROFLASK_INLINE double similarity_ratio(std::string_view a, std::string_view b) {
    if (a.empty() && b.empty()) return 1.0;
    return 2.0 * static_cast<double>(count_matching_characters(a, b)) /
           static_cast<double>(a.size() + b.size());
}

/// Writes names as Python writes a list of them: ['a', 'b'].
inline std::string build_error_list(std::vector<std::string> names) {
    sort_texts(names);
    std::string list;
    for (const std::string& name : names) list += concat({list.empty() ? "['" : ", '", name, "'"});
    return list + "]";
}

}  // namespace detail

MICROFLASK_INLINE std::string RequestRedirect::get_body() const {
    const std::string target = escape(new_url_).str();
    return detail::concat(
        {"<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n"
         "<p>You should be redirected automatically to the target URL: <a href=\"",
         target, "\">", target, "</a>. If not, click the link.\n"});
}

MICROFLASK_INLINE HTTPException::Fields RequestRedirect::get_headers() const {
    Fields fields = HTTPException::get_headers();
    fields.emplace_back("Location", new_url_);
    return fields;
}

MICROFLASK_INLINE DuplicateRuleError::DuplicateRuleError(const Rule& existing,
                                                         const Rule& duplicate)
    : existing_(std::make_shared<const Rule>(existing)),
      duplicate_(std::make_shared<const Rule>(duplicate)),
      message_(detail::concat({duplicate.to_string(), " would match in the same way as ",
                               existing.to_string(), ", which is in the map already."})) {}

MICROFLASK_INLINE BuildError::BuildError(std::string_view endpoint, Json values,
                                         std::string_view method, const MapAdapter* adapter)
    : LookupError("Could not build url"), endpoint_(endpoint), values_(Json::object()) {
    for (const auto& [name, value] : values.items()) {
        if (!value.is_null()) values_[std::string_view(name)] = value;
    }
    if (!method.empty()) method_ = std::string(method);
    if (adapter) adapter_ = std::make_shared<const MapAdapter>(*adapter);
}

MICROFLASK_INLINE const Rule* BuildError::suggested() const {
    if (!adapter_) return nullptr;
    const Rule* best = nullptr;
    double best_score = -1;
    for (const Rule& rule : adapter_->map_rules()) {
        double score = 0.98 * detail::similarity_ratio(rule.endpoint(), endpoint_);
        const auto expected = [&rule](const JsonMember& value) {
            return std::binary_search(rule.arguments().begin(), rule.arguments().end(),
                                      value.key());
        };
        const auto members = values_.items();
        if (std::all_of(members.begin(), members.end(), expected)) score += 0.01;
        if (method_ && rule.methods().is_set() && rule.methods().contains(*method_)) score += 0.01;
        if (score <= best_score) continue;
        best = &rule;
        best_score = score;
    }
    return best;
}

MICROFLASK_INLINE std::string BuildError::make_message() const {
    std::string message = detail::concat({"Could not build url for endpoint '", endpoint_, "'"});
    if (method_) message += detail::concat({" ('", *method_, "')"});
    std::vector<std::string> names;
    for (const auto& [name, value] : values_.items()) names.push_back(name);
    if (!names.empty())
        message += detail::concat({" with values ", detail::build_error_list(names)});
    message += '.';
    const Rule* rule = suggested();
    if (!rule) return message;
    if (rule->endpoint() != endpoint_) {
        return message + detail::concat({" Did you mean '", rule->endpoint(), "' instead?"});
    }
    if (method_ && !rule->allows(*method_)) {
        message += detail::concat({" Did you mean to use methods ",
                                   detail::build_error_list(rule->methods().names()), "?"});
    }
    std::vector<std::string> missing;
    for (const std::string& name : rule->arguments()) {
        if (!values_.contains(name)) missing.push_back(name);
    }
    if (!missing.empty()) {
        message += detail::concat(
            {" Did you forget to specify values ", detail::build_error_list(missing), "?"});
    }
    return message;
}

MICROFLASK_INLINE const char* BuildError::what() const noexcept {
    try {
        if (message_.empty()) message_ = make_message();
        return message_.c_str();
    } catch (const std::bad_alloc&) {
        return "Could not build url";
    }
}

}  // namespace microflask
