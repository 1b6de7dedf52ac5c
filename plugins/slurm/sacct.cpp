#include "slurm/sacct.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace site {
namespace {

constexpr std::size_t block = 4096;
constexpr std::uint64_t most_findings = 5;
// A window is a day at most; ten million rows of 150 bytes still fit.
constexpr std::size_t most_output = 2UL << 30;
// A busy slurmdbd takes longer over jobs than over its lists: 4 s for 100,000 rows when idle.
constexpr int deadlines = 10;

// The order is that of `fields`.
enum Column {
    id,
    cluster,
    account,
    user,
    partition,
    qos,
    state,
    submit,
    eligible,
    start,
    end,
    elapsed,
    limit,
    tres
};
constexpr const char* fields = "JobIDRaw,Cluster,Account,User,Partition,QOS,State,Submit,Eligible,Start,End,"
                               "ElapsedRaw,TimelimitRaw,AllocTRES";
using Columns = std::array<std::string_view, 14>;
// The states that a run of a job can end or be in: sacct's man page, 22.05 to 24.11.
constexpr std::array<std::string_view, 15> known_states { "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE",
    "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PENDING", "PREEMPTED", "RUNNING", "REQUEUED", "RESIZING",
    "REVOKED", "SUSPENDED", "TIMEOUT" };

/// The name that a column had last: rows that follow each other have most of them in common, and the table of
/// all names costs more than the rest of a row.
class NameMemo {
public:
    Name of(std::string_view text)
    {
        if (text != name_.text())
            name_ = Name(text);
        return name_;
    }

private:
    Name name_;
};

/// One a column of names.
struct NameMemos {
    NameMemo cluster, account, user, partition, qos, state;
};

Result<std::optional<JobRow>> parse(std::string_view line, std::span<const std::string> extra, NameMemos&);

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

/// Minutes; what is no number sets no limit of the job's own.
Result<std::optional<Seconds>> time_limit(std::string_view text)
{
    using Maybe = std::optional<Seconds>;
    if (text.empty() || text == "UNLIMITED" || text == "Partition_Limit")
        return Maybe {};
    const auto minutes = whole(text);
    if (!minutes || *minutes > 0xffffffff)
        return unreadable("TimelimitRaw", text);
    return Maybe { Seconds { static_cast<std::int64_t>(*minutes) * 60 } };
}

class Reader {
public:
    Reader(JobSink& sink, std::span<const std::string> extra) : sink_(sink), extra_(extra)
    {
        rows_.reserve(block);
    }

    bool line(std::string_view text)
    {
        ++lines_;
        if (text.empty())
            return true;
        auto row = parse(text, extra_, names_);
        if (!row) {
            note(row.error());
            return true;
        }
        if (*row) {
            note_state((*row)->state);
            rows_.push_back(**row);
        }
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

    /// Billed like any other; told once for each.
    void note_state(Name state)
    {
        if (state == last_state_)
            return;
        last_state_ = state;
        const auto known = std::find(known_states.begin(), known_states.end(), state.text());
        if (known == known_states.end() && odd_states_.size() < most_findings
            && odd_states_.insert(state).second)
            read_.findings.push_back({ Severity::warning, "slurm-unknown-state", cited(state.text()),
                "line " + std::to_string(lines_)
                    + ": a job is in a state that is not known; it is charged like"
                      " any other",
                "tell the agent's maintainers, with the version of Slurm" });
    }

    JobSink& sink_;
    std::span<const std::string> extra_;
    NameMemos names_;
    Name last_state_;
    std::set<Name> odd_states_;
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
        "-o", fields };
}

std::vector<std::string> one_job_arguments(Name of, std::uint64_t job)
{
    return { "-a", "-X", "-D", "-n", "-P", "-M", of.text(), "-j", std::to_string(job), "-o", fields };
}

Result<std::optional<JobRow>> parse_job(std::string_view line, std::span<const std::string> extra)
{
    NameMemos names;
    return parse(line, extra, names);
}

namespace {

Result<std::optional<JobRow>> parse(
    std::string_view line, std::span<const std::string> extra, NameMemos& names)
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
    static const JobRow blank;
    auto row = blank; // six names are not looked up to be empty
    row.id = *number;
    if (auto times = read_times(columns, row); !times)
        return times.error();
    const auto seconds = whole(columns[elapsed]);
    if (!seconds)
        return unreadable("ElapsedRaw", columns[elapsed]);
    row.elapsed = *seconds;
    const auto given = parse_tres(columns[tres], extra);
    if (!given)
        return given.error();
    row.tres = *given;
    const auto limited = time_limit(columns[limit]);
    if (!limited)
        return limited.error();
    row.time_limit = *limited;
    if (row.elapsed > 0 && columns[tres].empty())
        return unreadable("AllocTRES of a job that ran,", columns[tres]);
    if (columns[account].empty() || columns[cluster].empty())
        return unreadable("row", line);
    row.cluster = names.cluster.of(columns[cluster]);
    row.account = names.account.of(columns[account]);
    row.user = names.user.of(columns[user]);
    row.partition = names.partition.of(columns[partition]);
    row.qos = names.qos.of(columns[qos]);
    row.state = names.state.of(columns[state]);
    return Maybe { row };
}

Result<WindowRead> stream(Runner& runner, const Programs& programs, std::vector<std::string> arguments,
    const std::string& doing, JobSink& sink, std::span<const std::string> extra)
{
    auto command = programs.reading("sacct", std::move(arguments));
    command.deadline *= deadlines;
    command.most_output = most_output;
    Reader reader(sink, extra);
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

} // namespace

Result<WindowRead> read_jobs(Runner& runner, const Programs& programs, Name of, Window window, JobSink& sink,
    std::span<const std::string> extra)
{
    if (window.from >= window.to)
        return Error { Errc::invalid, "the window from " + text(window.from) + " is empty" };
    return stream(runner, programs, job_arguments(of, window),
        "reading jobs from " + text(window.from) + " to " + text(window.to), sink, extra);
}

Result<WindowRead> read_job(Runner& runner, const Programs& programs, Name of, std::uint64_t job,
    JobSink& sink, std::span<const std::string> extra)
{
    return stream(
        runner, programs, one_job_arguments(of, job), "reading job " + std::to_string(job), sink, extra);
}

} // namespace site
