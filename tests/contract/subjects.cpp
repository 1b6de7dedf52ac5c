#include "contract/subject.hpp"

namespace site {

std::vector<SubjectMaker> subjects()
{
    return {
        { "slurm", slurm_subject },
        { "unix_groups", unix_groups_subject },
        { "exec_shell", exec_shell_subject },
        { "exec_python", exec_python_subject },
        { "ldap_rfc2307", ldap_rfc2307_subject },
        { "ldap_rfc2307bis", ldap_rfc2307bis_subject },
    };
}

} // namespace site
