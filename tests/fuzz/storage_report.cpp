#include "portal/storage_report.hpp"
#include "fuzz/input.hpp"

using namespace site;
using namespace site::fuzz;

namespace {

/// Sizes lose digits when they are written, and none when they are written again, save that what was cut down
/// to a unit's edge gets the smaller unit: so what is held against each other is the third text.
template <class Report, class Parse> void comes_back(const Report& report, Parse parse, std::string_view text)
{
    std::string written = json_text(report);
    for (int i = 0; i < 2; ++i) {
        const auto read = parse(written);
        must(read.has_value(), "a written report is read", text);
        must(read->findings.empty(), "what is written agrees with itself", text);
        written = json_text(read->report);
    }
    must(json_text(parse(written)->report) == written, "it is written the same", text);
}

} // namespace

/// What is accepted agrees with itself, is written, and what is written is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = text_of(data, size);
    if (const auto all = parse_portal_storage_report(text)) {
        must(check(all->report).has_value(), "what is read may be written", text);
        comes_back(all->report, parse_portal_storage_report, text);
    }
    const auto read = parse_project_storage_report(text);
    if (!read)
        return 0;
    const auto& report = read->report;
    must(check(report).has_value(), "what is read may be written", text);
    comes_back(report, parse_project_storage_report, text);
    must(agreeing(report).findings.empty(), "it agrees with itself", text);
    must(*merged(report, report) == report, "a report and itself are one", text);
    constexpr Day first {};
    constexpr Day last { std::chrono::year { 9999 } / 12 / 31 };
    must(filtered(report, first, last) == report, "all days are all", text);
    return 0;
}
