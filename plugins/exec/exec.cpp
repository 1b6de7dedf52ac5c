#include "exec/exec.hpp"

#include "exec/answer.hpp"
#include "exec/desired.hpp"
#include "exec/fields.hpp"
#include "exec/program.hpp"
#include "exec/question.hpp"
#include "model/identifier.hpp"

namespace site {

Exec::Exec(Name cluster, ExecSettings settings, Runner& runner)
    : cluster_(cluster), settings_(std::move(settings)), kinds_(exec_kinds(settings_.records)),
      runner_(runner)
{
}

Interest Exec::interest(const Snapshot& snapshot) const
{
    return exec_interest(settings_, cluster_, snapshot);
}

Result<Observation> Exec::observed(const Interest& interest)
{
    gids_ = interest.gids;
    ObservedAnswer answer(cluster_, kinds_, interest);
    const auto command = exec_command(settings_, "observed", observed_question(cluster_, kinds_, interest));
    if (auto asked = ask(command, runner_, answer); !asked)
        return asked.error();
    auto observation = answer.finish();
    if (!observation)
        return observation.error().in(cited(settings_.program, 4096) + " observed");
    return observation;
}

Result<Desired> Exec::desired(const Snapshot& snapshot, const Observation& observation) const
{
    return exec_desired(settings_, cluster_, snapshot, observation);
}

std::vector<const Change*> Exec::fitting(
    std::span<const Change> changes, std::vector<Result<void>>& results) const
{
    std::vector<const Change*> out;
    results.reserve(changes.size());
    for (const auto& change : changes) {
        results.push_back(fit(change, cluster_, kinds_));
        if (results.back())
            out.push_back(&change);
    }
    return out;
}

std::vector<std::string> Exec::commands(std::span<const Change> changes) const
{
    std::vector<Result<void>> results;
    const auto said = fitting(changes, results);
    if (said.empty())
        return {};
    std::vector<std::string> out { text(exec_command(settings_, "apply", {})) };
    for (std::size_t id = 0; id < said.size(); ++id)
        out.push_back(change_line(id, *said[id]));
    return out;
}

std::vector<Result<void>> Exec::apply(std::span<const Change> changes)
{
    std::vector<Result<void>> results;
    const auto said = fitting(changes, results);
    if (said.empty())
        return results;
    ApplyAnswer answer(said.size());
    const auto command = exec_command(settings_, "apply", apply_question(cluster_, kinds_, gids_, said));
    const auto asked = ask(command, runner_, answer);
    const auto answers = answer.finish();
    std::size_t id = 0;
    for (auto& result : results) {
        if (!result)
            continue; // not said
        if (!asked)
            result = asked.error();
        else if (!answers[id])
            result = answers[id].error().in(text(said[id]->key));
        ++id;
    }
    return results;
}

std::vector<Finding> Exec::check()
{
    if (auto trusted = check_program(settings_.program); !trusted)
        return { { Severity::error, "exec-program", "", trusted.error().text,
            "the program and its folder must be root's and writable for nobody else" } };
    auto answer = observed({ .names = {}, .gids = gids_ });
    if (!answer)
        return { { Severity::error, "exec-no-answer", "", answer.error().text,
            "run it by hand: docs/formats/exec.md says with what" } };
    auto findings = std::move(answer->findings);
    std::string kept;
    for (const auto kind : kinds_)
        kept += (kept.empty() ? "" : ", ") + std::string(name(kind));
    findings.push_back({ Severity::info, "exec-answers", "",
        cited(settings_.program, 4096) + " answers; it keeps " + kept, "" });
    return findings;
}

} // namespace site
