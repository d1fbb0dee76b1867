// Bodies of pretty_print.hpp.
#include "jinja/pretty_print.hpp"

#include "core/config.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/methods.hpp"
#include "jinja/operators.hpp"
#include "jinja/python_text.hpp"
#include "jinja/text_methods.hpp"
#include "jinja/unicode.hpp"

#include <cstddef>
#include <string_view>

namespace microflask::detail {

/// Whether keys can be compared: all are text, or all are numbers.
MICROFLASK_INLINE bool template_are_comparable(const List<TemplateValue>& keys) {
    bool all_text = true;
    bool all_numbers = true;
    for (const TemplateValue& key : keys) {
        all_text = all_text && key.is_text();
        all_numbers = all_numbers && (key.is_integer() || key.is_double() || key.is_boolean());
    }
    return all_text || all_numbers;
}

MICROFLASK_INLINE TemplateValue template_sort_dicts(const TemplateValue& value, bool is_strict,
                                                    unsigned depth) {
    if (depth > template_nesting_limit) TemplateDepth::throw_too_deep();
    if (TemplateSequence::is(value)) {
        const TemplateSequence sequence(value);
        List<TemplateValue> items;
        for (std::size_t i = 0; i < sequence.size(); ++i)
            items.push_back(template_sort_dicts(sequence[i], is_strict, depth + 1));
        return sequence.is_tuple() ? template_make_tuple(std::move(items))
                                   : template_make_list(std::move(items));
    }
    if (value.kind() != TemplateKind::dict && value.kind() != TemplateKind::json_object)
        return value;
    List<TemplateValue> keys;
    List<TemplateValue> values;
    TemplateIterator iterator(template_dict_view(value, TemplateDictPart::items));
    for (TemplateValue pair[2]; iterator.next_unpacked(pair, 2);) {
        List<TemplateValue> entry;
        entry.push_back(pair[0]);
        entry.push_back(template_sort_dicts(pair[1], is_strict, depth + 1));
        keys.push_back(std::move(pair[0]));
        values.push_back(template_make_tuple(std::move(entry)));
    }
    auto* dict = new TemplateDict;
    TemplateValue result = TemplateValue::dict(dict);
    if (is_strict || template_are_comparable(keys)) values = template_sorted(values, keys, false);
    for (const TemplateValue& entry : values)
        dict->set(entry.list_value().items[0], entry.list_value().items[1]);
    return result;
}

/// Writes values as Python's pprint does with its defaults.
class TemplatePrettyPrinter {
public:
    explicit TemplatePrettyPrinter(std::string& out) noexcept : out_(out) {}

    void print(const TemplateValue& value, std::size_t indent, std::size_t allowance,
               unsigned level) {
        const std::string repr = repr_of(value);
        if (count_code_points(repr) + indent + allowance <= width) {
            out_ += repr;
            return;
        }
        switch (value.kind()) {
        case TemplateKind::text:
            if (value.is_markup())
                out_ += repr;
            else
                print_text(value.text_value(), indent, allowance, level + 1);
            break;
        case TemplateKind::list: print_items(value, '[', "]", indent, allowance, level + 1); break;
        case TemplateKind::tuple:
            print_items(value, '(', value.list_value().items.size() == 1 ? ",)" : ")", indent,
                        allowance, level + 1);
            break;
        case TemplateKind::dict: print_dict(value, indent, allowance, level + 1); break;
        default: out_ += repr;
        }
    }

private:
    static constexpr std::size_t width = 80;

    static std::string repr_of(const TemplateValue& value) {
        std::string repr;
        template_append_repr(repr, value);
        return repr;
    }

    static std::string repr_of(std::string_view text) {
        std::string repr;
        template_append_repr_text(repr, text);
        return repr;
    }

    void break_line(std::size_t indent) {
        out_ += '\n';
        out_.append(indent, ' ');
    }

    void print_items(const TemplateValue& value, char open, std::string_view close,
                     std::size_t indent, std::size_t allowance, unsigned level) {
        out_ += open;
        const List<TemplateValue>& items = value.list_value().items;
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (i > 0) {
                out_ += ',';
                break_line(indent + 1);
            }
            print(items[i], indent + 1, i + 1 == items.size() ? allowance + close.size() : 1,
                  level);
        }
        out_ += close;
    }

    void print_dict(const TemplateValue& value, std::size_t indent, std::size_t allowance,
                    unsigned level) {
        out_ += '{';
        const TemplateDict& dict = value.dict_value();
        for (std::size_t i = 0; i < dict.size(); ++i) {
            if (i > 0) {
                out_ += ',';
                break_line(indent + 1);
            }
            const std::string key = repr_of(dict[i].key);
            out_ += key;
            out_ += ": ";
            print(dict[i].value, indent + 1 + count_code_points(key) + 2,
                  i + 1 == dict.size() ? allowance + 1 : 1, level);
        }
        out_ += '}';
    }

    /// Takes the next word with the white space behind it.
    static std::string_view take_part(std::string_view& line) {
        std::string_view rest = line;
        bool in_space = false;
        while (!rest.empty()) {
            std::string_view next = rest;
            const bool is_space = is_unicode_space(next_code_point(next));
            if (in_space && !is_space) break;
            in_space = in_space || is_space;
            rest = next;
        }
        const std::string_view part = line.substr(0, line.size() - rest.size());
        line = rest;
        return part;
    }

    void print_text(std::string_view text, std::size_t indent, std::size_t allowance,
                    unsigned level) {
        if (level == 1) {
            ++indent;
            ++allowance;
        }
        const std::size_t most = width > indent ? width - indent : 0;
        const auto fits = [&](std::string_view candidate, bool is_last) {
            return count_code_points(repr_of(candidate)) + (is_last ? allowance : 0) <= most;
        };
        List<std::string> chunks;
        const List<std::string_view> lines = template_split_lines(text, true);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const bool is_last_line = i + 1 == lines.size();
            if (fits(lines[i], is_last_line)) {
                chunks.push_back(repr_of(lines[i]));
                continue;
            }
            std::string current;
            for (std::string_view rest = lines[i]; !rest.empty();) {
                const std::string_view part = take_part(rest);
                const std::string candidate = current + std::string(part);
                if (fits(candidate, is_last_line && rest.empty())) {
                    current = candidate;
                    continue;
                }
                if (!current.empty()) chunks.push_back(repr_of(std::string_view(current)));
                current = part;
            }
            if (!current.empty()) chunks.push_back(repr_of(std::string_view(current)));
        }
        if (chunks.size() == 1) {
            out_ += chunks[0];
            return;
        }
        if (level == 1) out_ += '(';
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            if (i > 0) break_line(indent);
            out_ += chunks[i];
        }
        if (level == 1) out_ += ')';
    }

    std::string& out_;
};

MICROFLASK_INLINE void template_pretty_print(std::string& out, const TemplateValue& value) {
    std::string repr;
    template_append_repr(repr, value);  // throws where it is too long, before it is all copied
    TemplatePrettyPrinter(out).print(template_sort_dicts(value, false), 0, 0, 0);
}

}  // namespace microflask::detail
