// CGIHandler: one request from a web server, by CGI (RFC 3875).
#pragma once

#include "gateway/application.hpp"

namespace microflask {

/// Answers one request by CGI: the variables come from the environment, the body from standard input, the answer goes to
/// standard output (wsgiref's `CGIHandler`): `int main() { Flask app; ...; CGIHandler().run(app); }`.
class CGIHandler {
public:
    /// Answers the request that the process was started for. Throws nothing but what the application's stream throws after
    /// its head was sent.
    void run(const Application& application);
};

}  // namespace microflask
