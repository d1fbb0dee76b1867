// Removes every macro that is not part of the interface; the last file of the header.
#pragma once

#if defined(_MSC_VER) && !defined(__clang__)
#pragma warning(pop)
#else
#pragma GCC diagnostic pop
#endif

#undef MICROFLASK_CPLUSPLUS
#undef MICROFLASK_FUNCTION_TEXT
#undef MICROFLASK_INLINE
#undef MICROFLASK_INLINE_HOT
#undef MICROFLASK_OS_WINDOWS
#undef MICROFLASK_OS_LINUX
#undef MICROFLASK_OS_MACOS
#undef MICROFLASK_OS_BSD
#undef MICROFLASK_OS_FREEBSD
#undef MICROFLASK_OS_POSIX
#undef MICROFLASK_HAS_EPOLL
#undef MICROFLASK_HAS_EVENTFD
#undef MICROFLASK_HAS_SENDFILE
#undef MICROFLASK_HAS_ACCEPT4
#undef MICROFLASK_HAS_KQUEUE
#undef MICROFLASK_HAS_DOUBLE_TO_CHARS
#undef MICROFLASK_HAS_DOUBLE_FROM_CHARS
