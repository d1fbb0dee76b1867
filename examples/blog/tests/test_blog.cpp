// The blog's tests: each has a database of its own, with two users and a post, and calls the blog without a network.
#include "blog_app.hpp"

#include "db.hpp"

#include "support/catch.hpp"

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

using namespace microflask;

namespace {

/// A folder that is removed in the end.
struct TemporaryFolder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("blog-" + token_hex(8));
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
};

/// A blog and its reader: "test" (password "test") wrote a post, and there is "other" (password "other").
class Blog {
public:
    Blog() {
        const auto context = app.app_context();
        const auto hash = [](std::string_view password) {  // a weak one, to be quick
            return generate_password_hash(password, {.method = "pbkdf2:sha256:1"});
        };
        db::init_db();
        db::get_db().execute(
            "INSERT INTO user (username, password) VALUES ('test', ?), ('other', ?)", hash("test"),
            hash("other"));
        db::get_db().execute(
            "INSERT INTO post (author_id, created, title, body)"
            " VALUES (1, '2018-01-01 00:00:00', 'test title', 'test' || char(10) || 'body')");
    }

    TestResponse login(std::string_view username, std::string_view password) {
        return client.post("/auth/login",
                           {.form = {{"username", username}, {"password", password}}});
    }
    TestResponse write(std::string_view path, std::string_view title, std::string_view body) {
        return client.post(path, {.form = {{"title", title}, {"body", body}}});
    }
    /// Returns the first row of a query, null where there is none.
    template <class... Values>
    Json fetch(std::string_view sql, const Values&... values) {
        const auto context = app.app_context();
        return db::get_db().fetchone(sql, values...);
    }

private:
    TemporaryFolder folder_;

public:
    Flask app = create_app({
        {"TESTING", true},
        {"DATABASE", (folder_.path / "blog.sqlite").string()},
    });
    FlaskClient client = app.test_client();
};

bool contains(const TestResponse& response, std::string_view text) {
    return response.text().find(text) != std::string::npos;
}

std::string location(const TestResponse& response) {
    return response.headers().get("Location", "");
}

}  // namespace

// ---- the factory and the database

TEST_CASE("create_app takes the settings of a test", "[blog]") {
    CHECK_FALSE(create_app().testing());
    CHECK(create_app({{"TESTING", true}}).testing());
}

TEST_CASE("the templates have no syntax errors", "[blog]") {
    Flask app = create_app();
    CHECK(app.jinja_env().list_templates().size() == 6);
    CHECK(app.jinja_env().compile_all().empty());
}

TEST_CASE("get_db opens one connection, which is closed with the context", "[blog]") {
    Blog blog;
    std::weak_ptr<db::Database> connection;
    {
        const auto context = blog.app.app_context();
        CHECK(&db::get_db() == &db::get_db());
        connection = g.get<std::shared_ptr<db::Database>>("db");
        CHECK_FALSE(connection.expired());
    }
    CHECK(connection.expired());
}

TEST_CASE("a database that cannot be opened is named", "[blog]") {
    std::string message;
    try {
        const db::Database database("/no/such/folder/blog.sqlite");
    } catch (const db::SqliteError& error) {
        message = error.what();
    }
    CHECK(message.find("/no/such/folder/blog.sqlite: ") == 0);
}

TEST_CASE("rows keep the types of their values", "[blog]") {
    db::Database database(":memory:");
    const std::string text("it's; DROP TABLE \0 user", 23);

    const Json row = database.fetchone("SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e", 7, 1.5,
                                       text, nullptr, "");

    CHECK(row == Json{{"a", 7}, {"b", 1.5}, {"c", text}, {"d", nullptr}, {"e", ""}});
}

TEST_CASE("statements that SQLite refuses are errors", "[blog]") {
    db::Database database(":memory:");
    database.executescript("CREATE TABLE name (text TEXT UNIQUE); INSERT INTO name VALUES ('a');");

    CHECK_THROWS_AS(database.execute("SELEC 1"), db::SqliteError);
    CHECK_THROWS_AS(database.execute("SELECT ?", 1, 2), db::SqliteError);
    CHECK_THROWS_AS(database.execute("INSERT INTO name VALUES (?)", "a"), db::IntegrityError);
    CHECK(database.fetchall("SELECT text FROM name") == Json::array({{{"text", "a"}}}));
    CHECK(database.fetchone("SELECT text FROM name WHERE text = 'b'").is_null());
}

TEST_CASE("init-db begins anew", "[blog]") {
    Blog blog;

    const CliResult result = blog.app.test_cli_runner().invoke({"init-db"});

    CHECK(result.exit_code() == 0);
    CHECK(result.output() == "The database is ready.\n");
    CHECK(blog.fetch("SELECT * FROM user").is_null());
    CHECK(blog.fetch("SELECT * FROM post").is_null());
}

// ---- accounts

TEST_CASE("register makes a user whose password is hashed", "[blog]") {
    Blog blog;
    CHECK(blog.client.get("/auth/register").status_code() == 200);

    const auto response = blog.client.post(
        "/auth/register", {.form = {{"username", "anna"}, {"password", "secret"}}});

    CHECK(response.status_code() == 302);
    CHECK(location(response) == "/auth/login");
    const Json user = blog.fetch("SELECT password FROM user WHERE username = 'anna'");
    CHECK(user["password"].get<std::string>().find("scrypt:") == 0);
    CHECK(location(blog.login("anna", "secret")) == "/");
}

TEST_CASE("register says what it misses", "[blog]") {
    Blog blog;
    const auto [username, password, message] = GENERATE(
        std::array{"", "", "Choose a username."}, std::array{"anna", "", "Choose a password."},
        std::array{"test", "secret", "The name test is taken."});

    const auto response = blog.client.post(
        "/auth/register", {.form = {{"username", username}, {"password", password}}});

    CHECK(response.status_code() == 200);
    CHECK(contains(response, message));
    CHECK(blog.fetch("SELECT COUNT(*) AS count FROM user")["count"] == 2);
}

TEST_CASE("a form without its fields is a bad request", "[blog]") {
    Blog blog;
    CHECK(blog.client.post("/auth/register").status_code() == 400);
    CHECK(blog.client.post("/auth/login").status_code() == 400);
}

TEST_CASE("login remembers the user", "[blog]") {
    Blog blog;
    CHECK(blog.client.get("/auth/login").status_code() == 200);

    const auto response = blog.login("test", "test");

    CHECK(location(response) == "/");
    CHECK((*blog.client.session_transaction())["user_id"] == 1);
    CHECK(contains(blog.client.get("/"), "test</span>"));
}

TEST_CASE("login refuses a wrong name and a wrong password alike", "[blog]") {
    Blog blog;
    const auto [username, password] = GENERATE(std::array{"a", "test"}, std::array{"test", "a"});

    const auto response = blog.login(username, password);

    CHECK(response.status_code() == 200);
    CHECK(contains(response, "Wrong username or password."));
    CHECK_FALSE(blog.client.session_transaction()->contains("user_id"));
}

TEST_CASE("logout forgets the user", "[blog]") {
    Blog blog;
    blog.login("test", "test");

    const auto response = blog.client.get("/auth/logout");

    CHECK(location(response) == "/");
    CHECK_FALSE(blog.client.session_transaction()->contains("user_id"));
}

// ---- posts

TEST_CASE("the index shows posts to everyone, and links to whom they are for", "[blog]") {
    Blog blog;

    const auto stranger = blog.client.get("/");
    CHECK(contains(stranger, "Log in"));
    CHECK(contains(stranger, "Register"));
    CHECK(contains(stranger, "test title"));
    CHECK(contains(stranger, "by test on"));
    CHECK(contains(stranger, ">2018-01-01<"));
    CHECK(contains(stranger, "test\nbody"));
    CHECK_FALSE(contains(stranger, "href=\"/1/update\""));
    CHECK_FALSE(contains(stranger, "href=\"/create\""));

    blog.login("test", "test");
    const auto author = blog.client.get("/");
    CHECK(contains(author, "Log out"));
    CHECK(contains(author, "href=\"/1/update\""));
    CHECK(contains(author, "href=\"/create\""));

    blog.login("other", "other");
    CHECK_FALSE(contains(blog.client.get("/"), "href=\"/1/update\""));
}

TEST_CASE("what users wrote is escaped", "[blog]") {
    Blog blog;
    blog.login("test", "test");
    blog.write("/create", "<b>bold</b>", "\"R&D\"");

    const auto response = blog.client.get("/");

    CHECK(contains(response, "&lt;b&gt;bold&lt;/b&gt;"));
    CHECK(contains(response, "&#34;R&amp;D&#34;"));
    CHECK_FALSE(contains(response, "<b>"));
}

TEST_CASE("strangers are sent to the login page", "[blog]") {
    Blog blog;
    const auto* path = GENERATE("/create", "/1/update", "/1/delete");

    const auto response = blog.client.post(path);

    CHECK(response.status_code() == 302);
    CHECK(location(response) == "/auth/login");
}

TEST_CASE("only its author changes or deletes a post", "[blog]") {
    Blog blog;
    blog.login("other", "other");

    CHECK(blog.client.get("/1/update").status_code() == 403);
    CHECK(blog.write("/1/update", "mine", "").status_code() == 403);
    CHECK(blog.client.post("/1/delete").status_code() == 403);
    CHECK(blog.fetch("SELECT title FROM post WHERE id = 1")["title"] == "test title");
}

TEST_CASE("a post that does not exist is not found", "[blog]") {
    Blog blog;
    blog.login("test", "test");

    CHECK(blog.client.get("/2/update").status_code() == 404);
    CHECK(blog.client.post("/2/delete").status_code() == 404);
    CHECK(blog.client.get("/1/delete").status_code() == 405);
}

TEST_CASE("create writes a post", "[blog]") {
    Blog blog;
    blog.login("test", "test");
    CHECK(blog.client.get("/create").status_code() == 200);

    const auto response = blog.write("/create", "created", "by a test");

    CHECK(location(response) == "/");
    const Json post = blog.fetch("SELECT * FROM post WHERE id = 2");
    CHECK(post["author_id"] == 1);
    CHECK(post["title"] == "created");
    CHECK(post["body"] == "by a test");
}

TEST_CASE("update changes a post", "[blog]") {
    Blog blog;
    blog.login("test", "test");
    CHECK(contains(blog.client.get("/1/update"), "value=\"test title\""));

    const auto response = blog.write("/1/update", "updated", "");

    CHECK(location(response) == "/");
    const Json post = blog.fetch("SELECT * FROM post WHERE id = 1");
    CHECK(post["title"] == "updated");
    CHECK(post["body"] == "");
}

TEST_CASE("a post without a title is not written", "[blog]") {
    Blog blog;
    blog.login("test", "test");
    const auto* path = GENERATE("/create", "/1/update");

    const auto response = blog.write(path, "", "kept <text>");

    CHECK(response.status_code() == 200);
    CHECK(contains(response, "A post needs a title."));
    CHECK(contains(response, "kept &lt;text&gt;</textarea>"));
    CHECK(blog.fetch("SELECT title FROM post ORDER BY id DESC")["title"] == "test title");
}

TEST_CASE("delete removes a post", "[blog]") {
    Blog blog;
    blog.login("test", "test");

    const auto response = blog.client.post("/1/delete");

    CHECK(location(response) == "/");
    CHECK(blog.fetch("SELECT * FROM post").is_null());
}
