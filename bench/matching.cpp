// Matches paths in maps of 10 and of 1,000 rules: nanoseconds for a match, and the ratio of the two.
// Usage: matching [rules] [rounds]    with rules: only a map of that many, no ratio (for counting instructions)
#include "microflask.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask;

namespace {

constexpr int paths_matched = 10;

/// A map of rules in the style of a large application; the first ones are the same in every map.
Map make_map(int rules, bool with_variables) {
    Map map;
    for (int i = 0; i < rules; ++i) {
        const std::string section =
            "/section" + std::to_string(i % 25) + "/page" + std::to_string(i);
        map.add(Rule(with_variables ? section + "/<int:id>/<name>" : section + "/edit",
                     {.methods = {"GET", "POST"}, .endpoint = "view" + std::to_string(i)}));
    }
    return map;
}

/// Nanoseconds for one match, the least of several rounds.
double measure(const Map& map, bool with_variables, int rounds) {
    std::vector<std::string> paths;
    for (int i = 0; i < paths_matched; ++i) {
        paths.push_back("/section" + std::to_string(i) + "/page" + std::to_string(i) +
                        (with_variables ? "/12345/anna" : "/edit"));
    }
    constexpr int repeats = 20000;
    double least = 1e9;
    std::size_t found = 0;
    for (int round = 0; round < rounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < repeats; ++i) {
            for (const std::string& path : paths) {
                MatchRequest request;
                request.path = path;
                request.method = "GET";
                MatchOutcome outcome;
                map.match(request, outcome);
                found += outcome ? outcome.match.size() + 1 : 0;
            }
        }
        const std::chrono::duration<double, std::nano> taken =
            std::chrono::steady_clock::now() - start;
        least = (std::min)(least, taken.count() / (repeats * paths_matched));
    }
    const std::size_t each = with_variables ? 3 : 1;
    if (found != each * static_cast<std::size_t>(repeats) * paths_matched *
                     static_cast<std::size_t>(rounds)) {
        std::fprintf(stderr, "a path was not matched\n");
        std::exit(1);
    }
    return least;
}

}  // namespace

int main(int argc, char** argv) {
    const int rules = argc > 1 ? std::atoi(argv[1]) : 0;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 15;
    for (const bool with_variables : {false, true}) {
        const char* kind = with_variables ? "two variables" : "static       ";
        if (rules > 0) {
            std::printf("%s  %5d rules: %6.1f ns a match\n", kind, rules,
                        measure(make_map(rules, with_variables), with_variables, rounds));
            continue;
        }
        const double few = measure(make_map(10, with_variables), with_variables, rounds);
        const double many = measure(make_map(1000, with_variables), with_variables, rounds);
        std::printf("%s  10 rules: %6.1f ns a match, 1,000 rules: %6.1f ns, ratio %.2f\n", kind,
                    few, many, many / few);
    }
}
