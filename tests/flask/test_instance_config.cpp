#include "flask/app.hpp"

#include "core/files.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

#include <string>

using namespace microflask;
using test_support::TemporaryFolder;

TEST_CASE("an instance path is absolute", "[flask][config]") {
    CHECK_THROWS_AS(Flask(FlaskOptions{.instance_path = "instance"}), ValueError);
    const std::string folder = detail::temporary_directory();
    const Flask app(FlaskOptions{.instance_path = folder});
    CHECK(app.instance_path() == folder);
    const Flask other(FlaskOptions{.root_path = folder});
    CHECK(other.instance_path() == detail::join_path(folder, "instance"));
}

TEST_CASE("files of the instance are read", "[flask][config]") {
    const TemporaryFolder folder;
    folder.write("config.json", R"({"KEY": "value"})");
    Flask app(FlaskOptions{.instance_path = folder.path(), .instance_relative_config = true});
    CHECK(app.config.from_file("config.json"));
    CHECK(app.config["KEY"] == "value");
    CHECK(app.open_instance_resource("config.json").read() == R"({"KEY": "value"})");
    CHECK_THROWS_AS(app.open_instance_resource("missing"), RuntimeError);
}
