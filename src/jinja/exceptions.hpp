// The errors of templates. Each knows the template and the line, once it is known where it happened.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// An error in a template, or in finding one (jinja2.TemplateError).
class TemplateError : public std::exception {
public:
    explicit TemplateError(std::string message)
        : TemplateError("TemplateError", std::move(message)) {}

    /// Returns the message, and where known the template and the line.
    [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
    /// Returns what went wrong, without the place.
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    /// Returns the name of the class of the error in Python: "UndefinedError", "TypeError", ...
    [[nodiscard]] std::string_view type_name() const noexcept { return type_name_; }
    /// Returns the template's name; empty where it is unknown or has none.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// Returns the template's file; empty where it has none.
    [[nodiscard]] const std::string& filename() const noexcept { return filename_; }
    /// Returns the line, counted from 1; 0 where it is unknown.
    [[nodiscard]] int lineno() const noexcept { return lineno_; }
    /// Says where it happened, unless that is known already.
    void locate(std::string_view name, std::string_view filename, int lineno);

protected:
    TemplateError(std::string_view type_name, std::string message)
        : type_name_(type_name), message_(std::move(message)), text_(message_) {}

private:
    std::string_view type_name_;
    std::string message_;
    std::string name_;
    std::string filename_;
    std::string text_;
    int lineno_ = 0;
};

/// No loader has a template of that name.
class TemplateNotFound : public TemplateError {
public:
    explicit TemplateNotFound(std::string name)
        : TemplateError("TemplateNotFound", name), templates_{std::move(name)} {}

    /// Returns the names that were tried.
    [[nodiscard]] const std::vector<std::string>& templates() const noexcept { return templates_; }

protected:
    TemplateNotFound(std::string_view type_name, std::vector<std::string> names,
                     std::string message)
        : TemplateError(type_name, std::move(message)), templates_(std::move(names)) {}

private:
    std::vector<std::string> templates_;
};

/// None of several templates was found.
class TemplatesNotFound : public TemplateNotFound {
public:
    explicit TemplatesNotFound(std::vector<std::string> names);
};

/// The text of a template is wrong.
class TemplateSyntaxError : public TemplateError {
public:
    TemplateSyntaxError(std::string message, int lineno, std::string_view name = {},
                        std::string_view filename = {})
        : TemplateSyntaxError("TemplateSyntaxError", std::move(message), lineno, name, filename) {}

protected:
    TemplateSyntaxError(std::string_view type_name, std::string message, int lineno,
                        std::string_view name, std::string_view filename)
        : TemplateError(type_name, std::move(message)) {
        locate(name, filename, lineno);
    }
};

/// A template is wrong in what it says: it names a filter or a test that does not exist.
class TemplateAssertionError : public TemplateSyntaxError {
public:
    TemplateAssertionError(std::string message, int lineno, std::string_view name = {},
                           std::string_view filename = {})
        : TemplateSyntaxError("TemplateAssertionError", std::move(message), lineno, name,
                              filename) {}
};

/// Something went wrong while a template was rendered; also what Python raises as TypeError,
/// ValueError, ZeroDivisionError and so on: `type_name()` says which.
class TemplateRuntimeError : public TemplateError {
public:
    explicit TemplateRuntimeError(std::string message)
        : TemplateError("TemplateRuntimeError", std::move(message)) {}
    /// Takes the name of the Python class as a literal.
    TemplateRuntimeError(std::string_view type_name, std::string message)
        : TemplateError(type_name, std::move(message)) {}
};

/// An undefined value was used for more than its kind allows.
class UndefinedError : public TemplateRuntimeError {
public:
    explicit UndefinedError(std::string message)
        : TemplateRuntimeError("UndefinedError", std::move(message)) {}
};

/// A filter was called with arguments that it cannot use.
class FilterArgumentError : public TemplateRuntimeError {
public:
    explicit FilterArgumentError(std::string message)
        : TemplateRuntimeError("FilterArgumentError", std::move(message)) {}
};

}  // namespace microflask
