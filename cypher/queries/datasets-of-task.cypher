// Datasets that papers on a task evaluate on, the most used first, each with one sentence that says so.
//
// $task: task; a name of the task; example machine translation
// $limit: int = 50; at most this many rows
WITH toLower($task) AS wanted
MATCH (t:Task)
WHERE toLower(t.name) = wanted OR any(alias IN t.aliases WHERE toLower(alias) = wanted)
MATCH (t)<-[:ADDRESSES]-(p:Paper)-[:EVALUATES_ON]->(d:Dataset)
WITH d, count(DISTINCT p.id) AS papers, min(p.id) AS example
MATCH (e:Paper)-[r:EVALUATES_ON]->(d)
WHERE e.id = example
RETURN d.name AS dataset, papers, r.sentence AS sentence, e.id AS paper, e.title AS title
ORDER BY papers DESC, dataset, paper
LIMIT $limit
