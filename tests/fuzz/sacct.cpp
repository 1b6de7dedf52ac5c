#include "slurm/sacct.hpp"
#include "accounting/day_sheet.hpp"
#include "fuzz/input.hpp"

using namespace site;
using namespace site::fuzz;

namespace {

/// Hands the input over as sacct would, line by line.
class Lines : public Runner {
public:
    explicit Lines(std::string_view text) : text_(text) { }
    Result<Output> run(const Command&) override { return Output {}; }
    Result<Exit> stream(const Command&, const LineSink& sink) override
    {
        for (const auto line : split(text_, '\n'))
            if (!sink(line))
                return Error { Errc::refused, "its reader wanted no more" };
        return Exit {};
    }

private:
    std::string_view text_;
};

} // namespace

// Job rows, read and added up for one day.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = text_of(data, size);
    static const Programs programs { SlurmSettings {} };
    for (const auto line : split(text, '\n')) {
        const auto row = parse_job(line);
        if (row && *row)
            must(!(*row)->end || *(*row)->end >= (*row)->start, "a job ends after it began", line);
    }
    const auto day = parse_day("2026-11-26").value();
    Lines runner(text);
    for (const auto offset : { Seconds { 0 }, Seconds { 3600 * 13 } }) {
        DaySheet sheet(
            day, Instant { day } + Seconds { 80000 }, UsageConfig { .zone_offset = offset }, [](Name) {
                return NodeShape { 8, 0, 64000, 2 };
            });
        const auto read = read_jobs(runner, programs, Name { "sandbox" },
            { Instant { day }, Instant { day + std::chrono::days { 1 } } }, sheet);
        if (read)
            for (const auto& row : sheet.finish())
                must(row.day == day, "only of that day");
    }
    return 0;
}
