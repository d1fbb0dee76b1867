// Rules, and what a request holds: the first part of the application of parity.py.
#include "app.hpp"

#include <algorithm>
#include <utility>

namespace parity {

/// Words with a plus between them; no word may be "no".
struct PlusConverter {
    std::vector<std::string> to_cpp(std::string_view text) {
        std::vector<std::string> words;
        for (const std::string_view word : detail::split(text, '+')) {
            if (word == "no") throw ValidationError();
            words.emplace_back(word);
        }
        return words;
    }
    std::string to_url(const std::vector<std::string>& words) {
        std::string text;
        for (const std::string& word : words) text += (text.empty() ? "" : "+") + word;
        return text;
    }
};

void add_converters(Flask& app) {
    app.url_map().converters().add<PlusConverter>("plus");

    const auto text = [](std::string x) {
        return jsonify({{"endpoint", request->endpoint()}, {"x", x}});
    };
    const auto integer = [](long long x) {
        return jsonify({{"endpoint", request->endpoint()}, {"x", x}});
    };
    const auto floating = [](double x) {
        return jsonify({{"endpoint", request->endpoint()}, {"x", x}});
    };
    app.add_url_rule("/c/string/<x>", "c_string", text);
    app.add_url_rule("/c/length/<string(length=3):x>", "c_length", text);
    app.add_url_rule("/c/between/<string(minlength=2,maxlength=4):x>", "c_between", text);
    app.add_url_rule("/c/int/<int:x>", "c_int", integer);
    app.add_url_rule("/c/fixed/<int(fixed_digits=3):x>", "c_fixed", integer);
    app.add_url_rule("/c/range/<int(min=2,max=9):x>", "c_range", integer);
    app.add_url_rule("/c/signed/<int(signed=True):x>", "c_signed", integer);
    app.add_url_rule("/c/float/<float:x>", "c_float", floating);
    app.add_url_rule("/c/sfloat/<float(signed=True):x>", "c_sfloat", floating);
    app.add_url_rule("/c/frange/<float(min=0.5,max=2.5):x>", "c_frange", floating);
    app.add_url_rule("/c/path/<path:x>", "c_path", text);
    app.add_url_rule("/c/edit/<path:x>/edit", "c_edit", text);
    app.add_url_rule(R"(/c/any/<any(one,two,"three four",a.b):x>)", "c_any", text);
    app.add_url_rule("/c/plus/<plus:x>", "c_plus", [](const std::vector<std::string>& x) {
        return jsonify({{"endpoint", request->endpoint()}, {"x", list_of(x)}});
    });
    app.add_url_rule("/c/slash/<x>/", "c_slash", text);
    app.add_url_rule("/c/pathslash/<path:x>/", "c_pathslash", text);

    app.add_url_rule("/c/uuid/<uuid:x>", "c_uuid", [](std::string x) {
        return jsonify({{"x", x}});
    });
    app.add_url_rule("/c/version/v<int:major>.<int:minor>", "c_version", [](int major, int minor) {
        return Json::array({major, minor});
    });
    app.add_url_rule("/c/date/<int:y>-<int(fixed_digits=2):m>-<int(fixed_digits=2):d>", "c_date",
                     [](int y, int m, int d) {
                         return Json::array({y, m, d});
                     });
    app.add_url_rule("/c/two/<a>-to-<b>", "c_two", [](std::string a, std::string b) {
        return Json::array({a, b});
    });
    app.add_url_rule("/c/dot.ted/<x>.html", "c_dotted", [](std::string x) { return x; });
    app.add_url_rule("/c/<first>/deep/<int:second>", "c_deep", [](std::string first, int second) {
        return Json::array({first, second});
    });
    app.add_url_rule("/c/mixed/<int:x>", "c_mixed_int", [](long long) { return "int"; });
    app.add_url_rule("/c/mixed/<float:x>", "c_mixed_float", [](double) { return "float"; });
    app.add_url_rule("/c/mixed/<x>", "c_mixed_text", [](std::string) { return "text"; });
    app.add_url_rule("/c/mixed/static", "c_mixed_static", [] { return "static"; });
    app.add_url_rule("/c/mixed/<path:x>", "c_mixed_path", [](std::string) { return "path"; });
    app.add_url_rule("/c/\u00fcn\u00ef/<x>", "c_unicode", [](std::string x) { return x; });
}

void add_rules(Flask& app) {
    app.add_url_rule("/s/branch/", "branch", [] { return "branch"; });
    app.add_url_rule("/s/leaf", "leaf", [] { return "leaf"; });
    app.add_url_rule("/s/lax-branch/", "lax_branch", [] { return "lax branch"; },
                     {.strict_slashes = false});
    app.add_url_rule("/s/lax-leaf", "lax_leaf", [] { return "lax leaf"; },
                     {.strict_slashes = false});
    app.add_url_rule("/s/merge/<path:x>", "merge", [](std::string x) { return x; });
    app.add_url_rule("/s/keep/<path:x>", "keep", [](std::string x) { return x; },
                     {.merge_slashes = false});
    app.add_url_rule("/s/post/", "post_branch", [] { return "post"; }, {.methods = {"POST"}});
    app.add_url_rule("/s/both/", "both_branch", [] { return "branch"; }, {.methods = {"GET"}});
    app.add_url_rule("/s/both", "both_leaf", [] { return "leaf"; }, {.methods = {"POST"}});
    app.add_url_rule("/s/int/<int:x>/", "int_branch", [](int x) { return std::to_string(x); });

    const auto method = [] { return request->method(); };
    app.add_url_rule("/m/all", "m_all", method,
                     {.methods = {"GET", "POST", "PUT", "PATCH", "DELETE"}});
    app.add_url_rule("/m/get", "m_get", [] { return "get"; });
    app.add_url_rule("/m/post", "m_post", [] { return "post"; }, {.methods = {"post"}});
    app.add_url_rule(
        "/m/head", "m_head",
        [] {
            return std::pair{request->method(), Headers{{"X-Method", request->method()}}};
        },
        {.methods = {"HEAD"}});
    app.add_url_rule("/m/options", "m_options",
                     [] {
                         return std::pair{"own", Headers{{"X-Own", "1"}}};
                     },
                     {.methods = {"GET", "OPTIONS"}});
    app.add_url_rule("/m/none", "m_none", [] { return "none"; },
                     {.provide_automatic_options = false});
    app.add_url_rule("/m/custom", "m_custom", method, {.methods = {"PROPFIND", "M-SEARCH"}});
    app.add_url_rule("/m/split", "m_split_get", [] { return "split get"; });
    app.add_url_rule("/m/split", "m_split_post", [] { return "split post"; },
                     {.methods = {"POST"}});
    app.add_url_rule("/m/split/<x>", "m_split_var", [](std::string) { return "var"; },
                     {.methods = {"DELETE"}});
    app.add_url_rule("/m/split/<int:x>", "m_split_int", [](int) { return "int"; },
                     {.methods = {"PUT"}});

    auto paged =
        app.add_url_rule("/d/", "paged", [](int page) { return "page " + std::to_string(page); },
                         {.defaults = {{"page", 1}}});
    app.add_url_rule("/d/<int:page>", "paged", paged);
    auto named = app.add_url_rule(
        "/d/list/<name>/", "named",
        [](std::string name, int page) { return name + " " + std::to_string(page); },
        {.defaults = {{"page", 1}}});
    app.add_url_rule("/d/list/<name>/<int:page>", "named", named);
    app.add_url_rule("/d/fixed", "fixed", [](std::string kind) { return kind; },
                     {.defaults = {{"kind", "extra"}}});
    auto aliased = app.add_url_rule("/alias/main/<x>", "aliased", [](std::string x) { return x; });
    app.add_url_rule("/alias/other/<x>", "aliased", aliased, {.alias = true});
    app.add_url_rule("/alias/none", "aliased", aliased,
                     {.defaults = {{"x", "default"}}, .alias = true});
    app.add_url_rule("/to/text/<x>", "to_text", nullptr, {.redirect_to = "c/string/<x>"});
    app.add_url_rule("/to/absolute", "to_absolute", nullptr,
                     {.redirect_to = "http://example.com/there"});
    app.add_url_rule("/to/call/<int:x>", "to_call", nullptr,
                     {.redirect_to = [](const MapAdapter&, const Json& values) {
                         return "c/int/" + std::to_string(values["x"].get<long long>() + 1);
                     }});
    app.add_url_rule("/build/<x>", "only_built", nullptr, {.build_only = true});
    app.add_url_rule("/no-view", "no_view_here", nullptr, {.build_only = true});
    app.add_url_rule("/\u00fcn\u00ef/rule", "unicode_rule", [] { return "unicode rule"; });
    app.add_url_rule("/with space/rule", "space_rule", [] { return "space rule"; });
    app.add_url_rule("/per%25cent", "percent_rule", [] { return "percent rule"; });
}

Json echo_of_url() {
    return {{"method", request->method()},
            {"path", request->path()},
            {"full_path", request->full_path()},
            {"url", request->url()},
            {"base_url", request->base_url()},
            {"root_url", request->root_url()},
            {"host", request->host()},
            {"host_url", request->host_url()},
            {"scheme", request->scheme()},
            {"script_root", request->script_root()},
            {"query_string", latin1(request->query_string())},
            {"is_secure", request->is_secure()},
            {"endpoint", request->endpoint()},
            {"url_rule", request->url_rule()},
            {"view_args", request->view_args()},
            {"blueprint", request->blueprint()},
            {"blueprints", list_of(request->blueprints())},
            {"remote_addr", request->remote_addr()}};
}

Json echo_of_form() {
    Json files = Json::array();
    for (const std::string& key : request->files().keys()) {
        Json list = Json::array();
        for (const FileStorage& file : request->files().getlist(key)) {
            Json type = nullptr;
            if (file.headers().contains("Content-Type")) type = file.content_type();
            list.push_back(Json::array({file.filename(), file.name(), type, file.mimetype(),
                                        file.content_length(), latin1(file.read())}));
        }
        files.push_back(Json::array({key, list}));
    }
    return {{"form", lists(request->form())},
            {"files", files},
            {"values", sorted_lists(request->values())},
            {"data", latin1(request->get_data())}};
}

Json echo_of_accept() {
    const MIMEAccept kinds = request->accept_mimetypes();
    const LanguageAccept languages = request->accept_languages();
    const auto items = [](const Accept& accept) {
        Json list = Json::array();
        for (const auto& [value, quality] : accept) list.push_back(Json::array({value, quality}));
        return list;
    };
    return {{"mimetypes", items(kinds)},
            {"header", kinds.to_header()},
            {"best", kinds.best()},
            {"best_match", kinds.best_match({"text/html", "application/json", "text/plain"})},
            {"best_default", kinds.best_match({"image/png"}, "none")},
            {"html", kinds.accept_html()},
            {"json", kinds.accept_json()},
            {"quality", kinds["application/json"]},
            {"languages", items(languages)},
            {"language", languages.best_match({"en", "de", "fr"})},
            {"encoding", request->accept_encodings().best_match({"gzip", "br", "identity"})},
            {"charset", request->accept_charsets().best_match({"utf-8", "latin1"})}};
}

Json echo_of_authorization() {
    const std::optional<Authorization> auth = request->authorization();
    if (!auth) return nullptr;
    return {{"type", auth->type()},
            {"username", auth->username()},
            {"password", auth->password()},
            {"realm", auth->get("realm")},
            {"nonce", auth->get("nonce")}};
}

Json echo_of_conditions() {
    const std::optional<Range> range = request->range();
    return {{"if_match", sorted_tags(request->if_match().to_header())},
            {"match_star", request->if_match().star_tag()},
            {"if_none_match", sorted_tags(request->if_none_match().to_header())},
            {"contains", request->if_none_match().contains("abc")},
            {"weak", request->if_none_match().contains_weak("abc")},
            {"modified", seconds(request->if_modified_since())},
            {"unmodified", seconds(request->if_unmodified_since())},
            {"if_range", request->if_range().to_header()},
            {"range", range ? Json(range->to_header()) : Json(nullptr)},
            {"date", seconds(request->date())}};
}

Json echo_of_fields() {
    std::vector<std::string> cors;
    if (const auto headers = request->access_control_request_headers())
        cors.assign(headers->begin(), headers->end());
    std::sort(cors.begin(), cors.end());
    return {{"agent", request->user_agent().string()},
            {"referrer", request->referrer()},
            {"max_forwards", request->max_forwards()},
            {"pragma", request->pragma().to_header()},
            {"no_cache", request->cache_control().no_cache()},
            {"max_age", request->cache_control().max_age()},
            {"no_store", request->cache_control().no_store()},
            {"only_if_cached", request->cache_control().only_if_cached()},
            {"origin", request->origin()},
            {"encoding", request->content_encoding()},
            {"route", list_of(request->access_route())},
            {"cors_method", request->access_control_request_method()},
            {"cors_headers", list_of(cors)}};
}

void add_echo(Flask& app) {
    app.add_url_rule("/echo/url", "echo_url", [] { return jsonify(echo_of_url()); },
                     {.methods = {"GET", "POST", "PUT"}});
    app.route("/echo/url/<path:rest>", {.endpoint = "echo_url_rest"},
              [](std::string) { return jsonify(echo_of_url()); });
    app.get("/echo/args", [] { return jsonify({{"args", lists(request->args())}}); });
    app.get("/echo/arg", [] { return request->args()["key"]; });
    app.get("/echo/int", [] {
        Json all = Json::array();
        for (const long long number : request->args().getlist<long long>("key"))
            all.push_back(number);
        return jsonify({{"one", request->args().get<long long>("key", 7)}, {"all", all}});
    });
    app.get("/echo/float", [] { return jsonify(request->args().get<double>("key", 0.5)); });
    app.route("/echo/form", {.methods = {"GET", "POST", "PUT"}},
              [] { return jsonify(echo_of_form()); });
    app.post("/echo/field", [] { return request->form()["key"]; });
    app.post("/echo/file", [] { return request->files()["key"].filename(); });
    app.route("/echo/data", {.methods = {"GET", "POST", "PUT", "DELETE", "PATCH"}}, [] {
        const std::string data = latin1(request->data());
        Json params = Json::object();
        for (const auto& [name, value] : request->mimetype_params()) params[name] = value;
        return jsonify({{"data", data},
                        {"all", latin1(request->get_data())},
                        {"length", request->content_length()},
                        {"type", request->content_type()},
                        {"mimetype", request->mimetype()},
                        {"params", params},
                        {"is_json", request->is_json()}});
    });
    app.post("/echo/text", [] { return request->get_data({.as_text = true}); });
    app.post("/echo/stream", [] { return request->stream().read(); });
    app.route("/echo/json", {.methods = {"GET", "POST"}},
              [] { return jsonify(request->get_json()); });
    app.route("/echo/json/silent", {.methods = {"GET", "POST"}}, [] {
        return jsonify({{"got", request->get_json({.silent = true})}});
    });
    app.route("/echo/json/force", {.methods = {"GET", "POST"}}, [] {
        return jsonify({{"got", request->get_json({.force = true})}});
    });
    app.post("/echo/json/property", [] { return jsonify({{"got", request->json()}}); });
    app.get("/echo/cookies", [] { return jsonify(lists(request->cookies())); });
    app.get("/echo/header", [] {
        const std::string& name = request->args()["name"];
        return jsonify({{"value", request->headers().get(name)},
                        {"all", list_of(request->headers().getlist(name))},
                        {"there", request->headers().contains(name)}});
    });
    app.get("/echo/headers", [] {
        std::vector<std::pair<std::string, std::string>> found;
        for (const auto& [name, value] : request->headers()) {
            const std::string lower = detail::to_lower(name);
            if (lower.starts_with("x-")) found.emplace_back(lower, value);
        }
        std::sort(found.begin(), found.end());
        Json all = Json::array();
        for (const auto& [name, value] : found) all.push_back(Json::array({name, value}));
        return jsonify(all);
    });
    app.get("/echo/header/missing", [] { return std::string(request->headers()["X-Missing"]); });
    app.get("/echo/accept", [] { return jsonify(echo_of_accept()); });
    app.get("/echo/authorization", [] { return jsonify(echo_of_authorization()); });
    app.get("/echo/conditions", [] { return jsonify(echo_of_conditions()); });
    app.get("/echo/fields", [] { return jsonify(echo_of_fields()); });
}

}  // namespace parity
