// Accounts: register, log in, log out, and the decorator that asks for a login.
#pragma once

#include "microflask.hpp"

#include <utility>

namespace auth {

extern microflask::Blueprint bp;

/// Returns who is logged in, with `id` and `username`; null where nobody is.
microflask::Json current_user();

/// Decorates a view: strangers are sent to the login page instead.
template <class View>
auto login_required(View view) {
    return microflask::wraps(std::move(view), [](auto call) -> microflask::Response {
        if (current_user().is_null())
            return microflask::redirect(microflask::url_for("auth.login"));
        return call();
    });
}

}  // namespace auth
