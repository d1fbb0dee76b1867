// Believes X-Forwarded-* from as many proxies as told, no more.
#pragma once

#include "gateway/application.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"

namespace microflask {

/// How many proxies in front are trusted to have set each X-Forwarded field; 0 ignores it.
struct ProxyFixOptions {
    int x_for = 1;
    int x_proto = 1;
    int x_host = 0;
    int x_port = 0;
    int x_prefix = 0;
};

/// Puts what the trusted proxies say about the client into the request (Werkzeug's `ProxyFix`):
/// `app.wsgi_app = ProxyFix(app.wsgi_app, {.x_for = 1, .x_proto = 1});`. Each proxy adds its value at
/// the end of a field, so with n proxies the n-th from the end is believed; a client can forge those
/// before it, and all of them where a proxy is told of that is not there. What was replaced is kept as
/// `werkzeug.proxy_fix.orig.REMOTE_ADDR`, ...
class ProxyFix {
public:
    explicit ProxyFix(Application application, const ProxyFixOptions& options = {});

    Body operator()(Environ& request, StartResponse start_response) const;

private:
    Application application_;
    ProxyFixOptions options_;
};

}  // namespace microflask
