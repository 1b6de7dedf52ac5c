#include "contract/subject.hpp"

namespace site {

std::vector<SubjectMaker> subjects()
{
    return {
        { "slurm", slurm_subject },
    };
}

} // namespace site
