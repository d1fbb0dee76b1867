// Bodies of boxes.hpp.
#include "jinja/boxes.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/filters.hpp"
#include "jinja/operators.hpp"
#include "jinja/tests.hpp"
#include "jinja/undefined.hpp"

namespace microflask::detail {

MICROFLASK_INLINE RenderState::~RenderState() {
    for (const TemplateValue& container : cycles_) {
        if (container.kind() == TemplateKind::dict)
            container.dict_value().clear();
        else
            container.list_value().items.clear();
    }
}

MICROFLASK_INLINE void template_check_text_size(std::uint64_t size, std::uint64_t times) {
    if (times != 0 && size > template_text_limit / times)
        throw TemplateRuntimeError("MemoryError", "the text would become too long");
}

MICROFLASK_INLINE void template_check_list_size(std::uint64_t size, std::uint64_t times) {
    if (times != 0 && size > template_list_limit / times)
        throw TemplateRuntimeError("MemoryError", "the list would become too long");
}

MICROFLASK_INLINE void RenderState::keep_cycle(const TemplateValue& container) {
    cycles_.push_back(container);
}

/// Looks for a box within a value; gives up after many steps, and in what is nested deeply.
MICROFLASK_INLINE bool template_finds_box(const TemplateValue& value, const void* box,
                                          std::size_t& steps, unsigned depth) {
    constexpr std::size_t step_limit = 20'000;
    if (++steps > step_limit || depth > template_nesting_limit) return false;
    const auto finds_in_dict = [&](const TemplateDict& dict) {
        for (const TemplateDict::Entry& entry : dict) {
            if (template_finds_box(entry.key, box, steps, depth + 1) ||
                template_finds_box(entry.value, box, steps, depth + 1))
                return true;
        }
        return false;
    };
    switch (value.kind()) {
    case TemplateKind::list:
    case TemplateKind::tuple:
        if (&value.list_value() == box) return true;
        for (const TemplateValue& item : value.list_value().items) {
            if (template_finds_box(item, box, steps, depth + 1)) return true;
        }
        return false;
    case TemplateKind::dict: return &value.dict_value() == box || finds_in_dict(value.dict_value());
    case TemplateKind::object: {
        const TemplateDict* const attributes = value.object_value().namespace_attributes();
        return attributes && (attributes == box || finds_in_dict(*attributes));
    }
    default: return false;
    }
}

MICROFLASK_INLINE bool template_contains_box(const TemplateValue& value, const void* box) {
    std::size_t steps = 0;
    return template_finds_box(value, box, steps, 0);
}

MICROFLASK_INLINE TemplateValue RenderState::find_filter(std::string_view name) {
    const TemplateFilter* const filter = find_template_filter(name);
    return filter ? TemplateValue::native(filter->function) : TemplateValue::missing();
}

MICROFLASK_INLINE TemplateValue RenderState::find_test(std::string_view name) {
    const TemplateFilter* const test = find_template_test(name);
    return test ? TemplateValue::native(test->function) : TemplateValue::missing();
}

MICROFLASK_INLINE TemplateValue RenderState::resolve(std::string_view) {
    return TemplateValue::missing();
}

MICROFLASK_INLINE void TemplateDepth::throw_too_deep() {
    throw TemplateRuntimeError("RecursionError", "maximum recursion depth exceeded");
}

// dicts

MICROFLASK_INLINE std::size_t TemplateDict::position(std::string_view key) const noexcept {
    if (slots_.empty()) {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            const TemplateValue& candidate = entries_[i].key;
            if (candidate.is_text() && candidate.text_value() == key) return i;
        }
        return not_found;
    }
    const std::uint64_t hash = template_hash_text(key);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
        const Entry& entry = entries_[slots_[slot] - 1];
        if (entry.hash == hash && entry.key.is_text() && entry.key.text_value() == key)
            return slots_[slot] - 1;
    }
    return not_found;
}

MICROFLASK_INLINE std::size_t TemplateDict::position(const TemplateValue& key,
                                                     std::uint64_t hash) const {
    if (slots_.empty()) {
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            if (template_equal(entries_[i].key, key)) return i;
        }
        return not_found;
    }
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
        const Entry& entry = entries_[slots_[slot] - 1];
        if (entry.hash == hash && template_equal(entry.key, key)) return slots_[slot] - 1;
    }
    return not_found;
}

MICROFLASK_INLINE void TemplateDict::index(std::size_t entry) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = entries_[entry].hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::uint32_t>(entry + 1);
}

MICROFLASK_INLINE void TemplateDict::rebuild_index() {
    slots_.clear();
    if (entries_.size() <= unindexed_limit) return;
    std::size_t count = 32;
    while (count < 4 * entries_.size()) count *= 2;
    slots_.resize(count);
    for (std::uint32_t& slot : slots_) slot = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) index(i);
}

MICROFLASK_INLINE const TemplateValue* TemplateDict::find(const TemplateValue& key) const {
    if (key.is_text()) return find(key.text_value());
    const std::size_t found = position(key, template_hash(key));
    return found == not_found ? nullptr : &entries_[found].value;
}

MICROFLASK_INLINE const TemplateValue* TemplateDict::find(std::string_view key) const noexcept {
    const std::size_t found = position(key);
    return found == not_found ? nullptr : &entries_[found].value;
}

MICROFLASK_INLINE void TemplateDict::set(TemplateValue key, TemplateValue value) {
    const std::uint64_t hash = template_hash(key);
    const std::size_t found = key.is_text() ? position(key.text_value()) : position(key, hash);
    if (found != not_found) {
        entries_[found].value = std::move(value);
        return;
    }
    Entry entry;
    entry.key = std::move(key);
    entry.value = std::move(value);
    entry.hash = hash;
    entries_.push_back(std::move(entry));
    if (entries_.size() > unindexed_limit && slots_.size() < 2 * entries_.size())
        rebuild_index();
    else if (!slots_.empty())
        index(entries_.size() - 1);
}

MICROFLASK_INLINE bool TemplateDict::pop(const TemplateValue& key, TemplateValue& value) {
    const std::size_t found = position(key, template_hash(key));
    if (found == not_found) return false;
    value = entries_[found].value;
    entries_.erase(entries_.begin() + found);
    rebuild_index();
    return true;
}

MICROFLASK_INLINE void TemplateDict::clear() noexcept {
    entries_.clear();
    slots_.clear();
}

// objects

MICROFLASK_INLINE bool TemplateObject::attribute(RenderState&, std::string_view, TemplateValue&) {
    return false;
}
MICROFLASK_INLINE bool TemplateObject::call_method(RenderState&, std::string_view,
                                                   const TemplateArguments&, TemplateValue&) {
    return false;
}
MICROFLASK_INLINE const TemplateDict* TemplateObject::namespace_attributes() const noexcept {
    return nullptr;
}
MICROFLASK_INLINE bool TemplateObject::set_attribute(RenderState&, std::string_view,
                                                     const TemplateValue&) {
    return false;
}
MICROFLASK_INLINE bool TemplateObject::item(RenderState&, const TemplateValue&, TemplateValue&) {
    return false;
}
MICROFLASK_INLINE bool TemplateObject::slice(const TemplateValue&, const TemplateValue&,
                                             const TemplateValue&, TemplateValue&) {
    return false;
}
MICROFLASK_INLINE bool TemplateObject::is_callable() const noexcept {
    return false;
}
MICROFLASK_INLINE TemplateValue TemplateObject::call(RenderState&, const TemplateArguments&) {
    throw TemplateRuntimeError("TypeError", concat({"'", type_name(), "' object is not callable"}));
}
MICROFLASK_INLINE bool TemplateObject::is_iterable() const noexcept {
    return false;
}
MICROFLASK_INLINE TemplateValue TemplateObject::iterate() {
    throw TemplateRuntimeError("TypeError", concat({"'", type_name(), "' object is not iterable"}));
}
MICROFLASK_INLINE bool TemplateObject::length(std::size_t&) const {
    return false;
}
MICROFLASK_INLINE bool TemplateObject::is_true() const {
    std::size_t count = 0;
    return !length(count) || count != 0;
}
MICROFLASK_INLINE bool TemplateObject::contains(const TemplateValue&, bool&) {
    return false;
}
MICROFLASK_INLINE bool TemplateObject::is_mapping() const noexcept {
    return false;
}
MICROFLASK_INLINE bool TemplateObject::is_sequence() const noexcept {
    return false;
}
MICROFLASK_INLINE bool TemplateObject::is_reversible() const noexcept {
    return false;
}
MICROFLASK_INLINE void TemplateObject::append_text(std::string& out) const {
    append_repr(out);
}
MICROFLASK_INLINE void TemplateObject::append_repr(std::string& out) const {
    out += '<';
    out += type_name();
    out += " object>";
}
MICROFLASK_INLINE const TemplateValue* TemplateObject::viewed_items() const noexcept {
    return nullptr;
}
MICROFLASK_INLINE bool TemplateObject::is_markup() const noexcept {
    return false;
}
MICROFLASK_INLINE bool TemplateObject::equals(const TemplateObject& other) const {
    return this == &other;
}
MICROFLASK_INLINE Json TemplateObject::to_json() const {
    throw TemplateRuntimeError(
        "TypeError", concat({"Object of type ", type_name(), " is not JSON serializable"}));
}

MICROFLASK_INLINE std::string_view TemplateGenerator::type_name() const noexcept {
    return "generator";
}
MICROFLASK_INLINE bool TemplateGenerator::is_iterable() const noexcept {
    return true;
}
MICROFLASK_INLINE TemplateValue TemplateGenerator::iterate() {
    return TemplateValue::iterator(this);
}

// iteration

MICROFLASK_INLINE TemplateIterator::TemplateIterator(TemplateValue iterable)
    : iterable_(std::move(iterable)) {
    if (iterable_.kind() == TemplateKind::object) {
        TemplateObject& object = iterable_.object_value();
        if (const TemplateValue* dict = object.viewed_items()) {
            TemplateValue viewed = *dict;
            iterable_ = std::move(viewed);
            gives_items_ = true;
        } else {
            iterable_ = object.iterate();
        }
    }
    switch (iterable_.kind()) {
    case TemplateKind::undefined:
        if (iterable_.undefined_kind() == TemplateUndefinedKind::strict)
            template_throw_undefined(iterable_);
        break;
    case TemplateKind::text:
    case TemplateKind::list:
    case TemplateKind::tuple:
    case TemplateKind::iterator: break;
    case TemplateKind::dict: size_ = iterable_.dict_value().size(); break;
    case TemplateKind::json_array:
    case TemplateKind::json_object: size_ = iterable_.json_value().size(); break;
    default:
        throw TemplateRuntimeError(
            "TypeError", concat({"'", iterable_.type_name(), "' object is not iterable"}));
    }
}

/// Gives the next entry of a dict or a JSON object: the key, and the value where it is wanted.
MICROFLASK_INLINE bool TemplateIterator::next_entry(TemplateValue& key, TemplateValue* value) {
    if (iterable_.kind() == TemplateKind::json_object) {
        if (position_ >= size_) return false;
        const JsonMember& member = iterable_.json_value().items().begin()[position_++];
        key = TemplateValue::borrowed_text(member.key(), false, iterable_.owner());
        if (value) *value = TemplateValue::of_json(member.value(), iterable_.owner());
        return true;
    }
    const TemplateDict& dict = iterable_.dict_value();
    if (dict.size() != size_)
        throw TemplateRuntimeError("RuntimeError", "dictionary changed size during iteration");
    if (position_ >= size_) return false;
    const TemplateDict::Entry& entry = dict[position_++];
    key = entry.key;
    if (value) *value = entry.value;
    return true;
}

MICROFLASK_INLINE bool TemplateIterator::next(TemplateValue& value) {
    switch (iterable_.kind()) {
    case TemplateKind::list:
    case TemplateKind::tuple: {
        const List<TemplateValue>& items = iterable_.list_value().items;
        if (position_ >= items.size()) return false;
        value = items[position_++];
        return true;
    }
    case TemplateKind::json_array:
        if (position_ >= size_) return false;
        value = TemplateValue::of_json(iterable_.json_value()[position_++], iterable_.owner());
        return true;
    case TemplateKind::dict:
    case TemplateKind::json_object: {
        if (!gives_items_) return next_entry(value, nullptr);
        TemplateValue key;
        TemplateValue item;
        if (!next_entry(key, &item)) return false;
        List<TemplateValue> pair;
        pair.reserve(2);
        pair.push_back(std::move(key));
        pair.push_back(std::move(item));
        value = template_make_tuple(std::move(pair));
        return true;
    }
    case TemplateKind::text: {
        const std::string_view rest = iterable_.text_value().substr(position_);
        if (rest.empty()) return false;
        const std::size_t size = decode_utf8(rest).size;
        // Of Markup too, the characters are plain text.
        value = TemplateValue::borrowed_text(rest.substr(0, size), false, iterable_.owner());
        position_ += size;
        return true;
    }
    case TemplateKind::iterator: return iterable_.iterator_value().next(value);
    default: return false;
    }
}

MICROFLASK_INLINE bool TemplateIterator::next_unpacked(TemplateValue* values, std::size_t count) {
    if (gives_items_ && count == 2) return next_entry(values[0], &values[1]);
    TemplateValue value;
    if (!next(value)) return false;
    template_unpack(value, values, count);
    return true;
}

MICROFLASK_INLINE bool TemplateIterator::length(std::size_t& count) const {
    switch (iterable_.kind()) {
    case TemplateKind::undefined: count = 0; return true;
    case TemplateKind::list:
    case TemplateKind::tuple: {
        const std::size_t size = iterable_.list_value().items.size();
        count = size > position_ ? size - position_ : 0;
        return true;
    }
    case TemplateKind::dict:
    case TemplateKind::json_array:
    case TemplateKind::json_object: count = size_ - position_; return true;
    case TemplateKind::text:
        count = count_code_points(iterable_.text_value().substr(position_));
        return true;
    default: return iterable_.iterator_value().length(count);
    }
}

}  // namespace microflask::detail

namespace microflask {

MICROFLASK_INLINE const TemplateValue* TemplateArguments::find(
    std::string_view name) const noexcept {
    for (std::size_t i = 0; i < keyword_count_; ++i) {
        if (keywords_[i].name == name) return &keywords_[i].value;
    }
    return nullptr;
}

MICROFLASK_INLINE void TemplateArguments::throw_missing(std::size_t index) {
    std::string message = "missing a required positional argument: number ";
    detail::append_unsigned(message, index + 1);
    throw TemplateRuntimeError("TypeError", std::move(message));
}

}  // namespace microflask
