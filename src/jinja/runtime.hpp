// What a rendering works with: compiled templates, the variables of a context, frames with slots, and the objects that a
// template gets from the engine: macros, loops, blocks, modules.
#pragma once

#include "core/config.hpp"
#include "core/list.hpp"
#include "jinja/boxes.hpp"
#include "jinja/context.hpp"
#include "jinja/nodes.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

class TemplateRun;
class TemplateSession;

/// Shares a box.
template <class Box>
class TemplateHandle {
public:
    TemplateHandle() noexcept = default;
    TemplateHandle(Box* box) noexcept : box_(box) {
        if (box_) box_->retain();
    }
    TemplateHandle(const TemplateHandle& other) noexcept : TemplateHandle(other.box_) {}
    TemplateHandle(TemplateHandle&& other) noexcept : box_(std::exchange(other.box_, nullptr)) {}
    TemplateHandle& operator=(TemplateHandle other) noexcept {
        std::swap(box_, other.box_);
        return *this;
    }
    ~TemplateHandle() {
        if (box_) box_->release();
    }
    [[nodiscard]] Box* get() const noexcept { return box_; }
    Box* operator->() const noexcept { return box_; }
    Box& operator*() const noexcept { return *box_; }
    explicit operator bool() const noexcept { return box_ != nullptr; }

private:
    Box* box_ = nullptr;
};

/// A template that is ready to be rendered. It never changes, but for what it remembers of its size.
class CompiledTemplate final : public TemplateBox {
public:
    std::string name;      // empty: it was made of a string
    std::string filename;  // empty: it is in no file
    bool autoescape = false;
    TemplateTree tree;
    mutable std::atomic<std::size_t> rendered_size{0};  // of the last rendering
};

/// Where a rendering gets templates and globals from: the environment.
class TemplateProvider {
public:
    /// Returns a template; throws TemplateNotFound, TemplateSyntaxError.
    virtual TemplateHandle<const CompiledTemplate> provide(std::string_view name) = 0;
    /// Returns the value of a global; a missing value where there is none.
    [[nodiscard]] virtual TemplateValue find_global(std::string_view name) const = 0;
    /// Gives a filter or a test; whether there is one.
    virtual bool find_callable(std::string_view name, bool is_filter, TemplateValue& value) = 0;

protected:
    TemplateProvider() = default;
    TemplateProvider(const TemplateProvider&) = default;
    TemplateProvider& operator=(const TemplateProvider&) = default;
    ~TemplateProvider() = default;
};

/// What belongs to one rendering and is counted, but may refer to itself by way of values: the session clears it.
class TemplateScope {
public:
    TemplateScope(const TemplateScope&) = delete;
    TemplateScope& operator=(const TemplateScope&) = delete;

    void retain() noexcept { ++references_; }
    void release() noexcept {
        if (--references_ == 0) delete this;
    }
    /// Lets go of all values.
    virtual void clear() noexcept = 0;

protected:
    explicit TemplateScope(TemplateSession& session) noexcept;
    MICROFLASK_INLINE virtual ~TemplateScope();

private:
    friend class TemplateSession;
    TemplateSession* session_;
    TemplateScope* previous_ = nullptr;
    TemplateScope* next_ = nullptr;
    std::uint32_t references_ = 0;
};

/// The variables of a running function.
struct TemplateFrame {
    TemplateValue* slots = nullptr;
    TemplateFrame* outer = nullptr;  // of the function around it
};

/// A frame that macros inside of the function refer to.
class TemplateSharedFrame final : public TemplateScope, public TemplateFrame {
public:
    TemplateSharedFrame(TemplateSession& session, std::size_t size,
                        TemplateHandle<TemplateSharedFrame> outer_frame);
    MICROFLASK_INLINE void clear() noexcept override;

private:
    std::unique_ptr<TemplateValue[]> values_;
    std::size_t size_;
    TemplateHandle<TemplateSharedFrame> outer_frame_;
};

/// One of the templates that define a block.
struct TemplateBlock {
    const TemplateNode* node = nullptr;
    const CompiledTemplate* source = nullptr;
};

/// The blocks of one name, the most derived first.
struct TemplateBlockStack {
    std::string_view name;
    List<TemplateBlock> blocks;
};

/// The variables that a template and its parents share (jinja2.runtime.Context).
class TemplateContext final : public TemplateScope {
public:
    struct Variable {
        std::string_view name;
        TemplateValue value;
    };

    /// Begins a context with what was given to the rendering, and the globals.
    TemplateContext(TemplateSession& session, const CompiledTemplate& source, const Context* given);
    /// Begins a context that sees the variables of another one.
    TemplateContext(TemplateSession& session, const CompiledTemplate& source,
                    const TemplateContext& other);

    /// Returns a variable; a missing value where there is none.
    [[nodiscard]] TemplateValue resolve(std::string_view name) const;
    void set(std::string_view name, TemplateValue value, bool is_exported);
    /// Sets a variable that the template did not make itself.
    void set_outer(std::string_view name, TemplateValue value);
    [[nodiscard]] const TemplateValue* find_exported(std::string_view name) const noexcept;
    void add_blocks(const CompiledTemplate& source);
    [[nodiscard]] const TemplateBlockStack* find_blocks(std::string_view name) const noexcept;
    void copy_blocks(const TemplateContext& other) { blocks_ = other.blocks_; }
    MICROFLASK_INLINE void clear() noexcept override;

    [[nodiscard]] TemplateSession& session() const noexcept { return session_; }
    [[nodiscard]] const CompiledTemplate& source() const noexcept { return source_; }
    /// Whether what is printed is escaped. A derived context shares that with the one it comes from.
    [[nodiscard]] bool autoescape() const noexcept { return root().autoescape_; }
    void autoescape(bool on) noexcept { const_cast<TemplateContext&>(root()).autoescape_ = on; }
    void share_autoescape(TemplateContext& other) noexcept { root_ = &other; }

private:
    [[nodiscard]] const TemplateContext& root() const noexcept {
        return root_ ? root_->root() : *this;
    }
    static const TemplateValue* find(const List<Variable>& variables,
                                     std::string_view name) noexcept;

    TemplateSession& session_;
    const CompiledTemplate& source_;
    const Context* given_;
    List<Variable> outer_;  // handed on by another template
    List<Variable> own_;    // set on the template's top level
    List<std::string_view> exported_;
    List<TemplateBlockStack> blocks_;
    TemplateHandle<TemplateContext> root_;
    bool autoescape_;
};

/// All that one rendering makes and shares. Whoever still refers to it when the rendering has ended finds it empty.
class TemplateSession final : public TemplateBox {
public:
    explicit TemplateSession(TemplateProvider& provider) noexcept : provider_(provider) {}
    MICROFLASK_INLINE ~TemplateSession() override;

    /// Keeps a template for as long as the session.
    const CompiledTemplate& keep(TemplateHandle<const CompiledTemplate> source);
    /// Breaks the circles of frames, contexts and macros.
    void end() noexcept;
    [[nodiscard]] TemplateProvider& provider() const noexcept { return provider_; }

    struct Module {
        const CompiledTemplate* source = nullptr;
        TemplateValue value;
    };
    List<Module> modules;  // of templates that were imported without context

private:
    friend class TemplateScope;

    TemplateProvider& provider_;
    TemplateScope* scopes_ = nullptr;
    List<TemplateHandle<const CompiledTemplate>> templates_;
};

/// An object that renders a part of a template when it is called.
class TemplateFragment : public TemplateObject {
public:
    /// Appends what a call gives to the output of the run.
    virtual void render(TemplateRun& run, const TemplateArguments& arguments) = 0;
    /// Whether a call gives Markup.
    [[nodiscard]] virtual bool gives_markup(const TemplateRun& run) const noexcept = 0;

    [[nodiscard]] MICROFLASK_INLINE bool is_callable() const noexcept override;
    MICROFLASK_INLINE TemplateValue call(RenderState& state,
                                         const TemplateArguments& arguments) override;
};

/// A macro, or what `caller()` calls, with the frame and the context it was defined in.
class TemplateMacro final : public TemplateFragment {
public:
    TemplateMacro(const TemplateNode& node, TemplateHandle<TemplateSharedFrame> frame,
                  TemplateContext& context, const CompiledTemplate& source);

    MICROFLASK_INLINE void render(TemplateRun& run, const TemplateArguments& arguments) override;
    [[nodiscard]] MICROFLASK_INLINE bool gives_markup(
        const TemplateRun& run) const noexcept override;
    [[nodiscard]] MICROFLASK_INLINE std::string_view type_name() const noexcept override;
    MICROFLASK_INLINE bool attribute(RenderState& state, std::string_view name,
                                     TemplateValue& value) override;
    MICROFLASK_INLINE void append_repr(std::string& out) const override;

private:
    void bind(TemplateRun& run, const TemplateArguments& arguments, TemplateFrame& frame);
    [[noreturn]] void fail(std::string_view what) const;

    const TemplateNode& node_;
    TemplateHandle<TemplateSession> session_;
    TemplateHandle<TemplateSharedFrame> frame_;
    TemplateHandle<TemplateContext> context_;
    const CompiledTemplate& source_;
};

/// `super()` and `self.name()`: one of the blocks of a name.
class TemplateBlockReference final : public TemplateFragment {
public:
    TemplateBlockReference(TemplateContext& context, std::string_view name, std::size_t index);

    MICROFLASK_INLINE void render(TemplateRun& run, const TemplateArguments& arguments) override;
    [[nodiscard]] MICROFLASK_INLINE bool gives_markup(
        const TemplateRun& run) const noexcept override;
    [[nodiscard]] MICROFLASK_INLINE std::string_view type_name() const noexcept override;
    MICROFLASK_INLINE bool attribute(RenderState& state, std::string_view name,
                                     TemplateValue& value) override;

private:
    TemplateHandle<TemplateSession> session_;
    TemplateHandle<TemplateContext> context_;
    std::string_view name_;
    std::size_t index_;
};

/// Appends a template's name in quotes, or None.
void append_template_name(std::string& out, const std::string& name);

/// `self`: the blocks of the template by name.
class TemplateSelf final : public TemplateObject {
public:
    explicit TemplateSelf(TemplateContext& context);

    [[nodiscard]] MICROFLASK_INLINE std::string_view type_name() const noexcept override;
    MICROFLASK_INLINE bool attribute(RenderState& state, std::string_view name,
                                     TemplateValue& value) override;
    MICROFLASK_INLINE bool item(RenderState& state, const TemplateValue& key,
                                TemplateValue& value) override;
    MICROFLASK_INLINE void append_repr(std::string& out) const override;

private:
    TemplateHandle<TemplateSession> session_;
    TemplateHandle<TemplateContext> context_;
};

/// What an import gives: the names a template exports, and the text it prints.
class TemplateModule final : public TemplateObject {
public:
    TemplateModule(TemplateContext& context, std::string text);

    [[nodiscard]] MICROFLASK_INLINE std::string_view type_name() const noexcept override;
    MICROFLASK_INLINE bool attribute(RenderState& state, std::string_view name,
                                     TemplateValue& value) override;
    MICROFLASK_INLINE void append_text(std::string& out) const override;
    MICROFLASK_INLINE void append_repr(std::string& out) const override;
    [[nodiscard]] MICROFLASK_INLINE bool is_markup() const noexcept override;
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] const std::string& name() const noexcept { return context_->source().name; }
    [[nodiscard]] const TemplateValue* find(std::string_view name) const noexcept {
        return context_->find_exported(name);
    }

private:
    TemplateHandle<TemplateSession> session_;
    TemplateHandle<TemplateContext> context_;
    std::string text_;
};

/// `loop`: knows where a loop is (jinja2.runtime.LoopContext).
class TemplateLoop final : public TemplateFragment {
public:
    TemplateLoop(TemplateValue iterable, std::int64_t depth0);

    /// Makes `loop(...)` render the loop's body again, for other items.
    void make_recursive(const TemplateNode& node, TemplateHandle<TemplateSharedFrame> frame,
                        TemplateContext& context, const CompiledTemplate& source);
    /// Goes on to the next item; false at the end.
    bool next(TemplateValue& value);

    MICROFLASK_INLINE void render(TemplateRun& run, const TemplateArguments& arguments) override;
    [[nodiscard]] MICROFLASK_INLINE bool gives_markup(
        const TemplateRun& run) const noexcept override;
    [[nodiscard]] MICROFLASK_INLINE std::string_view type_name() const noexcept override;
    MICROFLASK_INLINE bool attribute(RenderState& state, std::string_view name,
                                     TemplateValue& value) override;
    MICROFLASK_INLINE bool call_method(RenderState& state, std::string_view name,
                                       const TemplateArguments& arguments,
                                       TemplateValue& result) override;
    [[nodiscard]] MICROFLASK_INLINE bool length(std::size_t& count) const override;
    MICROFLASK_INLINE void append_repr(std::string& out) const override;

private:
    [[nodiscard]] std::int64_t count_items();
    bool peek(TemplateValue& value);

    TemplateValue iterable_;
    TemplateIterator iterator_;
    TemplateValue before_ = TemplateValue::missing();
    TemplateValue current_ = TemplateValue::missing();
    TemplateValue after_ = TemplateValue::missing();
    TemplateValue changed_ = TemplateValue::missing();
    std::int64_t index0_ = -1;
    std::int64_t depth0_;
    std::int64_t length_ = -1;
    bool has_after_ = false;

    const TemplateNode* node_ = nullptr;  // of a recursive loop
    TemplateHandle<TemplateSession> session_;
    TemplateHandle<TemplateSharedFrame> frame_;
    TemplateHandle<TemplateContext> context_;
    const CompiledTemplate* source_ = nullptr;
};

/// `loop.cycle` and `loop.changed` where they are not called at once.
class TemplateLoopMethod final : public TemplateObject {
public:
    TemplateLoopMethod(TemplateLoop& loop, std::string_view name) noexcept
        : loop_(&loop), name_(name) {}

    [[nodiscard]] MICROFLASK_INLINE std::string_view type_name() const noexcept override;
    [[nodiscard]] MICROFLASK_INLINE bool is_callable() const noexcept override;
    MICROFLASK_INLINE TemplateValue call(RenderState& state,
                                         const TemplateArguments& arguments) override;

private:
    TemplateHandle<TemplateLoop> loop_;
    std::string_view name_;
};

}  // namespace microflask::detail
