// The programmer's mistakes, by the names that Python has for them.
#pragma once

#include <stdexcept>

namespace microflask {

/// Something was used in a way or at a time that it cannot be; the text says how to fix it.
class RuntimeError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The application is set up wrongly: a rule that does not fit its view, a setup function called too late.
class SetupError : public RuntimeError {
public:
    using RuntimeError::RuntimeError;
};

/// An object has no value of that name (and type).
class AttributeError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// An argument has the right type and a wrong value.
class ValueError : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

/// Something was looked up that does not exist.
class LookupError : public std::out_of_range {
public:
    using std::out_of_range::out_of_range;
};

}  // namespace microflask
