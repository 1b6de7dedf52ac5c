#include "slurm/sacct.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace site {
namespace {

constexpr std::size_t block = 4096;
constexpr std::uint64_t most_findings = 5;
// A window is a day at most; ten million rows of 150 bytes still fit.
constexpr std::size_t most_output = 2UL << 30;
// A busy slurmdbd takes longer over jobs than over its lists: 4 s for 100,000 rows when idle.
constexpr int deadlines = 10;

enum Column { id, cluster, account, user, partition, state, submit, eligible, start, end, elapsed, tres };
using Columns = std::array<std::string_view, 12>;

bool split(std::string_view line, Columns& columns)
{
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto bar = line.find('|');
        if ((bar == std::string_view::npos) != (i + 1 == columns.size()))
            return false;
        columns[i] = line.substr(0, bar);
        line.remove_prefix(std::min(columns[i].size() + 1, line.size()));
    }
    return true;
}

std::optional<std::uint64_t> whole(std::string_view text)
{
    std::uint64_t value = 0;
    const auto [last, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc {} || last != text.data() + text.size())
        return std::nullopt;
    return value;
}

bool never(std::string_view time)
{
    return time == "Unknown" || time == "None";
}

/// Epoch seconds; four digits of years are enough, so that sums of instants never wrap.
std::optional<Instant> instant(std::string_view text)
{
    const auto seconds = whole(text);
    if (!seconds || *seconds > 253402300799)
        return std::nullopt;
    return Instant { Seconds { static_cast<std::int64_t>(*seconds) } };
}

Error unreadable(std::string_view what, std::string_view text)
{
    return { Errc::invalid, std::string(what) + " " + cited(text) + " is not understood" };
}

Result<void> read_times(const Columns& columns, JobRow& row)
{
    const auto submitted = instant(columns[submit]);
    if (!submitted)
        return unreadable("Submit", columns[submit]);
    row.submit = *submitted;
    const auto started = instant(columns[start]);
    if (!started)
        return unreadable("Start", columns[start]);
    row.start = *started;
    // Only a few sites' rows lack it, and nothing is charged by it.
    row.eligible = never(columns[eligible]) ? row.submit : instant(columns[eligible]).value_or(row.submit);
    const bool runs = columns[state] == "RUNNING" || columns[state] == "SUSPENDED";
    if (!never(columns[end]) && !runs) {
        const auto ended = instant(columns[end]);
        if (!ended || *ended < *started)
            return unreadable("End", columns[end]);
        row.end = *ended;
    }
    return {};
}

class Reader {
public:
    explicit Reader(JobSink& sink) : sink_(sink) { rows_.reserve(block); }

    bool line(std::string_view text)
    {
        ++lines_;
        if (text.empty())
            return true;
        auto row = parse_job(text);
        if (!row) {
            note(row.error());
            return true;
        }
        if (*row)
            rows_.push_back(**row);
        return rows_.size() < block || flush();
    }

    bool flush()
    {
        if (rows_.empty())
            return true;
        const auto taken = sink_.rows(rows_);
        if (!taken) {
            refused_ = taken.error();
            return false;
        }
        read_.rows += rows_.size();
        rows_.clear();
        return true;
    }

    [[nodiscard]] const std::optional<Error>& refused() const { return refused_; }
    WindowRead take() { return std::move(read_); }

private:
    void note(const Error& error)
    {
        if (read_.unreadable++ < most_findings)
            read_.findings.push_back({ Severity::error, "slurm-unreadable-job", "sacct",
                "line " + std::to_string(lines_) + ": " + error.text,
                "the days it touches stay incomplete until it can be read" });
    }

    JobSink& sink_;
    std::vector<JobRow> rows_;
    WindowRead read_;
    std::uint64_t lines_ = 0;
    std::optional<Error> refused_;
};

Error judged(const Exit& exit)
{
    // A renamed field or a bad option: no later try helps until someone changes something.
    const std::string_view errors = exit.errors;
    for (const auto sign :
        { "Invalid field", "deprecated", "has been removed", "invalid option", "unrecognized option" })
        if (errors.find(sign) != std::string_view::npos)
            return { Errc::invalid, first_line(errors) };
    return explained(exit, {});
}

} // namespace

std::vector<std::string> job_arguments(Name of, Window window)
{
    const auto uts = [](Instant at) { return "uts" + std::to_string(at.time_since_epoch().count()); };
    return { "-a", "-X", "-D", "-n", "-P", "-M", of.text(), "-S", uts(window.from), "-E", uts(window.to),
        "-o",
        "JobIDRaw,Cluster,Account,User,Partition,State,Submit,Eligible,Start,End,ElapsedRaw,AllocTRES" };
}

Result<std::optional<JobRow>> parse_job(std::string_view line)
{
    using Maybe = std::optional<JobRow>;
    Columns columns;
    if (!split(line, columns))
        return unreadable("row", line);
    if (columns[id].find('.') != std::string_view::npos)
        return Maybe {}; // a step
    if (never(columns[start]))
        return Maybe {};
    const auto number = whole(columns[id]);
    if (!number)
        return unreadable("JobIDRaw", columns[id]);
    // `CANCELLED by 65012`: the state is the first word.
    columns[state] = columns[state].substr(0, columns[state].find(' '));
    JobRow row;
    row.id = *number;
    if (auto times = read_times(columns, row); !times)
        return times.error();
    const auto seconds = whole(columns[elapsed]);
    if (!seconds)
        return unreadable("ElapsedRaw", columns[elapsed]);
    row.elapsed = *seconds;
    const auto given = parse_tres(columns[tres]);
    if (!given)
        return given.error();
    row.tres = *given;
    if (row.elapsed > 0 && columns[tres].empty())
        return unreadable("AllocTRES of a job that ran,", columns[tres]);
    if (columns[account].empty() || columns[cluster].empty())
        return unreadable("row", line);
    row.cluster = Name(columns[cluster]);
    row.account = Name(columns[account]);
    row.user = Name(columns[user]);
    row.partition = Name(columns[partition]);
    row.state = Name(columns[state]);
    return Maybe { row };
}

Result<WindowRead> read_jobs(Runner& runner, const Programs& programs, Name of, Window window, JobSink& sink)
{
    if (window.from >= window.to)
        return Error { Errc::invalid, "the window from " + text(window.from) + " is empty" };
    const auto doing = "reading jobs from " + text(window.from) + " to " + text(window.to);
    auto command = programs.reading("sacct", job_arguments(of, window));
    command.deadline *= deadlines;
    command.most_output = most_output;
    Reader reader(sink);
    const auto exit = runner.stream(command, [&](std::string_view line) { return reader.line(line); });
    if (reader.refused())
        return reader.refused()->in(doing);
    if (!exit)
        return exit.error().in(doing);
    if (!exit->ok() || complains(exit->errors))
        return judged(*exit).in(doing);
    if (!reader.flush())
        return reader.refused()->in(doing);
    return reader.take();
}

} // namespace site
