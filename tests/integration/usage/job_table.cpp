#include "integration/usage/job_table.hpp"

#include <algorithm>
#include <sstream>

namespace site {
namespace {

constexpr std::int64_t day_length = 86400;

/// The count of one TRES in `tres_alloc`, which has them by their ids: `1=2,2=200,4=1,5=2,1001=1`.
std::string count_of(const std::string& id)
{
    const auto sign = "CONCAT(',', " + id + ", '=')";
    return "IF(LOCATE(" + sign
        + ", CONCAT(',', tres_alloc)) = 0, 0, CAST(SUBSTRING_INDEX(SUBSTRING_INDEX("
          "CONCAT(',', tres_alloc), "
        + sign + ", -1), ',', 1) AS SIGNED))";
}

/// Days, cut where the zone's own days end, so that no slot has two months; none reaches past the reading.
std::string slots(const std::vector<ReadDay>& days, std::int64_t zone)
{
    std::string sql = "CREATE TEMPORARY TABLE slot (day INT, month INT, begins BIGINT, ends BIGINT, reading "
                      "BIGINT) ENGINE = Aria;\n";
    for (const auto& [day, read] : days) {
        const auto begin = day * day_length;
        const auto local_midnight = begin + day_length - zone;
        for (const auto& [from, to] :
            { std::pair { begin, local_midnight }, std::pair { local_midnight, begin + day_length } })
            if (from < std::min(to, read))
                sql += "INSERT INTO slot SELECT " + std::to_string(day) + ", DATE_FORMAT(FROM_UNIXTIME("
                    + std::to_string(from + zone) + "), '%Y%m'), " + std::to_string(from) + ", "
                    + std::to_string(std::min(to, read)) + ", " + std::to_string(read) + ";\n";
    }
    return sql;
}

/// Runs that got resources, with what is over of their suspensions, and since when they are suspended now.
std::string runs()
{
    // All of it signed: MariaDB turns a mixture into decimals, which take it minutes.
    return "CREATE TEMPORARY TABLE run ENGINE = Aria AS SELECT acct, user,"
           " CAST(j.time_start AS SIGNED) AS starts, CAST(j.time_end AS SIGNED) AS ends,"
           " CAST(IF(time_eligible = 0, time_submit, time_eligible) AS SIGNED) AS eligible,"
           " CAST(IFNULL(SUM(IF(s.time_end > 0, s.time_end - s.time_start, 0)), 0) AS SIGNED) AS suspended,"
           " CAST(MAX(IF(s.time_end = 0, s.time_start, NULL)) AS SIGNED) AS since, "
        + count_of("'1'") + " AS cpu, " + count_of("'2'") + " AS memory, " + count_of("'5'") + " AS billing, "
        + count_of("@gpu")
        + " AS gpu FROM sandbox_job_table j JOIN sandbox_assoc_table USING (id_assoc)"
          " LEFT JOIN sandbox_suspend_table s USING (job_db_inx)"
          " WHERE j.time_start > 0 AND tres_alloc <> '' GROUP BY job_db_inx;\n";
}

/// The largest share of a node, in so many parts of one that it is whole.
std::string share(const WholeNode& node, std::int64_t parts)
{
    const auto of = [&](const char* what, std::int64_t whole) {
        return std::string(what) + " * " + std::to_string(parts / whole);
    };
    return "GREATEST(" + of("cpu", node.cpus) + ", " + of("gpu", node.gpus) + ", " + of("memory", node.memory)
        + ", " + of("billing", node.billing) + ")";
}

} // namespace

std::vector<std::string> used_by_job_table(
    SlurmSandbox& slurm, const std::vector<ReadDay>& days, const WholeNode& node, std::int64_t zone)
{
    const auto parts = node.cpus * node.gpus * node.memory * node.billing;
    const auto whole = std::to_string(parts);
    const auto counted = slurm.sql("SET time_zone = '+00:00';\n"
                                   "SET @gpu := (SELECT id FROM tres_table WHERE type = 'gres' AND name = "
                                   "'gpu');\n"
            + slots(days, zone) + runs() + R"(
CREATE TEMPORARY TABLE piece ENGINE = Aria AS
WITH
touched AS (
    SELECT run.*, day, month, begins, slot.ends AS closes, IF(run.ends = 0, reading, run.ends) AS stops
    FROM run JOIN slot ON starts < slot.ends AND IF(run.ends = 0, reading, run.ends) > begins
),
ran AS (
    SELECT touched.*, stops - starts AS wall,
        stops - starts - suspended - IF(since IS NULL, 0, stops - since) AS seconds
    FROM touched
)
SELECT ran.*, seconds * (LEAST(stops, closes) - starts) DIV wall
    - seconds * (GREATEST(starts, begins) - starts) DIV wall AS charged
FROM ran WHERE seconds > 0;
SELECT CONCAT(FROM_UNIXTIME(day * 86400, '%Y-%m-%d'), ' ', month, ' ', acct, ' ', user,
    ' node=', (2 * SUM(charged * )"
            + share(node, parts) + ") + " + whole + ") DIV (2 * " + whole + R"(),
    ' cpu=', SUM(charged * cpu), ' gpu=', SUM(charged * gpu), ' memory=', SUM(charged * memory),
    ' billing=', SUM(charged * billing), ' jobs=', SUM(starts >= begins),
    ' wait=', SUM(IF(starts >= begins AND starts > eligible, starts - eligible, 0)))
FROM piece GROUP BY day, month, acct, user;
)",
        std::chrono::minutes { 30 });
    std::vector<std::string> lines;
    std::istringstream text(counted);
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    return lines;
}

} // namespace site
