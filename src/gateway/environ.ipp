// Bodies of Environ: keys are looked up in the request's own parts; only what middleware changes is stored.
#include "gateway/environ.hpp"

#include "core/config.hpp"
#include "core/list.hpp"
#include "core/text.hpp"
#include "gateway/streams.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

struct Environ::Changes {
    detail::List<std::unique_ptr<char[]>> kept;  // bytes that views point into
    detail::List<HeaderField> fields;            // the fields in force, once one was changed
    detail::List<HeaderField>
        extra;  // keys of middleware's own, and changed facts about the server
    detail::List<HeaderField> joined;    // repeated fields, joined when first asked for
    std::vector<std::string_view> gone;  // erased facts about the server
    bool owns_fields = false;
};

namespace detail {

/// Compares an environ key's rest ("USER_AGENT") with a field's name ("User-Agent"). A name with an underscore
/// equals no key: it could pass for another field.
MICROFLASK_INLINE bool environ_key_names_field(std::string_view key,
                                               std::string_view name) noexcept {
    if (key.size() != name.size()) return false;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const char letter = key[i] == '_' ? '-' : ascii_lower(key[i]);
        if (letter != ascii_lower(name[i])) return false;
    }
    return true;
}

/// Returns the part of a key that names a field: "USER_AGENT" of "HTTP_USER_AGENT", or nothing.
MICROFLASK_INLINE std::string_view environ_field_key(std::string_view key) noexcept {
    if (key == "CONTENT_TYPE" || key == "CONTENT_LENGTH") return key;
    if (key.substr(0, 5) != "HTTP_") return {};
    const std::string_view rest = key.substr(5);
    if (rest == "CONTENT_TYPE" || rest == "CONTENT_LENGTH") return {};
    return rest;
}

/// Turns "USER_AGENT" into "User-Agent".
MICROFLASK_INLINE std::string environ_field_name(std::string_view key) {
    std::string name(key);
    bool first = true;
    for (char& letter : name) {
        letter = letter == '_' ? '-' : first ? ascii_upper(letter) : ascii_lower(letter);
        first = letter == '-';
    }
    return name;
}

/// Turns "User-Agent" into "HTTP_USER_AGENT".
MICROFLASK_INLINE std::string environ_key_of_field(std::string_view name) {
    std::string key = to_upper(name);
    std::replace(key.begin(), key.end(), '-', '_');
    return key == "CONTENT_TYPE" || key == "CONTENT_LENGTH" ? key : concat({"HTTP_", key});
}

MICROFLASK_INLINE int environ_hex_value(char digit) noexcept {
    if (digit >= '0' && digit <= '9') return digit - '0';
    const char lower = ascii_lower(digit);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Decodes %XX; what is no such escape stays as it is.
MICROFLASK_INLINE std::string environ_percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && text.size() - i > 2) {
            const int high = environ_hex_value(text[i + 1]);
            const int low = environ_hex_value(text[i + 2]);
            if (high >= 0 && low >= 0) {
                decoded += static_cast<char>(high * 16 + low);
                i += 2;
                continue;
            }
        }
        decoded += text[i];
    }
    return decoded;
}

MICROFLASK_INLINE std::string_view environ_truth(bool value) noexcept {
    return value ? "True" : "False";
}

}  // namespace detail

MICROFLASK_INLINE Environ::Entry::Entry(Environ& owner, std::string_view key)
    : std::string_view(owner.get(key).value_or(std::string_view{})), environ_(&owner), key_(key) {}

MICROFLASK_INLINE Environ::Entry& Environ::Entry::operator=(std::string_view value) {
    environ_->set(key_, value);
    std::string_view::operator=(environ_->get(key_).value_or(std::string_view{}));
    return *this;
}

MICROFLASK_INLINE Environ::Changes& Environ::changes() const {
    if (!changes_) {
        changes_ = std::unique_ptr<Changes, void (*)(Changes*)>(
            new Changes, [](Changes* changes) { delete changes; });
    }
    return *changes_;
}

MICROFLASK_INLINE std::string_view Environ::keep(std::string_view text) const {
    std::unique_ptr<char[]> bytes(new char[text.size()]);
    text.copy(bytes.get(), text.size());
    return {changes().kept.push_back(std::move(bytes)).get(), text.size()};
}

MICROFLASK_INLINE std::string_view* Environ::member(std::string_view key) noexcept {
    if (key == "PATH_INFO") return &path_info_;
    if (key == "REQUEST_METHOD") return &method_;
    if (key == "SCRIPT_NAME") return &script_name_;
    if (key == "QUERY_STRING") return &query_string_;
    if (key == "REQUEST_URI" || key == "RAW_URI") return &request_uri_;
    if (key == "SERVER_PROTOCOL") return &protocol_;
    if (key == "REMOTE_ADDR") return &remote_addr_;
    return nullptr;
}

MICROFLASK_INLINE std::optional<std::string_view> Environ::server_fact(std::string_view key) const {
    if (key == "SERVER_NAME") return server_->name;
    if (key == "SERVER_PORT") return server_->port;
    if (key == "SERVER_SOFTWARE") return server_->software;
    if (key == "wsgi.url_scheme") return url_scheme();
    if (key == "wsgi.version") return "(1, 0)";
    if (key == "wsgi.multithread") return detail::environ_truth(server_->multithread);
    if (key == "wsgi.multiprocess") return detail::environ_truth(server_->multiprocess);
    if (key == "wsgi.run_once") return detail::environ_truth(server_->run_once);
    if (key == "wsgi.input_terminated") return detail::environ_truth(input_terminated_);
    return std::nullopt;
}

MICROFLASK_INLINE std::optional<std::string_view> Environ::get(std::string_view key) const {
    if (const std::string_view wanted = detail::environ_field_key(key); !wanted.empty()) {
        return joined_field(wanted);
    }
    if (const std::string_view* value = const_cast<Environ*>(this)->member(key)) {
        if (!value->data()) return std::nullopt;
        return *value;
    }
    if (changes_) {
        for (const HeaderField& entry : changes_->extra) {
            if (entry.name == key) return entry.value;
        }
        const auto& gone = changes_->gone;
        if (std::find(gone.begin(), gone.end(), key) != gone.end()) return std::nullopt;
    }
    if (key == "REMOTE_PORT") {
        if (remote_port_ == 0) return std::nullopt;
        std::string digits;
        detail::append_unsigned(digits, remote_port_);
        const std::string_view kept = keep(digits);
        changes_->extra.push_back({"REMOTE_PORT", kept});
        return kept;
    }
    return server_fact(key);
}

MICROFLASK_INLINE std::optional<std::string_view> Environ::joined_field(
    std::string_view wanted) const {
    const HeaderField* found = nullptr;
    bool repeated = false;
    for (const HeaderField* each = fields_begin(); each != fields_end(); ++each) {
        if (!detail::environ_key_names_field(wanted, each->name)) continue;
        repeated = found != nullptr;
        if (repeated) break;
        found = each;
    }
    if (!found) return std::nullopt;
    if (!repeated) return found->value;

    for (const HeaderField& entry : changes().joined) {
        if (entry.name.data() == found->name.data()) return entry.value;
    }
    // RFC 9110, section 5.3; RFC 6265, section 5.4 has "; " for cookies.
    const std::string_view separator = wanted == "COOKIE" ? "; " : ", ";
    std::string text(found->value);
    for (const HeaderField* each = found + 1; each != fields_end(); ++each) {
        if (!detail::environ_key_names_field(wanted, each->name)) continue;
        text += separator;
        text += each->value;
    }
    const std::string_view kept = keep(text);
    changes_->joined.push_back({found->name, kept});
    return kept;
}

MICROFLASK_INLINE detail::List<HeaderField>& Environ::own_fields() {
    Changes& mine = changes();
    if (!mine.owns_fields) {
        mine.fields.append(fields_begin(), fields_end());
        mine.owns_fields = true;
    }
    mine.joined.clear();
    return mine.fields;
}

MICROFLASK_INLINE void Environ::set(std::string_view key, std::string_view value) {
    const std::string_view kept = keep(value);
    if (const std::string_view wanted = detail::environ_field_key(key); !wanted.empty()) {
        detail::List<HeaderField>& fields = own_fields();
        const auto names = [wanted](const HeaderField& field) {
            return detail::environ_key_names_field(wanted, field.name);
        };
        const auto first = std::find_if(fields.begin(), fields.end(), names);
        if (first == fields.end()) {
            fields.push_back({keep(detail::environ_field_name(wanted)), kept});
        } else {
            first->value = kept;
            fields.erase(std::remove_if(first + 1, fields.end(), names), fields.end());
        }
        fields_ = fields.data();
        field_count_ = fields.size();
        return;
    }
    if (std::string_view* target = member(key)) {
        *target = kept;
        return;
    }
    if (key == "wsgi.url_scheme") url_scheme_ = kept;
    for (HeaderField& entry : changes_->extra) {
        if (entry.name == key) {
            entry.value = kept;
            return;
        }
    }
    changes_->extra.push_back({keep(key), kept});
}

MICROFLASK_INLINE void Environ::erase(std::string_view key) {
    if (!contains(key)) return;
    if (const std::string_view wanted = detail::environ_field_key(key); !wanted.empty()) {
        detail::List<HeaderField>& fields = own_fields();
        fields.erase(std::remove_if(fields.begin(), fields.end(),
                                    [wanted](const HeaderField& field) {
                                        return detail::environ_key_names_field(wanted, field.name);
                                    }),
                     fields.end());
        fields_ = fields.data();
        field_count_ = fields.size();
        return;
    }
    if (std::string_view* target = member(key)) {
        *target = std::string_view{};
        return;
    }
    Changes& mine = changes();
    mine.extra.erase(std::remove_if(mine.extra.begin(), mine.extra.end(),
                                    [key](const HeaderField& entry) { return entry.name == key; }),
                     mine.extra.end());
    mine.gone.push_back(keep(key));
}

MICROFLASK_INLINE std::vector<std::pair<std::string, std::string>> Environ::items() const {
    static constexpr std::string_view keys[] = {
        "REQUEST_METHOD",    "SCRIPT_NAME",     "PATH_INFO",
        "QUERY_STRING",      "REQUEST_URI",     "RAW_URI",
        "SERVER_NAME",       "SERVER_PORT",     "SERVER_PROTOCOL",
        "SERVER_SOFTWARE",   "REMOTE_ADDR",     "REMOTE_PORT",
        "wsgi.version",      "wsgi.url_scheme", "wsgi.multithread",
        "wsgi.multiprocess", "wsgi.run_once",   "wsgi.input_terminated"};

    std::vector<std::pair<std::string, std::string>> all;
    const auto add = [this, &all](std::string_view key) {
        const std::optional<std::string_view> value = get(key);
        const auto same = [key](const auto& item) { return item.first == key; };
        if (value && std::none_of(all.begin(), all.end(), same)) all.emplace_back(key, *value);
    };
    for (const std::string_view key : keys) add(key);
    for (const HeaderField* each = fields_begin(); each != fields_end(); ++each) {
        if (each->name.find('_') == std::string_view::npos)
            add(detail::environ_key_of_field(each->name));
    }
    if (changes_) {
        for (const HeaderField& entry : changes_->extra) add(entry.name);
    }
    return all;
}

MICROFLASK_INLINE std::optional<std::string_view> Environ::field(
    std::string_view name) const noexcept {
    for (const HeaderField* each = fields_begin(); each != fields_end(); ++each) {
        if (detail::equals_ignoring_case(each->name, name)) return each->value;
    }
    return std::nullopt;
}

MICROFLASK_INLINE InputStream& Environ::input() const noexcept {
    // An empty stream has no state that reading changes, so one serves all.
    static MemoryInputStream nothing;
    return input_ ? *input_ : nothing;
}

MICROFLASK_INLINE std::optional<std::uint64_t> Environ::content_length() const {
    const std::optional<std::string_view> digits = get("CONTENT_LENGTH");
    return digits ? detail::parse_unsigned(*digits) : std::nullopt;
}

MICROFLASK_INLINE void Environ::set_request_line(std::string_view method, std::string_view target,
                                                 std::string_view protocol) noexcept {
    method_ = method;
    request_uri_ = target;
    protocol_ = protocol;
}

MICROFLASK_INLINE void Environ::set_target(std::string_view target) {
    std::string_view rest = target;
    if (rest.empty() || rest.front() != '/') {
        // absolute-form, RFC 9112, section 3.2.2; authority-form and asterisk-form stay as they are
        if (const std::size_t mark = rest.find("://"); mark != std::string_view::npos) {
            rest.remove_prefix(mark + 3);
            rest.remove_prefix((std::min)(rest.find_first_of("/?#"), rest.size()));
        }
    }
    const char* const first = rest.data();
    const char* const end = first + rest.size();
    const char* at = first;
    bool escaped = false;
    for (; at != end && *at != '?' && *at != '#'; ++at) escaped = escaped || *at == '%';
    std::string_view path(first, static_cast<std::size_t>(at - first));
    std::string_view query(end, 0);
    if (at != end) {
        query = std::string_view(at, static_cast<std::size_t>(end - at));
        query = query.substr(0, query.find('#'));
        if (!query.empty()) query.remove_prefix(1);
    }
    if (escaped) path = keep(detail::environ_percent_decode(path));
    script_name_ = first ? std::string_view(first, 0) : std::string_view("");
    path_info_ = first ? path : std::string_view("");
    query_string_ = first ? query : std::string_view("");
}

MICROFLASK_INLINE void Environ::set_path(std::string_view script_name, std::string_view path_info,
                                         std::string_view query) noexcept {
    script_name_ = script_name.data() ? script_name : std::string_view("");
    path_info_ = path_info.data() ? path_info : std::string_view("");
    query_string_ = query.data() ? query : std::string_view("");
}

}  // namespace microflask
