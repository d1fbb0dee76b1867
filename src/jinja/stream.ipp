// What jinja/stream.hpp promises.
#include "jinja/stream.hpp"

#include "core/config.hpp"
#include "jinja/nodes.hpp"
#include "jinja/renderer.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace microflask {

MICROFLASK_INLINE
TemplateStream::TemplateStream(Environment& environment,
                               detail::TemplateHandle<const detail::CompiledTemplate> source,
                               Context context)
    : given_(std::make_unique<Context>(std::move(context))),
      owner_(environment.make_session(session_)) {
    const EnvironmentOptions& options = environment.options();
    const detail::CompiledTemplate& root = session_->keep(std::move(source));
    run_ = std::make_unique<detail::TemplateRun>(*session_, options.undefined,
                                                 options.newline_sequence);
    context_ = detail::TemplateHandle<detail::TemplateContext>(
        new detail::TemplateContext(*session_, root, given_.get()));
    context_->add_blocks(root);
    begin_root(root);
}

// What began last ends first: frames are on a stack.
MICROFLASK_INLINE TemplateStream::~TemplateStream() {
    while (!levels_.empty()) levels_.pop_back();
}

MICROFLASK_INLINE std::optional<std::string> TemplateStream::operator()() {
    std::string piece;
    piece_ended_ = false;
    while (!levels_.empty() && !(piece_ended_ && !piece.empty()) && piece.size() < large) {
        run_->capture(piece, [&] { run_->locate_errors([&] { step(); }); });
    }
    if (piece.empty()) return {};
    return piece;
}

/// Does the next thing of the innermost part.
MICROFLASK_INLINE void TemplateStream::step() {
    Level& level = *levels_.back();
    if (level.next == level.nodes->size()) return end_nodes();
    const detail::TemplateNode& node = *(*level.nodes)[level.next++];
    if (node.is(detail::TemplateNodeKind::block) && !node.flag) return begin_block(node);
    if (node.is(detail::TemplateNodeKind::for_loop) && !node.flag) return begin_loop(node);
    run_->execute_one(node);
}

MICROFLASK_INLINE void TemplateStream::begin_root(const detail::CompiledTemplate& source) {
    auto level = std::make_unique<Level>();
    level->nodes = &source.tree.body;
    level->root = &source;
    level->activation = std::make_unique<detail::TemplateActivation>(*run_, source.tree.function,
                                                                     nullptr, *context_, source);
    levels_.push_back(std::move(level));
    run_->locate_errors([&] { run_->enter(source.tree.function.loads); });
}

MICROFLASK_INLINE void TemplateStream::begin_block(const detail::TemplateNode& node) {
    const std::optional<detail::TemplateBlock> block = run_->block_of(node);
    if (!block) return;
    const detail::TemplateRoutine& function = block->node->parts->function;
    auto level = std::make_unique<Level>();
    level->nodes = &block->node->body;
    level->activation = std::make_unique<detail::TemplateActivation>(*run_, function, nullptr,
                                                                     *context_, *block->source);
    levels_.push_back(std::move(level));
    run_->position().block = block->node;
    run_->position().line = block->node->line;
    run_->enter(function.loads);
}

MICROFLASK_INLINE void TemplateStream::begin_loop(const detail::TemplateNode& node) {
    run_->position().line = node.line;
    auto level = std::make_unique<Level>();
    level->loop = &node;
    level->nodes = &node.body;
    level->next = node.body.size();
    level->items = run_->begin_loop(node, run_->evaluate(*node.second), 0);
    levels_.push_back(std::move(level));
}

/// Goes on to the next item of a loop, to the parent of a template, or back.
MICROFLASK_INLINE void TemplateStream::end_nodes() {
    Level& level = *levels_.back();
    if (level.items) {
        const detail::TemplateNode& loop = *level.loop;
        run_->position().line = loop.line;
        TemplateValue item;
        if (level.items->next(item)) {
            piece_ended_ = !level.is_empty;
            level.is_empty = false;
            level.next = 0;
            run_->assign(*loop.first, std::move(item), false);
            return run_->enter_loop(loop.parts->loads, false);
        }
        level.items = {};
        if (level.is_empty && !loop.otherwise.empty()) {
            run_->enter(loop.parts->else_loads);
            level.nodes = &loop.otherwise;
            level.next = 0;
            return;
        }
        piece_ended_ = true;
    }
    if (level.root) {
        // The frame of the child stays until the parent is done.
        level.root = nullptr;
        if (const detail::CompiledTemplate* parent = run_->take_parent())
            return begin_root(*parent);
    }
    levels_.pop_back();
}

MICROFLASK_INLINE TemplateStream Template::generate(Context context) const {
    return TemplateStream(*environment_, compiled_, std::move(context));
}

}  // namespace microflask
