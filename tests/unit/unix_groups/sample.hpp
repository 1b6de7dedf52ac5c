#pragma once

#include "group_projection/group_projection.hpp"
#include "unix_groups/steps.hpp"

#include <deque>
#include <gmock/gmock.h>
#include <string>
#include <vector>

namespace site::test {

inline const Name cluster { "c1" };

inline Change group(const std::string& name, std::int64_t gid)
{
    return { .key = { Kind::group, cluster, Name(name) },
        .fields = { { .field = group_fields().gid, .before = {}, .after = Value(gid) } } };
}

inline Change user(const std::string& name, std::int64_t uid)
{
    return { .key = { Kind::user, cluster, {}, Name(name) },
        .fields = { { .field = group_fields().uid, .before = {}, .after = Value(uid) } } };
}

inline Change locking(const std::string& name, Value before, Value after)
{
    return { .action = Action::update,
        .key = { Kind::user, cluster, {}, Name(name) },
        .fields = { { .field = group_fields().locked, .before = before, .after = after } } };
}

inline Change member(const std::string& group, const std::string& user, Action action = Action::create)
{
    return { .action = action, .key = { Kind::group_member, cluster, Name(group), Name(user) } };
}

inline Change leaving(const std::string& group, const std::string& user)
{
    return member(group, user, Action::remove);
}

inline Change removal(Change change)
{
    change.action = Action::remove;
    change.fields.clear();
    return change;
}

/// `ok`, or the error's text.
inline std::vector<std::string> shown(const std::vector<Result<void>>& results)
{
    std::vector<std::string> out;
    for (const auto& result : results)
        out.push_back(result ? "ok" : result.error().text);
    return out;
}

inline Output said(int status, std::string errors)
{
    return { { .status = status, .signal = {}, .errors = std::move(errors) }, {} };
}

/// Ends well, but for the commands that hold some words; what is done to the files is nothing.
class ScriptedRunner : public Runner {
public:
    void on(std::string words, std::vector<Result<Output>> answers)
    {
        rules_.push_back({ std::move(words), { answers.begin(), answers.end() } });
    }
    void on(std::string words, Result<Output> answer)
    {
        on(std::move(words), std::vector<Result<Output>> { std::move(answer) });
    }

    Result<Output> run(const Command& command) override
    {
        ran.push_back(text(command));
        if (then)
            then(ran.back());
        for (auto& rule : rules_) {
            if (ran.back().find(rule.words) == std::string::npos)
                continue;
            auto answer = rule.answers.front();
            if (rule.answers.size() > 1)
                rule.answers.pop_front();
            return answer;
        }
        return Output {};
    }
    Result<Exit> stream(const Command&, const LineSink&) override
    {
        return Error { Errc::internal, "nothing is streamed" };
    }

    std::vector<std::string> ran;
    std::function<void(const std::string&)> then; ///< what else happens while a command runs

private:
    struct Rule {
        std::string words;
        std::deque<Result<Output>> answers;
    };
    std::vector<Rule> rules_;
};

} // namespace site::test
