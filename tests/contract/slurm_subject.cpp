#include "contract/subject.hpp"
#include "slurm/slurm.hpp"
#include "support/slurm_sandbox.hpp"

namespace site {
namespace {

class SlurmSubject : public Subject {
public:
    SlurmSubject() { settings_.conf = sandbox_.conf(); }

    std::unique_ptr<Plugin> plugin() override
    {
        return std::make_unique<Slurm>(cluster(), settings_, runner_);
    }
    [[nodiscard]] Name cluster() const override { return Name { "sandbox" }; }
    std::string state() override { return sandbox_.associations(); }

private:
    SlurmSandbox sandbox_;
    SystemRunner runner_;
    SlurmSettings settings_;
};

} // namespace

std::unique_ptr<Subject> slurm_subject()
{
    return std::make_unique<SlurmSubject>();
}

} // namespace site
