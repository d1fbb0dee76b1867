// Makes the poller of every other system: poll, and WSAPoll on Windows.
#pragma once

#include "server/poller.hpp"

#include <memory>

namespace microflask::detail {

/// Makes the poller of every other system: poll, and WSAPoll on Windows; null where the system has none.
std::unique_ptr<Poller> make_poll_poller();

}  // namespace microflask::detail
