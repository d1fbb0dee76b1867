// Renders templates for jinja_parity.py: each line of the input is a JSON object that says templates, context and options;
// each line of the output is the text, or the kind of the error, with its template and line.
#include "microflask.hpp"

#include <cstddef>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace microflask;

/// JSON has no Markup and no tuples: {"$markup": text}, {"$tuple": items} stand for them.
TemplateValue context_value(const Json& json) {
    if (json.is_object() && json.size() == 1) {
        for (const auto& [key, value] : json.items()) {
            if (key == "$markup") return Markup(value.get<std::string>());
            if (key == "$tuple") {
                detail::List<TemplateValue> items;
                for (const Json& item : value) items.push_back(context_value(item));
                return detail::template_make_tuple(std::move(items));
            }
        }
    }
    return Json(json);
}

UndefinedKind undefined_kind(std::string_view name) {
    if (name == "strict") return UndefinedKind::strict;
    if (name == "chainable") return UndefinedKind::chainable;
    if (name == "debug") return UndefinedKind::debug;
    return UndefinedKind::standard;
}

void set_options(EnvironmentOptions& options, const Json& json) {
    for (const auto& [key, value] : json.items()) {
        if (key == "autoescape") options.autoescape = value.get<bool>();
        if (key == "trim_blocks") options.trim_blocks = value.get<bool>();
        if (key == "lstrip_blocks") options.lstrip_blocks = value.get<bool>();
        if (key == "keep_trailing_newline") options.keep_trailing_newline = value.get<bool>();
        if (key == "newline_sequence") options.newline_sequence = value.get<std::string>();
        if (key == "line_statement_prefix") {
            options.line_statement_prefix = value.get<std::string>();
        }
        if (key == "line_comment_prefix") options.line_comment_prefix = value.get<std::string>();
        if (key == "block_start_string") options.block_start_string = value.get<std::string>();
        if (key == "block_end_string") options.block_end_string = value.get<std::string>();
        if (key == "variable_start_string") {
            options.variable_start_string = value.get<std::string>();
        }
        if (key == "variable_end_string") options.variable_end_string = value.get<std::string>();
        if (key == "comment_start_string") options.comment_start_string = value.get<std::string>();
        if (key == "comment_end_string") options.comment_end_string = value.get<std::string>();
        if (key == "undefined") options.undefined = undefined_kind(value.get<std::string>());
    }
}

Json answer(const Json& question) {
    Environment environment;
    set_options(environment.options(), question["options"]);
    DictLoader loader;
    for (const auto& [name, source] : question["templates"].items()) {
        loader.set(std::string(name), source.get<std::string>());
    }
    environment.loader(std::move(loader));
    Context context;
    for (const auto& [name, value] : question["context"].items()) {
        context.set(name, context_value(value));
    }
    Json result = Json::object();
    try {
        const Template page = environment.get_template("main");
        const std::string text = page.render(context);
        // Piece by piece, the same must come.
        std::string pieces;
        TemplateStream stream = page.generate(context);
        while (const std::optional<std::string> piece = stream()) pieces += *piece;
        result["text"] = pieces == text ? text : "streamed: " + pieces;
    } catch (const TemplateError& error) {
        result["error"] = std::string(error.type_name());
        result["message"] = error.message();
        result["name"] = error.name();
        result["line"] = error.lineno();
    } catch (const std::exception& error) {
        result["error"] = "exception";
        result["message"] = std::string(error.what());
    }
    return result;
}

}  // namespace

int main() {
    std::string line;
    while (std::getline(std::cin, line)) {
        std::cout << answer(Json::parse(line)).dump() << std::endl;
    }
    return 0;
}
