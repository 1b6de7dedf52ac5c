#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

std::string ratio(std::uint64_t numerator, std::uint64_t denominator)
{
    return std::to_string(numerator) + (denominator == 1 ? "" : "/" + std::to_string(denominator));
}

std::string shape_text(const NodeShape& shape)
{
    std::string out = std::to_string(shape.cpus) + " CPUs";
    if (shape.gpus > 0)
        out += ", " + std::to_string(shape.gpus) + " GPUs";
    if (shape.memory > 0)
        out += ", " + std::to_string(shape.memory) + " MB";
    if (shape.billing > 0)
        out += ", billing " + std::to_string(shape.billing);
    return out;
}

std::string given(const Tres& tres)
{
    return "cpu=" + std::to_string(tres.cpu) + " gpu=" + std::to_string(tres.gpu)
        + " mem=" + std::to_string(tres.memory) + "M billing=" + std::to_string(tres.billing)
        + " node=" + std::to_string(tres.node);
}

void print(const JobAccount& job, const Screen& screen)
{
    const auto& row = job.row;
    auto& out = screen.out;
    out << screen.tinted(Tint::strong, "job " + std::to_string(row.id)) << "  account " << row.account.text()
        << ", user " << row.user.text() << ", partition " << row.partition.text() << ", QOS "
        << row.qos.text() << ", " << row.state.text() << "\n";
    out << "  record     submitted " << text(row.submit) << ", began " << text(row.start) << ", "
        << (row.end ? "ended " + text(*row.end) : std::string("runs")) << ", ElapsedRaw " << row.elapsed
        << " s, " << given(row.tres) << "\n";
    out << "  charged    " << job.charge.seconds << " s from " << text(job.charge.from) << " to "
        << text(job.charge.to);
    if (job.charge.runaway)
        out << " (long past its time limit of " << span_text(*row.time_limit) << ": no more is charged)";
    if (job.charge.seconds == 0 && row.elapsed > 0)
        out << " (what ended in this state is not charged here)";
    out << "\n  node       " << shape_text(job.shape) << "; largest share "
        << ratio(job.share.numerator, job.share.denominator);
    if (job.factor.numerator != 1 || job.factor.denominator != 1)
        out << ", times " << ratio(static_cast<std::uint64_t>(job.factor.numerator), job.factor.denominator)
            << " for partition and QOS";
    out << "\n";
    std::vector<std::vector<std::string>> rows;
    for (const auto& one : job.pieces)
        rows.push_back({ text(one.day), text(one.piece.month), text(one.piece.from), text(one.piece.to),
            std::to_string(one.piece.seconds), one.node_seconds });
    rows.push_back({ "sum", "", "", "", std::to_string(job.charge.seconds), job.node_seconds });
    out << table({ "DAY", "MONTH", "FROM", "TO", "SECONDS", "NODE-SECONDS" }, rows, { 4, 5 }, screen.width);
}

boost::json::object json(const JobAccount& job)
{
    boost::json::array pieces;
    for (const auto& one : job.pieces)
        pieces.push_back(boost::json::object { { "day", text(one.day) }, { "month", text(one.piece.month) },
            { "from", text(one.piece.from) }, { "to", text(one.piece.to) }, { "seconds", one.piece.seconds },
            { "node_seconds", one.node_seconds } });
    const auto& row = job.row;
    boost::json::object out { { "job", row.id }, { "account", row.account.text() },
        { "user", row.user.text() }, { "partition", row.partition.text() }, { "qos", row.qos.text() },
        { "state", row.state.text() }, { "submit", text(row.submit) }, { "start", text(row.start) },
        { "elapsed", row.elapsed }, { "cpu", row.tres.cpu }, { "gpu", row.tres.gpu },
        { "memory_mb", row.tres.memory }, { "billing", row.tres.billing },
        { "charged_seconds", job.charge.seconds }, { "runaway", job.charge.runaway },
        { "share", ratio(job.share.numerator, job.share.denominator) },
        { "factor", ratio(static_cast<std::uint64_t>(job.factor.numerator), job.factor.denominator) },
        { "pieces", std::move(pieces) }, { "node_seconds", job.node_seconds } };
    if (row.end)
        out["end"] = text(*row.end);
    return out;
}

} // namespace

int command_usage_explain(Desk& desk)
{
    auto agent = Agent::open(desk.config, Agent::Purpose::look, desk.clock, desk.hooks());
    if (!agent)
        return desk.fail(agent.error());
    const auto runs = (*agent)->job_account(desk.arguments.job);
    if (!runs)
        return desk.fail(runs.error());
    if (desk.screen.form == Form::json) {
        boost::json::array all;
        for (const auto& job : *runs)
            all.push_back(json(job));
        desk.screen.out << boost::json::serialize(boost::json::object { { "runs", std::move(all) } }) << "\n";
        return exit_code::ok;
    }
    for (const auto& job : *runs)
        print(job, desk.screen);
    desk.screen.out << "a day's sum over all jobs is rounded once; what final days were charged stays as it"
                       " was\n";
    return exit_code::ok;
}

} // namespace site
