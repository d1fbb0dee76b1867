// The two build switches: MICROFLASK_SEPARATE leaves the bodies out of this file, and
// MICROFLASK_IMPLEMENTATION puts them into the one file that defines it.
#pragma once

#if defined(_MSVC_LANG)
#define MICROFLASK_CPLUSPLUS _MSVC_LANG
#else
#define MICROFLASK_CPLUSPLUS __cplusplus
#endif

#if MICROFLASK_CPLUSPLUS < 202002L
#error \
    "microflask needs C++20: compile with -std=c++20 (GCC 11, Clang 14 or newer) or /std:c++20 (MSVC 2022)."
#endif

// The global proxies are named `request`, `session` and `g`, as in Flask, and POSIX has a global `environ`: names that
// half of the functions in here have a parameter of, too. That is no mistake, so nobody is to be warned of it.
// Ended in undef.hpp.
#if defined(_MSC_VER) && !defined(__clang__)
#pragma warning(push)
#pragma warning(disable : 4458 4459)
#else
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif

#if defined(MICROFLASK_SEPARATE)
#define MICROFLASK_INLINE
#else
#define MICROFLASK_INLINE inline
#endif

// A body that has one caller, on the way of every request: a call would cost more than it does to have it there.
#if !defined(MICROFLASK_SEPARATE) && defined(__GNUC__)
#define MICROFLASK_INLINE_HOT [[gnu::always_inline]] inline
#else
#define MICROFLASK_INLINE_HOT MICROFLASK_INLINE
#endif

// The text that the compiler makes of a function's signature, with its template arguments.
#if defined(_MSC_VER) && !defined(__clang__)
#define MICROFLASK_FUNCTION_TEXT __FUNCSIG__
#else
#define MICROFLASK_FUNCTION_TEXT __PRETTY_FUNCTION__
#endif
