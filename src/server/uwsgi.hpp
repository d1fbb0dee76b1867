// UWSGIServer: an application behind a web server, by the uwsgi protocol.
#pragma once

#include "server/gateway_server.hpp"

#include <string>

namespace microflask {

/// Serves an application to a web server by the uwsgi protocol, such as nginx's `uwsgi_pass`:
/// `UWSGIServer("127.0.0.1", 3031, app).run();`. The host may be "unix:/path".
class UWSGIServer : public GatewayServer {
public:
    UWSGIServer(std::string host, int port, Application application,
                GatewayServerOptions options = {});
};

}  // namespace microflask
