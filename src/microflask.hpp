// The whole of microflask, from the bottom layer to the top: first what it promises, then how it does it.
#pragma once

// core: what Python itself gives Flask: text, time, functions
#include "core/config.hpp"
#include "core/version.hpp"
#include "core/platform.hpp"
#include "core/clock.hpp"
#include "core/inflate.hpp"
#include "core/deflate.hpp"
#include "core/encoding.hpp"
#include "core/errors.hpp"
#include "core/files.hpp"
#include "core/function.hpp"
#include "core/generator.hpp"
#include "core/huffman.hpp"
#include "core/log.hpp"
#include "core/markup.hpp"
#include "core/process.hpp"
#include "core/result.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

// local: Local, LocalStack, LocalProxy: names for "the current one"
#include "local/attributes.hpp"
#include "local/local.hpp"
#include "local/local_proxy.hpp"
#include "local/local_stack.hpp"
#include "local/task.hpp"

// json: JSON values, read and written
#include "json/convert.hpp"
#include "json/value.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

// security: hashes, signed tokens, passwords: all an auditor must read
#include "security/exceptions.hpp"
#include "security/hashing.hpp"
#include "security/passwords.hpp"
#include "security/random.hpp"
#include "security/safe_join.hpp"
#include "security/signer.hpp"
#include "security/timed.hpp"
#include "security/serializer.hpp"

// http: the grammar of HTTP: field values, URLs, status, errors
#include "http/cookies.hpp"
#include "http/dates.hpp"
#include "http/exceptions.hpp"
#include "http/field_values.hpp"
#include "http/mimetypes.hpp"
#include "http/status.hpp"
#include "http/urls.hpp"

// datastructures: header values as objects
#include "datastructures/accept.hpp"
#include "datastructures/auth.hpp"
#include "datastructures/cache_control.hpp"
#include "datastructures/csp.hpp"
#include "datastructures/etags.hpp"
#include "datastructures/headers.hpp"
#include "datastructures/multi_dict.hpp"
#include "datastructures/file_storage.hpp"
#include "datastructures/header_set.hpp"
#include "datastructures/range.hpp"
#include "datastructures/user_agent.hpp"

// gateway: the contract between a server and an application
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"
#include "gateway/application.hpp"

// wrappers: Request and Response
#include "wrappers/response.hpp"
#include "wrappers/abort.hpp"
#include "wrappers/conditional.hpp"
#include "wrappers/formparser.hpp"
#include "wrappers/multipart.hpp"
#include "wrappers/redirect.hpp"
#include "wrappers/request.hpp"
#include "wrappers/send_file.hpp"

// routing: rules, converters, matching and building URLs
#include "routing/rule_syntax.hpp"
#include "routing/checked_rule.hpp"
#include "routing/converters.hpp"
#include "routing/exceptions.hpp"
#include "routing/rules.hpp"
#include "routing/matcher.hpp"
#include "routing/map.hpp"

// testing: a client without a network
#include "testing/cookie_jar.hpp"
#include "testing/environ_builder.hpp"
#include "testing/client.hpp"

#if !defined(MICROFLASK_SEPARATE) || defined(MICROFLASK_IMPLEMENTATION)
#include "core/os_headers.hpp"

#include "core/clock.ipp"
#include "core/deflate.ipp"
#include "core/encoding.ipp"
#include "core/files.ipp"
#include "core/huffman.ipp"
#include "core/inflate.ipp"
#include "core/log.ipp"
#include "core/markup.ipp"
#include "core/process.ipp"
#include "core/text.ipp"
#include "core/utf8.ipp"

#include "local/attributes.ipp"
#include "local/local.ipp"

#include "json/reader.ipp"
#include "json/value.ipp"
#include "json/writer.ipp"

#include "security/hashing.ipp"
#include "security/passwords.ipp"
#include "security/random.ipp"
#include "security/safe_join.ipp"
#include "security/serializer.ipp"
#include "security/signer.ipp"
#include "security/timed.ipp"

#include "http/cookies.ipp"
#include "http/dates.ipp"
#include "http/exceptions.ipp"
#include "http/field_values.ipp"
#include "http/mimetypes.ipp"
#include "http/status.ipp"
#include "http/urls.ipp"

#include "datastructures/accept.ipp"
#include "datastructures/auth.ipp"
#include "datastructures/cache_control.ipp"
#include "datastructures/csp.ipp"
#include "datastructures/etags.ipp"
#include "datastructures/file_storage.ipp"
#include "datastructures/header_set.ipp"
#include "datastructures/headers.ipp"
#include "datastructures/range.ipp"

#include "gateway/environ.ipp"
#include "gateway/streams.ipp"

#include "wrappers/abort.ipp"
#include "wrappers/conditional.ipp"
#include "wrappers/formparser.ipp"
#include "wrappers/multipart.ipp"
#include "wrappers/redirect.ipp"
#include "wrappers/request.ipp"
#include "wrappers/response.ipp"
#include "wrappers/send_file.ipp"

#include "routing/converters.ipp"
#include "routing/exceptions.ipp"
#include "routing/map.ipp"
#include "routing/matcher.ipp"
#include "routing/rules.ipp"

#include "testing/client.ipp"
#include "testing/cookie_jar.ipp"
#include "testing/environ_builder.ipp"

#endif

#include "core/undef.hpp"
