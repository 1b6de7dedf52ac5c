#include "storage_quota/program_volume.hpp"

#include "exec/lines.hpp"
#include "exec/program.hpp"
#include "model/identifier.hpp"
#include "storage_quota/program_answer.hpp"
#include "storage_quota/projection.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace site {
namespace {

namespace json = boost::json;

ExecSettings program_of(const VolumeSettings& settings)
{
    ExecSettings program;
    program.program = settings.program;
    program.arguments = settings.arguments;
    program.read_deadline = settings.read_deadline;
    program.change_deadline = settings.change_deadline;
    program.most_output = settings.most_output;
    return program;
}

json::object header(const char* verb, Name cluster, const VolumeSettings& settings)
{
    return { { "site_agent", 1 }, { "verb", verb }, { "cluster", cluster.text() },
        { "kinds", json::array { "directory", "quota" } }, { "volume", settings.name },
        { "root", settings.root } };
}

/// What is said of a thing whose key it is.
void name_it(json::object& out, const Key& key)
{
    out["kind"] = json::string(name(key.kind));
    if (!key.name.empty())
        out["name"] = key.name.text();
    if (!key.member.empty())
        out["member"] = key.member.text();
}

/// Of a project's quota, the path is that of its directory.
std::string path_of(const std::map<Key, StoragePlace>& seen, const StoragePlace& place)
{
    if (place.key.kind == Kind::directory || !place.key.member.empty())
        return place.path;
    Key directory = place.key;
    directory.kind = Kind::directory;
    const auto found = seen.find(directory);
    return found == seen.end() ? std::string() : found->second.path;
}

std::string question(Name cluster, const VolumeSettings& settings, const Interest& interest)
{
    std::map<Key, StoragePlace> seen;
    for (const auto& place : interest.places)
        seen.emplace(place.key, place);
    ExecLines lines;
    lines.add(header("observed", cluster, settings));
    for (const auto& place : interest.places) {
        json::object out;
        name_it(out, place.key);
        if (const auto path = path_of(seen, place); !path.empty())
            out["path"] = path;
        if (place.id != nobody)
            out["id"] = place.id;
        lines.add(json::object { { "place", std::move(out) } });
    }
    return lines.ended();
}

/// What lies beyond names: a program is told only what it may be told.
Result<void> fit(const Change& change, Name cluster, Name volume)
{
    const auto& key = change.key;
    if (key.cluster != cluster || key.part != volume
        || (key.kind != Kind::directory && key.kind != Kind::quota))
        return Error { Errc::internal, text(key) + ": is not of this volume" };
    for (const auto part : { key.name, key.member })
        if (!part.empty())
            if (auto fits = check_local_name(part.text()); !fits)
                return fits;
    if (change.action == Action::remove && key.kind == Kind::quota)
        return Error { Errc::refused, "a quota is never taken away" };
    return {};
}

} // namespace

ProgramVolume::ProgramVolume(Name cluster, VolumeSettings settings, Runner& runner)
    : cluster_(cluster), settings_(std::move(settings)), places_(settings_, cluster),
      program_(program_of(settings_)), runner_(runner)
{
}

Interest ProgramVolume::interest(const Snapshot& snapshot) const
{
    return places_.interest(snapshot);
}

Result<Observation> ProgramVolume::observed(const Interest& interest)
{
    seen_.clear();
    for (const auto& place : interest.places)
        seen_.emplace(place.key, place);
    VolumeAnswer answer(cluster_, Name(settings_.name), interest);
    const auto command = exec_command(program_, "observed", question(cluster_, settings_, interest));
    if (auto asked = ask(command, runner_, answer); !asked)
        return asked.error();
    auto said = answer.finish();
    if (!said)
        return said.error().in(cited(settings_.program, 4096) + " observed");
    auto facts = std::make_shared<VolumeFacts>();
    for (const auto& [key, level] : said->levels)
        if (level.used_bytes)
            facts->used.emplace(key, *level.used_bytes);
    return Observation { std::move(said->records), std::move(facts), std::move(said->findings), {} };
}

Result<Desired> ProgramVolume::desired(const Snapshot& snapshot, const Observation& observation) const
{
    return volume_desired(settings_, places_, snapshot, observation);
}

std::string ProgramVolume::change_line(std::size_t id, const Change& change) const
{
    json::object out { { "id", id }, { "action", json::string(name(change.action)) } };
    name_it(out, change.key);
    if (const auto place = seen_.find(change.key); place != seen_.end()) {
        if (const auto path = path_of(seen_, place->second); !path.empty())
            out["path"] = path;
        if (place->second.id != nobody)
            out["counts_by"] = place->second.id;
    }
    add_change(out, change);
    return json::serialize(json::object { { "change", std::move(out) } });
}

std::vector<std::string> ProgramVolume::commands(std::span<const Change> changes) const
{
    std::vector<std::string> out;
    for (const auto& change : changes)
        if (fit(change, cluster_, Name(settings_.name)))
            out.push_back(change_line(out.size(), change));
    if (!out.empty())
        out.insert(out.begin(), text(exec_command(program_, "apply", {})));
    return out;
}

std::vector<Result<void>> ProgramVolume::apply(std::span<const Change> changes)
{
    std::vector<Result<void>> results;
    std::vector<std::size_t> said;
    ExecLines lines;
    lines.add(header("apply", cluster_, settings_));
    for (std::size_t i = 0; i < changes.size(); ++i) {
        results.push_back(fit(changes[i], cluster_, Name(settings_.name)));
        if (!results.back())
            continue;
        lines.add(change_line(said.size(), changes[i]));
        said.push_back(i);
    }
    if (said.empty())
        return results;
    ApplyAnswer answer(said.size());
    const auto asked = ask(exec_command(program_, "apply", lines.ended()), runner_, answer);
    const auto answers = answer.finish();
    for (std::size_t id = 0; id < said.size(); ++id)
        if (!asked)
            results[said[id]] = asked.error();
        else if (!answers[id])
            results[said[id]] = answers[id].error().in(text(changes[said[id]].key));
    return results;
}

std::vector<Finding> ProgramVolume::check()
{
    if (auto trusted = check_program(settings_.program); !trusted)
        return { { Severity::error, "exec-program", settings_.name, trusted.error().text,
            "the program and its folder must be root's and writable for nobody else" } };
    auto answer = observed({});
    if (!answer)
        return { { Severity::error, "exec-no-answer", settings_.name, answer.error().text,
            "run it by hand: docs/formats/exec-storage.md says with what" } };
    auto findings = std::move(answer->findings);
    findings.push_back({ Severity::info, "storage-volume", settings_.name,
        cited(settings_.program, 4096) + " answers for it", "" });
    return findings;
}

Result<StorageReading> ProgramVolume::levels(const Snapshot& snapshot)
{
    const auto interest = places_.interest(snapshot);
    VolumeAnswer answer(cluster_, Name(settings_.name), interest);
    const auto command = exec_command(program_, "observed", question(cluster_, settings_, interest));
    if (auto asked = ask(command, runner_, answer); !asked)
        return asked.error();
    auto said = answer.finish();
    if (!said)
        return said.error().in(cited(settings_.program, 4096) + " observed");
    StorageReading out;
    for (const auto& [key, level] : said->levels)
        out.levels.push_back(level);
    std::sort(out.levels.begin(), out.levels.end(),
        [](const StorageLevel& a, const StorageLevel& b) { return a.holder < b.holder; });
    out.findings = std::move(said->findings);
    return out;
}

} // namespace site
