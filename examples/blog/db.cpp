#include "db.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace microflask;

namespace db {

namespace {

[[noreturn]] void fail(sqlite3* database) {
    const std::string message = sqlite3_errmsg(database);
    if (sqlite3_errcode(database) == SQLITE_CONSTRAINT) throw IntegrityError(message);
    throw SqliteError(message);
}

int bind(sqlite3_stmt* statement, int position, const Json& value) {
    if (value.is_null()) return sqlite3_bind_null(statement, position);
    if (value.is_boolean()) return sqlite3_bind_int(statement, position, value.get<bool>());
    if (value.is_integer()) return sqlite3_bind_int64(statement, position, value.get<long long>());
    if (value.is_double()) return sqlite3_bind_double(statement, position, value.get<double>());
    const auto text = value.get<std::string_view>();
    return sqlite3_bind_text64(statement, position, text.data(), text.size(), SQLITE_TRANSIENT,
                               SQLITE_UTF8);
}

Json column(sqlite3_stmt* statement, int index) {
    switch (sqlite3_column_type(statement, index)) {
    case SQLITE_NULL: return nullptr;
    case SQLITE_INTEGER: return static_cast<long long>(sqlite3_column_int64(statement, index));
    case SQLITE_FLOAT: return sqlite3_column_double(statement, index);
    default:
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, index));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, index));
        return std::string_view(bytes, size);
    }
}

}  // namespace

// ---- Statement

Statement::Statement(sqlite3& database, std::string_view sql, std::initializer_list<Json> values) {
    sqlite3_stmt* statement = nullptr;
    const int prepared = sqlite3_prepare_v2(&database, sql.data(), static_cast<int>(sql.size()),
                                            &statement, nullptr);
    handle_.reset(statement);
    if (prepared != SQLITE_OK) fail(&database);
    int position = 0;
    for (const Json& value : values) {
        if (bind(statement, ++position, value) != SQLITE_OK) fail(&database);
    }
    step();
}

void Statement::step() {
    const int result = sqlite3_step(handle_.get());
    if (result != SQLITE_ROW && result != SQLITE_DONE) fail(sqlite3_db_handle(handle_.get()));
    has_row_ = result == SQLITE_ROW;
}

Json Statement::fetchone() {
    if (!has_row_) return nullptr;
    Json row = Json::object();
    for (int index = 0; index < sqlite3_column_count(handle_.get()); ++index) {
        row[sqlite3_column_name(handle_.get(), index)] = column(handle_.get(), index);
    }
    step();
    return row;
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

// ---- Database

Database::Database(const std::string& path) {
    sqlite3* database = nullptr;
    const int opened = sqlite3_open(path.c_str(), &database);
    handle_.reset(database);
    if (opened != SQLITE_OK) {
        throw SqliteError(path + ": " + sqlite3_errstr(opened) + "; is it there? Try init-db.");
    }
    sqlite3_busy_timeout(database, 5000);  // milliseconds to wait for another writer
    execute("PRAGMA foreign_keys = ON");
}

void Database::executescript(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        fail(handle_.get());
    }
}

void Database::Close::operator()(sqlite3* database) const noexcept {
    sqlite3_close_v2(database);
}

// ---- in the application

Database& get_db() {
    if (!g.contains("db")) {
        g["db"] = std::make_shared<Database>(current_app->config["DATABASE"].get<std::string>());
    }
    return *g.get<std::shared_ptr<Database>>("db");
}

void init_db() {
    const std::string file = current_app->root_path() + "/schema.sql";
    std::ifstream stream(file);
    if (!stream) throw std::runtime_error(file + " cannot be read");
    const std::string schema(std::istreambuf_iterator<char>(stream), {});

    const std::filesystem::path path = current_app->config["DATABASE"].get<std::string>();
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    get_db().executescript(schema);
}

void init_app(Flask& app) {
    app.teardown_appcontext([] { g.erase("db"); });
    app.cli().command("init-db", "Make the tables, and remove what they held.")([] {
        init_db();
        echo("The database is ready.");
    });
}

}  // namespace db
