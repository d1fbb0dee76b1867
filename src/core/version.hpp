// The version, in one place; CMake and amalgamate.py read it from here.
#pragma once

#define MICROFLASK_VERSION_MAJOR 0
#define MICROFLASK_VERSION_MINOR 1
#define MICROFLASK_VERSION_PATCH 0
#define MICROFLASK_VERSION "0.1.0"
