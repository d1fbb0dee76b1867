// Answers that are sent piece by piece: of a coroutine, of a function, and of one that still sees its request.
#include "microflask.hpp"
using namespace microflask;

/// Each co_yield is a piece; the next one is made when the client has taken this one.
Generator countdown(int from) {
    for (int left = from; left > 0; --left) co_yield std::to_string(left) + "\n";
    co_yield "Lift-off!\n";
}

Generator greeting() {
    co_yield "Hello, ";
    co_yield request->args().get("name", "stranger");
    co_yield "!\n";
}

int main(int argc, char** argv) {
    Flask app;

    app.get("/countdown/<int:from>", [](int from) { return countdown(from); });

    // A function that returns the next piece, and nothing at the end.
    app.get("/squares.csv", [] {
        auto rows = [number = 0]() mutable -> std::optional<std::string> {
            if (number == 1000) return std::nullopt;
            ++number;
            return std::to_string(number) + "," + std::to_string(number * number) + "\n";
        };
        return Response(stream(rows), 200, {}, {.mimetype = "text/csv"});
    });

    // When the pieces are made the view has returned; stream_with_context keeps its request until the end.
    app.get("/hello", [] { return stream_with_context(greeting); });

    return app.run(argc, argv);
}
