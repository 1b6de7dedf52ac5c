#include "portal/operation_call.hpp"

#include "net/url.hpp"
#include "portal/error_line.hpp"
#include "portal/operations/value.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace site {
namespace {

namespace json = boost::json;

const PortalField* find(std::span<const PortalField> fields, std::string_view name)
{
    const auto found = std::ranges::find(fields, name, &PortalField::name);
    return found == fields.end() ? nullptr : &*found;
}

std::string query_text(const json::value& value)
{
    if (const auto* text = value.if_string())
        return encoded({ text->data(), text->size() });
    return encoded(json::serialize(value));
}

Error missing(const PortalField& field)
{
    return { Errc::invalid, std::string(field.name) + ": is missing" };
}

Error twice(const PortalField& field)
{
    return { Errc::invalid, std::string(field.name) + ": is given more than once" };
}

/// Makes the parts of a request from what is given, and knows which of it was used.
class Making {
public:
    Making(const PortalOperation& operation, const OperationInput& input)
        : operation_(operation), input_(input)
    {
    }

    Result<Call> call()
    {
        Call call { .method = operation_.method, .repeatable = operation_.repeatable };
        if (auto known = all_known(); !known)
            return known.error();
        auto path = this->path();
        if (!path)
            return path.error();
        call.path = std::move(*path);
        auto query = this->query();
        if (!query)
            return query.error();
        call.query = std::move(*query);
        auto body = this->body();
        if (!body)
            return body.error();
        if (*body)
            call.body = json::serialize(**body);
        return call;
    }

private:
    Result<void> all_known() const
    {
        for (const auto& [name, values] : input_.given) {
            const bool in_body
                = operation_.body && !operation_.body_is_list && find(operation_.body->fields, name);
            if (!find(operation_.places, name) && !find(operation_.query, name) && !in_body)
                return Error { Errc::invalid, one_line(name, 60) + ": is no parameter of this operation" };
        }
        if (!input_.fields.empty() && !operation_.takes_field)
            return Error { Errc::invalid, "field: is no parameter of this operation" };
        if (operation_.shape)
            for (const auto& name : input_.fields)
                if (!find(operation_.shape->fields, name))
                    return Error { Errc::invalid,
                        "field: \"" + one_line(name, 60) + "\" is no member of the answer" };
        if (input_.body && !operation_.body)
            return Error { Errc::invalid, "body: this operation takes none" };
        if (!input_.items.empty() && !operation_.body_is_list)
            return Error { Errc::invalid, "a list of answers is no body of this operation" };
        return {};
    }

    [[nodiscard]] const std::vector<std::string>* given(const PortalField& field) const
    {
        const auto found = input_.given.find(field.name);
        return found == input_.given.end() || found->second.empty() ? nullptr : &found->second;
    }

    Result<std::string> path() const
    {
        std::vector<std::string> values;
        for (const auto& place : operation_.places) {
            const auto* texts = given(place);
            if (!texts || texts->front().empty())
                return missing(place);
            auto value = portal_value(place, texts->front());
            if (!value)
                return value.error();
            values.push_back(value->is_string() ? std::string(value->get_string()) : json::serialize(*value));
            // Encoded or not, some servers take these for a way up.
            if (values.back() == "." || values.back() == "..")
                return Error { Errc::invalid, std::string(place.name) + ": may not be dots alone" };
        }
        return operation_path(operation_, values);
    }

    Result<std::string> query() const
    {
        std::string query;
        const auto add = [&](std::string_view name, const std::string& value) {
            query += (query.empty() ? "" : "&") + encoded(name) + "=" + value;
        };
        for (const auto& field : operation_.query) {
            const auto* texts = given(field);
            if (!texts) {
                if (field.required)
                    return missing(field);
                continue;
            }
            if (texts->size() > 1 && !field.many)
                return twice(field);
            for (const auto& text : *texts) {
                auto value = portal_value(field, text);
                if (!value)
                    return value.error();
                add(field.name, query_text(*value));
            }
        }
        for (const auto& name : input_.fields)
            add("field", encoded(name));
        return query;
    }

    Result<std::optional<json::value>> body() const
    {
        if (!operation_.body)
            return std::optional<json::value> {};
        return operation_.body_is_list ? list_body() : object_body();
    }

    Result<std::optional<json::value>> object_body() const
    {
        json::value body = input_.body.value_or(json::object {});
        auto* object = body.if_object();
        if (!object)
            return Error { Errc::invalid, "body: has to be a JSON object" };
        for (const auto& field : operation_.body->fields) {
            const auto* texts = given(field);
            if (!texts)
                continue;
            json::array values;
            for (const auto& text : *texts) {
                auto value = portal_value(field, text);
                if (!value)
                    return value.error();
                values.push_back(std::move(*value));
            }
            if (!field.many && values.size() > 1)
                return twice(field);
            (*object)[field.name] = field.many ? json::value(std::move(values)) : std::move(values.front());
        }
        if (auto problems = portal_shape_problems(*operation_.body, body, ShapeUse::request);
            !problems.empty())
            return Error { Errc::invalid, problems.front() };
        return std::optional(std::move(body));
    }

    Result<std::optional<json::value>> list_body() const
    {
        json::value body = input_.body.value_or(json::array {});
        auto* list = body.if_array();
        if (!list)
            return Error { Errc::invalid, "body: has to be a JSON list" };
        const auto& fields = operation_.body->fields;
        for (const auto& item : input_.items) {
            const auto equals = item.find('=');
            if (equals == std::string::npos)
                return Error { Errc::invalid,
                    "\"" + one_line(item, 60) + "\" is no " + std::string(fields[0].name) + "=VALUE" };
            auto key = portal_value(fields[0], std::string_view(item).substr(0, equals));
            if (!key)
                return key.error();
            auto value = portal_value(fields[1], std::string_view(item).substr(equals + 1));
            if (!value)
                return value.error();
            list->push_back(
                json::object { { fields[0].name, std::move(*key) }, { fields[1].name, std::move(*value) } });
        }
        if (list->empty())
            return Error { Errc::invalid, "body: the list is empty" };
        for (std::size_t i = 0; i < list->size(); ++i)
            if (auto problems = portal_shape_problems(*operation_.body, (*list)[i], ShapeUse::request);
                !problems.empty())
                return Error { Errc::invalid, "[" + std::to_string(i) + "]." + problems.front() };
        return std::optional(std::move(body));
    }

    const PortalOperation& operation_;
    const OperationInput& input_;
};

} // namespace

Result<Call> operation_call(const PortalOperation& operation, const OperationInput& input)
{
    return Making(operation, input).call();
}

std::string operation_path(const PortalOperation& operation, const std::vector<std::string>& values)
{
    std::string path(operation.path);
    for (std::size_t i = 0; i < operation.places.size() && i < values.size(); ++i) {
        const auto mark = "{" + std::string(operation.places[i].name) + "}";
        if (const auto at = path.find(mark); at != std::string::npos)
            path.replace(at, mark.size(), encoded(values[i]));
    }
    return path;
}

Call call_of(const PortalOperation& operation, std::initializer_list<std::string_view> values,
    std::string query, std::string body)
{
    return { .method = operation.method,
        .path = operation_path(operation, { values.begin(), values.end() }),
        .query = std::move(query),
        .body = std::move(body),
        .repeatable = operation.repeatable };
}

} // namespace site
