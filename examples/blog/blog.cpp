#include "blog.hpp"

#include "auth.hpp"
#include "db.hpp"

using namespace microflask;
using auth::login_required;
using db::get_db;

namespace blog {

Blueprint bp("blog");

const RouteOptions get_and_post{.methods = {"GET", "POST"}};

namespace {

/// Returns a post of the current user; ends the request where it does not exist, or is someone else's.
Json get_own_post(int id) {
    const Json post =
        get_db().fetchone("SELECT id, author_id, title, body FROM post WHERE id = ?", id);
    if (post.is_null()) abort(404, "There is no post " + std::to_string(id) + ".");
    if (post["author_id"] != auth::current_user()["id"]) abort(403);
    return post;
}

}  // namespace

auto index = bp.get("/")([] {
    const Json posts = get_db().fetchall(R"(
        SELECT post.id, author_id, username, created, title, body
        FROM post JOIN user ON author_id = user.id
        ORDER BY created DESC, post.id DESC
    )");
    return render_template("blog/index.html", {{"posts", posts}});
});

auto create = bp.route("/create", get_and_post)(login_required([]() -> Response {
    if (request->method() == "POST") {
        const std::string title = request->form()["title"];
        const std::string body = request->form()["body"];

        if (!title.empty()) {
            get_db().execute("INSERT INTO post (author_id, title, body) VALUES (?, ?, ?)",
                             auth::current_user()["id"], title, body);
            return redirect(url_for("blog.index"));
        }
        flash("A post needs a title.");
    }
    return make_response(render_template("blog/create.html"));
}));

auto update = bp.route("/<int:id>/update", get_and_post)(login_required([](int id) -> Response {
    const Json post = get_own_post(id);

    if (request->method() == "POST") {
        const std::string title = request->form()["title"];
        const std::string body = request->form()["body"];

        if (!title.empty()) {
            get_db().execute("UPDATE post SET title = ?, body = ? WHERE id = ?", title, body, id);
            return redirect(url_for("blog.index"));
        }
        flash("A post needs a title.");
    }
    return make_response(render_template("blog/update.html", {{"post", post}}));
}));

auto delete_ = bp.post("/<int:id>/delete")(login_required([](int id) {
    get_own_post(id);
    get_db().execute("DELETE FROM post WHERE id = ?", id);
    return redirect(url_for("blog.index"));
}));

}  // namespace blog
