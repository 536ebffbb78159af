// Papers that build on a method or compare with it, the newest first.
//
// $method: method; a name of the method; example Transformer
// $limit: int = 200; at most this many rows
WITH toLower($method) AS wanted
MATCH (m:Method)
WHERE toLower(m.name) = wanted OR any(alias IN m.aliases WHERE toLower(alias) = wanted)
MATCH (p:Paper)-[r:USES|COMPARES_WITH]->(m)
RETURN p.year AS year, p.title AS title, r.kind AS role, m.name AS method, r.sentence AS sentence, p.id AS paper
ORDER BY coalesce(p.year, 0) DESC, paper, method, role
LIMIT $limit
