#include "contract/subject.hpp"

namespace site {

std::vector<SubjectMaker> subjects()
{
    return {
        { "slurm", slurm_subject },
        { "unix_groups", unix_groups_subject },
    };
}

} // namespace site
