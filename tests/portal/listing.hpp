#pragma once
// How any kind of object is listed and retrieved: its fields, filters and order as tables.
#include "call.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <span>
#include <string_view>

namespace site {

/// One field of an answer and the form it has there.
struct Field {
    enum class Form {
        text,
        number,
        boolean,
        decimal, ///< hundredths as `"12.50"`
        instant, ///< in the server's zone
        hex, ///< UUID as 32 digits
        dashed, ///< UUID with dashes: the portal is not of one mind about that
        url, ///< UUID as the absolute address of the object in `collection`
        link, ///< an address as it was given
        address, ///< an address of ours, `portal:/media/...`
        json,
        linked, ///< JSON of ours, in which `portal:/api/...` stands for an absolute address
    };
    /// What a null is where the API pages have none.
    enum class Null {
        shown,
        left_out, ///< what the framework does with a field of an object that is not there
    };
    std::string_view name;
    Form form = Form::text;
    std::string_view collection = {};
    Null null = Null::shown;
    /// Stands for a null on the newest server, whose pages demand the field and say that it is never null.
    const char* blank = nullptr;
};

/// A parameter of the list. A value of the wrong form is ignored, as by the portal's framework.
struct Filter {
    enum class Form {
        text,
        contains, ///< without regard to case
        words, ///< may be repeated: any of them
        boolean,
        number,
        uuid,
        uuids, ///< may be repeated
        url, ///< UUID at the end of an address
        date,
        date_from, ///< instant at or after the start of that day
        date_until,
    };
    std::string_view name;
    std::string_view column;
    Form form = Form::text;
    std::span<const std::string_view> choices = {}; ///< for words: any other word spoils the filter
    /// SQL instead of a comparison with the column; see View.
    std::string_view where = {};
    std::string_view otherwise = {}; ///< what is taken for given when the parameter is not
};

/// What a caller with roles sees, where rows have a project.
inline constexpr std::string_view own_projects
    = R"("project_uuid" IN (SELECT project_uuid FROM visible_projects
         WHERE user_uuid = {user} AND (expires IS NULL OR expires > {now})))";
inline constexpr std::string_view everyone = {};

/// Everything here is a constant of the program; only values come from a request, and they are bound.
/// In SQL `{value}` stands for the filter's value, `{user}`, `{staff}` for the caller, `{now}`,
/// `{today}`, `{month}` for the time, and `{uuid}` for the object that the path names.
struct View {
    std::string_view table; ///< a view of the schema, or a SELECT in brackets
    std::span<const Field> fields;
    std::span<const Filter> filters;
    std::string_view order; ///< SQL
    /// What `o=` may name: a column, or `name=column` where they differ.
    std::span<const std::string_view> orderings;
    bool takes_field = true; ///< whether `field=` limits the answer
    std::string_view key = "uuid"; ///< what an object is retrieved by: that, or `id`
    std::string_view scope = own_projects; ///< the rows that a caller with roles sees
};

/// Constants of the program with their `{...}` turned into bound values.
class Statement {
public:
    explicit Statement(const Call& call) : call_(call) { }
    Statement& add(std::string_view sql, const Value& value = {});
    const std::string& text() const { return text_; }
    const Row& values() const { return values_; }

private:
    const Call& call_;
    std::string text_;
    Row values_;
};

/// GET or HEAD of the list: one page, `Link`, `X-Result-Count`.
Response list(const Call& call, const View& view);
/// GET of the object `call.uuid` or `call.id`; 404 when it is not there or not visible.
Response retrieve(const Call& call, const View& view, int status = 200);
/// Whether the caller can see the object `call.uuid`; what every action on it asks first.
bool is_visible(const Call& call, const View& view);
/// All rows as the control interface shows them.
Response everything(const Call& call, const View& view);

} // namespace site
