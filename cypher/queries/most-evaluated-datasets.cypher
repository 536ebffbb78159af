// Datasets by the number of papers that evaluate on them, each with one sentence that does.
//
// $since: int = 0; leave out papers before this year
// $limit: int = 20; at most this many rows
MATCH (p:Paper)-[:EVALUATES_ON]->(d:Dataset)
WHERE $since = 0 OR p.year >= $since
WITH d, count(DISTINCT p.id) AS papers, min(p.id) AS example
MATCH (e:Paper)-[r:EVALUATES_ON]->(d)
WHERE e.id = example
RETURN d.name AS dataset, papers, r.sentence AS sentence, e.id AS paper, e.title AS title
ORDER BY papers DESC, dataset, paper
LIMIT $limit
