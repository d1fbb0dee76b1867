// A file of a program that compiles the bodies once: MICROFLASK_SEPARATE comes from the build, and
// the header then leaves nothing of the implementation's switches behind.
#include "microflask.hpp"

#if !defined(MICROFLASK_SEPARATE)
#error "microflask::compiled must define MICROFLASK_SEPARATE for those who link it"
#endif
#if defined(MICROFLASK_IMPLEMENTATION)
#error "MICROFLASK_IMPLEMENTATION belongs to one file only"
#endif
