// Posts: everyone reads them, whoever is logged in writes them, and their authors change and delete them.
#pragma once

#include "microflask.hpp"

namespace blog {

extern microflask::Blueprint bp;

}  // namespace blog
