// The application factory.
#pragma once

#include "microflask.hpp"

/// Makes the application. A test gives settings of its own; else they are read from the environment: FLASK_SECRET_KEY,
/// FLASK_DATABASE (the path of the database file) and the like.
microflask::Flask create_app(const microflask::Json& test_config = nullptr);
