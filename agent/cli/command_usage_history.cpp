#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "model/rational.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <chrono>

// `usage backfill` and `usage recompute`: days of the past.

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };

std::string hours(std::uint64_t seconds)
{
    return to_decimal(Rational(seconds, 3600)).text();
}

/// How long the rest takes when it goes on as until now.
class Pace {
public:
    std::string left(const DayStep& step) const
    {
        const auto spent = std::chrono::steady_clock::now() - begun_;
        const auto rest = spent / static_cast<std::int64_t>(step.done)
            * static_cast<std::int64_t>(step.of - std::min(step.of, step.done));
        return span_text(std::chrono::duration_cast<Seconds>(rest));
    }

private:
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

std::function<void(const DayStep&)> shown(const Screen& screen, const Pace& pace)
{
    return [&](const DayStep& step) {
        auto line = text(step.day) + ": day " + std::to_string(step.done) + " of " + std::to_string(step.of);
        if (step.job_rows > 0)
            line += ", " + std::to_string(step.job_rows) + " job records";
        if (step.done < step.of)
            line += ", about " + pace.left(step) + " left";
        if (screen.terminal)
            screen.messages << "\r\033[K" << line << std::flush;
        else
            screen.messages << line << std::endl;
    };
}

bool tell(const Screen& screen, const std::vector<Finding>& findings)
{
    bool bad = false;
    for (const auto& finding : findings) {
        screen.messages << name(finding.severity) << " " << finding.code << ": " << finding.subject << ": "
                        << finding.text << "\n";
        bad = bad || finding.severity == Severity::error;
    }
    return bad;
}

boost::json::object figures(const Spent& spent)
{
    boost::json::object out { { "node_seconds", spent.node_seconds }, { "cpu_seconds", spent.cpu_seconds },
        { "gpu_seconds", spent.gpu_seconds }, { "memory_mb_seconds", spent.memory_mb_seconds },
        { "billing_seconds", spent.billing_seconds } };
    return out;
}

boost::json::object json(const Correction& one)
{
    return { { "day", text(one.day) }, { "month", text(one.month) }, { "account", one.account.text() },
        { "user", one.user.text() }, { "before", figures(one.before) }, { "after", figures(one.after) } };
}

std::vector<std::string> line(const Correction& one)
{
    return { text(one.day), one.account.text(), one.user.text(), hours(one.before.node_seconds),
        hours(one.after.node_seconds), hours(one.before.cpu_seconds), hours(one.after.cpu_seconds) };
}

/// What the portal does with the figures of a month that is over.
std::string portals_answer(Month month, Month now)
{
    return text(month)
        + (month == now ? ": the portal takes the month's new totals with the next report\n"
                        : ": the portal's month is over; it is told once, and where it takes no figures of a"
                          " past month, its answer is kept (`site-agent outbox`)\n");
}

} // namespace

int command_usage_backfill(Desk& desk)
{
    auto agent = Agent::open(desk.config, Agent::Purpose::act, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    const auto today = day_of(desk.clock.now());
    const DaySpan span { *desk.arguments.from, std::min(today, desk.arguments.to.value_or(today)) + one_day,
        Seconds { desk.arguments.pause } };
    if (span.from >= span.to)
        return desk.fail({ Errc::invalid,
            "no day from " + text(span.from) + " to " + text(span.to - one_day)
                + ", allowed is a first day that has begun and is not after the last" });
    const Pace pace;
    const auto done = (*agent)->backfill(span, shown(desk.screen, pace));
    end_progress(desk.screen);
    if (!done)
        return desk.fail(done.error());
    const bool bad = tell(desk.screen, done->findings);
    if (desk.screen.form == Form::json)
        desk.screen.out << boost::json::serialize(boost::json::object {
            { "days", done->days }, { "left", done->left }, { "job_records", done->job_rows } })
                        << "\n";
    else
        desk.screen.out << done->days << " days read, " << done->job_rows << " job records"
                        << (done->left > 0 ? "; stopped with " + std::to_string(done->left)
                                       + " days left: run it again"
                                           : std::string())
                        << "\n";
    return bad || done->left > 0 ? exit_code::error : exit_code::ok;
}

int command_usage_recompute(Desk& desk)
{
    const bool stores = !desk.arguments.dry_run;
    auto agent = Agent::open(
        desk.config, stores ? Agent::Purpose::act : Agent::Purpose::look, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    const auto last = desk.arguments.to.value_or(day_of(desk.clock.now()));
    const DaySpan span { *desk.arguments.from, last + one_day, Seconds { desk.arguments.pause } };
    if (span.from >= span.to)
        return desk.fail({ Errc::invalid, "the first day is after the last" });
    const Pace pace;
    const auto again = (*agent)->recompute(span, shown(desk.screen, pace));
    end_progress(desk.screen);
    if (!again)
        return desk.fail(again.error());
    const bool bad = tell(desk.screen, again->findings);
    if (again->stopped)
        return desk.fail({ Errc::refused, "stopped before all days were read; nothing is stored" });
    std::vector<std::vector<std::string>> rows;
    boost::json::array all;
    std::vector<Month> months;
    for (const auto& day : again->days)
        for (const auto& one : day.differences) {
            rows.push_back(line(one));
            all.push_back(json(one));
            if (std::find(months.begin(), months.end(), one.month) == months.end())
                months.push_back(one.month);
        }
    const auto& screen = desk.screen;
    const bool as_text = screen.form != Form::json;
    const auto now = month_of(desk.clock.now(), (*agent)->cluster().usage.zone_offset);
    if (as_text) {
        screen.out << table({ "DAY", "ACCOUNT", "USER", "NODE-H", "NOW", "CPU-H", "NOW" }, rows,
            { 3, 4, 5, 6 }, screen.width);
        screen.out << rows.size() << " figures of " << again->days.size() << " days differ\n";
        for (const auto month : months)
            screen.out << portals_answer(month, now);
    }
    std::size_t stored = 0;
    if (stores && !rows.empty() && desk.confirmed("Store these figures?")) {
        const auto booked = (*agent)->book(*again, asker("usage recompute"));
        if (!booked)
            return desk.fail(booked.error());
        stored = *booked;
    }
    if (as_text && stores)
        screen.out << stored << " corrections stored\n";
    if (!as_text)
        screen.out << boost::json::serialize(boost::json::object {
            { "days", again->days.size() }, { "differences", std::move(all) }, { "stored", stored } })
                   << "\n";
    if (bad)
        return exit_code::error;
    return rows.empty() || stored > 0 ? exit_code::ok : exit_code::changes;
}

int command_usage_corrections(Desk& desk)
{
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    const auto found
        = Ledger(**database).corrections(Name { desk.config.clusters.front().name }, desk.arguments.most);
    if (!found)
        return desk.fail(found.error());
    const auto& screen = desk.screen;
    if (screen.form == Form::json) {
        boost::json::array all;
        for (const auto& one : *found) {
            auto object = json(one);
            object["made"] = text(one.made);
            object["by"] = one.by;
            object["reason"] = one.reason;
            all.push_back(std::move(object));
        }
        screen.out << boost::json::serialize(boost::json::object { { "corrections", std::move(all) } })
                   << "\n";
        return exit_code::ok;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : *found) {
        auto cells = line(one);
        cells.insert(cells.begin(), text(one.made));
        cells.push_back(one.by);
        rows.push_back(std::move(cells));
    }
    screen.out << table({ "MADE", "DAY", "ACCOUNT", "USER", "NODE-H", "NOW", "CPU-H", "NOW", "BY" }, rows,
        { 4, 5, 6, 7 }, screen.width);
    if (rows.empty())
        screen.out << "no figure of a final day was ever changed\n";
    return exit_code::ok;
}

} // namespace site
