#include "api/settings.hpp"

namespace site {

std::string_view name(StorageEngine engine)
{
    switch (engine) {
    case StorageEngine::linux_quota:
        return "linux";
    case StorageEngine::lustre:
        return "lustre";
    case StorageEngine::gpfs:
        return "gpfs";
    case StorageEngine::cephfs:
        return "cephfs";
    case StorageEngine::zfs:
        return "zfs";
    case StorageEngine::beegfs:
        return "beegfs";
    case StorageEngine::exec:
        return "exec";
    }
    return "linux";
}

std::string_view name(QuotaBy by)
{
    switch (by) {
    case QuotaBy::none:
        return "none";
    case QuotaBy::project:
        return "project";
    case QuotaBy::group:
        return "group";
    case QuotaBy::user:
        return "user";
    }
    return "none";
}

} // namespace site
