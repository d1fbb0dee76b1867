#include "auth.hpp"

#include "db.hpp"

using namespace microflask;
using db::get_db;

namespace auth {

Blueprint bp("auth", {.url_prefix = "/auth"});

const RouteOptions get_and_post{.methods = {"GET", "POST"}};

Json current_user() {
    return g.get<Json>("user", nullptr);
}

auto load_user = bp.before_app_request([] {
    const Json& user_id = session["user_id"];
    if (user_id.is_null()) return;
    g["user"] = get_db().fetchone("SELECT id, username FROM user WHERE id = ?", user_id);
});

auto register_ = bp.route("/register", get_and_post)([]() -> Response {
    if (request->method() == "POST") {
        const std::string username = request->form()["username"];
        const std::string password = request->form()["password"];

        if (username.empty()) {
            flash("Choose a username.");
        } else if (password.empty()) {
            flash("Choose a password.");
        } else {
            try {
                get_db().execute("INSERT INTO user (username, password) VALUES (?, ?)", username,
                                 generate_password_hash(password));
                flash("Welcome, " + username + "! You can log in now.");
                return redirect(url_for("auth.login"));
            } catch (const db::IntegrityError&) {
                flash("The name " + username + " is taken.");
            }
        }
    }
    return make_response(render_template("auth/register.html"));
});

auto login = bp.route("/login", get_and_post)([]() -> Response {
    if (request->method() == "POST") {
        const Json user = get_db().fetchone("SELECT id, password FROM user WHERE username = ?",
                                            request->form()["username"]);
        const std::string hash = user.get<std::string>("password", "");

        if (check_password_hash(hash, request->form()["password"])) {
            session.clear();
            session["user_id"] = user["id"];
            return redirect(url_for("blog.index"));
        }
        flash("Wrong username or password.");
    }
    return make_response(render_template("auth/login.html"));
});

auto logout = bp.get("/logout")([] {
    session.clear();
    return redirect(url_for("blog.index"));
});

}  // namespace auth
