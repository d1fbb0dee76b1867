// Whether a sanitizer watches memory or threads: it has operators of its own, keeps what was freed, and uses more stack.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MICROFLASK_TEST_SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MICROFLASK_TEST_SANITIZED
#endif
