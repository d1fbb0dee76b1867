// Times every request.
#pragma once

#include "core/function.hpp"
#include "gateway/application.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"

#include <memory>
#include <string_view>

namespace microflask {

/// One request, as ProfilerMiddleware measured it; the texts live as long as the call.
struct ProfilerRecord {
    std::string_view method;
    std::string_view path;
    std::string_view status;
    /// From the call of the application to the end of its call; a streamed body is not counted.
    double seconds = 0;
};

/// Measures how long the application takes for each request, says so in a `Server-Timing` field, and
/// reports it (Werkzeug's `ProfilerMiddleware`, as far as it goes without a profiler in the language):
/// `app.wsgi_app = ProfilerMiddleware(app.wsgi_app);` writes lines to the standard error stream, and a
/// function given as second argument gets every record instead, from any thread.
class ProfilerMiddleware {
public:
    using Report = detail::Function<void(const ProfilerRecord&)>;

    explicit ProfilerMiddleware(Application application, Report report = {});

    Body operator()(Environ& request, StartResponse start_response) const;

private:
    Application application_;
    std::shared_ptr<const Report> report_;
};

}  // namespace microflask
