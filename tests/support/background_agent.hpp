#pragma once

#include "support/agent_home.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace site {

/// `site-agent WORDS` that goes on beside the test, its output in a file; killed with the object.
class BackgroundAgent {
public:
    using Variables = std::vector<std::pair<std::string, std::string>>;

    BackgroundAgent(AgentHome& home, std::vector<std::string> words, const Variables& variables = {})
        : log_(home.path("background-" + std::to_string(++started) + ".log"))
    {
        std::filesystem::remove(log_);
        words.insert(words.begin(), { agent_program(), "--config", home.config_file() });
        std::vector<char*> argv;
        for (auto& word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
            for (const auto& [name, value] : variables)
                ::setenv(name.c_str(), value.c_str(), 1);
            const int fd = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
            ::dup2(fd, 1);
            ::dup2(fd, 2);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
    }
    ~BackgroundAgent()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }
    BackgroundAgent(const BackgroundAgent&) = delete;
    BackgroundAgent& operator=(const BackgroundAgent&) = delete;

    void send(int signal) const { ::kill(pid_, signal); }
    [[nodiscard]] int pid() const { return pid_; }
    [[nodiscard]] std::string log() const { return read_file(log_); }
    [[nodiscard]] bool has_said(const std::string& text) const
    {
        return log().find(text) != std::string::npos;
    }

    /// Whether it has ended; its exit code, or 128 + N when signal N ended it, is in `code` then.
    bool has_ended()
    {
        int status = 0;
        if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        return pid_ < 0;
    }
    [[nodiscard]] int code() const { return code_; }

    /// Waits until it has said the text or ended; false, and a failure, when neither comes.
    bool says(const std::string& text)
    {
        for (int i = 0; i < patience; ++i) {
            if (has_said(text))
                return true;
            if (has_ended())
                break;
            std::this_thread::sleep_for(step);
        }
        ADD_FAILURE() << "it never said \"" << text << "\":\n" << log();
        return false;
    }

    int wait()
    {
        for (int i = 0; i < patience && !has_ended(); ++i)
            std::this_thread::sleep_for(step);
        if (!has_ended())
            ADD_FAILURE() << "it did not end:\n" << log();
        return code_;
    }

private:
    static constexpr std::chrono::milliseconds step { 20 };
    static constexpr int patience = 3000;
    static inline int started = 0; ///< so that each has a log of its own

    std::filesystem::path log_;
    pid_t pid_ = -1;
    int code_ = -1;
};

} // namespace site
