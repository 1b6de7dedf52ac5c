#pragma once
// Making, changing and deleting an allocation.
#include "inputs.hpp"

namespace site {

Response create_allocation(const Call& call);
/// Only in OK. The project, the instance and the identifier stay what they are.
Response update_allocation(const Call& call, Update update);
/// Only in OK or ERRED; 202 on the newest server, 204 on that of 2026, and the record goes a little later.
Response destroy_allocation(const Call& call);

} // namespace site
