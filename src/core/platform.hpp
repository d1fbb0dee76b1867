// The only file that asks the compiler which system this is; answers as macros that are always 0 or
// 1.
#pragma once

#include "core/config.hpp"

#include <cstdlib>
#include <version>

#if defined(_WIN32)
#define MICROFLASK_OS_WINDOWS 1
#else
#define MICROFLASK_OS_WINDOWS 0
#endif

#if defined(__linux__)
#define MICROFLASK_OS_LINUX 1
#else
#define MICROFLASK_OS_LINUX 0
#endif

#if defined(__APPLE__)
#define MICROFLASK_OS_MACOS 1
#else
#define MICROFLASK_OS_MACOS 0
#endif

#if defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__) || defined(__DragonFly__)
#define MICROFLASK_OS_BSD 1
#else
#define MICROFLASK_OS_BSD 0
#endif

// FreeBSD and DragonFly, which share some calls that the other BSDs do not have.
#if defined(__FreeBSD__) || defined(__DragonFly__)
#define MICROFLASK_OS_FREEBSD 1
#else
#define MICROFLASK_OS_FREEBSD 0
#endif

#if MICROFLASK_OS_WINDOWS
#define MICROFLASK_OS_POSIX 0
#else
#define MICROFLASK_OS_POSIX 1
#endif

#if MICROFLASK_OS_LINUX
#define MICROFLASK_HAS_EPOLL 1
#define MICROFLASK_HAS_EVENTFD 1
#define MICROFLASK_HAS_SENDFILE 1
#define MICROFLASK_HAS_ACCEPT4 1
#else
#define MICROFLASK_HAS_EPOLL 0
#define MICROFLASK_HAS_EVENTFD 0
#define MICROFLASK_HAS_SENDFILE 0
#define MICROFLASK_HAS_ACCEPT4 0
#endif

#if MICROFLASK_OS_MACOS || MICROFLASK_OS_BSD
#define MICROFLASK_HAS_KQUEUE 1
#else
#define MICROFLASK_HAS_KQUEUE 0
#endif

// The C++ library's shortest decimal form of a double: Apple ships it since macOS 13.3.
#if defined(__ENVIRONMENT_MAC_OS_X_VERSION_MIN_REQUIRED__)
#if __ENVIRONMENT_MAC_OS_X_VERSION_MIN_REQUIRED__ < 130300
#define MICROFLASK_HAS_DOUBLE_TO_CHARS 0
#else
#define MICROFLASK_HAS_DOUBLE_TO_CHARS 1
#endif
#else
#define MICROFLASK_HAS_DOUBLE_TO_CHARS 1
#endif

// Reading a double without a locale: libc++ has it only since version 20.
#if defined(__cpp_lib_to_chars)
#define MICROFLASK_HAS_DOUBLE_FROM_CHARS MICROFLASK_HAS_DOUBLE_TO_CHARS
#else
#define MICROFLASK_HAS_DOUBLE_FROM_CHARS 0
#endif

// The C library of Windows makes `environ` a macro; here it is the gateway's name for a request.
#if MICROFLASK_OS_WINDOWS
#undef environ
#endif
