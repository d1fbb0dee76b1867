// Bodies of local.hpp: the table of local objects, and the storage of one task.
#include "local/local.hpp"

#include "core/config.hpp"

#include <mutex>

namespace microflask {

namespace detail {

/// The places that local objects have in every task's table.
struct LocalPlaces {
    std::mutex mutex;  // guards all of it
    std::vector<std::uint32_t> tenants{0};
    std::vector<std::uint32_t> free;
};

/// Returns the one table of places; never destroyed, since globals may give places back at the very end.
MICROFLASK_INLINE LocalPlaces& local_places() {
    static LocalPlaces* const places = new LocalPlaces;
    return *places;
}

MICROFLASK_INLINE LocalId acquire_local_id() {
    LocalPlaces& places = local_places();
    const std::lock_guard lock(places.mutex);
    if (places.free.empty()) {
        places.tenants.push_back(1);
        return LocalId(static_cast<std::uint32_t>(places.tenants.size() - 1), 1);
    }
    const std::uint32_t place = places.free.back();
    places.free.pop_back();
    return LocalId(place, ++places.tenants[place]);
}

MICROFLASK_INLINE void release_local_id(LocalId id) noexcept {
    LocalPlaces& places = local_places();
    const std::lock_guard lock(places.mutex);
    places.free.push_back(id.place());
}

MICROFLASK_INLINE void TaskStorage::keep(LocalId id, void* value, void (*destroy)(void*) noexcept) {
    if (id.place() >= slots_.size()) slots_.resize(id.place() + std::size_t{1});
    Slot& slot = slots_[id.place()];
    const Slot old = std::exchange(slot, Slot{id, value, destroy});
    if (old.value) old.destroy(old.value);
}

MICROFLASK_INLINE void TaskStorage::drop(LocalId id) noexcept {
    if (!find(id)) return;
    const Slot old = std::exchange(slots_[id.place()], Slot{});
    old.destroy(old.value);
}

MICROFLASK_INLINE void TaskStorage::clear() noexcept {
    while (!slots_.empty()) {
        const Slot slot = slots_.back();
        slots_.pop_back();
        if (slot.value) slot.destroy(slot.value);
    }
}

MICROFLASK_INLINE TaskStorage& make_thread_storage() {
    struct ThreadStorage {
        TaskStorage storage;
        ~ThreadStorage() {
            storage.clear();
            running_task_storage = nullptr;
        }
    };
    thread_local ThreadStorage own;
    running_task_storage = &own.storage;
    return own.storage;
}

}  // namespace detail

}  // namespace microflask
