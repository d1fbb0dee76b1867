// The bodies of microflask, compiled once; the other files, built with -DMICROFLASK_SEPARATE, see only the interface.
#define MICROFLASK_IMPLEMENTATION
#include "microflask.hpp"
