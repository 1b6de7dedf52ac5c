#pragma once

#include "api/runner.hpp"
#include "model/name.hpp"
#include "model/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace site {

/// One row of the association listing; views into the listing's text.
struct AssociationLine {
    std::string_view account;
    std::string_view user; ///< empty: the account's own row
    std::string_view partition;
    std::string_view parent; ///< of the account's own row; empty for the root
    std::string_view fairshare;
    std::optional<std::int64_t> grp_submit;
    std::optional<std::int64_t> grp_jobs;
    std::string_view grp_tres_mins;
    std::optional<std::int64_t> max_submit; ///< the account's own where the user has none
    std::string_view qos; ///< the inherited list where the row has none
    std::string_view default_qos;
};

/// Arguments of the listing; a row has the columns of AssociationLine.
std::vector<std::string> association_arguments(Name cluster);
/// One line of it, by position: header names differ from format names.
Result<AssociationLine> parse_association(std::string_view line);

/// Account, description and organization, whatever cluster the account is on.
std::vector<std::string> account_arguments();
struct AccountRow {
    std::string_view account;
    std::string_view description;
    std::string_view organization;
};
Result<AccountRow> parse_account(std::string_view line);

/// User and account of each user's default association on this cluster.
std::vector<std::string> default_arguments(Name cluster);
Result<std::pair<std::string_view, std::string_view>> parse_default(std::string_view line);

/// Takes the next line off a text; false at its end. Blank lines are passed over.
bool next_line(std::string_view& text, std::string_view& line);

/// What a changing sacctmgr command is meant to do, so that its answer can be judged.
enum class Deed { add, modify, remove, load };

/// Who stands in the way of a removal: account and user as sacctmgr names them.
struct Named {
    std::string account;
    std::string user;
    bool operator==(const Named&) const = default;
};

struct Verdict {
    enum class Kind {
        done, ///< also "nothing new added", "nothing modified", "nothing deleted" with exit status 1
        jobs_active, ///< nothing was removed, since `named` have jobs
        default_account, ///< nothing was removed, since it is the default account of `named`
        failed
    };
    Kind kind = Kind::done;
    std::vector<Named> named {};
    Error error {}; ///< of all but `done`
};

/// From exit status and text what a changing command did. Exit status 0 is no proof: sacctmgr 22.05 ends so
/// after a prompt without an answer (`Changes Discarded`) and when a QOS was refused, so a change must also
/// say that it happened.
Verdict judge(Deed, const Output&);

} // namespace site
