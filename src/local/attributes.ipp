// Bodies of attributes.hpp.
#include "local/attributes.hpp"

#include "core/config.hpp"

namespace microflask {

MICROFLASK_INLINE void Attributes::erase(std::string_view name) noexcept {
    for (const auto& entry : values_) {
        if (entry.first == name) {
            values_.erase(&entry);
            return;
        }
    }
}

MICROFLASK_INLINE std::vector<std::string> Attributes::names() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : values_) names.push_back(name);
    return names;
}

MICROFLASK_INLINE std::any& Attributes::place(std::string_view name) {
    for (auto& [key, value] : values_) {
        if (key == name) return value;
    }
    return values_.emplace_back(std::string(name), std::any{}).second;
}

MICROFLASK_INLINE const std::any* Attributes::find_any(std::string_view name) const noexcept {
    for (const auto& [key, value] : values_) {
        if (key == name) return &value;
    }
    return nullptr;
}

MICROFLASK_INLINE void Attributes::throw_missing(std::string_view name) {
    throw AttributeError("no value of the type asked for is kept as '" + std::string(name) + "'");
}

}  // namespace microflask
