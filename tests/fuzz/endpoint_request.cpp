#include "endpoint/report_pages.hpp"
#include "fuzz/input.hpp"
#include "unit/endpoint/endpoint_config.hpp"
#include "unit/endpoint/fake_shelf.hpp"

using namespace site;
using namespace site::fuzz;

namespace {

/// Three months of two projects.
OpenShelf shelf()
{
    auto content = std::make_shared<test::ShelfContent>();
    for (const unsigned month : { 9U, 10U, 11U })
        for (const auto* project : { "climate.brics", "ocean.brics" })
            content->keys.push_back({ test::month(2026, month), project, month < 11 });
    return test::shelf_of(content);
}

Router made_router()
{
    return { Admission::of(test::listening("127.0.0.1:9470")).value(),
        report_pages({ .path = "/api/reports/", .open = shelf(), .resource = "brics.c1", .tell = {} }) };
}

bool is_one_line(std::string_view text)
{
    return text.find_first_of("\r\n") == std::string_view::npos;
}

} // namespace

// A method, a target and lines of `Name: value`, as the server hands them over.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto router = made_router();
    auto text = text_of(data, size);
    Request request;
    request.method = cut(text, '\n');
    auto target = cut(text, '\n');
    request.path = cut(target, '?');
    request.query = target;
    for (const auto line : split(text, '\n')) {
        auto value = line;
        const auto name = cut(value, ':');
        value.remove_prefix(value.starts_with(' ') ? 1 : 0);
        request.headers.push_back({ std::string(name), std::string(value) });
    }
    const auto answer = router.answer(request);
    bool known = false;
    for (const int status : { 200, 301, 400, 404, 405, 406 })
        known = known || answer.status == status;
    must(known, "a status of ours", std::to_string(answer.status));
    if (request.path.find_first_of("\r\n") == request.path.npos && is_one_line(request.query)
        && is_one_line(request.header("Host")))
        for (const auto& header : answer.headers)
            must(is_one_line(header.value), "a header is one line", header.value);
    if (answer.status == 200) {
        must(request.method == "GET" || request.method == "HEAD", "only reading is answered");
        must(request.path.starts_with("/api/reports/"), "only what there is is answered");
    }
    return 0;
}
