#include "fuzz/input.hpp"
#include "net/http.hpp"
#include "portal/error_line.hpp"
#include "portal/json_text.hpp"
#include "portal/portal.hpp"
#include "portal/wire.hpp"

using namespace site;
using namespace site::fuzz;

namespace {

bool one_line_of_text(std::string_view line)
{
    for (const char c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            return false;
    return true;
}

template <class T> void check(const Result<T>& read)
{
    if (!read)
        must(one_line_of_text(read.error().text) && read.error().text.size() < 2000,
            "an error is one short line", read.error().text);
}

} // namespace

// The first byte says as what the rest is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const auto text = text_of(data + 1, size - 1);
    switch (data[0]) {
    case 'a':
        check(read_allocations(text));
        break;
    case 'm':
        check(read_associations(text));
        break;
    case 'r':
        check(read_resources(text));
        break;
    case 'u':
        check(read_usage_records(text));
        break;
    case 'c':
        check(read_components(text));
        break;
    case 't':
        check(read_text_member(text, "version"));
        check(read_uuid_member(text, "uuid"));
        break;
    case 'g':
        check(read_grant(text));
        break;
    case 's': {
        auto listing = read_snapshot(text);
        check(listing);
        if (listing) { // what is stored comes back the same
            const auto stored = snapshot_json(*listing);
            const auto again = read_snapshot(stored);
            must(again.has_value(), "a stored snapshot can be read", stored);
            must(again->allocations == listing->allocations, "allocations come back", stored);
            must(again->associations == listing->associations, "associations come back", stored);
        }
        break;
    }
    case 'j':
        check(parse_json(text));
        break;
    case 'e':
    case 'h': {
        HttpResponse response;
        response.status = 400;
        response.headers = { { "Content-Type", data[0] == 'e' ? "application/json" : "text/html" } };
        response.body = text;
        const auto line = error_line(response);
        must(one_line_of_text(line) && line.size() <= 310, "what the portal says is one short line", line);
        must(one_line_of_text(one_line(text, 100)), "one line", text);
        must(parse_json(erred_json(text)).has_value(), "what we write is JSON", text);
        break;
    }
    default:
        (void)portal_state(text);
    }
    return 0;
}
