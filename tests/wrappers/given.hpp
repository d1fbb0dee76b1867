// Requests for tests, made as the test client makes them.
#pragma once

#include "testing/environ_builder.hpp"
#include "wrappers/request.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::test {

/// A request together with the environ it points to.
struct Given {
    explicit Given(std::string_view path = "/", EnvironBuilderOptions options = {})
        : environ(create_environ(path, std::move(options))), request(environ->environ()) {}

    std::unique_ptr<detail::TestEnviron> environ;
    Request request;
};

inline EnvironBuilderOptions with_headers(Headers headers) {
    EnvironBuilderOptions options;
    options.headers = std::move(headers);
    return options;
}

/// Options of a request with a body.
inline EnvironBuilderOptions posted(std::string body, std::string content_type,
                                    std::string method = "POST") {
    EnvironBuilderOptions options;
    options.method = std::move(method);
    options.data = std::move(body);
    options.content_type = std::move(content_type);
    return options;
}

}  // namespace microflask::test
