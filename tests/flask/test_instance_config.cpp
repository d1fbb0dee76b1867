#include "flask/app.hpp"

#include "core/files.hpp"
#include "support/catch.hpp"

#include <string>

using namespace microflask;

TEST_CASE("an instance path is absolute", "[flask][config]") {
    CHECK_THROWS_AS(Flask(FlaskOptions{.instance_path = "instance"}), ValueError);
    const std::string folder = detail::temporary_directory();
    const Flask app(FlaskOptions{.instance_path = folder});
    CHECK(app.instance_path() == folder);
    const Flask other(FlaskOptions{.root_path = folder});
    CHECK(other.instance_path() == detail::join_path(folder, "instance"));
}

TEST_CASE("files of the instance are read", "[flask][config]") {
    const std::string folder = detail::make_temporary_directory();
    const std::string file = detail::join_path(folder, "config.json");
    detail::write_file(file, R"({"KEY": "value"})");
    {
        Flask app(FlaskOptions{.instance_path = folder, .instance_relative_config = true});
        CHECK(app.config.from_file("config.json"));
        CHECK(app.config["KEY"] == "value");
        CHECK(app.open_instance_resource("config.json").read() == R"({"KEY": "value"})");
        CHECK_THROWS_AS(app.open_instance_resource("missing"), RuntimeError);
    }
    detail::remove_file(file);
    detail::remove_directory(folder);
}
