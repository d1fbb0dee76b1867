// All four globals: current_app, request, session and g, and a counter that travels in a signed cookie.
#include "microflask.hpp"
using namespace microflask;

int main(int argc, char** argv) {
    Flask app;
    app.secret_key("dev");
    app.config["GREETING"] = "Welcome";

    app.before_request([] { g["user"] = request->args().get("user", "stranger"); });

    app.get("/", [] {
        session["visits"] = session.get<int>("visits", 0) + 1;
        return current_app->config["GREETING"].get<std::string>() + ", " +
               escape(g.get<std::string>("user")) + "! You asked for " + escape(request->path()) +
               "; this is visit " + std::to_string(session["visits"].get<int>()) + ".\n";
    });

    app.get("/forget", [] {
        session.clear();
        return redirect(url_for("index"));
    });

    return app.run(argc, argv);
}
