// Storage of the running task: one value per name and task. A task is a thread by default, and a coroutine where one
// runs: whoever resumes a coroutine switches to its storage with TaskScope.
#pragma once

#include "core/list.hpp"
#include "local/attributes.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace microflask {

template <class T>
class LocalProxy;

namespace detail {

/// Names one local object among all that ever lived: a place in the tables, and which tenant of that place it is.
struct LocalId {
    LocalId() noexcept = default;
    constexpr explicit LocalId(std::uint64_t packed) noexcept : bits(packed) {}
    constexpr LocalId(std::uint32_t place, std::uint32_t tenant) noexcept
        : bits(place | std::uint64_t{tenant} << 32) {}

    [[nodiscard]] constexpr std::uint32_t place() const noexcept {  // 0: not given out yet
        return static_cast<std::uint32_t>(bits);
    }
    friend constexpr bool operator==(LocalId, LocalId) noexcept = default;

    std::uint64_t bits = 0;
};

/// Gives out a place that no living local object has. From any thread.
LocalId acquire_local_id();
/// Gives a place back. What tasks still keep there is dropped when the place is used again, or the task ends.
void release_local_id(LocalId id) noexcept;

/// The values that local objects keep for one task. Used by one thread at a time.
class TaskStorage {
public:
    TaskStorage() noexcept = default;
    TaskStorage(const TaskStorage&) = delete;
    TaskStorage& operator=(const TaskStorage&) = delete;
    ~TaskStorage() { clear(); }

    /// Returns the value kept for a local object, or null.
    [[nodiscard]] void* find(LocalId id) const noexcept {
        if (id.place() >= slots_.size()) return nullptr;
        const Slot& slot = slots_[id.place()];
        return slot.id == id ? slot.value : nullptr;
    }
    /// Keeps a value for a local object, in place of what was there.
    void keep(LocalId id, void* value, void (*destroy)(void*) noexcept);
    /// Drops the value of a local object.
    void drop(LocalId id) noexcept;
    /// Drops everything, last come first.
    void clear() noexcept;

private:
    struct Slot {
        LocalId id;
        void* value = nullptr;
        void (*destroy)(void*) noexcept = nullptr;
    };
    List<Slot> slots_;
};

/// The storage of the task that runs on this thread; null until somebody asked for it.
inline constinit thread_local TaskStorage* running_task_storage = nullptr;

/// Makes the storage of this thread itself, and makes it the running one.
TaskStorage& make_thread_storage();

/// Returns the storage of the running task.
inline TaskStorage& task_storage() {
    return running_task_storage ? *running_task_storage : make_thread_storage();
}

/// Makes another task's storage the running one until the scope ends. On one thread, nested properly.
class TaskScope {
public:
    explicit TaskScope(TaskStorage& storage) noexcept
        : previous_(std::exchange(running_task_storage, &storage)) {}
    TaskScope(const TaskScope&) = delete;
    TaskScope& operator=(const TaskScope&) = delete;
    ~TaskScope() { running_task_storage = previous_; }

private:
    TaskStorage* previous_;
};

/// One value of type T per task, made when a task first asks. Constant-initialised, so it may be a global.
template <class T>
class TaskLocal {
public:
    constexpr TaskLocal() noexcept = default;
    TaskLocal(const TaskLocal&) = delete;
    TaskLocal& operator=(const TaskLocal&) = delete;
    ~TaskLocal() {
        if (const LocalId id = current_id(); id.place() != 0) {
            if (running_task_storage) running_task_storage->drop(id);
            release_local_id(id);
        }
    }

    /// Returns the running task's value, or null where it has none yet.
    [[nodiscard]] T* find() const noexcept {
        TaskStorage* storage = running_task_storage;
        return storage ? static_cast<T*>(storage->find(current_id())) : nullptr;
    }
    /// Returns the running task's value, made now where there was none.
    [[nodiscard]] T& get() {
        T* const value = find();
        return value ? *value : make();
    }
    /// Drops the running task's value.
    void release() noexcept {
        if (running_task_storage) running_task_storage->drop(current_id());
    }

private:
    [[nodiscard]] LocalId current_id() const noexcept {
        return LocalId(id_.load(std::memory_order_relaxed));
    }
    T& make() {
        LocalId id = current_id();
        if (id.place() == 0) id = give_id();
        auto value = std::make_unique<T>();
        task_storage().keep(id, value.get(),
                            [](void* kept) noexcept { delete static_cast<T*>(kept); });
        return *value.release();
    }
    LocalId give_id() {
        const LocalId fresh = acquire_local_id();
        std::uint64_t expected = 0;
        if (id_.compare_exchange_strong(expected, fresh.bits, std::memory_order_relaxed))
            return fresh;
        release_local_id(fresh);
        return LocalId(expected);
    }

    std::atomic<std::uint64_t> id_{0};
};

}  // namespace detail

/// Attributes of the running task, each task its own (Werkzeug's `Local`). Usable from every thread at once.
class Local {
public:
    constexpr Local() noexcept = default;

    /// What `local["name"]` gives: `= value` sets, `.get<T>()` reads.
    Attributes::Item operator[](std::string_view name) { return values_.get()[name]; }
    /// Sets an attribute of the running task; text is kept as std::string.
    template <class T>
    void set(std::string_view name, T&& value) {
        values_.get().set(name, std::forward<T>(value));
    }
    /// Returns an attribute; throws AttributeError where the running task has none of that name and type.
    template <class T>
    [[nodiscard]] T& get(std::string_view name) {
        return values_.get().template get<T>(name);
    }
    /// Returns an attribute, or null.
    template <class T>
    [[nodiscard]] T* find(std::string_view name) const noexcept {
        Attributes* values = values_.find();
        return values ? values->template find<T>(name) : nullptr;
    }
    [[nodiscard]] bool contains(std::string_view name) const noexcept {
        const Attributes* values = values_.find();
        return values && values->contains(name);
    }
    /// Removes an attribute of the running task; nothing happens where there is none.
    void erase(std::string_view name) noexcept {
        if (Attributes* values = values_.find()) values->erase(name);
    }
    /// Removes all attributes of the running task (Werkzeug's `release_local`).
    void release() noexcept { values_.release(); }
    /// Makes a proxy of the attribute of that name (Werkzeug's `local("name")`). This object must outlive it.
    template <class T>
    [[nodiscard]] LocalProxy<T> proxy(std::string_view name);

private:
    detail::TaskLocal<Attributes> values_;
};

/// Removes what the running task keeps in a Local, or empties its LocalStack.
template <class T>
    requires requires(T& local) {
        local.release();
    }
void release_local(T& local) noexcept {
    local.release();
}

}  // namespace microflask
