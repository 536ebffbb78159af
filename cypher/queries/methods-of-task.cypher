// Methods that papers on a task propose, the newest first.
//
// $task: task; a name of the task; example machine translation
// $limit: int = 200; at most this many rows
WITH toLower($task) AS wanted
MATCH (t:Task)
WHERE toLower(t.name) = wanted OR any(alias IN t.aliases WHERE toLower(alias) = wanted)
MATCH (t)<-[:ADDRESSES]-(p:Paper)-[r:PROPOSES]->(m:Method)
RETURN m.name AS method, p.year AS year, t.name AS task, r.sentence AS sentence, p.id AS paper, p.title AS title
ORDER BY coalesce(p.year, 0) DESC, paper, method, task
LIMIT $limit
