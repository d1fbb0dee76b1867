// What the files of the application of parity.py share.
#pragma once

#include "microflask.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace parity {

using namespace microflask;

struct Base : std::runtime_error {
    using runtime_error::runtime_error;
};

struct Derived : Base {
    using Base::Base;
};

using TimePoint = std::chrono::system_clock::time_point;

inline TimePoint time_of(long long seconds) {
    return TimePoint(std::chrono::seconds(seconds));
}

inline Json seconds(std::optional<TimePoint> time) {
    if (!time) return nullptr;
    return std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
}

inline Json list_of(const std::vector<std::string>& texts) {
    Json list = Json::array();
    for (const std::string& text : texts) list.push_back(text);
    return list;
}

/// A list whose order is a Python set's, in an order of its own.
inline Json sorted_tags(std::string_view header) {
    std::vector<std::string> tags;
    for (std::size_t end = 0; end != std::string_view::npos;) {
        end = header.find(", ");
        tags.emplace_back(header.substr(0, end));
        if (end != std::string_view::npos) header.remove_prefix(end + 2);
    }
    std::sort(tags.begin(), tags.end());
    return list_of(tags);
}

inline Json lists(const MultiDict& values) {
    Json all = Json::array();
    for (const std::string& key : values.keys())
        all.push_back(Json::array({key, list_of(values.getlist(key))}));
    return all;
}

/// The same in the order of the keys, for those whose order is a Python set's.
inline Json sorted_lists(const CombinedMultiDict& values) {
    std::vector<std::string> keys = values.keys();
    std::sort(keys.begin(), keys.end());
    Json all = Json::array();
    for (const std::string& key : keys)
        all.push_back(Json::array({key, list_of(values.getlist(key))}));
    return all;
}

/// Bytes as text that JSON can carry: one character each.
inline std::string latin1(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) detail::append_utf8(text, static_cast<unsigned char>(c));
    return text;
}

inline std::string wanted_text(const Json& wanted, std::string_view name) {
    return wanted.at(name).get<std::string>();
}

// ---- parts of the main application, in this order ------------------------------------------------------------

void add_converters(Flask& app);
void add_rules(Flask& app);
void add_echo(Flask& app);
void add_answers(Flask& app);
void add_errors(Flask& app);
void add_sessions(Flask& app);
void add_urls(Flask& app);
void add_hooks(Flask& app);
void add_blueprints(Flask& app);

}  // namespace parity
