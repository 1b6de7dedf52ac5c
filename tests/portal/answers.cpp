#include "answers.hpp"

#include <boost/json.hpp>

namespace site {
namespace json = boost::json;

Response json_answer(int status, const json::value& body)
{
    return { status, { { "Content-Type", "application/json" } }, json::serialize(body) };
}

Response empty_answer(int status)
{
    return { status, {}, {} };
}

Response html_answer(int status, std::string_view title, std::string_view text)
{
    std::string body = "<!doctype html>\n<html lang=\"en\">\n<head>\n  <title>";
    body += title;
    body += "</title>\n</head>\n<body>\n  <h1>";
    body += title;
    body += "</h1><p>";
    body += text;
    body += "</p>\n</body>\n</html>\n";
    return { status, { { "Content-Type", "text/html; charset=utf-8" } }, std::move(body) };
}

Response detail(int status, std::string_view text)
{
    return json_answer(status, json::object { { "detail", text } });
}

Response status_text(std::string_view text)
{
    return json_answer(200, json::object { { "status", text } });
}

Response not_found()
{
    return detail(404, "Not found.");
}

Response field_error(std::string_view name, std::string_view text)
{
    return json_answer(400, json::object { { name, texts(text) } });
}

json::value texts(std::string_view text)
{
    return json::array { text };
}

} // namespace site
