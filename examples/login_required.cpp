// Decorators of one's own, made by `wraps`: they go around any view and keep its parameters.
#include "microflask.hpp"
using namespace microflask;

/// Sends whoever is not logged in to the login page.
template <class View>
auto login_required(View view) {
    return wraps(view, [](auto call) -> Response {
        if (!session.contains("user")) return redirect(url_for("login"));
        return call();
    });
}

/// A decorator with an argument: refuses everyone but this user.
auto only_for(std::string user) {
    return [user](auto view) {
        return wraps(view, [user](auto call) -> Response {
            if (session["user"] != user) abort(403);
            return call();
        });
    };
}

/// The call gives the view's response, which may be changed.
template <class View>
auto uncached(View view) {
    return wraps(view, [](auto call) -> Response {
        Response response = call();
        response.headers().set("Cache-Control", "no-store");
        return response;
    });
}

int main(int argc, char** argv) {
    Flask app;
    app.secret_key("dev");

    app.get("/login", [] { return R"(<form method="post">Name: <input name="user"></form>)"; });
    app.post("/login", [] {
        session["user"] = request->form()["user"];
        return redirect(url_for("index"));
    });

    app.get("/")(login_required(
        [] { return "Hello, " + escape(session.get<std::string>("user", "")) + "!"; }));

    app.get("/notes/<int:id>/<word>")(login_required([](int id, std::string word) {
        return "Note " + std::to_string(id) + " on " + escape(word);
    }));

    // Stacked: the outermost is asked first.
    app.get("/admin")(
        login_required(uncached(only_for("admin")([] { return "The engine room"; }))));

    return app.run(argc, argv);
}
