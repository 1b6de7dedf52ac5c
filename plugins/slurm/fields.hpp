#pragma once

#include "api/records.hpp"
#include "model/node_shape.hpp"

#include <array>
#include <string>
#include <string_view>

namespace site {

/// The fields of this plugin's records, under sacctmgr's own words for them.
struct SlurmFields {
    Name description { "description" };
    Name organization { "organization" };
    Name parent { "parent" };
    Name fairshare { "fairshare" };
    Name qos { "QOS" };
    Name default_qos { "DefaultQOS" };
    Name grp_submit { "GrpSubmitJobs" };
    Name grp_jobs { "GrpJobs" };
    Name cap_cpu { "GrpTRESMins/cpu" };
    Name cap_gpu { "GrpTRESMins/gres/gpu" };
    Name cap_mem { "GrpTRESMins/mem" }; ///< MB-minutes
    Name cap_billing { "GrpTRESMins/billing" };
    Name max_submit { "MaxSubmitJobs" };
    Name mark { "site-agent" }; ///< the organization of every account that is ours

    [[nodiscard]] std::array<Name, 4> caps() const { return { cap_cpu, cap_gpu, cap_mem, cap_billing }; }
};

const SlurmFields& fields();

/// `cpu` for `GrpTRESMins/cpu`; empty for a field that is no cap.
std::string_view tres_of(Name field);

/// Text that sacctmgr keeps as it is, in a command and in a load file: letters folded to lower case (as
/// Slurm does), digits, space and `._-+@/()`; anything else is a dash; at most 128 characters.
std::string clean_text(std::string_view);

/// A comma list in Slurm's order turned into one in ours.
std::string sorted_list(std::string_view);

} // namespace site
