#include "contract/subject.hpp"
#include "exec/exec.hpp"
#include "support/temp_dir.hpp"
#include "system/runner.hpp"

#include <algorithm>

namespace site {
namespace {

/// One of the two worked examples, copied as a site would put it in place.
class ExampleSubject : public Subject {
public:
    ExampleSubject(const std::string& example, const std::string& data, std::vector<std::string> records)
        : data_(dir_.path() / data)
    {
        settings_.program = dir_.path() / example;
        write_file(settings_.program, read_file(std::filesystem::path(SITE_EXEC_EXAMPLES) / example), 0755);
        settings_.arguments = { data_.string() };
        settings_.records = std::move(records);
    }

    std::unique_ptr<Plugin> plugin() override
    {
        return std::make_unique<Exec>(cluster(), settings_, runner_);
    }
    [[nodiscard]] Name cluster() const override { return Name { "sandbox" }; }

protected:
    [[nodiscard]] const std::filesystem::path& data() const { return data_; }
    SystemRunner runner_;

private:
    TempDir dir_;
    std::filesystem::path data_;
    ExecSettings settings_;
};

class ShellSubject final : public ExampleSubject {
public:
    ShellSubject() : ExampleSubject("groups.sh", "groups", { "group", "group_member" })
    {
        std::filesystem::create_directory(data());
    }
    std::string state() override
    {
        std::vector<std::string> files;
        for (const auto& entry : std::filesystem::directory_iterator(data()))
            if (!entry.path().filename().string().starts_with('.'))
                files.push_back(entry.path().filename().string() + ":\n" + read_file(entry.path()));
        std::sort(files.begin(), files.end());
        std::string out;
        for (const auto& file : files)
            out += file;
        return out;
    }
};

class PythonSubject final : public ExampleSubject {
public:
    PythonSubject() : ExampleSubject("accounts.py", "accounts.db", { "account", "association" }) { }
    std::string state() override
    {
        if (!std::filesystem::exists(data()))
            return {};
        const auto dump = runner_.run({ .program = "/usr/bin/sqlite3",
            .arguments = { "-readonly", data().string(),
                "SELECT * FROM account ORDER BY name; SELECT * FROM association ORDER BY account, "
                "member" } });
        if (!dump || !dump->exit.ok())
            return "unreadable: " + (dump ? dump->exit.errors : dump.error().text);
        return dump->text;
    }
};

} // namespace

std::unique_ptr<Subject> exec_shell_subject()
{
    return std::make_unique<ShellSubject>();
}

std::unique_ptr<Subject> exec_python_subject()
{
    return std::make_unique<PythonSubject>();
}

} // namespace site
