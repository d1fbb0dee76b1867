// The header after headers that define short macros: the real <windows.h> where there is one, and
// everywhere the worst of what <windows.h>, X11 and the C libraries of several systems define. It
// need only compile.
#if defined(_WIN32)
#include <winsock2.h>

#include <windows.h>
#else
#include "core/os_headers.hpp"
#endif

#include "standard_headers.hpp"

#if !defined(_WIN32)
// <windows.h>
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define DELETE (0x00010000L)
#define ERROR 0
#define IN
#define OUT
#define OPTIONAL
#define CONST const
#define VOID void
#define near
#define far
#define small char
#define interface struct
#define CreateFile CreateFileW
#define GetObject GetObjectW
#define GetMessage GetMessageW
#define SendMessage SendMessageW
#define DeleteFile DeleteFileW
#define NO_ERROR 0L
#define TRUE 1
#define FALSE 0
#define STRICT 1
#define IGNORE 0
// Old compilers and C libraries
#undef unix
#undef linux
#undef major
#undef minor
#undef makedev
#define unix 1
#define linux 1
#define major(device) ((device) >> 8)
#define minor(device) ((device)&255)
#define check(expression) ((void)(expression))
#define verify(expression) ((void)(expression))
#define require(expression, label) ((void)(expression))
// X11
#define Bool int
#define Status int
#define True 1
#define False 0
#define None 0L
#define Success 0
#define Always 2
#define Above 0
#define Below 1
#define Complex 0
#define Unsorted 0
#endif

#include "microflask.hpp"
