// The macros that say which system this is.
#include "core/platform.hpp"

#include "support/catch.hpp"

TEST_CASE("exactly one family of systems is found", "[core]") {
    CHECK(MICROFLASK_OS_WINDOWS + MICROFLASK_OS_LINUX + MICROFLASK_OS_MACOS + MICROFLASK_OS_BSD <=
          1);
    CHECK(MICROFLASK_OS_WINDOWS + MICROFLASK_OS_POSIX == 1);
    CHECK(MICROFLASK_OS_FREEBSD <= MICROFLASK_OS_BSD);
}

TEST_CASE("a system has one scalable poller at most", "[core]") {
    CHECK(MICROFLASK_HAS_EPOLL + MICROFLASK_HAS_KQUEUE <= 1);
    CHECK(MICROFLASK_HAS_EPOLL <= MICROFLASK_OS_POSIX);
    CHECK(MICROFLASK_HAS_DOUBLE_FROM_CHARS <= MICROFLASK_HAS_DOUBLE_TO_CHARS);
}
