// Papers that work on a task, by year, the newest first; papers without a year come last.
//
// $task: task; a name of the task; example image classification
// $since: int = 0; leave out papers before this year
// $limit: int = 200; at most this many rows
WITH toLower($task) AS wanted
MATCH (t:Task)
WHERE toLower(t.name) = wanted OR any(alias IN t.aliases WHERE toLower(alias) = wanted)
MATCH (p:Paper)-[r:ADDRESSES]->(t)
WHERE $since = 0 OR p.year >= $since
RETURN p.year AS year, p.title AS title, t.name AS task, r.sentence AS sentence, p.id AS paper
ORDER BY coalesce(p.year, 0) DESC, paper, task
LIMIT $limit
