// The only file that includes operating-system headers; for `.ipp` files alone. What Windows'
// headers define as macros against good manners is taken back, unless the user had included them.
#pragma once

#include "core/platform.hpp"

#if !defined(_MSC_VER)
#include <cxxabi.h>
#endif

#if MICROFLASK_OS_WINDOWS

#if defined(_WINDOWS_)
#define MICROFLASK_WINDOWS_H_WAS_THERE 1
#else
#define MICROFLASK_WINDOWS_H_WAS_THERE 0
#endif
#if !defined(WIN32_LEAN_AND_MEAN)
#define WIN32_LEAN_AND_MEAN
#define MICROFLASK_DEFINED_LEAN_AND_MEAN
#endif
#if !defined(NOMINMAX)
#define NOMINMAX
#define MICROFLASK_DEFINED_NOMINMAX
#endif

#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#include <bcrypt.h>
#include <fcntl.h>
#include <io.h>

#if defined(MICROFLASK_DEFINED_LEAN_AND_MEAN)
#undef MICROFLASK_DEFINED_LEAN_AND_MEAN
#undef WIN32_LEAN_AND_MEAN
#endif
#if defined(MICROFLASK_DEFINED_NOMINMAX)
#undef MICROFLASK_DEFINED_NOMINMAX
#undef NOMINMAX
#endif
#if !MICROFLASK_WINDOWS_H_WAS_THERE
#undef DELETE
#undef ERROR
#undef min
#undef max
#endif
#undef MICROFLASK_WINDOWS_H_WAS_THERE
#undef environ

#if defined(_MSC_VER)
#pragma comment(lib, "ws2_32.lib")
#pragma comment(lib, "mswsock.lib")
#pragma comment(lib, "bcrypt.lib")
#endif

#else

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if MICROFLASK_OS_LINUX
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#endif
#if MICROFLASK_HAS_KQUEUE
#include <sys/event.h>
#endif
#if MICROFLASK_OS_MACOS
#include <mach-o/dyld.h>
#endif
#if MICROFLASK_OS_MACOS || MICROFLASK_OS_BSD
#include <sys/sysctl.h>
#endif

#endif
