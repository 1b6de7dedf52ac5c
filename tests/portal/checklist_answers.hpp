#pragma once
#include "checklists.hpp"

#include <string>

namespace site {

/// What is wrong with an answer to the question, naming its type; empty when it is one.
std::string wrong_with_answer(const Question& question, const boost::json::value& answer);

} // namespace site
