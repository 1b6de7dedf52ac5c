#pragma once

#include "api/change.hpp"
#include "model/name.hpp"

#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace site {

/// A setting as sacctmgr wants it: `GrpTRESMins` and `cpu=5,gres/gpu=-1`.
using Setting = std::pair<std::string, std::string>;

/// The settings that carry out a change of an account or an association, without its parent: -1 clears a
/// number, an empty QOS list inherits again. SlurmCaps are one setting, and each is named, since setting one
/// TRES leaves the others in force.
std::vector<Setting> settings_of(const Change&);

/// Whether `load` would take the setting: it only adds to a QOS list and passes over DefaultQOS in silence.
bool loadable(const Setting&);

/// Where an account hangs after a change: its new parent, else where it hangs now; empty when unknown.
Name parent_after(const Change&, const std::unordered_map<Name, Name>& parents);

/// Text for `sacctmgr load`, for creations and updates of accounts and associations; loading it again
/// changes nothing. Accounts come under their parent, parents first, since an account listed under another
/// one would be moved there.
/// Format: as `sacctmgr dump` writes it, Slurm 22.05.
std::string load_text(Name cluster, std::span<const Change> changes, std::span<const std::size_t> which,
    const std::unordered_map<Name, Name>& parents);

} // namespace site
