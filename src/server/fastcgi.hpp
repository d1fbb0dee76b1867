// FastCGIServer: an application behind a web server, by FastCGI.
#pragma once

#include "server/gateway_server.hpp"

#include <string>

namespace microflask {

/// Serves an application to a web server by FastCGI, such as nginx's `fastcgi_pass`:
/// `FastCGIServer("127.0.0.1", 9000, app).run();`. The host may be "unix:/path". Connections are kept open where the web
/// server asks for it; several requests at a time on one connection are refused, which web servers do not send.
class FastCGIServer : public GatewayServer {
public:
    FastCGIServer(std::string host, int port, Application application,
                  GatewayServerOptions options = {});
};

}  // namespace microflask
