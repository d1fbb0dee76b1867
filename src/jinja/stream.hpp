// Renders a template piece by piece, as its text is asked for: after each item of a loop on the top of the template or of a
// block, and whenever a piece is large.
#pragma once

#include "core/list.hpp"
#include "jinja/context.hpp"
#include "jinja/environment.hpp"
#include "jinja/nodes.hpp"
#include "jinja/renderer.hpp"
#include "jinja/runtime.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace microflask {

/// What `Template::generate` gives: a function that returns the next piece, and nothing at the end. Used by one thread.
class TemplateStream {
public:
    /// The environment must outlive the stream.
    TemplateStream(Environment& environment,
                   detail::TemplateHandle<const detail::CompiledTemplate> source, Context context);
    TemplateStream(TemplateStream&&) noexcept = default;
    TemplateStream& operator=(TemplateStream&&) = delete;
    ~TemplateStream();

    /// Returns the next piece, which is not empty; throws what `render` throws.
    std::optional<std::string> operator()();

private:
    /// A part of the template that has begun: a root, a block, a loop.
    struct Level {
        const detail::TemplateNodes* nodes = nullptr;
        std::size_t next = 0;
        std::unique_ptr<detail::TemplateActivation> activation;  // of a root or a block
        const detail::CompiledTemplate* root = nullptr;
        const detail::TemplateNode* loop = nullptr;
        detail::TemplateHandle<detail::TemplateLoop> items;
        bool is_empty = true;
    };

    void step();
    void begin_root(const detail::CompiledTemplate& source);
    void begin_block(const detail::TemplateNode& node);
    void begin_loop(const detail::TemplateNode& node);
    void end_nodes();

    static constexpr std::size_t large = 4096;

    std::unique_ptr<Context> given_;
    detail::TemplateHandle<detail::TemplateSession> session_;
    detail::TemplateHandle<detail::TemplateBox> owner_;  // of the session
    std::unique_ptr<detail::TemplateRun> run_;
    detail::TemplateHandle<detail::TemplateContext> context_;
    detail::List<std::unique_ptr<Level>> levels_;
    bool piece_ended_ = false;
};

}  // namespace microflask
