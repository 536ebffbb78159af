// Every number that is claimed for a method, by kind of claim.
//
// $method: method; a name of the method; example LoRA
// $limit: int = 200; at most this many rows
WITH toLower($method) AS wanted
MATCH (m:Method)
WHERE toLower(m.name) = wanted OR any(alias IN m.aliases WHERE toLower(alias) = wanted)
MATCH (p:Paper)-[:CLAIMS]->(c:Claim)-[:OF]->(m)
OPTIONAL MATCH (c)-[:OVER]->(b:Method)
OPTIONAL MATCH (c)-[:`ON`]->(d:Dataset)
OPTIONAL MATCH (c)-[:`IN`]->(x:Metric)
RETURN c.claim_kind AS claim, c.number AS number, x.name AS metric, d.name AS dataset,
       coalesce(b.name, c.baseline) AS baseline, m.name AS method, p.year AS year, c.sentence AS sentence,
       p.id AS paper, p.title AS title
ORDER BY claim, paper, c.start, number
LIMIT $limit
