#include "integration/usage/seeded_month.hpp"

namespace site {

void seed(SlurmSandbox& slurm, const SeededMonth& month)
{
    slurm.tool("seed-accounts", { std::to_string(month.accounts), std::to_string(month.users) });
    // The columns are those of Slurm 22.05's job table. 1024 is REQUEUED, 1 RUNNING, 3 to 7 are ends.
    slurm.sql("SET @jobs := " + std::to_string(month.jobs) + ", @from := " + std::to_string(month.from)
            + ", @to := " + std::to_string(month.to) + R"(;
SET SESSION unique_checks = 0, foreign_key_checks = 0;
SET @step := (@to - @from - 1000) / @jobs;
CREATE TEMPORARY TABLE payer (n INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, id_assoc INT UNSIGNED,
    acct VARCHAR(60), user VARCHAR(60)) ENGINE = MEMORY
  SELECT NULL AS n, id_assoc, acct, user FROM sandbox_assoc_table
  WHERE deleted = 0 AND user <> '' AND acct LIKE 'seed%' ORDER BY user;
SET @payers := (SELECT COUNT(*) FROM payer);
INSERT INTO sandbox_job_table
 (mod_time, account, cpus_req, exit_code, derived_ec, flags, job_name, id_assoc, id_job, id_qos, id_resv, id_wckey,
  id_user, id_group, het_job_id, het_job_offset, kill_requid, state_reason_prev, mem_req, nodelist, nodes_alloc,
  node_inx, `partition`, priority, state, timelimit, time_submit, time_eligible, time_start, time_end,
  time_suspended, work_dir, submit_line, tres_alloc, tres_req)
WITH
record AS (SELECT seq, seq % 40 = 0 AND seq * @step < @to - @from - 6 * 86400 AS again FROM seq_1_to_)"
            + std::to_string(month.jobs) + R"(),
job AS (SELECT seq, again, seq - again AS job, CRC32(CONCAT('a', seq - again)) AS h,
    CRC32(CONCAT('b', seq - again)) AS h2, CRC32(CONCAT('c', seq)) AS h3 FROM record),
first_run AS (SELECT job.*, FLOOR(@from + job * @step) AS submit, job % 97 = 0 AS suspended,
    FLOOR(@from + job * @step) + 4 + h % 597 AS start0,
    IF(h2 % 1009 = 0, 5 * 86400, 12 + FLOOR(POW(h2 % 1000, 2) * 0.0864)) AS length0 FROM job),
whole AS (SELECT seq, again, job, h, h3, submit, suspended,
    IF(suspended, start0 - start0 % 4, start0) AS start0,
    IF(suspended, length0 - length0 % 4, length0) AS length0 FROM first_run),
run AS (SELECT seq, job, h, again,
    IF(again, start0 + length0 + 1, submit) AS submit,
    IF(again, start0 + length0 + 121, start0) AS starts,
    IF(again, 12 + h3 % 40000, length0) AS length,
    IF(again OR NOT suspended, 0, length0 DIV IF(h % 2 = 0, 2, 4)) AS suspended,
    NOT again AND (seq + 1) % 40 = 0 AND (seq + 1) * @step < @to - @from - 6 * 86400 AS requeued,
    1 + h % 8 AS cpus, IF(h % 7 = 0, 1 + h % 2, 0) AS gpus, (1 + h % 8) * (100 + h % 83 * 37) AS memory
  FROM whole),
seen AS (SELECT run.*, starts + length > @to AS runs FROM run)
SELECT @to, acct, cpus, 0, 0, 24, CONCAT('job', seq % 1000), id_assoc, 1000000 + job, 1, 0, 0,
  30000 + n, 30000 + n, 0, 4294967294, NULL, 0, memory, 'n1', 1,
  '0', 'main', 1,
  CASE WHEN requeued THEN 1024 WHEN runs THEN 1 ELSE ELT(1 + h % 9, 5, 4, 6, 7, 3, 3, 3, 3, 3) END,
  length DIV 60 + 1, submit, submit + h % 5, starts, IF(runs, 0, starts + length),
  IF(runs, 0, suspended), '/home', 'sbatch job.sh',
  CONCAT('1=', cpus, ',2=', memory, ',3=18446744073709551614,4=1,5=', cpus + 10 * gpus + h % 3,
    IF(gpus > 0, CONCAT(',1001=', gpus), '')),
  CONCAT('1=', cpus, ',2=', memory, ',4=1,5=', cpus + 10 * gpus)
FROM seen JOIN payer ON n = 1 + h % @payers;
INSERT INTO sandbox_suspend_table (job_db_inx, id_assoc, time_start, time_end)
SELECT job_db_inx, id_assoc, time_start + 4, time_start + 4 + time_suspended
FROM sandbox_job_table WHERE time_suspended > 0 AND id_job > 1000000;
)",
        std::chrono::minutes { 30 });
}

} // namespace site
