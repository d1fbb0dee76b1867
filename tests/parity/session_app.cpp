// The session of one client, read and written as the query asks; the same application as session_parity.py's.
#include "microflask.hpp"
using namespace microflask;

int main(int argc, char** argv) {
    Flask app;
    app.secret_key("a shared secret");

    app.get("/set", [] {
        session.update(Json::parse(request->args()["json"]));
        return "ok";
    });
    app.get("/get", [] { return jsonify(session->values()); });
    app.get("/flash", [] {
        flash(request->args()["message"], request->args().get("category", "message"));
        return "ok";
    });
    app.get("/messages", [] {
        Json messages = Json::array();
        for (const auto& [category, message] : get_flashed_messages()) {
            messages.push_back(Json::array({category, message}));
        }
        return messages;
    });
    app.get("/permanent", [] {
        session.permanent(true);
        return "ok";
    });

    return app.run(argc, argv);
}
