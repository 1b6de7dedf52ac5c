#pragma once

#include "model/result.hpp"

#include <cstdint>
#include <string>

namespace site {

/// How far a tree is with its project id.
struct ProjectTree {
    std::uint32_t id = 0; ///< of the directory itself; 0: none
    bool whole = false; ///< it is inherited, and the walk through what is beneath has come to its end
};
Result<ProjectTree> project_tree(int directory);

struct TreeStep {
    std::uint64_t entries = 0; ///< looked at in this step
    std::uint64_t changed = 0;
    std::uint64_t foreign = 0; ///< bear another id, and were left with all beneath them
    bool whole = false; ///< there is nothing left to do
    std::string position {}; ///< what was done last, for people
};

/// Gives a directory and all beneath it the project id, at most about `most` entries at a time; called again
/// it goes on where it was, also after a crash: the attribute `trusted.site_agent.tree` of the directory says
/// how far it came. What is made meanwhile inherits the id. Symbolic links are not followed, other file
/// systems not entered, and only plain files and directories are opened. Needs root's rights.
Result<TreeStep> give_project_id(int directory, std::uint32_t id, std::uint64_t most);

} // namespace site
