#pragma once
#include "model/result.hpp" // IWYU pragma: export
