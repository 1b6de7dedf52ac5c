#include "endpoint/request.hpp"

#include <utility>

namespace site {

std::string_view Request::header(std::string_view wanted) const
{
    for (const auto& header : headers)
        if (same_word(header.name, wanted))
            return header.value;
    return {};
}

std::string Request::origin() const
{
    const auto host = header("Host");
    return "http://" + (host.empty() ? std::string("localhost") : std::string(host));
}

HttpResponse detail(int status, std::string_view text)
{
    auto answer = json_answer(R"({"detail":")" + std::string(text) + R"("})");
    answer.status = status;
    return answer;
}

HttpResponse field_error(std::string_view name, std::string_view text)
{
    auto answer = json_answer("{\"" + std::string(name) + "\":[\"" + std::string(text) + "\"]}");
    answer.status = 400;
    return answer;
}

HttpResponse json_answer(std::string body)
{
    return { 200, { { "Content-Type", "application/json" } }, std::move(body) };
}

HttpResponse html_answer(int status, std::string_view title, std::string_view text)
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

} // namespace site
