#include "portal/usage_report.hpp"
#include "fuzz/input.hpp"

using namespace site;
using namespace site::fuzz;

namespace {

template <class Report, class Parse> void comes_back(const Report& report, Parse parse, std::string_view text)
{
    must(check(report).has_value(), "what is read may be written", text);
    const auto read = parse(json_text(report));
    must(read.has_value(), "a written report is read", text);
    must(read->findings.empty(), "what is written agrees with itself", text);
    must(read->report == report, "it is read as it was", text);
}

} // namespace

/// What is accepted agrees with itself, is written, and what is written is read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = text_of(data, size);
    if (const auto day = parse_daily_usage_report(text))
        comes_back(day->report, parse_daily_usage_report, text);
    if (const auto all = parse_portal_usage_report(text))
        comes_back(all->report, parse_portal_usage_report, text);
    const auto read = parse_project_usage_report(text);
    if (!read)
        return 0;
    const auto& report = read->report;
    comes_back(report, parse_project_usage_report, text);
    must(agreeing(report).findings.empty(), "it agrees with itself", text);
    if (const auto twice = merged(report, report))
        comes_back(*twice, parse_project_usage_report, text);
    must(*merged(report, ProjectUsageReport { report.project, {}, {} }) == report, "nothing adds nothing",
        text);
    constexpr Day first {};
    constexpr Day last { std::chrono::year { 9999 } / 12 / 31 };
    must(filtered(report, first, last) == report, "all days are all", text);
    return 0;
}
