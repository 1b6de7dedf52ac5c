#include "contract/subject.hpp"

namespace site {

std::vector<SubjectMaker> subjects()
{
    return {
        { "slurm", slurm_subject },
        { "unix_groups", unix_groups_subject },
        { "exec_shell", exec_shell_subject },
        { "exec_python", exec_python_subject },
    };
}

} // namespace site
