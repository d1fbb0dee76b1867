// Complains when either side breaks the gateway's contract.
#pragma once

#include "core/function.hpp"
#include "gateway/application.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"

#include <memory>
#include <string_view>

namespace microflask {

/// Checks that a server and an application keep to the gateway's contract and to HTTP (Werkzeug's
/// `LintMiddleware`), and warns where they do not: on the standard error stream, or by calling a
/// function given as second argument, from any thread.
class LintMiddleware {
public:
    using Warn = detail::Function<void(std::string_view)>;

    explicit LintMiddleware(Application application, Warn warn = {});

    Body operator()(Environ& request, StartResponse start_response) const;

private:
    void warn(std::string_view message) const;
    void check_environ(const Environ& request) const;
    void check_start_response(std::string_view status, const Headers& headers) const;
    void check_body(const Environ& request, std::string_view status, const Headers& headers,
                    const Body& body) const;

    Application application_;
    std::shared_ptr<const Warn> warn_;
};

}  // namespace microflask
