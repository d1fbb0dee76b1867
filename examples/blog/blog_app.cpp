#include "blog_app.hpp"

#include "auth.hpp"
#include "blog.hpp"
#include "db.hpp"

using namespace microflask;

Flask create_app(const Json& test_config) {
    Flask app;
    app.config.from_mapping({
        {"SECRET_KEY", "dev"},  // to be replaced where strangers can reach the blog
        {"DATABASE", app.instance_path() + "/blog.sqlite"},
        {"SESSION_COOKIE_SAMESITE", "Lax"},  // other sites cannot post in a user's name
    });
    if (test_config.is_null()) {
        app.config.from_prefixed_env();
    } else {
        app.config.from_mapping(test_config);
    }

    db::init_app(app);
    app.register_blueprint(auth::bp);
    app.register_blueprint(blog::bp);
    return app;
}
