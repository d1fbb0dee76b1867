// ETag, If-None-Match, If-Modified-Since, If-Range: what makes a response 304, 412, 206 or 416 (RFC 9110, section 13).
#pragma once

#include "datastructures/headers.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace microflask {

/// Returns an entity tag for some bytes: their SHA-1 in hexadecimal.
[[nodiscard]] std::string generate_etag(std::string_view data);

/// Removes the fields that describe a body, as a 304 must; `Expires` and `Content-Location` stay.
void remove_entity_headers(Headers& headers);

/// Removes the fields that are meant for one connection only.
void remove_hop_by_hop_headers(Headers& headers);

/// What a resource is, for its conditions to be compared with.
struct ResourceState {
    /// The ETag field's value; empty where there is none.
    std::string_view etag = {};
    /// The Last-Modified field's value; empty where there is none.
    std::string_view last_modified = {};
    /// Whether If-Range is left out of account.
    bool ignore_if_range = true;
};

/// Whether a GET or HEAD must be answered with the whole resource, as far as its conditions say. False for others.
[[nodiscard]] bool is_resource_modified(const Environ& environ, const ResourceState& resource);

namespace detail {

/// Returns the part of a body that begins at `start`: of a text, of a file without reading it, else by skipping.
[[nodiscard]] Body body_range(Body body, std::uint64_t start, std::uint64_t length);

}  // namespace detail

}  // namespace microflask
