#pragma once

#include "api/runner.hpp"
#include "api/snapshot.hpp"
#include "slurm/fields.hpp"
#include "slurm/listing.hpp"

#include <deque>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace site::test {

inline std::string read_recorded(const std::string& name)
{
    std::ifstream in(std::string(SITE_TEST_DATA) + "/slurm/22.05/" + name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// What a command of Slurm 22.05.8 printed, and its exit status.
inline Output recorded(const std::string& name)
{
    Output output;
    output.text = read_recorded(name + ".out");
    output.exit.errors = read_recorded(name + ".err");
    const auto status = read_recorded(name + ".status");
    EXPECT_FALSE(status.empty()) << "nothing recorded as " << name;
    output.exit.status = status.empty() ? 99 : std::stoi(status);
    return output;
}

inline Output said(std::string text, int status = 0, std::string errors = {})
{
    return { { .status = status, .signal = {}, .errors = std::move(errors) }, std::move(text) };
}

/// Answers commands by the first rule whose words are all in the command's text, else with an error.
class ScriptedRunner : public Runner {
public:
    using Answer = std::function<Result<Output>()>;

    /// The answers of one rule are given in turn; the last one stays.
    void on(std::string words, std::vector<Result<Output>> answers)
    {
        rules_.push_back({ std::move(words), { answers.begin(), answers.end() } });
    }
    void on(std::string words, Output answer)
    {
        on(std::move(words), std::vector<Result<Output>> { answer });
    }

    Result<Output> run(const Command& command) override
    {
        ran.push_back(text(command));
        inputs.push_back(command.input);
        for (auto& rule : rules_) {
            if (ran.back().find(rule.words) == std::string::npos)
                continue;
            auto answer = rule.answers.front();
            if (rule.answers.size() > 1)
                rule.answers.pop_front();
            return answer;
        }
        return Error { Errc::internal, "no answer to " + ran.back() };
    }

    Result<Exit> stream(const Command& command, const LineSink& sink) override
    {
        auto output = run(command);
        if (!output)
            return output.error();
        std::istringstream lines(output->text);
        for (std::string line; std::getline(lines, line);)
            if (!sink(line))
                return Error { Errc::internal, "the sink said stop" };
        return output->exit;
    }

    [[nodiscard]] std::vector<std::string> ran_with(std::string_view words) const
    {
        std::vector<std::string> out;
        for (const auto& one : ran)
            if (one.find(words) != std::string::npos)
                out.push_back(one);
        return out;
    }

    std::vector<std::string> ran;
    std::vector<std::string> inputs;

private:
    struct Rule {
        std::string words;
        std::deque<Result<Output>> answers;
    };
    std::vector<Rule> rules_;
};

/// The reads of a healthy cluster `sandbox`, as recorded.
inline void answer_reads(ScriptedRunner& runner)
{
    runner.on("onlydefaults", recorded("defaults"));
    runner.on("show assoc", recorded("associations"));
    runner.on("show account", recorded("accounts"));
    runner.on("show config", recorded("config"));
    runner.on("sshare", recorded("sshare"));
    runner.on("sinfo", recorded("sinfo"));
}

inline Key account(std::string_view name)
{
    return { Kind::account, Name("sandbox"), Name(name) };
}

inline Key association(std::string_view name, std::string_view user, std::string_view part = {})
{
    return { Kind::association, Name("sandbox"), Name(name), Name(user), Name(part) };
}

inline Change creation(const Key& key, std::vector<FieldChange> fields = {})
{
    return { .action = Action::create, .key = key, .fields = std::move(fields) };
}

inline Change update(const Key& key, std::vector<FieldChange> fields, Effect effect = Effect::gives)
{
    return { .action = Action::update, .effect = effect, .key = key, .fields = std::move(fields) };
}

inline Change removal(const Key& key)
{
    return { .action = Action::remove, .effect = Effect::takes_away, .key = key };
}

inline FieldChange set(std::string_view field, Value after)
{
    return { .field = Name(field), .before = {}, .after = after };
}

/// A new account as `desired` asks for one.
inline Change new_account(std::string_view name, std::string_view parent = "root")
{
    return creation(account(name),
        { set("description", Value(Name("project " + std::string(name)))),
            set("organization", Value(Name("site-agent"))), set("parent", Value(Name(parent))) });
}

inline std::vector<Result<void>> none(std::size_t count)
{
    return std::vector<Result<void>>(count);
}

/// `ok`, or the error's class and text.
inline std::string shown(const Result<void>& result)
{
    return result ? "ok" : std::string(name(result.error().code)) + ": " + result.error().text;
}

/// One line a record, its fields in the order they have: ` *` a hold, `?` only where it is there.
inline std::string shown(const std::vector<Record>& records)
{
    std::string out;
    for (const auto& record : records) {
        out += text(record.key);
        if (record.only_if_there)
            out += " (only if there)";
        for (const auto& field : record.fields) {
            out += "\n  " + field.field.text() + "=" + (field.value.unset() ? "(unset)" : field.value.text());
            if (field.take == Take::hold)
                out += " hold";
            if (field.effect == Effect::takes_away)
                out += " takes away";
            if (field.effect == Effect::stops)
                out += " stops";
            if (!field.basis.empty())
                out += " basis " + field.basis.text();
        }
        for (const auto& need : record.needs)
            out += "\n  needs " + text(need);
        out += "\n";
    }
    return out;
}

inline std::string shown(const std::vector<Refusal>& refused)
{
    std::string out;
    for (const auto& one : refused)
        out += text(one.key) + ": " + one.why + "\n";
    return out;
}

inline std::string shown(const std::vector<Finding>& findings)
{
    std::string out;
    for (const auto& one : findings)
        out += std::string(name(one.severity)) + " " + one.code + ": " + one.text + "\n";
    return out;
}

inline Member member(std::string_view user, Standing standing = Standing::present, std::string why = {})
{
    Member out;
    out.user = Name(user);
    out.identifier = std::string(user) + ".climate.brics";
    out.standing = standing;
    out.why = std::move(why);
    return out;
}

inline Allocation project(std::string_view group, std::vector<Member> members = {})
{
    Allocation out;
    out.identifier = "Climate.Brics";
    out.group = Name(group);
    out.limit = 360'000;
    out.spent = Spent {};
    out.members = std::move(members);
    return out;
}

inline const Ownership& nothing_owned()
{
    static const Ownership empty;
    return empty;
}

inline Snapshot snapshot(std::vector<Allocation> allocations, const Ownership& owned = nothing_owned())
{
    Snapshot out;
    out.cluster = Name("sandbox");
    out.month = std::chrono::year(2026) / std::chrono::November;
    out.allocations = std::move(allocations);
    out.owned = &owned;
    return out;
}

} // namespace site::test
