// Makes the poller of macOS and the BSDs.
#pragma once

#include "server/poller.hpp"

#include <memory>

namespace microflask::detail {

/// Makes the poller of macOS and the BSDs; null where the system has none.
std::unique_ptr<Poller> make_kqueue_poller();

}  // namespace microflask::detail
