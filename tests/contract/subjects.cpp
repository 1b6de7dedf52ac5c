#include "contract/subject.hpp"

namespace site {

std::vector<SubjectMaker> subjects()
{
    return {
        { "slurm", slurm_subject },
        { "ldap_rfc2307", ldap_rfc2307_subject },
        { "ldap_rfc2307bis", ldap_rfc2307bis_subject },
    };
}

} // namespace site
