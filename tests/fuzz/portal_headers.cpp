#include "fuzz/input.hpp"
#include "net/http_date.hpp"
#include "net/url.hpp"
#include "portal/page_links.hpp"

using namespace site;
using namespace site::fuzz;

// Lines of `Name: value`; each value is also read as an address, a query and a date.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto base = parse_url("https://portal.example.org/api").value();
    HttpResponse response;
    for (const auto line : split(text_of(data, size), '\n')) {
        auto value = line;
        const auto name = cut(value, ':');
        value.remove_prefix(value.starts_with(' ') ? 1 : 0);
        response.headers.push_back({ std::string(name), std::string(value) });
        (void)parse_http_date(value);
        (void)query_value(value, "page");
        (void)without_query(value);
        if (const auto url = parse_url(value)) {
            must(!url->host.empty(), "an address has a host", value);
            must(url->authority().find('@') == std::string::npos, "no name or password", value);
            must(url->authority().find_first_of(" \t\r\n/?#") == std::string::npos, "a tame host", value);
            (void)url->is_loopback();
        }
        must(query_value("page=" + encoded(value), "page") == value, "what is encoded comes back", value);
        HttpRequest request;
        request.target = value;
        request.headers = { { std::string(name), std::string(value) } };
        if (check(request)) {
            must(value.find_first_of("\r\n") == value.npos && name.find_first_of("\r\n: ") == name.npos,
                "nothing that is sent ends a line", line);
        }
    }
    if (const auto links = page_links(response, base)) {
        must(!links->next || *links->next > 0, "pages count from 1");
        must(!links->last || *links->last > 0, "pages count from 1");
    }
    if (const auto count = result_count(response, 1000))
        must(*count <= 1000, "a count within its bound");
    return 0;
}
