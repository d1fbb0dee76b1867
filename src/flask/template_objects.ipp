// What flask/template_objects.hpp promises.
#include "flask/template_objects.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "flask/app_state.hpp"
#include "flask/globals.hpp"
#include "flask/helpers.hpp"
#include "flask/templating.hpp"
#include "jinja/access.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/expose.hpp"
#include "jinja/operators.hpp"
#include "wrappers/request.hpp"

#include <any>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

namespace microflask::detail {

// ---- url_for, get_flashed_messages

/// url_for(endpoint, _anchor=, _method=, _scheme=, _external=, **values)
MICROFLASK_INLINE TemplateValue template_url_for(RenderState&, const TemplateArguments& arguments) {
    if (arguments.size() != 1) {
        throw TemplateRuntimeError("TypeError", "url_for() takes the endpoint, and values by name");
    }
    std::string anchor;
    std::string method;
    std::string scheme;
    UrlForOptions options;
    Json values = Json::object();
    for (std::size_t i = 0; i < arguments.keyword_count(); ++i) {
        const TemplateKeyword& keyword = arguments.keywords()[i];
        const bool is_none = keyword.value.is_none();
        if (keyword.name == "_anchor") {
            if (!is_none) anchor = keyword.value.to_text();
        } else if (keyword.name == "_method") {
            if (!is_none) method = keyword.value.to_text();
        } else if (keyword.name == "_scheme") {
            if (!is_none) scheme = keyword.value.to_text();
        } else if (keyword.name == "_external") {
            if (!is_none) options.external = template_is_true(keyword.value);
        } else if (!is_none) {
            values[keyword.name] = keyword.value.to_json();
        }
    }
    options.anchor = anchor;
    options.method = method;
    options.scheme = scheme;
    return TemplateValue::text(url_for(arguments[0].as_text(), std::move(values), options));
}

/// get_flashed_messages(with_categories=False, category_filter=())
MICROFLASK_INLINE TemplateValue template_get_flashed_messages(RenderState&,
                                                              const TemplateArguments& arguments) {
    const TemplateValue* with_categories = arguments.find("with_categories");
    const TemplateValue* filter = arguments.find("category_filter");
    if (arguments.size() > 0) with_categories = &arguments[0];
    if (arguments.size() > 1) filter = &arguments[1];
    FlashedMessagesOptions options;
    if (filter) options.category_filter = filter->get<std::vector<std::string>>();
    List<TemplateValue> messages;
    for (auto& [category, message] : get_flashed_messages(options)) {
        TemplateValue text = TemplateValue::text(std::move(message));
        if (with_categories && template_is_true(*with_categories)) {
            List<TemplateValue> pair;
            pair.push_back(TemplateValue::text(std::move(category)));
            pair.push_back(std::move(text));
            text = template_make_tuple(std::move(pair));
        }
        messages.push_back(std::move(text));
    }
    return template_make_list(std::move(messages));
}

MICROFLASK_INLINE void add_template_globals(Environment& environment, AppState& app) {
    TemplateRegistry& globals = environment.globals();
    globals["url_for"] = TemplateValue::native(&template_url_for);
    globals["get_flashed_messages"] = TemplateValue::native(&template_get_flashed_messages);
    globals["config"] = TemplateValue::of_json(app.config.values());
    globals["request"] = TemplateValue::object(new TemplateRequest);
    globals["session"] = TemplateValue::object(new TemplateSessionProxy);
    globals["g"] = TemplateValue::object(new TemplateGlobalsProxy(app));
}

// ---- request

MICROFLASK_INLINE TemplateValue template_multi_dict(const MultiDict& values) {
    return TemplateValue::object(new TemplateMultiDict(values));
}

struct TemplateRequestAttribute {
    std::string_view name;
    TemplateValue (*get)(Request& request);
};

inline constexpr TemplateRequestAttribute template_request_attributes[] = {
    {"access_route", [](Request& r) { return TemplateValue(r.access_route()); }},
    {"args", [](Request& r) { return template_multi_dict(r.args()); }},
    {"base_url", [](Request& r) { return TemplateValue(r.base_url()); }},
    {"blueprint", [](Request& r) { return TemplateValue(r.blueprint()); }},
    {"blueprints", [](Request& r) { return TemplateValue(r.blueprints()); }},
    {"content_length", [](Request& r) { return TemplateValue(r.content_length()); }},
    {"content_type", [](Request& r) { return TemplateValue(r.content_type()); }},
    {"cookies", [](Request& r) { return template_multi_dict(r.cookies()); }},
    {"data", [](Request& r) { return TemplateValue(r.data()); }},
    {"endpoint", [](Request& r) { return TemplateValue(r.endpoint()); }},
    {"form", [](Request& r) { return template_multi_dict(r.form()); }},
    {"full_path", [](Request& r) { return TemplateValue(r.full_path()); }},
    {"headers",
     [](Request& r) { return TemplateValue::object(new TemplateMultiDict(r.headers())); }},
    {"host", [](Request& r) { return TemplateValue(r.host()); }},
    {"host_url", [](Request& r) { return TemplateValue(r.host_url()); }},
    {"is_json", [](Request& r) { return TemplateValue(r.is_json()); }},
    {"is_secure", [](Request& r) { return TemplateValue(r.is_secure()); }},
    {"json", [](Request& r) { return TemplateValue(Json(r.json())); }},
    {"method", [](Request& r) { return TemplateValue(r.method()); }},
    {"mimetype", [](Request& r) { return TemplateValue(r.mimetype()); }},
    {"origin", [](Request& r) { return TemplateValue(r.origin()); }},
    {"path", [](Request& r) { return TemplateValue(r.path()); }},
    {"query_string", [](Request& r) { return TemplateValue(r.query_string()); }},
    {"referrer", [](Request& r) { return TemplateValue(r.referrer()); }},
    {"remote_addr", [](Request& r) { return TemplateValue(r.remote_addr()); }},
    {"remote_user", [](Request& r) { return TemplateValue(r.remote_user()); }},
    {"root_path", [](Request& r) { return TemplateValue(r.root_path()); }},
    {"root_url", [](Request& r) { return TemplateValue(r.root_url()); }},
    {"scheme", [](Request& r) { return TemplateValue(r.scheme()); }},
    {"script_root", [](Request& r) { return TemplateValue(r.script_root()); }},
    {"url", [](Request& r) { return TemplateValue(r.url()); }},
    {"url_root", [](Request& r) { return TemplateValue(r.url_root()); }},
    {"url_rule", [](Request& r) { return TemplateValue(r.url_rule()); }},
    {"values", [](Request& r) { return template_multi_dict(r.values()); }},
    {"view_args", [](Request& r) { return TemplateValue(Json(r.view_args())); }},
};

MICROFLASK_INLINE std::string_view TemplateRequest::type_name() const noexcept {
    return "Request";
}

MICROFLASK_INLINE bool TemplateRequest::attribute(RenderState&, std::string_view name,
                                                  TemplateValue& value) {
    Request& current = *request;
    for (const TemplateRequestAttribute& attribute : template_request_attributes) {
        if (attribute.name != name) continue;
        value = attribute.get(current);
        return true;
    }
    if (name != "user_agent") return false;
    value = TemplateValue(current.user_agent().string());
    return true;
}

MICROFLASK_INLINE bool TemplateRequest::is_true() const {
    return has_request_context();
}

MICROFLASK_INLINE void TemplateRequest::append_repr(std::string& out) const {
    out += request->repr();
}

// ---- dicts that are only known when they are asked for

MICROFLASK_INLINE bool TemplateDictProxy::attribute(RenderState& state, std::string_view name,
                                                    TemplateValue& value) {
    // The methods of a dict; an item of that name is looked for after this.
    if (item(state, TemplateValue::borrowed_text(name), value)) return true;
    value = template_attribute(state, dict(), name);
    return !value.is_undefined();
}

MICROFLASK_INLINE bool TemplateDictProxy::call_method(RenderState& state, std::string_view name,
                                                      const TemplateArguments& arguments,
                                                      TemplateValue& result) {
    result = template_call_method(state, dict(), name, arguments);
    return true;
}

MICROFLASK_INLINE bool TemplateDictProxy::item(RenderState& state, const TemplateValue& key,
                                               TemplateValue& value) {
    const TemplateValue values = dict();
    if (!template_in(key, values)) return false;
    value = template_item(state, values, key);
    return true;
}

MICROFLASK_INLINE bool TemplateDictProxy::is_iterable() const noexcept {
    return true;
}

MICROFLASK_INLINE TemplateValue TemplateDictProxy::iterate() {
    TemplateIterator iterator(dict());
    List<TemplateValue> keys;
    TemplateValue key;
    while (iterator.next(key)) keys.push_back(key);
    return template_make_list(std::move(keys));
}

MICROFLASK_INLINE bool TemplateDictProxy::length(std::size_t& count) const {
    count = template_length(dict());
    return true;
}

MICROFLASK_INLINE bool TemplateDictProxy::contains(const TemplateValue& value, bool& found) {
    found = template_in(value, dict());
    return true;
}

MICROFLASK_INLINE bool TemplateDictProxy::is_mapping() const noexcept {
    return true;
}

MICROFLASK_INLINE void TemplateDictProxy::append_repr(std::string& out) const {
    out += '<';
    out += type_name();
    out += ' ';
    template_append_repr(out, dict());
    out += '>';
}

// ---- session

MICROFLASK_INLINE std::string_view TemplateSessionProxy::type_name() const noexcept {
    return "SecureCookieSession";
}

// A copy: what the template holds stays, whatever is done to the session meanwhile.
MICROFLASK_INLINE TemplateValue TemplateSessionProxy::dict() const {
    return TemplateValue(Json(session->values()));
}

MICROFLASK_INLINE bool TemplateSessionProxy::attribute(RenderState& state, std::string_view name,
                                                       TemplateValue& value) {
    if (name == "permanent") {
        value = TemplateValue::boolean(session.permanent());
    } else if (name == "modified") {
        value = TemplateValue::boolean(session.modified());
    } else if (name == "accessed") {
        value = TemplateValue::boolean(session.accessed());
    } else if (name == "new") {
        value = TemplateValue::boolean(session.is_new());
    } else {
        return TemplateDictProxy::attribute(state, name, value);
    }
    return true;
}

MICROFLASK_INLINE bool TemplateSessionProxy::is_true() const {
    return has_request_context() && !session.empty();
}

// ---- g

template <class T>
bool template_value_of_known_any(const std::any& any, TemplateValue& value) {
    const T* known = std::any_cast<T>(&any);
    if (known) value = TemplateValue(T(*known));
    return known != nullptr;
}

/// Turns what `g` holds into a template value: of the types that templates know anyway, and of those that were named.
/// Returns false for others.
MICROFLASK_INLINE bool template_known_any(AppState& app, const std::any& any,
                                          TemplateValue& value) {
    const bool is_known = template_value_of_known_any<std::string>(any, value) ||
                          template_value_of_known_any<Json>(any, value) ||
                          template_value_of_known_any<bool>(any, value) ||
                          template_value_of_known_any<int>(any, value) ||
                          template_value_of_known_any<unsigned>(any, value) ||
                          template_value_of_known_any<long>(any, value) ||
                          template_value_of_known_any<unsigned long>(any, value) ||
                          template_value_of_known_any<long long>(any, value) ||
                          template_value_of_known_any<unsigned long long>(any, value) ||
                          template_value_of_known_any<double>(any, value) ||
                          template_value_of_known_any<float>(any, value) ||
                          template_value_of_known_any<Markup>(any, value) ||
                          template_value_of_known_any<TemplateValue>(any, value) ||
                          template_value_of_known_any<std::nullptr_t>(any, value) ||
                          template_value_of_known_any<std::vector<std::string>>(any, value) ||
                          template_value_of_known_any<std::optional<std::string>>(any, value);
    if (is_known) return true;
    for (const AnyConverter& converter : templates_of(app).converters) {
        if (*converter.type != any.type()) continue;
        value = converter.convert(any);
        return true;
    }
    return false;
}

MICROFLASK_INLINE TemplateValue template_value_of_any(AppState& app, const std::any& any) {
    TemplateValue value;
    if (template_known_any(app, any, value)) return value;
    throw TemplateRuntimeError(
        "TypeError",
        concat({"templates do not know the class of this value in g (", any.type().name(),
                "): name it to the application by app.template_type<T>()"}));
}

MICROFLASK_INLINE std::string_view TemplateGlobalsProxy::type_name() const noexcept {
    return "_AppCtxGlobals";
}

MICROFLASK_INLINE TemplateValue TemplateGlobalsProxy::dict() const {
    TemplateDict* const values = template_new_dict();
    const TemplateValue result = TemplateValue::dict(values);
    Attributes& attributes = *g;
    for (const std::string& name : attributes.names()) {
        TemplateValue value;  // what templates do not know, such as a connection, is left out
        if (template_known_any(*app_, *attributes.find_value(name), value)) {
            template_dict_set(*values, TemplateValue(name), std::move(value));
        }
    }
    return result;
}

MICROFLASK_INLINE bool TemplateGlobalsProxy::attribute(RenderState& state, std::string_view name,
                                                       TemplateValue& value) {
    const std::any* const any = g->find_value(name);
    if (any) {
        value = template_value_of_any(*app_, *any);
        return true;
    }
    if (name != "get" && name != "pop" && name != "setdefault") return false;
    value = template_attribute(state, dict(), name);
    return true;
}

MICROFLASK_INLINE bool TemplateGlobalsProxy::is_true() const {
    return has_app_context();
}

MICROFLASK_INLINE void TemplateGlobalsProxy::append_repr(std::string& out) const {
    out += "<flask.g>";
}

// ---- request.args and its kin

MICROFLASK_INLINE std::string_view TemplateMultiDict::type_name() const noexcept {
    return headers_ ? "EnvironHeaders" : "ImmutableMultiDict";
}

MICROFLASK_INLINE TemplateValue TemplateMultiDict::dict() const {
    TemplateDict* const dict = template_new_dict();
    const TemplateValue result = TemplateValue::dict(dict);
    const auto add = [&](std::string_view name, std::string_view text) {
        if (!dict->find(name)) template_dict_set(*dict, TemplateValue(name), TemplateValue(text));
    };
    if (headers_) {
        for (std::size_t i = 0; i < headers_->size(); ++i) {
            add(headers_->at(i).first, headers_->at(i).second);
        }
    } else {
        for (const auto& [name, text] : values_->items()) add(name, text);
    }
    return result;
}

MICROFLASK_INLINE bool TemplateMultiDict::item(RenderState&, const TemplateValue& key,
                                               TemplateValue& value) {
    if (!key.is_text()) return false;
    const std::string_view name = key.text_value();
    if (headers_) {
        const std::optional<std::string_view> found = headers_->find(name);
        if (found) value = TemplateValue(*found);
        return found.has_value();
    }
    const std::string* const found = values_->find(name);
    if (found) value = TemplateValue(*found);
    return found != nullptr;
}

MICROFLASK_INLINE bool TemplateMultiDict::call_method(RenderState& state, std::string_view name,
                                                      const TemplateArguments& arguments,
                                                      TemplateValue& result) {
    if (name == "get" && !arguments.empty()) {
        const TemplateValue* fallback = arguments.find("default");
        if (arguments.size() > 1) fallback = &arguments[1];
        if (!item(state, arguments[0], result)) result = fallback ? *fallback : TemplateValue();
        return true;
    }
    if (name == "getlist" && !arguments.empty()) {
        const std::string_view key = arguments[0].as_text();
        result = TemplateValue(headers_ ? headers_->getlist(key) : values_->getlist(key));
        return true;
    }
    return TemplateDictProxy::call_method(state, name, arguments, result);
}

}  // namespace microflask::detail
