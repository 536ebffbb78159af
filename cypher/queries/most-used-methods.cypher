// Methods by the number of papers that use them or compare with them, each with one sentence that does.
//
// $since: int = 0; leave out papers before this year
// $limit: int = 20; at most this many rows
MATCH (p:Paper)-[:USES|COMPARES_WITH]->(m:Method)
WHERE $since = 0 OR p.year >= $since
WITH m, count(DISTINCT p.id) AS papers, min(p.id) AS example
MATCH (e:Paper)-[r:USES|COMPARES_WITH]->(m)
WHERE e.id = example
RETURN m.name AS method, papers, r.kind AS role, r.sentence AS sentence, e.id AS paper, e.title AS title
ORDER BY papers DESC, method, paper
LIMIT $limit
