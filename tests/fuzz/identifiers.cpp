#include "fuzz/input.hpp"
#include "model/decimal.hpp"
#include "model/identifier.hpp"
#include "model/time.hpp"
#include "model/tres.hpp"
#include "model/uuid.hpp"

using namespace site;
using namespace site::fuzz;

// What is understood must be written back as it was, or be of the strict form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = text_of(data, size);
    must(check_local_name(text).has_value() == is_local_name(text), "a local name is of the strict form",
        text);
    if (const auto project = ProjectIdentifier::parse(text)) {
        must(project->text() == text, "an identifier comes back", text);
        must(is_tame(text) && text.find_first_of(" /,=:*?$") == std::string_view::npos, "it is harmless",
            text);
    }
    if (const auto user = UserIdentifier::parse(text)) {
        must(user->text() == text, "an identifier comes back", text);
        must(ProjectIdentifier::parse(user->project + "." + user->portal).has_value(), "its parts are good",
            text);
    }
    must(is_tame(cited(text).substr(1, cited(text).size() - 2)) || text.find_first_of("'\"\\`") != text.npos,
        "what is cited has no control character", text);
    must(cited(text).size() < 64 + 16, "what is cited is short", text);
    if (const auto uuid = Uuid::parse(text))
        must(Uuid::parse(uuid->text()).value() == *uuid, "a uuid comes back", text);
    if (const auto amount = Decimal::parse(text))
        must(Decimal::parse(amount->text()).value() == *amount, "an amount comes back", text);
    if (const auto at = parse_instant(text))
        must(parse_instant(site::text(*at)).value() == *at, "an instant comes back", text);
    if (const auto day = parse_day(text))
        must(site::text(*day) == text, "a day comes back", text);
    if (const auto month = parse_month(text))
        must(site::text(*month) == text, "a month comes back", text);
    (void)parse_tres(text);
    (void)parse_megabytes(text);
    return 0;
}
