// The members of a JSON object: the bodies.
#include "json/value.hpp"

#include "core/config.hpp"
#include "core/list.hpp"
#include "core/sort.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE void JsonObject::reserve(std::size_t count) {
    if (count == 0 || (block_ && count <= block_->capacity)) return;
    void* const place = ::operator new(sizeof(Block) + count * sizeof(JsonMember));
    Block* const block = ::new (place) Block;
    block->capacity = count;
    if (block_) {
        JsonMember* to = reinterpret_cast<JsonMember*>(block + 1);
        for (JsonMember& member : *this) {
            ::new (static_cast<void*>(to++)) JsonMember(std::move(member));
        }
        block->size = block_->size;
        block->index = std::move(block_->index);
        destroy();
    }
    block_ = block;
}

MICROFLASK_INLINE void JsonObject::destroy() noexcept {
    for (JsonMember& member : *this) member.~JsonMember();
    block_->~Block();
    ::operator delete(static_cast<void*>(block_));
}

MICROFLASK_INLINE void* JsonObject::place_for_one_more() {
    if (size() - (block_ ? block_->index.size() : 0) >= unindexed_limit) extend_index();
    if (!block_ || block_->size == block_->capacity) reserve(block_ ? 2 * block_->capacity : 4);
    return end();
}

MICROFLASK_INLINE Json& JsonObject::append(std::string_view key, Json&& value) {
    void* const place = place_for_one_more();
    Json& added = (::new (place) JsonMember(key, std::move(value)))->value();
    ++block_->size;
    return added;
}

MICROFLASK_INLINE void JsonObject::append(JsonMember&& member) {
    ::new (place_for_one_more()) JsonMember(std::move(member));
    ++block_->size;
}

MICROFLASK_INLINE std::size_t JsonObject::lower_bound(std::string_view key,
                                                      std::size_t count) const noexcept {
    const auto before = [this](std::uint32_t position, std::string_view wanted) {
        return member_at(position).key() < wanted;
    };
    const std::uint32_t* const first = block_->index.begin();
    return static_cast<std::size_t>(std::lower_bound(first, first + count, key, before) - first);
}

MICROFLASK_INLINE const JsonMember* JsonObject::find(std::string_view key) const noexcept {
    if (!block_) return nullptr;
    const List<std::uint32_t>& index = block_->index;
    if (!index.empty()) {
        const std::size_t found = lower_bound(key, index.size());
        if (found < index.size() && member_at(index[found]).key() == key)
            return &member_at(index[found]);
    }
    // The first character tells most names apart, before memcmp is called.
    const char first = key.empty() ? '\0' : key[0];
    for (std::size_t i = index.size(); i < block_->size; ++i) {
        const std::string& name = member_at(i).key();
        if (name.size() == key.size() && name[0] == first && name == key) return &member_at(i);
    }
    return nullptr;
}

MICROFLASK_INLINE Json& JsonObject::get_or_add(std::string_view key) {
    if (const JsonMember* member = find(key)) return const_cast<JsonMember*>(member)->value();
    return append(key, Json());
}

MICROFLASK_INLINE void JsonObject::set(std::string_view key, Json&& value) {
    if (const JsonMember* member = find(key))
        const_cast<JsonMember*>(member)->value() = std::move(value);
    else
        append(key, std::move(value));
}

MICROFLASK_INLINE JsonObject JsonObject::of_members(List<JsonMember>& members, std::size_t first) {
    JsonObject result;
    result.reserve(members.size() - first);
    if (members.size() - first <= unindexed_limit) {
        for (std::size_t i = first; i < members.size(); ++i) {
            if (const JsonMember* member = result.find(members[i].key()))
                const_cast<JsonMember*>(member)->value() = std::move(members[i].value_);
            else
                result.append(std::move(members[i]));
        }
        return result;
    }
    // Many members are sorted at once, which shows whether a name is there twice.
    List<std::uint32_t>& index = result.block_->index;
    for (std::size_t i = first; i < members.size(); ++i) {
        index.push_back(static_cast<std::uint32_t>(i - first));
        ::new (static_cast<void*>(result.end())) JsonMember(std::move(members[i]));
        ++result.block_->size;
    }
    result.sort_by_name(index);
    const auto same_name = [&](std::uint32_t a, std::uint32_t b) {
        return result.member_at(a).key() == result.member_at(b).key();
    };
    if (std::adjacent_find(index.begin(), index.end(), same_name) == index.end()) return result;
    JsonObject distinct;
    for (JsonMember& member : result) distinct.set(member.key(), std::move(member.value_));
    return distinct;
}

MICROFLASK_INLINE void JsonObject::sort_by_name(List<std::uint32_t>& positions) const {
    detail::sort_positions(positions.data(), positions.size(),
                           [this](std::uint32_t a, std::uint32_t b) {
                               return member_at(a).key() < member_at(b).key();
                           });
}

/// Merges the members that are not indexed yet: sorts them, then moves them into the index from its
/// end.
MICROFLASK_INLINE void JsonObject::extend_index() {
    List<std::uint32_t>& index = block_->index;
    std::size_t end = index.size();
    List<std::uint32_t> added;
    for (std::size_t i = end; i < block_->size; ++i) added.push_back(static_cast<std::uint32_t>(i));
    sort_by_name(added);
    index.resize(block_->size);
    for (std::size_t left = added.size(); left > 0; --left) {
        const std::size_t place = lower_bound(member_at(added[left - 1]).key(), end);
        std::uint32_t* const first = index.begin();
        std::move_backward(first + place, first + end, first + end + left);
        index[place + left - 1] = added[left - 1];
        end = place;
    }
}

MICROFLASK_INLINE bool JsonObject::erase(std::string_view key) {
    const JsonMember* member = find(key);
    if (!member) return false;
    List<std::uint32_t>& index = block_->index;
    const auto position = static_cast<std::uint32_t>(member - members());
    if (position < index.size()) index.erase(index.begin() + lower_bound(key, index.size()));
    for (std::uint32_t& indexed : index) {
        if (indexed > position) --indexed;
    }
    for (JsonMember* to = begin() + position; to + 1 != end(); ++to) *to = std::move(to[1]);
    (end() - 1)->~JsonMember();
    --block_->size;
    return true;
}

}  // namespace microflask::detail
