// Converters: which text a variable of a rule takes, what value it becomes, and how a value is written into a URL.
#pragma once

#include "core/errors.hpp"
#include "core/list.hpp"
#include "json/value.hpp"
#include "routing/rule_syntax.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace microflask {

/// Thrown by a converter whose text does not fit: the rule does not match, which is a 404.
class ValidationError : public ValueError {
public:
    ValidationError() : ValueError("the text does not fit the converter") {}
    explicit ValidationError(const std::string& what) : ValueError(what) {}
};

/// What stands between the parentheses of a converter: `<list(",", max=3):tags>`. A custom converter may take it in
/// its constructor.
struct ConverterArguments {
    Json args = Json::array();
    Json kwargs = Json::object();
};

/// A variable's value in a matched rule. `text` is a view of the path that was matched. Cheap to copy; it is valid
/// as long as the path, the map and the RuleMatch are.
class MatchedValue {
public:
    enum class Kind : unsigned char { text, integer, unsigned_integer, floating, custom };

    MatchedValue() noexcept = default;
    explicit MatchedValue(std::string_view text) noexcept : text_(text), kind_(Kind::text) {
        value_.integer = 0;
    }
    MatchedValue(std::string_view text, std::int64_t value) noexcept
        : text_(text), kind_(Kind::integer) {
        value_.integer = value;
    }
    MatchedValue(std::string_view text, std::uint64_t value) noexcept
        : text_(text), kind_(Kind::unsigned_integer) {
        value_.unsigned_integer = value;
    }
    MatchedValue(std::string_view text, double value) noexcept
        : text_(text), kind_(Kind::floating) {
        value_.floating = value;
    }
    MatchedValue(std::string_view text, const void* object, const std::type_info& type) noexcept
        : text_(text), type_(&type), kind_(Kind::custom) {
        value_.object = object;
    }

    Kind kind() const noexcept { return kind_; }

    /// Returns the text as it stood in the path.
    std::string_view text() const noexcept { return text_; }

    /// Returns the value as a number or as text; nothing where it is of another kind or does not fit `T`.
    template <class T>
    std::optional<T> to() const {
        if constexpr (std::is_integral_v<T>) {
            if (kind_ == Kind::integer && std::in_range<T>(value_.integer))
                return static_cast<T>(value_.integer);
            if (kind_ == Kind::unsigned_integer && std::in_range<T>(value_.unsigned_integer)) {
                return static_cast<T>(value_.unsigned_integer);
            }
        } else if constexpr (std::is_floating_point_v<T>) {
            if (kind_ == Kind::floating) return static_cast<T>(value_.floating);
        } else {
            if (kind_ == Kind::text) return T(text_);
        }
        return std::nullopt;
    }

    /// Returns what a custom converter made, or null where it made another type or the converter is built in.
    template <class T>
    const T* custom() const noexcept {
        return kind_ == Kind::custom && *type_ == typeid(T) ? static_cast<const T*>(value_.object)
                                                            : nullptr;
    }

    /// Returns the value as Flask's `view_args` hold it; the value of a custom converter is its text.
    Json json() const;

private:
    std::string_view text_;
    union {
        std::int64_t integer;
        std::uint64_t unsigned_integer;
        double floating;
        const void* object;
    } value_;
    const std::type_info* type_;
    Kind kind_;
};

namespace detail {

/// A user's converter without its type. Shared by all threads that match.
class CustomConverter {
public:
    virtual ~CustomConverter() = default;
    virtual bool accepts(std::string_view text) const = 0;
    virtual std::shared_ptr<const void> to_cpp(std::string_view text) const = 0;
    virtual const std::type_info& value_type() const noexcept = 0;
    virtual std::string to_url(const Json& value) const = 0;
};

/// A converter as a rule uses it: one of the built-in ones with its arguments, or a custom one.
struct Converter {
    ConverterKind kind = ConverterKind::string;
    int weight = 100;
    bool part_isolating = true;
    bool is_signed = false;
    std::size_t min_length = 1;
    std::size_t max_length = static_cast<std::size_t>(-1);
    std::size_t fixed_digits = 0;
    std::optional<std::int64_t> min_integer;
    std::optional<std::int64_t> max_integer;
    std::optional<double> min_floating;
    std::optional<double> max_floating;
    std::vector<std::string> items;
    std::shared_ptr<const CustomConverter> custom;
    std::string identity;  ///< the same for converters that take the same texts

    /// Returns whether the whole text is one that the converter takes; the text is a piece between slashes, or the
    /// rest of the path for a converter that is not part-isolating. Its range is checked by `convert`.
    bool takes(std::string_view text) const;

    /// Returns where the text that the converter would rather take ends, or npos where it takes none.
    std::size_t first_end(std::string_view text, std::size_t start) const;

    /// Returns the next choice after one that led nowhere, or npos.
    std::size_t next_end(std::string_view text, std::size_t start, std::size_t end) const;

    /// Returns whether the text itself is the value.
    bool makes_text() const noexcept {
        return kind != ConverterKind::integer && kind != ConverterKind::floating &&
               kind != ConverterKind::custom;
    }

    /// Whether any text of a piece will do, be it one character: then `last_end` says where the longest ends, and each
    /// character before it ends one too.
    bool takes_any_length() const noexcept {
        return kind == ConverterKind::path ||
               (kind == ConverterKind::string && min_length == 1 && is_plain());
    }
    /// Returns where the longest text ends that begins at `start`, which is `start` itself where there is none.
    std::size_t last_end(std::string_view text, std::size_t start) const noexcept;

    /// Returns whether this is `<x>` or `<int:x>` without arguments that would matter.
    bool is_plain() const noexcept;

    /// Makes the value of text that `takes` accepted; false where it is out of range or does not fit. `owner` keeps
    /// what a custom converter made.
    bool convert(std::string_view text, MatchedValue& value,
                 List<std::shared_ptr<const void>>& owner) const;
    bool convert_number(std::string_view text, MatchedValue& value) const;

    /// Returns the value as it stands in a URL, quoted. Throws ValueError for one that does not fit.
    std::string to_url(const Json& value) const;
};

/// Returns the number of up to 18 digits, which cannot overflow; nothing of any other text.
std::optional<std::int64_t> read_short_number(std::string_view text) noexcept;

/// Returns a Json value as Python's str() writes it: `True`, `1.0`, `text`.
std::string routing_text_of(const Json& value);

/// Appends text to a path, quoted; "%XX" that is there already is kept where asked for.
void append_quoted_path(std::string& out, std::string_view text, bool keep_escapes = false);

/// Whether Json::get<T>() is there for a converter's value: numbers, text, lists of them, and `from_json`.
template <class T>
constexpr bool converter_reads_json() {
    if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string> ||
                  std::is_same_v<T, Json>)
        return true;
    else if constexpr (JsonHasReader<T, Json> || JsonHasFromJson<T, Json>)
        return true;
    else if constexpr (JsonRange<T> && !JsonMap<T>) {
        return converter_reads_json<typename T::value_type>() &&
               requires(T & range, typename T::value_type item) {
            range.insert(range.end(), item);
        };
    } else
        return false;
}

/// Makes one of the user's converters. What it needs of the user's type: `to_cpp(std::string_view)` and
/// `to_url(value)`; optional are a constructor from ConverterArguments, `weight`, `part_isolating` and
/// `accepts(std::string_view)`, which lets other rules be tried where it is false.
template <class C>
class CustomConverterOf final : public CustomConverter {
public:
    using Value = std::decay_t<decltype(std::declval<C&>().to_cpp(std::string_view()))>;

    explicit CustomConverterOf(const ConverterArguments& arguments) : converter_(make(arguments)) {}

    bool accepts([[maybe_unused]] std::string_view text) const override {
        if constexpr (requires(C & c) {
                          { c.accepts(text) } -> std::convertible_to<bool>;
                      }) {
            return converter_.accepts(text);
        } else {
            return true;
        }
    }
    std::shared_ptr<const void> to_cpp(std::string_view text) const override {
        return std::make_shared<const Value>(converter_.to_cpp(text));
    }
    const std::type_info& value_type() const noexcept override { return typeid(Value); }
    std::string to_url(const Json& value) const override {
        if constexpr (requires(C & c) {
                          { c.to_url(value) } -> std::convertible_to<std::string>;
                      }) {
            return std::string(converter_.to_url(value));
        } else if constexpr (std::is_same_v<Value, std::string_view>) {
            return std::string(converter_.to_url(std::string_view(routing_text_of(value))));
        } else {
            if (value.is_string() && !std::is_same_v<Value, std::string>) {
                return std::string(converter_.to_url(converter_.to_cpp(routing_text_of(value))));
            }
            if constexpr (converter_reads_json<Value>()) {
                return std::string(converter_.to_url(value.template get<Value>()));
            } else {
                return std::string(converter_.to_url(converter_.to_cpp(routing_text_of(value))));
            }
        }
    }
    int weight() const {
        if constexpr (requires(C & c) {
                          { c.weight } -> std::convertible_to<int>;
                      })
            return converter_.weight;
        return 100;
    }
    bool part_isolating() const {
        if constexpr (requires(C & c) {
                          { c.part_isolating } -> std::convertible_to<bool>;
                      }) {
            return converter_.part_isolating;
        }
        return true;
    }

private:
    static C make(const ConverterArguments& arguments) {
        if constexpr (std::constructible_from<C, const ConverterArguments&>) {
            return C(arguments);
        } else {
            if (!arguments.args.empty() || !arguments.kwargs.empty()) {
                throw ValueError("the converter takes no arguments");
            }
            return C();
        }
    }

    mutable C converter_;  // members of the user's type need not be const
};

template <class C>
void make_custom_converter(Converter& converter, const ConverterArguments& arguments) {
    auto custom = std::make_shared<const CustomConverterOf<C>>(arguments);
    converter.weight = custom->weight();
    converter.part_isolating = custom->part_isolating();
    converter.custom = std::move(custom);
}

}  // namespace detail

/// The converters of a map by name, beside the built-in ones: `map.converters().add<ListConverter>("list")`.
class ConverterRegistry {
public:
    /// Adds a converter, or replaces the one of that name for rules that are added later. `C` has
    /// `T to_cpp(std::string_view)`, which throws ValidationError where the text does not fit, and `to_url(T)` (or of
    /// a Json); its constructor takes a ConverterArguments or nothing. `int weight` (100) and `bool part_isolating`
    /// (true: no "/" in the text) are optional. Its members are called from several threads at once.
    template <class C>
    void add(std::string_view name) {
        set(name, &detail::make_custom_converter<C>, &typeid(C));
    }

    /// Returns whether there is a converter of that name, built in or added.
    bool contains(std::string_view name) const;

private:
    friend class Rule;
    using Make = void (*)(detail::Converter&, const ConverterArguments&);
    struct Entry {
        std::string name;
        Make make = nullptr;
        const std::type_info* type = nullptr;
    };

    void set(std::string_view name, Make make, const std::type_info* type);
    const Entry* find(std::string_view name) const;
    detail::Converter make(std::string_view name, std::string_view arguments) const;

    detail::List<Entry> entries_;
};

namespace detail {

/// Reads converter arguments: `test, a=1, b=3.0`. Throws ValueError where they are malformed.
ConverterArguments parse_converter_args(std::string_view arguments);

}  // namespace detail

}  // namespace microflask
