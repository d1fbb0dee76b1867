// Bodies of comparison.hpp.
#include "jinja/comparison.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "jinja/access.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/undefined.hpp"

#include <cmath>
#include <cstring>

namespace microflask::detail {

/// Compares numbers exactly: negative, 0 or positive; 2 where one of them is no number (nan).
MICROFLASK_INLINE int template_compare_numbers(const TemplateValue& left,
                                               const TemplateValue& right) {
    const auto compare = [](const auto& a, const auto& b) { return a < b ? -1 : (a > b ? 1 : 0); };
    if (left.is_double() || right.is_double()) {
        const auto real = [](const TemplateValue& value) {
            if (value.is_double()) return value.real_value();
            return value.is_unsigned()
                       ? static_cast<double>(static_cast<std::uint64_t>(value.integer_value()))
                       : static_cast<double>(value.integer_value());
        };
        const double a = real(left);
        const double b = real(right);
        if (std::isnan(a) || std::isnan(b)) return 2;
        if (a != b || (left.is_double() && right.is_double())) return compare(a, b);
        // Equal as doubles: a large integer may have been rounded.
        const TemplateValue& whole = left.is_double() ? right : left;
        const double rounded = left.is_double() ? a : b;
        if (whole.is_unsigned()) return 0;
        if (rounded >= 9223372036854775808.0) return left.is_double() ? 1 : -1;
        const int order = compare(whole.integer_value(), static_cast<std::int64_t>(rounded));
        return left.is_double() ? -order : order;
    }
    if (left.is_unsigned() != right.is_unsigned()) return left.is_unsigned() ? 1 : -1;
    if (left.is_unsigned())
        return compare(static_cast<std::uint64_t>(left.integer_value()),
                       static_cast<std::uint64_t>(right.integer_value()));
    return compare(left.integer_value(), right.integer_value());
}

MICROFLASK_INLINE bool template_is_dict(const TemplateValue& value) noexcept {
    return value.kind() == TemplateKind::dict || value.kind() == TemplateKind::json_object;
}

bool template_equal_in(const TemplateValue& left, const TemplateValue& right, unsigned depth);

MICROFLASK_INLINE bool template_equal_dicts(const TemplateValue& left, const TemplateValue& right,
                                            unsigned depth) {
    const auto size = [](const TemplateValue& dict) {
        return dict.kind() == TemplateKind::dict ? dict.dict_value().size()
                                                 : dict.json_value().size();
    };
    if (size(left) != size(right)) return false;
    const auto is_same_in_right = [&](const TemplateValue& key, const TemplateValue& value) {
        if (right.kind() == TemplateKind::dict) {
            const TemplateValue* const other = right.dict_value().find(key);
            return other && template_equal_in(value, *other, depth);
        }
        const Json* const other =
            key.is_text() ? right.json_value().find(key.text_value()) : nullptr;
        return other && template_equal_in(value, TemplateValue::of_json(*other), depth);
    };
    if (left.kind() == TemplateKind::dict) {
        for (const TemplateDict::Entry& entry : left.dict_value()) {
            if (!is_same_in_right(entry.key, entry.value)) return false;
        }
    } else {
        for (const auto& [key, value] : left.json_value().items()) {
            if (!is_same_in_right(TemplateValue::borrowed_text(key), TemplateValue::of_json(value)))
                return false;
        }
    }
    return true;
}

MICROFLASK_INLINE bool template_equal_in(const TemplateValue& left, const TemplateValue& right,
                                         unsigned depth) {
    if (depth > template_nesting_limit) TemplateDepth::throw_too_deep();
    if (left.is_text() && right.is_text()) return left.text_value() == right.text_value();
    if (template_is_number(left) && template_is_number(right))
        return template_compare_numbers(left, right) == 0;
    for (const TemplateValue* value : {&left, &right}) {
        if (value->is_undefined() && value->undefined_kind() == TemplateUndefinedKind::strict)
            template_throw_undefined(*value);
    }
    if (TemplateSequence::is(left) && TemplateSequence::is(right)) {
        const TemplateSequence a(left);
        const TemplateSequence b(right);
        if (a.is_tuple() != b.is_tuple() || a.size() != b.size()) return false;
        if (template_same(left, right)) return true;  // as Python, whatever is in it
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (!template_equal_in(a[i], b[i], depth + 1)) return false;
        }
        return true;
    }
    if (template_is_dict(left) && template_is_dict(right))
        return template_same(left, right) || template_equal_dicts(left, right, depth + 1);
    if (left.kind() != right.kind()) return false;
    switch (left.kind()) {
    case TemplateKind::undefined: return left.undefined_kind() == right.undefined_kind();
    case TemplateKind::none: return true;
    case TemplateKind::native: return left.native_value() == right.native_value();
    case TemplateKind::object: return left.object_value().equals(right.object_value());
    case TemplateKind::exposed: return left.exposed_value() == right.exposed_value();
    case TemplateKind::iterator: return &left.iterator_value() == &right.iterator_value();
    default: return false;
    }
}

MICROFLASK_INLINE bool template_equal(const TemplateValue& left, const TemplateValue& right) {
    return template_equal_in(left, right, 0);
}

[[noreturn]] MICROFLASK_INLINE void template_throw_order(std::string_view symbol,
                                                         const TemplateValue& left,
                                                         const TemplateValue& right) {
    if (left.is_undefined()) template_throw_undefined(left);
    if (right.is_undefined()) template_throw_undefined(right);
    throw TemplateRuntimeError("TypeError",
                               concat({"'", symbol, "' not supported between instances of '",
                                       left.type_name(), "' and '", right.type_name(), "'"}));
}

MICROFLASK_INLINE bool template_order_holds(TemplateComparison operation, int order) noexcept {
    switch (operation) {
    case TemplateComparison::lt: return order < 0;
    case TemplateComparison::le: return order <= 0;
    case TemplateComparison::gt: return order > 0;
    default: return order >= 0;
    }
}

MICROFLASK_INLINE bool template_compare_in(TemplateComparison operation, const TemplateValue& left,
                                           const TemplateValue& right, unsigned depth) {
    if (template_is_number(left) && template_is_number(right)) {
        const int order = template_compare_numbers(left, right);
        return order != 2 && template_order_holds(operation, order);
    }
    if (left.is_text() && right.is_text())
        return template_order_holds(operation, left.text_value().compare(right.text_value()));
    if (TemplateSequence::is(left) && TemplateSequence::is(right)) {
        const TemplateSequence a(left);
        const TemplateSequence b(right);
        if (a.is_tuple() == b.is_tuple()) {
            if (depth > template_nesting_limit) TemplateDepth::throw_too_deep();
            for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
                const TemplateValue first = a[i];
                const TemplateValue second = b[i];
                if (!template_equal_in(first, second, depth + 1))
                    return template_compare_in(operation, first, second, depth + 1);
            }
            return template_order_holds(operation,
                                        a.size() < b.size() ? -1 : (a.size() > b.size() ? 1 : 0));
        }
    }
    constexpr std::string_view symbols[] = {"==", "!=", "<", "<=", ">", ">="};
    template_throw_order(symbols[static_cast<std::size_t>(operation)], left, right);
}

MICROFLASK_INLINE bool template_compare(TemplateComparison operation, const TemplateValue& left,
                                        const TemplateValue& right) {
    if (operation == TemplateComparison::eq) return template_equal(left, right);
    if (operation == TemplateComparison::ne) return !template_equal(left, right);
    return template_compare_in(operation, left, right, 0);
}

MICROFLASK_INLINE bool template_in(const TemplateValue& needle, const TemplateValue& haystack) {
    switch (haystack.kind()) {
    case TemplateKind::text:
        if (!needle.is_text())
            throw TemplateRuntimeError(
                "TypeError", concat({"'in <string>' requires string as left operand, not ",
                                     needle.type_name()}));
        return haystack.text_value().find(needle.text_value()) != std::string_view::npos;
    case TemplateKind::dict: return haystack.dict_value().find(needle) != nullptr;
    case TemplateKind::json_object:
        if (!needle.is_text()) {
            static_cast<void>(template_hash(needle));
            return false;
        }
        return haystack.json_value().contains(needle.text_value());
    case TemplateKind::object: {
        bool found = false;
        if (haystack.object_value().contains(needle, found)) return found;
        if (haystack.object_value().is_iterable()) break;
        [[fallthrough]];
    }
    case TemplateKind::none:
    case TemplateKind::boolean:
    case TemplateKind::integer:
    case TemplateKind::real:
    case TemplateKind::native:
    case TemplateKind::exposed:
        throw TemplateRuntimeError(
            "TypeError", concat({"argument of type '", haystack.type_name(), "' is not iterable"}));
    default: break;
    }
    TemplateIterator iterator(haystack.borrowed());
    for (TemplateValue item; iterator.next(item);) {
        if (template_same(item, needle) || template_equal(item, needle)) return true;
    }
    return false;
}

MICROFLASK_INLINE bool template_same(const TemplateValue& left, const TemplateValue& right) {
    if (left.kind() != right.kind()) return false;
    switch (left.kind()) {
    case TemplateKind::undefined:
        return left.undefined_details() == right.undefined_details() &&
               left.text_value().data() == right.text_value().data();
    case TemplateKind::none: return true;
    case TemplateKind::boolean:
    case TemplateKind::integer:
        return left.integer_value() == right.integer_value() &&
               left.is_unsigned() == right.is_unsigned();
    case TemplateKind::real: return left.real_value() == right.real_value();
    case TemplateKind::text:
        return left.is_markup() == right.is_markup() && left.text_value() == right.text_value();
    case TemplateKind::list:
    case TemplateKind::tuple: return &left.list_value() == &right.list_value();
    case TemplateKind::dict: return &left.dict_value() == &right.dict_value();
    case TemplateKind::json_array:
    case TemplateKind::json_object: return &left.json_value() == &right.json_value();
    case TemplateKind::native: return left.native_value() == right.native_value();
    case TemplateKind::object: return &left.object_value() == &right.object_value();
    case TemplateKind::exposed: return left.exposed_value() == right.exposed_value();
    case TemplateKind::iterator: return &left.iterator_value() == &right.iterator_value();
    }
    return false;
}

// hashes

MICROFLASK_INLINE std::uint64_t template_mix(std::uint64_t value) noexcept {
    value ^= value >> 33;
    value *= 0xFF51AFD7ED558CCDU;
    value ^= value >> 33;
    value *= 0xC4CEB9FE1A85EC53U;
    return value ^ value >> 33;
}

MICROFLASK_INLINE std::uint64_t template_hash_text(std::string_view text) noexcept {
    std::uint64_t hash = 0x9E3779B97F4A7C15U ^ text.size();
    while (text.size() >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), 8);
        hash = template_mix(hash ^ word);
        text.remove_prefix(8);
    }
    std::uint64_t word = 0;
    for (const char c : text) word = word << 8 | static_cast<unsigned char>(c);
    return template_mix(hash ^ word);
}

MICROFLASK_INLINE std::uint64_t template_hash_in(const TemplateValue& value, unsigned depth) {
    if (depth > template_nesting_limit) TemplateDepth::throw_too_deep();
    const auto hash_pointer = [](const void* pointer) {
        return template_mix(reinterpret_cast<std::uintptr_t>(pointer));
    };
    switch (value.kind()) {
    case TemplateKind::undefined:
        if (value.undefined_kind() == TemplateUndefinedKind::strict)
            template_throw_undefined(value);
        return 7;
    case TemplateKind::none: return 11;
    case TemplateKind::boolean:
    case TemplateKind::integer:
        return template_mix(static_cast<std::uint64_t>(value.integer_value()));
    case TemplateKind::real: {
        const double number = value.real_value();
        if (number == std::floor(number) && number >= -9223372036854775808.0 &&
            number < 9223372036854775808.0)
            return template_mix(static_cast<std::uint64_t>(static_cast<std::int64_t>(number)));
        if (number == std::floor(number) && number >= 0 && number < 18446744073709551616.0)
            return template_mix(static_cast<std::uint64_t>(number));
        std::uint64_t bits = 0;
        std::memcpy(&bits, &number, sizeof bits);
        return template_mix(bits);
    }
    case TemplateKind::text: return template_hash_text(value.text_value());
    case TemplateKind::tuple: {
        std::uint64_t hash = 13;
        for (const TemplateValue& item : value.list_value().items)
            hash = template_mix(hash ^ template_hash_in(item, depth + 1));
        return hash;
    }
    case TemplateKind::native: return 17;
    case TemplateKind::object: return hash_pointer(&value.object_value());
    case TemplateKind::exposed: return hash_pointer(value.exposed_value());
    case TemplateKind::iterator: return hash_pointer(&value.iterator_value());
    default:
        throw TemplateRuntimeError("TypeError",
                                   concat({"unhashable type: '", value.type_name(), "'"}));
    }
}

MICROFLASK_INLINE std::uint64_t template_hash(const TemplateValue& value) {
    return template_hash_in(value, 0);
}

}  // namespace microflask::detail
