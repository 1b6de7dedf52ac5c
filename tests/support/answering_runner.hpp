#pragma once

#include "api/runner.hpp"

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace site {

/// Answers commands by words in them, and keeps what was run. What nobody told it about is an error.
class AnsweringRunner : public Runner {
public:
    /// Of several answers each is given once, the last for good. Rules told later come first.
    void on(std::string words, std::vector<Result<Output>> answers)
    {
        rules_.push_front({ std::move(words), { answers.begin(), answers.end() } });
    }
    void on(std::string words, Result<Output> answer)
    {
        on(std::move(words), std::vector<Result<Output>> { std::move(answer) });
    }
    void says(std::string words, std::string text) { on(std::move(words), Output { {}, std::move(text) }); }
    void fails(std::string words, int status, std::string errors, std::string text = {})
    {
        on(std::move(words),
            Output { { .status = status, .signal = {}, .errors = std::move(errors) }, std::move(text) });
    }

    Result<Output> run(const Command& command) override
    {
        commands.push_back(command);
        ran.push_back(text(command));
        for (auto& rule : rules_) {
            if (ran.back().find(rule.words) == std::string::npos)
                continue;
            auto answer = rule.answers.front();
            if (rule.answers.size() > 1)
                rule.answers.pop_front();
            return answer;
        }
        return Error { Errc::internal, "nobody told what to answer to " + ran.back() };
    }
    Result<Exit> stream(const Command&, const LineSink&) override
    {
        return Error { Errc::internal, "nothing is streamed" };
    }

    std::vector<std::string> ran; ///< as text
    std::vector<Command> commands;

private:
    struct Rule {
        std::string words;
        std::deque<Result<Output>> answers;
    };
    std::deque<Rule> rules_;
};

} // namespace site
