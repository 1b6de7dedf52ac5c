#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/portal_print.hpp"
#include "portal/connect.hpp"
#include "portal/error_line.hpp"
#include "portal/json_text.hpp"
#include "portal/operation_call.hpp"
#include "portal/operations/value.hpp"
#include "portal/page_links.hpp"
#include "portal/page_stream.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

namespace site {
namespace {

namespace json = boost::json;
using Answer = PortalOperation::Answer;

constexpr std::size_t most_body = 16UL << 20;
constexpr std::uint64_t most_count = 1'000'000'000;

Result<std::optional<json::value>> read_body(const std::string& source)
{
    if (source.empty())
        return std::optional<json::value> {};
    std::string text;
    const auto read = [&text](std::istream& in) {
        for (std::istreambuf_iterator<char> at(in), end; at != end && text.size() <= most_body; ++at)
            text += *at;
    };
    if (source == "-") {
        read(std::cin);
    } else {
        std::ifstream file(source, std::ios::binary);
        if (!file)
            return Error { Errc::invalid, source + ": can't be opened" };
        read(file);
    }
    const auto name = source == "-" ? std::string("standard input") : source;
    if (text.size() > most_body)
        return Error { Errc::invalid, name + ": longer than 16 MiB" };
    auto parsed = parse_json(text);
    if (!parsed)
        return parsed.error().in(name);
    if (!parsed->doubled.empty())
        return Error { Errc::invalid,
            name + ": " + parsed->doubled.front().key + ": stands twice in one object" };
    return std::optional(std::move(parsed->value));
}

/// One operation, called once or page after page.
class PortalCommand {
public:
    explicit PortalCommand(Desk& desk)
        : desk_(desk), asked_(desk.arguments.portal), operation_(*asked_.operation)
    {
    }

    int run()
    {
        OperationInput input { .given = asked_.given, .items = asked_.items, .fields = asked_.fields };
        auto body = read_body(asked_.body);
        if (!body)
            return desk_.fail(body.error());
        input.body = std::move(*body);
        auto call = operation_call(operation_, input);
        if (!call)
            return desk_.fail(as_option(call.error()));
        if (desk_.arguments.dry_run)
            return show(*call);
        if (operation_.changes) {
            told(*call, desk_.screen.messages);
            if (!desk_.confirmed("Send it?"))
                return exit_code::error;
        }
        auto connection
            = connect_portal(portal(), desk_.clock, [this] { return desk_.signals.stop_requested(); });
        if (!connection)
            return desk_.fail(connection.error());
        return operation_.paged && operation_.answer == Answer::list ? list(*connection, *call)
                                                                     : once(*connection, *call);
    }

private:
    [[nodiscard]] const PortalConfig& portal() const { return desk_.config.portals.front(); }

    /// A parameter's name as the option that it was typed as.
    [[nodiscard]] Error as_option(Error error) const
    {
        const auto colon = error.text.find(':');
        const auto name = error.text.substr(0, colon);
        const auto is = [&](const PortalField& field) { return field.name == name; };
        const bool is_option = std::ranges::any_of(operation_.query, is)
            || (operation_.body && std::ranges::any_of(operation_.body->fields, is)) || name == "body"
            || name == "field";
        if (is_option && colon != std::string::npos && !operation_.verb.empty())
            error.text.replace(0, colon, option_of(name));
        return error;
    }

    void told(const Call& call, std::ostream& out) const
    {
        out << name(call.method) << " " << portal().url << call.path
            << (call.query.empty() ? "" : "?" + call.query) << "\n";
        if (!call.body.empty())
            out << one_line(call.body, most_body) << "\n";
    }

    int show(const Call& call) const
    {
        if (desk_.screen.form != Form::json) {
            told(call, desk_.screen.out);
            return exit_code::ok;
        }
        json::object request { { "operation", operation_.id }, { "method", name(call.method) },
            { "url", portal().url + call.path }, { "query", call.query } };
        if (!call.body.empty())
            request["body"] = parse_json(call.body)->value;
        desk_.screen.out << json::serialize(request) << "\n";
        return exit_code::ok;
    }

    [[nodiscard]] std::vector<std::string> columns() const
    {
        if (!asked_.columns.empty())
            return asked_.columns;
        return asked_.fields.empty() ? shown_columns(operation_) : asked_.fields;
    }

    int list(PortalConnection& connection, const Call& call)
    {
        RowWriter writer(desk_.screen, columns());
        PageRange range { .page_size = asked_.page_size == 0 ? portal().page_size : asked_.page_size,
            .to_the_end = asked_.all };
        if (asked_.page != 0)
            range.first = asked_.page;
        const auto hooks = desk_.hooks();
        auto end = stream_pages(connection.calls, connection.base, call, range,
            [&](const json::array& rows, const StreamEnd& so_far) -> Result<void> {
                for (const auto& row : rows)
                    compare(row);
                if (desk_.screen.terminal)
                    end_progress(desk_.screen);
                writer.page(rows);
                if (asked_.all && so_far.rows < so_far.count)
                    hooks.progress({ "rows", so_far.rows, so_far.count });
                return {};
            });
        if (!end) {
            if (!writer.began())
                return desk_.fail(end.error());
            // What came stays as it is, a JSON list unclosed: half a list is not to be taken for the whole.
            desk_.screen.messages << "site-agent: " << end.error().text << "\n";
            return exit_code::error;
        }
        writer.end();
        if (!asked_.all && end->rows < end->count)
            desk_.screen.messages << end->rows << " of " << end->count << " rows: --page N, or --all\n";
        if (asked_.all && (end->count_changed || end->rows != end->count)) {
            desk_.screen.messages << "the list changed while it was read: " << end->rows << " rows came of "
                                  << end->count << "\n";
            return exit_code::error;
        }
        return exit_code::ok;
    }

    int once(PortalConnection& connection, const Call& call)
    {
        auto answer = connection.calls.answer(call);
        const bool no_route
            = answer && answer->status == 404 && (answer->is("text/html") || call.method == HttpMethod::head);
        if (no_route && !operation_.find_with.empty())
            if (auto row = found_in_list(connection))
                return tell_found(*row);
        answer = connection.calls.judged(call, std::move(answer));
        if (!answer)
            return desk_.fail(answer.error());
        if (call.method == HttpMethod::head)
            return tell_head(*answer);
        if (answer->body.empty())
            return tell_done(*answer);
        auto parsed = parse_json(answer->body);
        if (!parsed)
            return desk_.fail({ Errc::unreachable, call.text() + ": " + parsed.error().text });
        return tell(parsed->value);
    }

    int tell(const json::value& value)
    {
        if (const auto* rows = value.if_array()) {
            RowWriter writer(desk_.screen, columns());
            for (const auto& row : *rows)
                compare(row);
            writer.page(*rows);
            writer.end();
            return exit_code::ok;
        }
        compare(value);
        print_object(desk_.screen, operation_, value,
            asked_.columns.empty() ? std::vector<std::string> {} : asked_.columns);
        return exit_code::ok;
    }

    int tell_head(const HttpResponse& answer)
    {
        if (operation_.answer == Answer::count) {
            const auto count = result_count(answer, most_count);
            if (!count)
                return desk_.fail(count.error());
            if (desk_.screen.form == Form::json)
                desk_.screen.out << json::serialize(json::object { { "count", *count } }) << "\n";
            else
                desk_.screen.out << *count << "\n";
            return exit_code::ok;
        }
        return tell_done(answer);
    }

    int tell_done(const HttpResponse& answer) const
    {
        if (desk_.screen.form == Form::json)
            desk_.screen.out << json::serialize(json::object { { "status", answer.status } }) << "\n";
        else
            desk_.screen.out << (operation_.changes ? "done" : "it is there") << " (" << answer.status
                             << ")\n";
        return exit_code::ok;
    }

    /// The portal may have grown or be older: what is not as known is told, and nothing is lost.
    void compare(const json::value& value)
    {
        if (!operation_.shape || warned_)
            return;
        auto shape = *operation_.shape;
        std::vector<PortalField> asked_for;
        if (!asked_.fields.empty()) {
            for (const auto& field : shape.fields)
                if (std::ranges::find(asked_.fields, field.name) != asked_.fields.end())
                    asked_for.push_back(field);
            shape.fields = asked_for;
        }
        const auto problems = portal_shape_problems(shape, value, ShapeUse::answer);
        if (problems.empty())
            return;
        warned_ = true;
        desk_.screen.messages << "the answer is not as " << operation_.id
                              << " is known: " << problems.front();
        if (problems.size() > 1)
            desk_.screen.messages << " and " << problems.size() - 1 << " more";
        desk_.screen.messages << "\n";
    }

    /// Where the portal has no route for an identifier with a dot (waldur-api §5), its list still has it.
    std::optional<json::value> found_in_list(PortalConnection& connection)
    {
        const auto* list = find_portal_operation(operation_.family, "list");
        OperationInput input;
        input.given[std::string(operation_.find_with)] = asked_.given.at(std::string(operation_.find_with));
        auto call = operation_call(*list, input);
        if (!call)
            return std::nullopt;
        std::optional<json::value> found;
        const auto is_it = [&](const json::value& row) {
            const auto* object = row.if_object();
            return object && std::ranges::all_of(operation_.places, [&](const PortalField& place) {
                const auto* value = object->if_contains(place.name);
                const auto wanted = asked_.given.find(place.name);
                return value && value->is_string() && wanted != asked_.given.end()
                    && value->get_string() == wanted->second.front();
            });
        };
        auto read = stream_pages(connection.calls, connection.base, *call,
            { .page_size = portal().page_size, .to_the_end = true },
            [&](const json::array& rows, const StreamEnd&) -> Result<void> {
                for (const auto& row : rows)
                    if (!found && is_it(row))
                        found = row;
                return {};
            });
        return read ? found : std::nullopt;
    }

    int tell_found(const json::value& row)
    {
        desk_.screen.messages
            << "this portal has no route to an identifier with a dot; its list has the object\n";
        if (!operation_.changes && operation_.method == HttpMethod::get)
            return tell(row);
        if (!operation_.changes) {
            desk_.screen.out << (desk_.screen.form == Form::json ? "{\"status\":200}\n" : "it is there\n");
            return exit_code::ok;
        }
        const auto* state = row.as_object().if_contains("state");
        return desk_.fail({ Errc::refused,
            std::string(operation_.family) + " " + std::string(operation_.verb)
                + ": this portal can't do that to an identifier with a dot; the object is there"
                + (state && state->is_string() ? ", " + std::string(state->get_string()) : "")
                + ": use the portal's own pages" });
    }

    Desk& desk_;
    const PortalArguments& asked_;
    const PortalOperation& operation_;
    bool warned_ = false;
};

} // namespace

int command_portal_call(Desk& desk)
{
    return PortalCommand(desk).run();
}

} // namespace site
