// Values that JSON does not have, tagged as Flask's TaggedJSONSerializer tags them, so that a session cookie of a real
// Flask application is understood, and given back unchanged.
#pragma once

#include "json/value.hpp"

#include <string_view>

namespace microflask::detail {

/// Whether a key is one of the tags: " di", " t", " b", " m", " u", " d".
bool is_json_tag(std::string_view key);

/// Whether a value is an object of one member whose name is a tag.
bool is_tagged_json(const Json& value);

/// Returns the plain value of a tagged one: tuples are arrays, bytes their decoded text, markup, UUIDs and dates text.
/// Throws JsonError where a tag holds what it cannot.
Json untag_json(const Json& tagged);

/// Returns a value with what looks like a tag escaped (" di"), ready to be written into a session.
Json tag_json(const Json& plain);

/// Whether a value holds a tag anywhere, so that its plain form would not give the same text again.
bool has_json_tag(const Json& tagged);

/// Makes the tagged form of a Python tuple.
Json tagged_tuple(Json items);

}  // namespace microflask::detail
