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

#endif

#include "core/undef.hpp"
