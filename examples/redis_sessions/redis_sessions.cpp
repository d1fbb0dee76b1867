// Sessions in Redis: the cookie holds a random name only, the values stay on the server, and all servers share them.
//
//     g++ -std=c++20 -O2 -pthread -I../.. redis_sessions.cpp -lhiredis -o redis_sessions
//     REDIS_PORT=6379 ./redis_sessions
#include "microflask.hpp"

#include <hiredis/hiredis.h>

#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

// ---- Redis, as far as sessions need it

/// Sends commands to one server. Any number of threads may ask at once: each takes a connection of its own.
class Redis {
public:
    Redis(std::string host, int port) : host_(std::move(host)), port_(port) {}

    /// Sends a command and returns its reply, text or null. Throws RuntimeError, a 500, where the server does not answer.
    Json command(const std::vector<std::string>& words) {
        Connection connection = take();
        std::vector<const char*> texts;
        std::vector<std::size_t> sizes;
        for (const std::string& word : words) {
            texts.push_back(word.data());
            sizes.push_back(word.size());
        }
        const Reply reply(static_cast<redisReply*>(redisCommandArgv(
            connection.get(), static_cast<int>(words.size()), texts.data(), sizes.data())));
        // A connection that failed is dropped here; the next command makes a new one.
        if (!reply) throw RuntimeError("The session store does not answer.");
        give_back(std::move(connection));
        if (reply->type == REDIS_REPLY_ERROR)
            throw RuntimeError(std::string(reply->str, reply->len));
        if (reply->type == REDIS_REPLY_INTEGER) return reply->integer;
        if (reply->type == REDIS_REPLY_NIL) return nullptr;
        return std::string(reply->str, reply->len);
    }

private:
    struct Free {
        void operator()(redisContext* context) const { redisFree(context); }
        void operator()(redisReply* reply) const { freeReplyObject(reply); }
    };
    using Connection = std::unique_ptr<redisContext, Free>;
    using Reply = std::unique_ptr<redisReply, Free>;

    Connection take() {
        {
            const std::lock_guard lock(mutex_);
            if (!idle_.empty()) {
                Connection connection = std::move(idle_.back());
                idle_.pop_back();
                return connection;
            }
        }
        const timeval patience{2, 0};
        Connection made(redisConnectWithTimeout(host_.c_str(), port_, patience));
        if (!made || made->err != 0 || redisSetTimeout(made.get(), patience) != REDIS_OK)
            throw RuntimeError("The session store cannot be reached.");
        return made;
    }
    void give_back(Connection connection) {
        const std::lock_guard lock(mutex_);
        if (idle_.size() < 64) idle_.push_back(std::move(connection));
    }

    std::string host_;
    int port_;
    std::mutex mutex_;  // guards idle_
    std::vector<Connection> idle_;
};

// ---- the session interface

/// A session that knows the name it is kept under.
class RedisSession : public Session {
public:
    RedisSession(std::string id, Json values, bool is_new)
        : Session(std::move(values), is_new), id_(std::move(id)) {}
    [[nodiscard]] const std::string& id() const { return id_; }

private:
    std::string id_;
};

class RedisSessionInterface : public SessionInterface {
public:
    RedisSessionInterface(std::string host, int port) : redis_(std::move(host), port) {}

    std::shared_ptr<Session> open_session(Flask& app, Request& request) override {
        const std::string id = request.cookies().get(get_cookie_name(app), "");
        // A name that the store does not know is never taken over: nobody chooses the name of another's session.
        if (id.size() == id_size) {
            const Json kept = redis_.command({"GET", key(id)});
            if (kept.is_string())
                return std::make_shared<RedisSession>(id, Json::parse(kept.get<std::string_view>()),
                                                      false);
        }
        return std::make_shared<RedisSession>(token_urlsafe(32), Json::object(), true);
    }

    void save_session(Flask& app, Session& session, Response& response) override {
        const auto& kept = dynamic_cast<const RedisSession&>(session);
        if (session.accessed()) response.vary().add("Cookie");
        DumpCookieOptions cookie;
        cookie.path = get_cookie_path(app);
        cookie.httponly = get_cookie_httponly(app);
        cookie.secure = get_cookie_secure(app);
        cookie.samesite = get_cookie_samesite(app).value_or("Lax");
        if (session.size() == 0) {
            if (!session.modified()) return;
            redis_.command({"DEL", key(kept.id())});
            response.delete_cookie(get_cookie_name(app), cookie);
            return;
        }
        const std::string lifetime =
            std::to_string(app.config.get<long long>("PERMANENT_SESSION_LIFETIME", 2678400));
        if (session.modified())
            redis_.command({"SETEX", key(kept.id()), lifetime, session.values().dump()});
        else
            redis_.command({"EXPIRE", key(kept.id()), lifetime});
        if (!kept.is_new() && !should_set_cookie(app, session)) return;
        cookie.expires = get_expiration_time(app, session);
        response.set_cookie(get_cookie_name(app), kept.id(), cookie);
    }

    /// Requests that come without a session and never look at one cost Redis nothing.
    [[nodiscard]] bool opens_on_demand() const override { return true; }

private:
    static constexpr std::size_t id_size = 43;  // 32 bytes in base64
    static std::string key(const std::string& id) { return "session:" + id; }

    Redis redis_;
};

// ---- an application that uses it

int main(int argc, char** argv) {
    const char* const port = std::getenv("REDIS_PORT");
    Flask app;
    app.session_interface(
        std::make_shared<RedisSessionInterface>("127.0.0.1", port ? std::atoi(port) : 6379));

    app.get("/", [] {
        session["visits"] = session.get<int>("visits", 0) + 1;
        return jsonify({{"user", session["user"]}, {"visits", session["visits"]}});
    });
    app.get("/untouched", [] { return "no session here"; });
    app.post("/login", [] {
        session["user"] = request->form()["user"];
        session.permanent(true);
        return redirect("/");
    });
    app.post("/logout", [] {
        session.clear();
        return redirect("/");
    });

    return app.run(argc, argv);
}
