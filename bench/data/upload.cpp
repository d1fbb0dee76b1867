// Takes an upload and says how many bytes came: bench/data/run sends it 100 MiB and watches its memory.
#include "microflask.hpp"
using namespace microflask;

int main(int argc, char** argv) {
    Flask app;
    app.post("/", [] { return std::to_string(request->files()["file"].stream().size()); });
    // The same bytes as a plain body, read piece by piece.
    app.post("/raw", [] {
        std::uint64_t size = 0;
        std::string buffer(65536, '\0');
        while (const std::size_t count = request->stream().read(buffer.data(), buffer.size()))
            size += count;
        return std::to_string(size);
    });
    return app.run(argc, argv);
}
