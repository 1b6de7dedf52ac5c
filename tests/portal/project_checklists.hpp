#pragma once
// The checklist of a project: what is asked, what is answered, and whether all of it is.
#include "call.hpp"

namespace site {

/// What a new project of the customer `parent_uuid` will be asked.
Response checklist_template(const Call& call);
Response project_checklist(const Call& call);
Response completion_status(const Call& call);
/// All answers or none. A null takes an answer away.
Response submit_answers(const Call& call);

} // namespace site
