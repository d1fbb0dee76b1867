// SCGIServer: an application behind a web server, by SCGI.
#pragma once

#include "server/gateway_server.hpp"

#include <string>

namespace microflask {

/// Serves an application to a web server by SCGI, such as nginx's `scgi_pass`:
/// `SCGIServer("127.0.0.1", 4000, app).run();`. The host may be "unix:/path".
class SCGIServer : public GatewayServer {
public:
    SCGIServer(std::string host, int port, Application application,
               GatewayServerOptions options = {});
};

}  // namespace microflask
