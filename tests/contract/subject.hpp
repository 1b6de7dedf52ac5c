#pragma once

#include "api/plugin.hpp"

#include <memory>
#include <string>
#include <vector>

namespace site {

/// A plugin on its real tool, to be held against the contract of `Plugin`.
class Subject {
public:
    virtual ~Subject() = default;
    /// A fresh instance on the same site, as after a restart.
    virtual std::unique_ptr<Plugin> plugin() = 0;
    [[nodiscard]] virtual Name cluster() const = 0;
    /// The site as a person would list it, for "nothing was changed".
    virtual std::string state() = 0;
};

struct SubjectMaker {
    std::string name;
    std::unique_ptr<Subject> (*make)();
};

std::unique_ptr<Subject> slurm_subject();
std::unique_ptr<Subject> unix_groups_subject();
std::unique_ptr<Subject> exec_shell_subject();
std::unique_ptr<Subject> exec_python_subject();
std::unique_ptr<Subject> ldap_rfc2307_subject();
std::unique_ptr<Subject> ldap_rfc2307bis_subject();

/// Every plugin of the project; a new one adds its line.
std::vector<SubjectMaker> subjects();

} // namespace site
