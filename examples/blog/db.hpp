// The database: SQLite in a few lines, with the names of Python's sqlite3, and one connection for each request.
#pragma once

#include "microflask.hpp"

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace db {

/// What SQLite complains about.
class SqliteError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A change that the schema refuses, such as a second user of the same name.
class IntegrityError : public SqliteError {
    using SqliteError::SqliteError;
};

/// A statement that is being executed, with its values in place of the "?".
class Statement {
public:
    Statement(sqlite3& database, std::string_view sql,
              std::initializer_list<microflask::Json> values);

    /// Returns the next row, an object of column names and values; null when there is none left.
    microflask::Json fetchone();

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    void step();

    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
    bool has_row_ = false;
};

/// A connection to a database file, used by one request. Each "?" of a statement stands for a value, in order, so that
/// no value is ever read as SQL.
class Database {
public:
    /// Opens the file, which is made where it does not exist.
    explicit Database(const std::string& path);

    /// Executes a statement.
    template <class... Values>
    void execute(std::string_view sql, const Values&... values) {
        Statement(*handle_, sql, {microflask::Json(values)...});
    }
    /// Returns the first row of a query, an object of column names and values; null where there is none.
    template <class... Values>
    microflask::Json fetchone(std::string_view sql, const Values&... values) {
        return Statement(*handle_, sql, {microflask::Json(values)...}).fetchone();
    }
    /// Returns all rows of a query as an array.
    template <class... Values>
    microflask::Json fetchall(std::string_view sql, const Values&... values) {
        Statement statement(*handle_, sql, {microflask::Json(values)...});
        microflask::Json rows = microflask::Json::array();
        for (auto row = statement.fetchone(); !row.is_null(); row = statement.fetchone()) {
            rows.push_back(row);
        }
        return rows;
    }
    /// Executes statements that are separated by ";".
    void executescript(const std::string& sql);

private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    std::unique_ptr<sqlite3, Close> handle_;
};

/// Returns the connection of the current request or command, opened when it is first asked for.
Database& get_db();

/// Makes the tables, and removes what they held.
void init_db();

/// Closes the connection after each request, and adds the command init-db.
void init_app(microflask::Flask& app);

}  // namespace db
