#include "exec/answer.hpp"
#include "exec/json_line.hpp"
#include "fuzz/input.hpp"

#include <algorithm>

using namespace site;
using namespace site::fuzz;

namespace {

const Name cluster { "c1" };

void observed(std::string_view text, const std::vector<Kind>& kinds)
{
    const Interest interest { .names = { Name("brics.climate"), Name("brics.ocean"), Name("legacy") } };
    ObservedAnswer answer(cluster, kinds, interest);
    for (const auto line : split(text, '\n'))
        answer.line(line);
    const bool whole = static_cast<bool>(answer.whole());
    const auto read = answer.finish();
    if (!read) {
        must(is_tame(read.error().text) || read.error().text.find_first_of("'\"\\`") != std::string::npos,
            "an error has no control characters", read.error().text);
        return;
    }
    must(whole, "only a whole answer is believed");
    const auto& records = read->records;
    must(std::adjacent_find(
             records.begin(), records.end(), [](const auto& a, const auto& b) { return !(a.key < b.key); })
            == records.end(),
        "records are sorted, each once");
    for (const auto& record : records) {
        const auto& key = record.key;
        must(std::binary_search(interest.names.begin(), interest.names.end(), key.name),
            "only what was asked for");
        must(std::find(kinds.begin(), kinds.end(), key.kind) != kinds.end(), "only kinds that are kept");
        const bool member = key.kind == Kind::group_member || key.kind == Kind::association;
        must(member == !key.member.empty(), "members where they belong");
        must(
            nameable(key.name.text()) && (!member || nameable(key.member.text())), "names that may be names");
        for (const auto& field : record.fields) {
            must(!field.value.unset(), "no field without a value");
            if (const auto number = field.value.number())
                must(*number >= 0, "no negative number");
        }
    }
    for (const auto& finding : read->findings) {
        must(finding.code.starts_with("site-") && is_tame(finding.code), "a code of the site's own");
        for (const auto* said : { &finding.subject, &finding.text, &finding.advice })
            for (const char c : *said)
                must(c >= 0x20 && c <= 0x7e, "a text without control characters", *said);
    }
}

void applied(std::string_view text)
{
    constexpr std::size_t changes = 3;
    ApplyAnswer answer(changes);
    for (const auto line : split(text, '\n'))
        answer.line(line);
    const auto results = answer.finish();
    must(results.size() == changes, "one result a change");
    if (!answer.whole())
        for (const auto& result : results)
            must(!result, "nothing of what is not whole is believed");
}

} // namespace

// One answer, to both verbs.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    auto text = text_of(data, size);
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    observed(text, { Kind::group, Kind::group_member, Kind::account, Kind::association });
    observed(text, { Kind::account });
    applied(text);
    return 0;
}
