// Makes the poller of Linux.
#pragma once

#include "server/poller.hpp"

#include <memory>

namespace microflask::detail {

/// Makes the poller of Linux; null where the system has none.
std::unique_ptr<Poller> make_epoll_poller();

}  // namespace microflask::detail
